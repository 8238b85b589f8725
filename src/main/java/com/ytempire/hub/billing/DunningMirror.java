package com.ytempire.hub.billing;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.ytempire.hub.billing.DunningCase.Hold;
import com.ytempire.hub.billing.DunningFacts.Cards;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads out of the mirror whether an invoice's last payment attempt failed. Stripe's own count of attempts leaves out
 * those made by a call (docs.stripe.com/api/invoices/object, {@code attempt_count}), so an attempt is named by its
 * charge.
 */
@Component
class DunningMirror {

    private static final String AUTHENTICATION = "authentication_required";

    private final JdbcClient jdbc;
    private final DunningSettings settings;
    private final Clock clock;
    private final Duration tellWithin;

    DunningMirror(
            JdbcClient jdbc,
            DunningSettings settings,
            Clock clock,
            @Value("${hub.billing.tell-within}") Duration tellWithin) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = clock;
        this.tellWithin = tellWithin;
    }

    /** How long people are told of what has happened. */
    Duration tellWithin() {
        return tellWithin;
    }

    /** The invoices for whose dunning a subscription or a customer matters. */
    List<String> invoicesOf(Mirrored object) {
        String sql = switch (object.kind()) {
            case SUBSCRIPTION -> """
                    select id from billing.invoice where subscription = :id and status = 'open'
                    union select invoice from billing.dunning_case where subscription = :id and state <> 'ended'
                    """;
            case CUSTOMER -> "select invoice from billing.dunning_case where customer = :id and state <> 'ended'";
            default -> throw new IllegalArgumentException("not of dunning: " + object);
        };
        return jdbc.sql(sql).param("id", object.id()).query(String.class).list();
    }

    /** Empty for an invoice that is not known, or of no subscription. */
    Optional<DunningFacts> find(String invoice) {
        return jdbc.sql("""
                        select i.id, i.subscription, i.customer, i.status, i.deleted_at, i.amount_remaining, i.currency,
                               i.attempt_count, i.state_at, i.created_at, i.object->>'hosted_invoice_url' as pay_page,
                               i.object->>'number' as number,
                               (i.object->>'next_payment_attempt')::bigint as stripe_tries_at,
                               i.object->>'collection_method' as collection,
                               (i.object->'status_transitions'->>'paid_at')::bigint as paid_at,
                               coalesce(s.ended_at, s.state_at) as subscription_ended_at,
                               s.state_at as subscription_state_at,
                               p.id as payment, p.status as payment_status, p.latest_charge, p.error_code,
                               p.decline_code, p.state_at as payment_state_at, p.state_event_id as payment_event,
                               s.status as subscription_status, s.default_payment_method as subscription_card,
                               c.default_payment_method as customer_card
                          from billing.invoice i
                          left join billing.payment p on p.id = i.payment
                          left join billing.subscription s on s.id = i.subscription
                          left join billing.customer c on c.id = i.customer
                         where i.id = :id and i.subscription is not null
                        """).param("id", invoice).query(this::facts).optional();
    }

    private DunningFacts facts(ResultSet row, int number) throws SQLException {
        Cards cards = new Cards(row.getString("customer_card"), row.getString("subscription_card"));
        String attempt = attempt(row, cards);
        String decline =
                row.getString("decline_code") == null ? row.getString("error_code") : row.getString("decline_code");
        Timestamp told = row.getTimestamp("payment_state_at") == null
                ? row.getTimestamp("state_at")
                : row.getTimestamp("payment_state_at");
        long triesAt = row.getLong("stripe_tries_at");
        return new DunningFacts(
                row.getString("id"),
                row.getString("subscription"),
                row.getString("customer"),
                row.getTimestamp("deleted_at") == null ? row.getString("status") : null,
                row.getLong("amount_remaining"),
                row.getString("currency"),
                row.getString("number"),
                row.getString("pay_page"),
                triesAt == 0 ? null : Instant.ofEpochSecond(triesAt),
                row.getInt("attempt_count"),
                row.getString("subscription_status"),
                cards,
                attempt,
                decline,
                attempt == null ? null : hold(attempt, decline),
                told.toInstant(),
                isFresh(row, told.toInstant()),
                row.getTimestamp("state_at").toInstant(),
                row.getObject("paid_at") == null ? null : Instant.ofEpochSecond(row.getLong("paid_at")),
                instant(row, "subscription_ended_at"),
                instant(row, "subscription_state_at"));
    }

    /** Has Stripe asked about an invoice or a subscription; whoever is changing it just now comes by here as well. */
    void doubt(MirrorKind kind, String id) {
        jdbc.sql("""
                        update billing.%1$s set verified = false, version = version + 1
                         where id = (select id from billing.%1$s where id = :id and verified
                                        for update skip locked)
                        """.formatted(kind.table())).param("id", id).update();
    }

    /** What names the failed attempt; null when the last attempt did not fail. */
    private static String attempt(ResultSet row, Cards cards) throws SQLException {
        if ("send_invoice".equals(row.getString("collection"))) {
            return null; // paid by the customer in his own time
        }
        String status = row.getString("payment_status");
        String charge = row.getString("latest_charge");
        boolean failed = row.getString("error_code") != null;
        if ("requires_action".equals(status)) {
            return "action:" + (charge == null ? row.getString("payment") : charge);
        }
        if (failed && "requires_payment_method".equals(status)) {
            return charge == null ? row.getString("payment") + ":" + row.getInt("attempt_count") : charge;
        }
        boolean late = "past_due".equals(row.getString("subscription_status"))
                || "unpaid".equals(row.getString("subscription_status"));
        boolean noCard = cards.ofCustomer() == null && cards.ofSubscription() == null;
        return late && noCard && !failed ? "no-card" : null;
    }

    private Hold hold(String attempt, String decline) {
        if (attempt.startsWith("action:") || AUTHENTICATION.equals(decline)) {
            return Hold.AUTHENTICATION;
        }
        return attempt.equals("no-card") || settings.hardDeclines().contains(decline) ? Hold.NEW_CARD : null;
    }

    /** A state that was fetched may be old, whatever the time of the fetch; then the invoice's age decides. */
    private boolean isFresh(ResultSet row, Instant told) throws SQLException {
        Instant since = clock.instant().minus(tellWithin);
        boolean young = row.getTimestamp("created_at") != null
                && row.getTimestamp("created_at").toInstant().isAfter(since);
        return told.isAfter(since) && (young || row.getString("payment_event") != null);
    }
}
