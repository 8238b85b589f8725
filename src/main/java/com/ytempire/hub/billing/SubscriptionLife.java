package com.ytempire.hub.billing;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.billing.SubscriptionMove.Kind;
import com.ytempire.hub.platform.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What has happened to a subscription since the hub looked at it last. It compares states and no events, so each thing
 * is found once in whatever order events come, and also when one never comes.
 */
@Component("subscriptionLife")
class SubscriptionLife {

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final SubscriptionMirror subscriptions;
    private final OpenEffects open;
    private final Clock clock;
    private final Duration tellWithin;
    private final Duration trialNotice;

    SubscriptionLife(
            JdbcClient jdbc,
            ObjectMapper json,
            SubscriptionMirror subscriptions,
            OpenEffects open,
            Clock clock,
            @Value("${hub.billing.tell-within}") Duration tellWithin,
            @Value("${hub.billing.trial.notice}") Duration trialNotice) {
        this.jdbc = jdbc;
        this.json = json;
        this.subscriptions = subscriptions;
        this.open = open;
        this.clock = clock;
        this.tellWithin = tellWithin;
        this.trialNotice = trialNotice;
    }

    /** Notes the present state, inside the transaction that tells of what it finds; its user's customer is locked. */
    public List<SubscriptionMove> moves(@Body Mirrored object, @Variable("user") UUID owner) {
        return subscriptions
                .find(object.id())
                .filter(found -> isKnown(found, object))
                .map(found -> moves(owner, found, held(object.id())))
                .orElse(List.of());
    }

    /** Nobody is welcomed to a plan that has no name yet: what tells of its product may come later. */
    private boolean isKnown(SubscriptionMirror.Found found, Mirrored object) {
        return found.product() == null
                || !found.plan().name().equals(found.state().price())
                || !open.awaitIfMissing(new Mirrored(MirrorKind.PRODUCT, found.product()), object);
    }

    private List<SubscriptionMove> moves(UUID owner, SubscriptionMirror.Found found, Life held) {
        SubscriptionState now = found.state();
        Life next = held.with(now);
        List<SubscriptionMove> moves = new ArrayList<>();
        Moves add = (kind, number, at) -> moves.add(new SubscriptionMove(
                kind, owner, found.id(), number, held.state(), now, at, found.reason(), isNews(at)));
        if (held.startedAt() == null && (now.isLive() || found.wasLive())) {
            Instant at = held.isNew() ? found.createdAt() : found.stateAt();
            next = next.started(at);
            add.note(Kind.STARTED, 0, at);
        }
        if (next.startedAt() != null && !held.isNew()) {
            next = follow(held, next, found, add);
        }
        boolean justCancelled = now.cancelling() && !held.cancelling() && !now.isEnded();
        boolean endsUnannounced = now.isEnded() && held.endedAt() == null && !held.cancelling();
        if (next.startedAt() != null && (justCancelled || endsUnannounced)) {
            next = next.cancelled();
            add.note(Kind.CANCELLED, next.cancellations(), found.cancelledAt());
        }
        if (isTrialEnding(now, held)) {
            next = next.told(now.trialEnd());
            add.note(Kind.TRIAL_ENDING, 0, clock.instant());
        }
        if (now.isEnded() && held.endedAt() == null) {
            next = next.ended(found.endedAt());
            add.note(Kind.ENDED, 0, found.endedAt());
        }
        if (!next.equals(held)) {
            keep(found.id(), owner, next);
        }
        return moves;
    }

    /** What is different from the last look. */
    private Life follow(Life held, Life next, SubscriptionMirror.Found found, Moves add) {
        SubscriptionState was = held.state();
        SubscriptionState now = found.state();
        Life result = next;
        boolean sameGoods = now.price() == null || now.price().equals(was.price()) && now.quantity() == was.quantity();
        if (held.startedAt() != null && !sameGoods) {
            result = result.changed();
            add.note(Kind.CHANGED, result.changes(), found.stateAt());
        }
        if (was.cancelling() && !now.cancelling() && !now.isEnded()) {
            add.note(Kind.KEPT, held.cancellations(), found.stateAt());
        }
        if (held.startedAt() != null && !now.status().equals(was.status()) && !now.isEnded()) {
            add.note(Kind.STATUS, 0, found.stateAt());
        }
        return result;
    }

    /** As Stripe tells it: three days before, or at once when the trial is shorter. */
    private boolean isTrialEnding(SubscriptionState now, Life held) {
        return now.status().equals("trialing")
                && !now.cancelling()
                && now.trialEnd() != null
                && !now.trialEnd().equals(held.trialTold())
                && now.trialEnd().isAfter(clock.instant())
                && !clock.instant().isBefore(now.trialEnd().minus(trialNotice));
    }

    private boolean isNews(Instant at) {
        return at.isAfter(clock.instant().minus(tellWithin));
    }

    /** Subscriptions whose trial ends soon and was not told of: the event that tells of it may be lost. */
    public List<Mirrored> trialsEnding() {
        return jdbc
                .sql("""
                        select s.id from billing.subscription s join billing.subscription_life l on l.subscription = s.id
                         where s.status = 'trialing' and not coalesce(s.cancel_at_period_end, false)
                           and s.trial_end > :now and s.trial_end <= :soon
                           and l.trial_told is distinct from s.trial_end
                         order by s.trial_end limit 100
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("soon", Timestamp.from(clock.instant().plus(trialNotice)))
                .query(String.class)
                .list()
                .stream()
                .map(id -> new Mirrored(MirrorKind.SUBSCRIPTION, id))
                .toList();
    }

    private Life held(String id) {
        return jdbc.sql("select state::text as state_text, started_at, ended_at, changes, cancellations, trial_told"
                        + " from billing.subscription_life where subscription = :id")
                .param("id", id)
                .query(this::life)
                .optional()
                .orElse(Life.UNKNOWN);
    }

    private Life life(ResultSet row, int number) throws SQLException {
        return new Life(
                state(row.getString("state_text")),
                instant(row.getTimestamp("started_at")),
                instant(row.getTimestamp("ended_at")),
                row.getInt("changes"),
                row.getInt("cancellations"),
                instant(row.getTimestamp("trial_told")));
    }

    private SubscriptionState state(String text) {
        return json.convertValue(Json.tree(json, text), SubscriptionState.class);
    }

    private void keep(String id, UUID owner, Life life) {
        jdbc.sql("""
                        insert into billing.subscription_life as held
                            (subscription, user_id, state, started_at, ended_at, changes, cancellations, trial_told)
                        values (:id, :user, :state::jsonb, :started, :ended, :changes, :cancellations, :told)
                        on conflict (subscription) do update
                           set state = excluded.state, started_at = excluded.started_at, ended_at = excluded.ended_at,
                               changes = excluded.changes, cancellations = excluded.cancellations,
                               trial_told = excluded.trial_told
                        """)
                .param("id", id)
                .param("user", owner)
                .param("state", Json.text(json, life.state()))
                .param("started", timestamp(life.startedAt()))
                .param("ended", timestamp(life.endedAt()))
                .param("changes", life.changes())
                .param("cancellations", life.cancellations())
                .param("told", timestamp(life.trialTold()))
                .update();
    }

    private static Timestamp timestamp(Instant time) {
        return time == null ? null : Timestamp.from(time);
    }

    private interface Moves {
        void note(Kind kind, int number, Instant at);
    }

    /** What was told so far. */
    private record Life(
            SubscriptionState state,
            Instant startedAt,
            Instant endedAt,
            int changes,
            int cancellations,
            Instant trialTold) {

        static final Life UNKNOWN = new Life(null, null, null, 0, 0, null);

        boolean isNew() {
            return state == null;
        }

        boolean cancelling() {
            return state != null && state.cancelling();
        }

        Life with(SubscriptionState now) {
            return new Life(now, startedAt, endedAt, changes, cancellations, trialTold);
        }

        Life started(Instant at) {
            return new Life(state, at, endedAt, changes, cancellations, trialTold);
        }

        Life changed() {
            return new Life(state, startedAt, endedAt, changes + 1, cancellations, trialTold);
        }

        Life cancelled() {
            return new Life(state, startedAt, endedAt, changes, cancellations + 1, trialTold);
        }

        Life told(Instant trialEnd) {
            return new Life(state, startedAt, endedAt, changes, cancellations, trialEnd);
        }

        Life ended(Instant at) {
            return new Life(state, startedAt, at, changes, cancellations, trialTold);
        }
    }
}
