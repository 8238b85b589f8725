package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.camel.stripe.StripeSettings;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.JobRun;
import com.ytempire.hub.webhooks.FailureKind;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Monthly recurring revenue as a ledger of movements that is only appended: what each subscription's present state adds
 * to, or takes from, what the ledger says of it. The sum of the movements is the recurring revenue, so they add up to
 * its change over any time. Active and past-due subscriptions count, trials do not.
 */
@Component("mrrLedger")
class MrrLedger {

    private static final Set<String> COUNTS = Set.of("active", "past_due");

    private static final Logger LOG = LoggerFactory.getLogger(MrrLedger.class);

    private final MirrorTables tables;
    private final StripeSettings stripe;
    private final Outbox outbox;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final ZoneId zone;

    MrrLedger(
            MirrorTables tables,
            StripeSettings stripe,
            Outbox outbox,
            JdbcClient jdbc,
            Clock clock,
            @Value("${hub.zone}") ZoneId zone) {
        this.tables = tables;
        this.stripe = stripe;
        this.outbox = outbox;
        this.jdbc = jdbc;
        this.clock = clock;
        this.zone = zone;
    }

    /** Books what a subscription's state changes, in the transaction that changed it. */
    public void book(@Body Mirrored object) {
        tables.object(MirrorKind.SUBSCRIPTION, object.id()).ifPresent(subscription -> book(object.id(), subscription));
    }

    private void book(String id, JsonNode subscription) {
        if (stripe.configured() && MirrorKind.SUBSCRIPTION.isIncomplete(subscription)) {
            tables.doubt(MirrorKind.SUBSCRIPTION, id); // booked when its discounts have been fetched
            return;
        }
        State state = state(id);
        if (state.currency() == null) {
            return; // nothing is sold with it, so it recurs no money
        }
        Booked booked = booked(id);
        boolean active = COUNTS.contains(state.status());
        long mrr = active ? RecurringValue.monthly(subscription, clock.instant()) : 0;
        if (booked.isNothing() && !active && state.wasActiveBefore(subscription)) {
            bookPast(state, subscription);
        } else if (active != booked.active() || mrr != booked.mrr()) {
            append(state, booked, mrr, active, active ? state.since(booked, subscription) : state.endedAt());
        }
    }

    /** It began and ended before the hub heard of it. */
    private void bookPast(State state, JsonNode subscription) {
        Instant began = State.began(subscription);
        append(state, Booked.NOTHING, RecurringValue.monthly(subscription, began), true, began);
        append(state, booked(state.id()), 0, false, state.endedAt());
    }

    private State state(String id) {
        return jdbc.sql("select id, customer, price, currency, status, state_at, state_event_id, ended_at,"
                        + " coalesce(case when object->'cancellation_details'->>'comment' ~ '^[a-z_]{1,40}$'"
                        + "               then object->'cancellation_details'->>'comment' end,"
                        + " object->'cancellation_details'->>'feedback', object->'cancellation_details'->>'reason') as reason"
                        + " from billing.subscription where id = :id")
                .param("id", id)
                .query(MrrLedger::state)
                .single();
    }

    private static State state(ResultSet row, int number) throws SQLException {
        Timestamp ended = row.getTimestamp("ended_at");
        Instant stateAt = row.getTimestamp("state_at").toInstant();
        return new State(
                row.getString("id"),
                row.getString("customer"),
                row.getString("price"),
                row.getString("currency"),
                row.getString("status"),
                stateAt,
                row.getString("state_event_id") != null,
                ended == null ? stateAt : ended.toInstant(),
                row.getString("reason"));
    }

    private Booked booked(String subscription) {
        return jdbc.sql("select coalesce(max(no), 0)::integer as no, coalesce(sum(amount), 0)::bigint as mrr,"
                        + " coalesce(sum(active), 0) > 0 as active"
                        + " from billing.mrr_movement where subscription = :id")
                .param("id", subscription)
                .query(Booked.class)
                .single();
    }

    private void append(State state, Booked booked, long mrr, boolean active, Instant at) {
        jdbc.sql("""
                        insert into billing.mrr_movement
                            (subscription, no, customer, price, currency, kind, amount, active, reason, at, recorded_at)
                        values (:subscription, :no, :customer, :price, :currency, :kind, :amount, :active, :reason, :at, :now)
                        """)
                .param("subscription", state.id())
                .param("no", booked.no() + 1)
                .param("customer", state.customer())
                .param("price", state.price())
                .param("currency", state.currency())
                .param("kind", kind(state, booked, mrr, active))
                .param("amount", mrr - booked.mrr())
                .param("active", (active ? 1 : 0) - (booked.active() ? 1 : 0))
                .param("reason", active ? null : state.reason())
                .param("at", Timestamp.from(at))
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** A customer who comes back is reactivated, with the same subscription or with another one. */
    private String kind(State state, Booked booked, long mrr, boolean active) {
        if (!active) {
            return "churn";
        }
        if (booked.active()) {
            return mrr > booked.mrr() ? "expansion" : "contraction";
        }
        boolean known = jdbc.sql("select exists (select 1 from billing.mrr_movement where customer = :customer)")
                .param("customer", state.customer())
                .query(Boolean.class)
                .single();
        return known ? "reactivation" : "new";
    }

    /** Subscriptions whose discount may have ended without an event. */
    public List<Mirrored> discounted() {
        return jdbc.sql("""
                        select id from billing.subscription
                         where status in ('active', 'past_due')
                           and (jsonb_typeof(object->'discount') = 'object'
                                or jsonb_typeof(object->'discounts') = 'array' and object->'discounts' <> '[]')
                         order by id
                        """).query(String.class).list().stream()
                .map(id -> new Mirrored(MirrorKind.SUBSCRIPTION, id))
                .toList();
    }

    /**
     * Leaves a subscription as it is booked when its worth cannot be told, so that the day's figures are written
     * nevertheless; operators are told of it each day.
     *
     * @throws Exception the failure itself, when it may pass: the run begins again then
     */
    @Transactional
    public void failed(Mirrored subscription, JobRun run, Exception failure) throws Exception {
        if (FailureKind.of(failure) != FailureKind.PERMANENT) {
            throw failure;
        }
        String what =
                NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName();
        LOG.error("the worth of subscription {} cannot be told: {}", subscription.id(), what);
        outbox.tell(new Notice(
                "mrr-failed:" + subscription.id() + ":" + run.businessDate(),
                Notice.Audience.OPERATORS,
                "Recurring revenue: a subscription cannot be valued",
                "The worth of subscription %s cannot be told (%s). It stands in the figures as it was booked last."
                        .formatted(subscription.id(), what),
                null));
    }

    /**
     * Writes down how the days up to the one before the business date ended, those a hub that was away missed as well.
     *
     * @return one line for the operator
     */
    public String snapshot(@Variable("run") JobRun run) {
        int rows = jdbc.sql("""
                        insert into billing.mrr_snapshot (date, currency, mrr, active_subscriptions, computed_at)
                        select day::date, m.currency, sum(m.amount), sum(m.active), :now
                          from generate_series(coalesce((select max(date) + 1 from billing.mrr_snapshot), :date)::timestamp,
                                               :date::timestamp, interval '1 day') day
                          join billing.mrr_movement m on m.at < (day + interval '1 day') at time zone :zone
                         group by 1, 2
                        on conflict (date, currency) do nothing
                        """)
                .param("date", Date.valueOf(run.businessDate().minusDays(1)))
                .param("zone", zone.getId())
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return rows + " snapshots";
    }

    /** @param told whether an event brought this state, so that its time is that of the change */
    private record State(
            String id,
            String customer,
            String price,
            String currency,
            String status,
            Instant stateAt,
            boolean told,
            Instant endedAt,
            String reason) {

        /** When its paid life began, its trial apart. */
        static Instant began(JsonNode subscription) {
            Long trialEnd = StripeJson.number(subscription, "trial_end");
            Long start = StripeJson.number(subscription, "start_date");
            Long created = StripeJson.number(subscription, "created");
            Long began = trialEnd != null ? trialEnd : start != null ? start : created;
            return began == null ? null : Instant.ofEpochSecond(began);
        }

        /** Since when it is worth what it is worth; one that was fetched has not changed just when it was fetched. */
        Instant since(Booked booked, JsonNode subscription) {
            Instant began = began(subscription);
            return booked.isNothing() && !told && began != null && began.isBefore(stateAt) ? began : stateAt;
        }

        boolean wasActiveBefore(JsonNode subscription) {
            Instant began = began(subscription);
            return "canceled".equals(status) && began != null && began.isBefore(endedAt);
        }
    }

    record Booked(int no, long mrr, boolean active) {

        static final Booked NOTHING = new Booked(0, 0, false);

        boolean isNothing() {
            return no == 0;
        }
    }
}
