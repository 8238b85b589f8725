package com.ytempire.hub.youtube;

import com.ytempire.hub.youtube.QuotaRules.Cost;
import com.ytempire.hub.youtube.QuotaState.Room;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
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

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Quota quota;
    private final ChannelScores scores;
    private final PoolSettings settings;
    private final TransactionTemplate transactions;

    /** Who waits on this node waits here, without a connection; nodes take turns in the database. */
    private final Lock[] turns =
            Stream.generate(() -> new ReentrantLock(true)).limit(TURNS).toArray(Lock[]::new);

    ChannelPool(
            JdbcClient jdbc,
            Clock clock,
            Quota quota,
            ChannelScores scores,
            PoolSettings settings,
            TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.quota = quota;
        this.scores = scores;
        this.settings = settings;
        this.transactions = transactions;
    }

    /**
     * Chooses a channel with room for a whole video, and reserves it: the calls, and one of the channel's uploads of 24
     * hours. Of two channels the one with the better score is taken; a reserve one only when no active one has room. The
     * same upload again gets the channel it holds, while that serves; else what it held there is ended and another is
     * chosen.
     */
    Choice choose(ChannelWish wish) {
        Lock turn = turns[Math.floorMod(Objects.hashCode(wish.owner()), turns.length)];
        turn.lock();
        try {
            return chooseInTurn(wish);
        } finally {
            turn.unlock();
        }
    }

    private Choice chooseInTurn(ChannelWish wish) {
        for (int i = 0; i < TRIES; i++) {
            Optional<Choice> choice = transactions.execute(status -> tryToChoose(wish));
            if (choice.isPresent()) {
                return choice.get();
            }
        }
        return new Choice(null, "channel_limit", clock.instant().plusSeconds(1));
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
        Optional<YoutubeChannel> best = best(wish, state, costs);
        if (best.isEmpty()) {
            return Optional.of(none(wish));
        }
        YoutubeChannel channel = best.get();
        Room room = state.room(channel.project(), channel.id(), costs);
        return quota.reserve(wish.upload(), channel.id(), state, room.parts())
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
                        + " and not c.id = any(:except::uuid[]) and (:only::uuid is null or c.id = :only)")
                .param("upload", wish.upload())
                .param("insert", Quota.INSERT)
                .param("now", Timestamp.from(clock.instant()))
                .param("except", texts(wish.except()))
                .param("only", wish.channel())
                .query(YoutubeChannel.class)
                .optional();
    }

    private Optional<YoutubeChannel> best(ChannelWish wish, QuotaState state, List<Cost> costs) {
        Map<String, Object> parameters = pool(wish);
        parameters.putAll(scores.parameters(state, costs));
        return jdbc.sql("select " + YoutubeChannel.COLUMNS + " from youtube.channel c " + ChannelScores.JOINS
                        + " where " + POOL + " and c.state = 'active' and (c.out_until is null or c.out_until <= :now)"
                        + " and not c.id = any(:except::uuid[]) and s.taken < c.uploads_per_day and s.fits"
                        + " order by c.user_id is null and :owner::uuid is not null, c.reserve, "
                        + ChannelScores.SCORE + " desc, c.last_upload_at nulls first, c.id limit 1")
                .params(parameters)
                .query(YoutubeChannel.class)
                .optional();
    }

    /** A user's own channels, with the fleet behind them when the setting says so; else the fleet. */
    private static final String POOL = """
            (c.user_id = :owner or c.user_id is null and (:owner::uuid is null or :fleet))
            and (:only::uuid is null or c.id = :only) and c.state not in ('connecting', 'removed')
            """;

    private Map<String, Object> pool(ChannelWish wish) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("owner", wish.owner());
        parameters.put("only", wish.channel());
        parameters.put("fleet", settings.fleetForUsers());
        parameters.put("except", texts(wish.except()));
        parameters.put("now", Timestamp.from(clock.instant()));
        return parameters;
    }

    private static String[] texts(Set<UUID> ids) {
        return ids.stream().map(UUID::toString).toArray(String[]::new);
    }

    private record Pool(int channels, int usable, Instant untilLimit, boolean anyFree) {}

    private Choice none(ChannelWish wish) {
        Instant now = clock.instant();
        Map<String, Object> parameters = pool(wish);
        parameters.put("since", Timestamp.from(now.minus(settings.slot())));
        parameters.put("slot", settings.slot().toSeconds());
        Pool pool = jdbc.sql("""
                        with pool as (
                            select c.state = 'active' and not c.id = any(:except::uuid[]) as usable,
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
