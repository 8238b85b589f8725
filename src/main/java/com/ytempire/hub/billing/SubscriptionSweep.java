package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.model.StripeObject;
import com.ytempire.hub.camel.stripe.StripeSettings;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The nightly comparison of subscriptions with Stripe. Some events are neither delivered nor listed
 * (docs.stripe.com/webhooks/handle-irrecoverable-events), so the objects themselves must be looked at now and then.
 * What differs is written down and repaired when an operator says so.
 */
@Component("subscriptionSweep")
class SubscriptionSweep {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionSweep.class);
    private static final Set<String> COMPARED =
            Set.of("customer", "price", "quantity", "cancel_at_period_end", "current_period_end");
    /** An event of so short a while ago may still be on its way: that is no drift. */
    private static final Duration SETTLING = Duration.ofMinutes(2);

    private final MirrorTables tables;
    private final StripeMirror mirror;
    private final CustomerOwners owners;
    private final History history;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final StripeSettings stripe;
    private final Clock clock;

    SubscriptionSweep(
            MirrorTables tables,
            StripeMirror mirror,
            CustomerOwners owners,
            History history,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            StripeSettings stripe,
            Clock clock) {
        this.owners = owners;
        this.history = history;
        this.tables = tables;
        this.mirror = mirror;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.stripe = stripe;
        this.clock = clock;
    }

    public boolean isPossible() {
        return stripe.configured();
    }

    /**
     * A comparison under way.
     *
     * @param seen the subscriptions Stripe has listed so far
     */
    record Sweep(Instant startedAt, Set<String> seen) {}

    /** What {@link #compare} fills and {@link #missing} looks through. */
    public Sweep begin() {
        return new Sweep(clock.instant(), new HashSet<>());
    }

    /** Compares one of Stripe's subscriptions with what the mirror holds. */
    public void compare(@Body StripeObject answer, @Variable("sweep") Sweep sweep) {
        JsonNode theirs = mirror.object(answer);
        String id = StripeJson.text(theirs, "id");
        sweep.seen().add(id);
        JsonNode ours = ours(id).orElse(null);
        List<Difference> differences = ours == null
                ? List.of(new Difference("status", null, StripeJson.text(theirs, "status")))
                : differences(id, ours, theirs);
        mended(id, differences);
        Instant changed = ours == null
                ? StripeJson.time(theirs, "created").toInstant()
                : tables.held(MirrorKind.SUBSCRIPTION, id).stateAt();
        if (isSettled(changed)) {
            differences.forEach(each -> note(id, each.field(), each.ours(), each.theirs()));
        }
    }

    private record Difference(String field, String ours, String theirs) {}

    private List<Difference> differences(String id, JsonNode ours, JsonNode theirs) {
        List<Difference> found = new ArrayList<>();
        boolean deleted = tables.held(MirrorKind.SUBSCRIPTION, id).deleted();
        compare(
                found,
                "status",
                deleted ? "deleted" : StripeJson.text(ours, "status"),
                StripeJson.text(theirs, "status"));
        for (MirrorKind.Column column : MirrorKind.SUBSCRIPTION.columns()) {
            if (COMPARED.contains(column.name())) {
                compare(
                        found,
                        column.name(),
                        column.value().apply(ours),
                        column.value().apply(theirs));
            }
        }
        return found;
    }

    private static void compare(List<Difference> found, String field, Object ours, Object theirs) {
        if (!Objects.equals(ours, theirs)) {
            found.add(new Difference(field, Objects.toString(ours, null), Objects.toString(theirs, null)));
        }
    }

    /** Once all pages are read: what the mirror holds as living and Stripe did not list. */
    public void missing(@Variable("sweep") Sweep sweep) {
        drifted().stream().filter(id -> !sweep.seen().contains(id)).forEach(this::repaired);
        jdbc
                .sql("""
                        select id, status from billing.subscription
                         where deleted_at is null and status not in ('canceled', 'incomplete_expired')
                           and state_at < :settled and (created_at is null or created_at < :settled)
                        """)
                .param("settled", Timestamp.from(sweep.startedAt().minus(SETTLING)))
                .query((row, number) -> Map.entry(row.getString("id"), row.getString("status")))
                .list()
                .stream()
                .filter(held -> !sweep.seen().contains(held.getKey()))
                .forEach(held -> note(held.getKey(), "status", held.getValue(), null));
    }

    private Optional<JsonNode> ours(String id) {
        return tables.object(MirrorKind.SUBSCRIPTION, id);
    }

    private boolean isSettled(Instant changed) {
        return changed.isBefore(clock.instant().minus(SETTLING));
    }

    private void note(String id, String field, String ours, String theirs) {
        LOG.warn("subscription {} differs from Stripe in {}", id, field);
        jdbc.sql("""
                        insert into billing.drift (subscription, field, ours, theirs, found_at)
                        values (:id, :field, :ours, :theirs, :now)
                        on conflict (subscription, field) do update set ours = excluded.ours,
                            theirs = excluded.theirs, found_at = excluded.found_at, repaired_at = null
                        """)
                .param("id", id)
                .param("field", field)
                .param("ours", ours)
                .param("theirs", theirs)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** One line for the operator. */
    public String result() {
        return "%d subscriptions differ from Stripe".formatted(drifted().size());
    }

    /** The subscriptions with a drift that is not repaired yet. */
    public List<String> drifted() {
        return jdbc.sql("select distinct subscription from billing.drift where repaired_at is null order by 1")
                .query(String.class)
                .list();
    }

    /**
     * The mirror has taken Stripe's state over, because an operator said so. It is told once, however many said so at the
     * same time; of one that was left as it is nothing is told, and the next comparison says how it is.
     *
     * @param taken null when it was left as it is
     */
    public void repaired(
            @Variable("taken") Mirrored taken,
            @Variable("change") MirrorChange change,
            @Variable("actor") String operator) {
        if (taken != null) {
            transaction.executeWithoutResult(status -> tell(change, operator));
        }
    }

    private void tell(MirrorChange change, String operator) {
        Map<String, Object> ours = new TreeMap<>();
        Map<String, Object> theirs = new TreeMap<>();
        jdbc.sql("update billing.drift set repaired_at = :now where subscription = :id and repaired_at is null"
                        + " returning field, ours, theirs")
                .param("now", Timestamp.from(clock.instant()))
                .param("id", change.objectId())
                .query(row -> {
                    ours.put(row.getString("field"), row.getString("ours"));
                    theirs.put(row.getString("field"), row.getString("theirs"));
                });
        if (ours.isEmpty()) {
            return; // another operator's order was faster
        }
        history.append(new History.Entry(
                operator,
                owners.customer(change.mirrored()).flatMap(owners::ownerOf).orElse(null),
                "subscription",
                change.objectId(),
                "drift_repaired",
                ours,
                theirs,
                null));
    }

    /** What differs no longer was mended by an event; what still does was not, and is not called so for a moment. */
    private void mended(String id, List<Difference> differences) {
        jdbc.sql("update billing.drift set repaired_at = :now"
                        + " where subscription = :id and repaired_at is null and field <> all(:fields)")
                .param("now", Timestamp.from(clock.instant()))
                .param("id", id)
                .param("fields", differences.stream().map(Difference::field).toArray(String[]::new))
                .update();
    }

    private void repaired(String id) {
        jdbc.sql("update billing.drift set repaired_at = :now where subscription = :id and repaired_at is null")
                .param("now", Timestamp.from(clock.instant()))
                .param("id", id)
                .update();
    }

    /** Newest first. */
    Page<Drift> list(Paging paging) {
        return new Page<>(
                jdbc.sql("select subscription, field, ours, theirs, found_at, repaired_at from billing.drift"
                                + " order by found_at desc, subscription, field limit :limit offset :offset")
                        .param("limit", paging.perPage())
                        .param("offset", paging.offset())
                        .query(Drift.class)
                        .list(),
                jdbc.sql("select count(*) from billing.drift").query(Long.class).single(),
                paging);
    }

    record Drift(String subscription, String field, String ours, String theirs, Instant foundAt, Instant repairedAt) {}
}
