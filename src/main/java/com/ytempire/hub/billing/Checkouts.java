package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Accounts;
import com.ytempire.hub.notifications.AnalyticsEvent;
import com.ytempire.hub.notifications.Outbox;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What follows from a checkout. What was bought follows from its subscription, invoice or payment, so that a completed
 * but unpaid one grants nothing.
 */
@Component("checkouts")
class Checkouts {

    private final JdbcClient jdbc;
    private final Accounts accounts;
    private final CustomerOwners owners;
    private final Outbox outbox;
    private final Noted noted;

    Checkouts(JdbcClient jdbc, Accounts accounts, CustomerOwners owners, Outbox outbox, Noted noted) {
        this.jdbc = jdbc;
        this.accounts = accounts;
        this.owners = owners;
        this.outbox = outbox;
        this.noted = noted;
    }

    /**
     * Gives the customer of a completed checkout to the user who began it, when neither has another.
     *
     * @return what belongs to the customer when it was given away just now, for their effects follow; else empty
     */
    public List<Mirrored> adopt(@Body Mirrored object, @Variable("user") UUID user) {
        Optional<Session> session = session(object.id()).filter(Session::isComplete);
        Optional<UUID> owner = user == null ? session.flatMap(this::account).map(Account::id) : Optional.of(user);
        if (session.isEmpty() || owner.isEmpty()) {
            return List.of();
        }
        boolean given = user == null && owners.assign(session.get().customer(), owner.get(), "stripe");
        if (user != null || given) {
            tell(session.get(), owner.get());
        }
        return given ? owners.objectsOf(session.get().customer()) : List.of();
    }

    private Optional<Session> session(String id) {
        return jdbc.sql("select id, customer, status, mode, payment_status, amount_total, currency, state_at,"
                        + " object->>'client_reference_id' as user_id from billing.checkout_session where id = :id")
                .param("id", id)
                .query(Session.class)
                .optional();
    }

    private Optional<Account> account(Session session) {
        try {
            return session.customer() == null || session.userId() == null
                    ? Optional.empty()
                    : accounts.find(UUID.fromString(session.userId()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // another system's reference
        }
    }

    private void tell(Session session, UUID user) {
        Instant at = session.stateAt().toInstant();
        if (!noted.isNews(at)) {
            return;
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("mode", session.mode());
        facts.put("payment_status", session.paymentStatus());
        facts.put("amount", session.amountTotal());
        facts.put("currency", session.currency());
        outbox.track(new AnalyticsEvent("checkout_completed:" + session.id(), "checkout_completed", user, at, facts));
    }

    private record Session(
            String id,
            String customer,
            String status,
            String mode,
            String paymentStatus,
            Long amountTotal,
            String currency,
            Timestamp stateAt,
            String userId) {

        boolean isComplete() {
            return "complete".equals(status);
        }
    }
}
