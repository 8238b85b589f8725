package com.ytempire.hub.billing;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The mirror's subscriptions as the business reads them. */
@Component("subscriptionMirror")
class SubscriptionMirror {

    private static final String SELECT =
            "select s.id, s.customer, s.state_at, s.deleted_at, s.object::text as object_text from billing.subscription s";

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Plans plans;

    SubscriptionMirror(JdbcClient jdbc, ObjectMapper json, Plans plans) {
        this.jdbc = jdbc;
        this.json = json;
        this.plans = plans;
    }

    /** Empty for one the mirror knows nothing of but its id. */
    Optional<Found> find(String id) {
        return jdbc.sql(SELECT + " where s.id = :id").param("id", id).query(this::found).list().stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The one that counts: a live one before the others, then the newest. */
    Optional<Found> ofUser(UUID user) {
        List<Found> all = jdbc
                .sql(SELECT + " join billing.customer_owner o on o.customer = s.customer where o.user_id = :user"
                        + " order by s.created_at desc nulls last, s.id")
                .param("user", user)
                .query(this::found)
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
        return all.stream()
                .filter(found -> found.state().isLive())
                .findFirst()
                .or(() -> all.stream().filter(found -> !found.state().isEnded()).findFirst())
                .or(() -> all.stream().findFirst());
    }

    /**
     * Has Stripe asked about a subscription that waits for a payment though its latest invoice has been paid since: what
     * told of its new state comes later, or never. One that somebody is changing is left to him, who comes by here as
     * well.
     *
     * @param object the subscription or the invoice
     */
    public void doubtUnpaid(@Body Mirrored object) {
        jdbc.sql("""
                        update billing.subscription set verified = false, version = version + 1
                         where id = (select s.id
                                       from billing.subscription s join billing.invoice i on i.id = s.latest_invoice
                                      where s.id = coalesce((select subscription from billing.invoice where id = :id), :id)
                                        and s.verified and s.status in ('incomplete', 'past_due', 'unpaid')
                                        and i.status = 'paid' and i.deleted_at is null and s.state_at <= i.state_at
                                        for update of s skip locked)
                        """).param("id", object.id()).update();
    }

    /** The same by a paid invoice; one of single items pays for no subscription. */
    public void doubtUnpaidBy(@Variable("money") MoneyFacts money) {
        if (money.own().filter(invoice -> invoice.subscription() != null).isPresent()) {
            doubtUnpaid(money.object());
        }
    }

    private Optional<Found> found(ResultSet row, int number) throws SQLException {
        JsonNode object = Json.tree(json, row.getString("object_text"));
        if (object.isEmpty()) {
            return Optional.empty();
        }
        Instant stateAt = row.getTimestamp("state_at").toInstant();
        boolean deleted = row.getTimestamp("deleted_at") != null;
        String price = StripeJson.subscriptionPrice(object);
        String product = StripeJson.subscriptionProduct(object);
        Plan plan = plans.of(price, product);
        long quantity = orElse(StripeJson.subscriptionQuantity(object), 1);
        JsonNode recurring = StripeJson.subscriptionRecurring(object);
        SubscriptionState state = new SubscriptionState(
                deleted ? "canceled" : status(object),
                plan.name(),
                price,
                quantity,
                orElse(StripeJson.subscriptionUnitAmount(object), 0) * quantity,
                StripeJson.subscriptionCurrency(object),
                StripeJson.text(recurring, "interval"),
                orElse(StripeJson.number(recurring, "interval_count"), 1),
                instant(StripeJson.subscriptionPeriod(object, "current_period_end")),
                instant(StripeJson.time(object, "trial_end")),
                isCancelling(object));
        return Optional.of(new Found(
                row.getString("id"),
                row.getString("customer"),
                state,
                plan,
                product,
                orElse(instant(StripeJson.time(object, "created")), stateAt),
                orElse(instant(StripeJson.time(object, "canceled_at")), stateAt),
                orElse(instant(StripeJson.time(object, "ended_at")), stateAt),
                stateAt,
                StripeJson.text(object.path("cancellation_details"), "reason")));
    }

    /** Collection may be paused while the subscription stays active: docs.stripe.com/billing/subscriptions/pause-payment. */
    private static String status(JsonNode object) {
        String status = StripeJson.text(object, "status");
        return "active".equals(status) && object.path("pause_collection").isObject()
                ? SubscriptionState.PAUSED
                : String.valueOf(status);
    }

    private static boolean isCancelling(JsonNode object) {
        return object.path("cancel_at_period_end").asBoolean()
                || object.path("cancel_at").isNumber();
    }

    private static long orElse(Long value, long otherwise) {
        return value == null ? otherwise : value;
    }

    private static Instant orElse(Instant value, Instant otherwise) {
        return value == null ? otherwise : value;
    }

    /**
     * A subscription of the mirror.
     *
     * @param product Stripe's id; null when it does not say
     * @param cancelledAt when it was decided that it ends, or the time of this state
     * @param endedAt when it ended, or the time of this state
     * @param stateAt Stripe's time of this state
     * @param reason why it was cancelled, as Stripe has it; null when it does not say
     */
    record Found(
            String id,
            String customer,
            SubscriptionState state,
            Plan plan,
            String product,
            Instant createdAt,
            Instant cancelledAt,
            Instant endedAt,
            Instant stateAt,
            String reason) {

        /** Whether it granted something once, though it is over. */
        boolean wasLive() {
            return state.status().equals("canceled");
        }
    }
}
