package com.ytempire.hub.billing;

import static com.ytempire.hub.billing.StripeJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.model.StripeCollection;
import com.stripe.model.StripeObject;
import com.ytempire.hub.camel.stripe.StripeConstants;
import com.ytempire.hub.camel.stripe.StripeSettings;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.webhooks.FailureKind;
import com.ytempire.hub.webhooks.Postponed;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Fills the mirror from Stripe's lists. A run notes with each object how far it has come, so that it goes on there after
 * a crash, on whichever node; only one runs at a time. Each object is a transaction of its own: one that cannot be
 * applied is counted and left out.
 *
 * <p>A page's state may be older than what an event brings while the page is read. An object of it is therefore taken
 * only when what is held is older than the moment the page was asked for, and only on the version that was held.
 */
@Component("mirrorSync")
class MirrorSync {

    /** What is filled, in this order. */
    static final List<MirrorKind> KINDS = List.of(
            MirrorKind.PRODUCT,
            MirrorKind.PRICE,
            MirrorKind.CUSTOMER,
            MirrorKind.SUBSCRIPTION,
            MirrorKind.INVOICE,
            MirrorKind.PAYMENT,
            MirrorKind.REFUND,
            MirrorKind.DISPUTE);

    private static final Logger LOG = LoggerFactory.getLogger(MirrorSync.class);
    private static final int PER_PAGE = 100;
    private static final Duration LEASE = Duration.ofSeconds(60);

    private final MirrorTables tables;
    private final StripeMirror mirror;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final NodeId node;
    private final StripeSettings stripe;

    MirrorSync(
            MirrorTables tables,
            StripeMirror mirror,
            JdbcClient jdbc,
            Clock clock,
            NodeId node,
            StripeSettings stripe) {
        this.tables = tables;
        this.mirror = mirror;
        this.jdbc = jdbc;
        this.clock = clock;
        this.node = node;
        this.stripe = stripe;
    }

    /**
     * Asks for a run; one that waits or runs already serves as well.
     *
     * @throws Problem 503 {@code stripe_off} without a key
     */
    SyncRun request(String operator) {
        if (!stripe.configured()) {
            throw new Problem(HttpStatus.SERVICE_UNAVAILABLE, "stripe_off", "Stripe is off; set STRIPE_SECRET_KEY");
        }
        jdbc.sql("""
                        insert into billing.sync_run (requested_by, requested_at, state)
                        values (:operator, :now, 'waiting') on conflict do nothing
                        """)
                .param("operator", operator)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return jdbc.sql(SyncRun.SELECT + " order by id desc limit 1")
                .query(SyncRun.class)
                .single();
    }

    /** @throws Problem 404 for an unknown run */
    SyncRun find(long id) {
        return jdbc.sql(SyncRun.SELECT + " where id = :id")
                .param("id", id)
                .query(SyncRun.class)
                .optional()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "No such run"));
    }

    /** An empty mirror asks for a run by itself. */
    public void fillIfEmpty() {
        if (stripe.configured() && tables.isEmpty() && neverRan()) {
            LOG.info("the mirror is empty and is filled from Stripe");
            request("the hub");
        }
    }

    private boolean neverRan() {
        return jdbc.sql("select not exists (select 1 from billing.sync_run)")
                .query(Boolean.class)
                .single();
    }

    /**
     * Takes the waiting run, goes on with this node's own, or takes over one whose node is gone.
     *
     * @return the page to read; null when there is nothing to do
     */
    public SyncPage nextPage() {
        return jdbc.sql("""
                        update billing.sync_run
                           set state = 'running', node = :node, kind = coalesce(kind, :first),
                               lease_until = now() + make_interval(secs => :lease)
                         where state = 'waiting' or state = 'running' and (node = :node or lease_until < now())
                        returning id, kind, position
                        """)
                .param("node", node.value())
                .param("first", KINDS.get(0).name())
                .param("lease", LEASE.toSeconds())
                .query((row, number) -> new SyncPage(
                        row.getLong("id"),
                        MirrorKind.valueOf(row.getString("kind")),
                        row.getString("position"),
                        clock.instant()))
                .optional()
                .orElse(null);
    }

    /** Stripe's parameters for the page. */
    public Map<String, Object> parameters(@Variable("page") SyncPage page) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("limit", PER_PAGE);
        if (page.after() != null) {
            parameters.put("starting_after", page.after());
        }
        if (page.kind().expand() != null) {
            parameters.put("expand", List.of("data." + page.kind().expand()));
        }
        if (page.kind() == MirrorKind.SUBSCRIPTION) {
            parameters.put("status", "all"); // cancelled ones are left out otherwise
        }
        return parameters;
    }

    /** The objects of Stripe's answer, each with the moment it is the state of. */
    public SyncRead read(
            @Body StripeCollection<?> answer,
            @Header(StripeConstants.DATE) Instant date,
            @Variable("page") SyncPage page) {
        Instant asOf = date == null ? clock.instant() : date;
        Instant askedAt =
                asOf.minus(Duration.between(page.askedAt(), clock.instant())).minusSeconds(1);
        List<SyncObject> objects = answer.getData().stream()
                .map(element -> mirror.object((StripeObject) element))
                .map(object ->
                        new SyncObject(page, new Mirrored(page.kind(), text(object, "id")), object, askedAt, asOf))
                .toList();
        return new SyncRead(objects, Boolean.TRUE.equals(answer.getHasMore()) && !objects.isEmpty());
    }

    /**
     * Takes an object into the mirror and notes how far the run has come, inside one transaction.
     *
     * @return the object when it may have changed; null when what is held stays
     */
    public Mirrored apply(@Body SyncObject object) {
        cameTo(object, 0);
        return take(object) ? object.mirrored() : null;
    }

    /**
     * Leaves an object out that cannot be taken, so that the others can; called when its transaction has been rolled
     * back.
     *
     * @throws Exception the failure itself, when it may pass: the run goes on with this object then
     */
    public void failed(SyncObject object, Exception failure) throws Exception {
        if (FailureKind.of(failure) != FailureKind.PERMANENT) {
            throw failure;
        }
        cameTo(object, 1);
        LOG.error(
                "sync run {} leaves {} {} out: {}",
                object.page().run(),
                object.mirrored().table(),
                object.mirrored().id(),
                NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName());
    }

    private void cameTo(SyncObject object, int failed) {
        int rows = jdbc.sql("""
                        update billing.sync_run
                           set position = :position, objects = objects + 1, failed = failed + :failed,
                               lease_until = now() + make_interval(secs => :lease)
                         where id = :id and node = :node and state = 'running'
                        """)
                .param("position", object.mirrored().id())
                .param("failed", failed)
                .param("lease", LEASE.toSeconds())
                .param("id", object.page().run())
                .param("node", node.value())
                .update();
        if (rows == 0) {
            throw new Postponed("sync run " + object.page().run() + " has gone to another node");
        }
    }

    /** Goes on to the next list, or ends the run, when this list has no more pages. */
    public void pageDone(@Variable("page") SyncPage page, @Variable("read") SyncRead read) {
        if (read.more()) {
            return;
        }
        int rows = jdbc.sql("""
                        update billing.sync_run
                           set kind = :kind, position = null,
                               state = case when :kind::text is null then 'done' else 'running' end,
                               finished_at = case when :kind::text is null then :now::timestamptz end,
                               lease_until = now() + make_interval(secs => :lease)
                         where id = :id and node = :node and state = 'running'
                        """)
                .param("kind", page.nextKind().map(MirrorKind::name).orElse(null))
                .param("now", Timestamp.from(clock.instant()))
                .param("lease", LEASE.toSeconds())
                .param("id", page.run())
                .param("node", node.value())
                .update();
        if (rows == 1 && page.nextKind().isEmpty()) {
            LOG.info("sync run {} is done", page.run());
        }
    }

    private boolean take(SyncObject object) {
        MirrorKind kind = object.mirrored().kind();
        String id = object.mirrored().id();
        Held held = tables.held(kind, id);
        return (held.isNothing() || held.stateAt().isBefore(object.askedAt()))
                && tables.put(kind, id, object.object(), held, object.asOf(), MirrorTables.Teller.STRIPE);
    }

    /**
     * What a page holds.
     *
     * @param more whether another page follows it
     */
    record SyncRead(List<SyncObject> objects, boolean more) {}

    /**
     * One object of a page.
     *
     * @param askedAt by Stripe's clock: what is held is older than the object when it is older than this
     * @param asOf when Stripe answered
     */
    record SyncObject(SyncPage page, Mirrored mirrored, JsonNode object, Instant askedAt, Instant asOf) {

        @Override
        public String toString() {
            return mirrored.table() + " " + mirrored.id();
        }
    }

    /**
     * @param kind the list being read now; null before the first and after the last
     * @param objects read so far
     * @param failed those of them that could not be applied and were left out; the log has their ids
     */
    record SyncRun(
            long id,
            String requestedBy,
            Instant requestedAt,
            String state,
            String kind,
            long objects,
            long failed,
            Instant finishedAt) {

        static final String SELECT =
                "select id, requested_by, requested_at, state, kind, objects, failed, finished_at from billing.sync_run";
    }
}
