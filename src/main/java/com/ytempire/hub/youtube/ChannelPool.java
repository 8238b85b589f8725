package com.ytempire.hub.youtube;

import com.ytempire.hub.youtube.QuotaRules.Cost;
import com.ytempire.hub.youtube.QuotaState.Room;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Chooses the channel of an upload. Choice and reservation are one short transaction; those who choose for the same owner
 * do it one after the other, so that each sees what the one before has taken.
 */
@Component
class ChannelPool {

    /** Somebody who takes quota without choosing may be quicker; each time something is left to choose from. */
    private static final int TRIES = 10;

    private static final int TURNS = 64;
    private static final int TOGETHER = 64;
    private static final Logger LOG = LoggerFactory.getLogger(ChannelPool.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Quota quota;
    private final ChannelScores scores;
    private final PoolSettings settings;
    private final ChannelAllowance allowance;
    private final TransactionTemplate transactions;

    private final Turn[] turns = Stream.generate(Turn::new).limit(TURNS).toArray(Turn[]::new);

    ChannelPool(
            JdbcClient jdbc,
            Clock clock,
            Quota quota,
            ChannelScores scores,
            PoolSettings settings,
            ChannelAllowance allowance,
            PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.quota = quota;
        this.scores = scores;
        this.settings = settings;
        this.allowance = allowance;
        this.transactions = new TransactionTemplate(transactions);
        // whoever has the turn chooses for others: in no transaction of his own
        this.transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /**
     * Chooses a channel with room for a whole video, and reserves it: the calls, and one of the channel's uploads of 24
     * hours. Of two channels the one with the better score is taken; a reserve one only when no active one has room. The
     * same upload again gets the channel it holds, while that serves; else what it held there is ended and another is
     * chosen.
     */
    Choice choose(ChannelWish wish) {
        Waiting waiting = new Waiting(wish);
        Turn turn = turns[Math.floorMod(Objects.hashCode(wish.owner()), turns.length)];
        turn.queue().add(waiting);
        turn.lock().lock();
        try {
            while (!waiting.choice().isDone()) {
                serve(turn.next());
            }
        } finally {
            turn.lock().unlock();
        }
        try {
            return waiting.choice().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** One who wants a channel. */
    private record Waiting(ChannelWish wish, CompletableFuture<Choice> choice) {

        Waiting(ChannelWish wish) {
            this(wish, new CompletableFuture<>());
        }

        /** Whether any channel of the pool will do. */
        boolean isPlain() {
            return wish.channel() == null;
        }
    }

    /**
     * Those who wait on this node, without a connection each: whoever has the turn chooses for all who wait, in one
     * transaction. Nodes take turns in the database.
     */
    private record Turn(ReentrantLock lock, Queue<Waiting> queue) {

        Turn() {
            this(new ReentrantLock(true), new ConcurrentLinkedQueue<>());
        }

        List<Waiting> next() {
            List<Waiting> next = new ArrayList<>();
            for (Waiting one = queue.poll(); one != null; one = next.size() < TOGETHER ? queue.poll() : null) {
                next.add(one);
            }
            return next;
        }
    }

    private void serve(List<Waiting> waiting) {
        Map<Optional<UUID>, List<Waiting>> plain = waiting.stream()
                .filter(Waiting::isPlain)
                .collect(Collectors.groupingBy(
                        one -> Optional.ofNullable(one.wish().owner())));
        try {
            plain.values().forEach(this::together);
            waiting.stream().filter(one -> !one.choice().isDone()).forEach(this::alone);
        } finally {
            // nobody waits for ever, whatever happened
            waiting.forEach(one -> one.choice().completeExceptionally(new IllegalStateException("no choice was made")));
        }
    }

    private void alone(Waiting one) {
        try {
            one.choice().complete(chooseAlone(one.wish()));
        } catch (RuntimeException e) {
            one.choice().completeExceptionally(e);
        }
    }

    private Choice chooseAlone(ChannelWish wish) {
        for (int i = 0; i < TRIES; i++) {
            Optional<Choice> choice = transactions.execute(status -> tryToChoose(wish));
            if (choice.isPresent()) {
                return choice.get();
            }
        }
        return new Choice(null, "channel_limit", clock.instant().plusSeconds(1));
    }

    /** Goes on as long as it finds some a channel; the others are looked after alone. */
    private void together(List<Waiting> all) {
        List<Waiting> left = all;
        int before = Integer.MAX_VALUE;
        while (left.size() > 1 && left.size() < before) {
            before = left.size();
            chooseTogether(left);
            left = left.stream().filter(one -> !one.choice().isDone()).toList();
        }
    }

    private void chooseTogether(List<Waiting> all) {
        try {
            Map<UUID, YoutubeChannel> chosen = transactions.execute(status -> {
                Optional<Map<UUID, YoutubeChannel>> reserved = tryToChoose(all);
                if (reserved.isEmpty()) {
                    status.setRollbackOnly();
                }
                return reserved.orElse(Map.of());
            });
            all.forEach(one -> Optional.ofNullable(chosen.get(one.wish().upload()))
                    .ifPresent(channel -> one.choice().complete(new Choice(channel, null, null))));
        } catch (RuntimeException e) {
            LOG.warn("{} choices of a channel failed together, each is made alone: {}", all.size(), e.toString());
        }
    }

    /**
     * Each gets a channel of its own, the best one first: to have been chosen makes a channel's score worse than that of
     * the next. What is only for want of others, such as a reserve channel, is not given away while those have room.
     */
    private Optional<Map<UUID, YoutubeChannel>> tryToChoose(List<Waiting> all) {
        lock(all.get(0).wish().owner());
        Set<UUID> uploads =
                all.stream().map(one -> one.wish().upload()).collect(Collectors.toCollection(LinkedHashSet::new));
        uploads.removeAll(quota.holding(uploads));
        List<Cost> costs = quota.costs(Quota.VIDEO);
        QuotaState before = quota.state(costs);
        QuotaState state = before;
        Iterator<YoutubeChannel> best =
                best(all.get(0).wish(), before, costs, uploads.size()).iterator();
        Map<UUID, YoutubeChannel> chosen = new LinkedHashMap<>();
        List<Quota.Order> orders = new ArrayList<>();
        YoutubeChannel first = null;
        for (UUID upload : uploads) {
            if (!best.hasNext()) {
                break;
            }
            YoutubeChannel channel = best.next();
            if (orders.isEmpty()) {
                first = channel;
            } else if (channel.reserve() != first.reserve() || !Objects.equals(channel.owner(), first.owner())) {
                break;
            }
            Room room = state.room(channel.project(), channel.id(), costs);
            if (room.fits()) {
                orders.add(new Quota.Order(upload, channel.id(), room.parts()));
                chosen.put(upload, channel);
                state = state.with(room.parts());
            }
        }
        return orders.isEmpty() || quota.reserve(before, orders) ? Optional.of(chosen) : Optional.empty();
    }

    private Optional<Choice> tryToChoose(ChannelWish wish) {
        lock(wish.owner());
        if (!quota.locked(wish.upload()).isEmpty()) {
            Optional<YoutubeChannel> held = held(wish);
            if (held.isPresent()) {
                quota.renew(wish.upload());
                return Optional.of(new Choice(held.get(), null, null));
            }
            quota.end(wish.upload());
        }
        List<Cost> costs = quota.costs(Quota.VIDEO);
        QuotaState state = quota.state(costs);
        List<YoutubeChannel> best = best(wish, state, costs, 1);
        if (best.isEmpty()) {
            return Optional.of(none(wish));
        }
        YoutubeChannel channel = best.get(0);
        Room room = state.room(channel.project(), channel.id(), costs);
        return quota.reserve(state, List.of(new Quota.Order(wish.upload(), channel.id(), room.parts())))
                ? Optional.of(new Choice(channel, null, null))
                : Optional.empty();
    }

    private void lock(UUID owner) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('youtube.pool/' || :owner, 0)) is null")
                .param("owner", owner == null ? "fleet" : owner.toString())
                .query(Boolean.class)
                .single();
    }

    /** The channel that the upload's own call is reserved or sent on, while it serves. */
    private Optional<YoutubeChannel> held(ChannelWish wish) {
        return jdbc.sql("select " + YoutubeChannel.COLUMNS
                        + " from youtube.quota_hold h join youtube.channel c on c.id = h.channel_id"
                        + " where h.upload_id = :upload and h.method = :insert and h.state in ('reserved', 'sent')"
                        + " and c.state = 'active' and (c.out_until is null or c.out_until <= :now)"
                        + " and (:only::uuid is null or c.id = :only)")
                .param("upload", wish.upload())
                .param("insert", Quota.INSERT)
                .param("now", Timestamp.from(clock.instant()))
                .param("only", wish.channel())
                .query(YoutubeChannel.class)
                .optional();
    }

    private List<YoutubeChannel> best(ChannelWish wish, QuotaState state, List<Cost> costs, int most) {
        Map<String, Object> parameters = pool(wish);
        parameters.putAll(scores.parameters(state, costs));
        return jdbc.sql("select " + YoutubeChannel.COLUMNS + " from youtube.channel c " + ChannelScores.JOINS
                        + " where " + POOL + " and c.state = 'active' and (c.out_until is null or c.out_until <= :now)"
                        + " and s.taken < c.uploads_per_day and s.fits"
                        + " order by c.user_id is null and :owner::uuid is not null, c.reserve, "
                        + ChannelScores.SCORE + " desc, c.last_upload_at nulls first, c.id limit :most")
                .params(parameters)
                .param("most", most)
                .query(YoutubeChannel.class)
                .list();
    }

    /**
     * A user's own channels, as many as the plan allows, the oldest first, with the fleet behind them when the setting says
     * so; else the fleet.
     */
    private static final String POOL = """
            (c.user_id = :owner or c.user_id is null and (:owner::uuid is null or :fleet))
            and (:only::uuid is null or c.id = :only) and c.state not in ('connecting', 'removed')
            and (c.user_id is null or :plan = 0 or c.id in (
                select id from youtube.channel
                 where user_id = :owner and state not in ('connecting', 'removed')
                 order by created_at, id limit :plan))
            """;

    private Map<String, Object> pool(ChannelWish wish) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("owner", wish.owner());
        parameters.put("only", wish.channel());
        parameters.put("fleet", settings.fleetForUsers());
        // a plan that has ended grants no new videos; what is queued is still published
        parameters.put("plan", wish.owner() == null ? 0 : allowance.channels(wish.owner()));
        parameters.put("now", Timestamp.from(clock.instant()));
        return parameters;
    }

    private record Pool(int channels, int usable, Instant untilLimit, boolean anyFree) {}

    private Choice none(ChannelWish wish) {
        Instant now = clock.instant();
        Map<String, Object> parameters = pool(wish);
        parameters.put("since", Timestamp.from(now.minus(settings.slot())));
        parameters.put("slot", settings.slot().toSeconds());
        Pool pool = jdbc.sql("""
                        with pool as (
                            select c.state = 'active' as usable,
                                   greatest(case when c.out_until > :now then c.out_until end,
                                            case when cardinality(c.slots)
                                                      - width_bucket(:since::timestamptz, c.slots) >= c.uploads_per_day
                                                 then c.slots[cardinality(c.slots) - c.uploads_per_day + 1]
                                                      + make_interval(secs => :slot) end) as free_at
                              from youtube.channel c where""" + " " + POOL + """
                        )
                        select count(*) as channels, count(*) filter (where usable) as usable,
                               min(free_at) filter (where usable) as until_limit,
                               coalesce(bool_or(usable and free_at is null), false) as any_free
                          from pool
                        """)
                .params(parameters)
                .query(Pool.class)
                .single();
        if (pool.usable() == 0) {
            return new Choice(null, pool.channels() == 0 ? "no_channel" : "out", null);
        }
        return pool.anyFree()
                ? new Choice(null, "quota", quota.nextReset())
                : new Choice(null, "channel_limit", pool.untilLimit());
    }
}
