package com.ytempire.hub.youtube;

import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.youtube.QuotaRules.Cost;
import com.ytempire.hub.youtube.QuotaRules.Limit;
import com.ytempire.hub.youtube.QuotaState.BucketOf;
import com.ytempire.hub.youtube.QuotaState.Part;
import com.ytempire.hub.youtube.QuotaState.Room;
import com.ytempire.hub.youtube.QuotaState.Share;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Google's quota, kept as money is: what an upload will need is reserved before it begins, marked as sent before each
 * call and settled after it; a call that stands alone is booked before it is made. No share of a bucket is ever exceeded,
 * on however many nodes: each is one row, and it is taken from by one statement that looks at its size. Locks are taken
 * in the order hold, share, channel.
 */
@Component("quota")
public class Quota {

    static final String INSERT = "videos.insert";

    /** What a video needs: the upload itself, its thumbnail, and the update that follows. */
    static final List<String> VIDEO = List.of(INSERT, "thumbnails.set", "videos.update");

    private static final Logger LOG = LoggerFactory.getLogger(Quota.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final QuotaRuleStore store;
    private final QuotaDays days;
    private final QuotaSettings settings;
    private final PoolSettings pool;
    private final Outbox outbox;

    Quota(
            JdbcClient jdbc,
            Clock clock,
            QuotaRuleStore store,
            QuotaDays days,
            QuotaSettings settings,
            PoolSettings pool,
            Outbox outbox) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.store = store;
        this.days = days;
        this.settings = settings;
        this.pool = pool;
        this.outbox = outbox;
    }

    /** When all of today's quota comes back. */
    Instant nextReset() {
        return days.nextReset();
    }

    /** What each of these methods costs today. */
    List<Cost> costs(Collection<String> methods) {
        QuotaRules rules = store.rules();
        LocalDate today = days.today();
        return methods.stream().map(method -> rules.cost(method, today)).toList();
    }

    /** Today's quota, of the buckets these calls need. */
    QuotaState state(Collection<Cost> costs) {
        return state(days.today(), costs.stream().map(Cost::bucket).distinct().toList());
    }

    QuotaState state(LocalDate day, Collection<String> buckets) {
        Map<Share, Integer> taken = new HashMap<>();
        Set<BucketOf> spent = new HashSet<>();
        Set<BucketOf> released = new HashSet<>();
        jdbc.sql("""
                        select owner, bucket, use, used + reserved as units, false as spent, false as released
                          from youtube.quota_use where day = :day and bucket = any(:buckets)
                        union all
                        select owner, bucket, null, 0, spent_at is not null, emergency_at is not null
                          from youtube.quota_day where day = :day and bucket = any(:buckets)
                        """)
                .param("day", Date.valueOf(day))
                .param("buckets", buckets.toArray(String[]::new))
                .query(row -> {
                    BucketOf bucket = new BucketOf(row.getString("owner"), row.getString("bucket"));
                    if (row.getString("use") != null) {
                        taken.put(
                                new Share(bucket.owner(), bucket.bucket(), row.getString("use")), row.getInt("units"));
                    }
                    if (row.getBoolean("spent")) {
                        spent.add(bucket);
                    }
                    if (row.getBoolean("released")) {
                        released.add(bucket);
                    }
                });
        return new QuotaState(store.rules(), day, taken, spent, released, settings.analyticsStop());
    }

    /**
     * Reserves calls of an upload: all of them or none. What it still holds for them, of another day perhaps, is ended
     * first.
     *
     * @return false when there is no room for them today
     */
    @Transactional
    boolean hold(UUID upload, UUID channel, List<String> methods) {
        end(
                locked(upload).stream()
                        .filter(hold -> methods.contains(hold.method()))
                        .toList(),
                Quota::byWhatWasSent);
        List<Cost> costs = costs(methods);
        QuotaState state = state(costs);
        Room room = state.room(projectOf(channel), channel, costs);
        return room.fits() && reserve(state, List.of(new Order(upload, channel, room.parts())));
    }

    /** What one upload needs of one channel. */
    record Order(UUID upload, UUID channel, List<Part> parts) {}

    private record Call(Order order, Part part) {}

    /**
     * In the caller's transaction.
     *
     * @param orders each for another channel
     * @return false when a share has been taken meanwhile, or a channel's last slot; then nothing was changed when it was
     *     for one channel, and the caller has to roll back when it was for several
     */
    boolean reserve(QuotaState state, List<Order> orders) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<Call> calls = orders.stream()
                .flatMap(order -> order.parts().stream().map(part -> new Call(order, part)))
                .toList();
        List<Part> parts = calls.stream().map(Call::part).toList();
        if (!take(state, parts, false)) {
            return false;
        }
        List<UUID> uploading = calls.stream()
                .filter(call -> call.part().method().equals(INSERT))
                .map(call -> call.order().channel())
                .toList();
        if (!uploading.isEmpty() && takeSlots(uploading, now) < uploading.size()) {
            putBack(state.day(), units(parts), false);
            return false;
        }
        jdbc.sql("""
                        with held as (
                            insert into youtube.quota_hold (id, upload_id, channel_id, method, owner, bucket, use,
                                   units, day, slot_at, state, lease_until, created_at)
                            select gen_random_uuid(), upload, channel, method, owner, bucket, use, units, :day,
                                   case when method = :insert then :now::timestamptz end, 'reserved',
                                   now() + make_interval(secs => :lease), :now
                              from unnest(:uploads::uuid[], :channels::uuid[], :methods::text[], :owners::text[],
                                          :buckets::text[], :uses::text[], :units::integer[])
                                as n (upload, channel, method, owner, bucket, use, units)
                            returning *
                        )
                        insert into youtube.quota_entry (hold_id, channel_id, method, owner, bucket, use, day, kind,
                                                         units, at)
                        select id, channel_id, method, owner, bucket, use, day, 'reserved', units, :now from held
                        """)
                .param("day", Date.valueOf(state.day()))
                .param("insert", INSERT)
                .param("lease", settings.lease().toSeconds())
                .param("now", Timestamp.from(now))
                .param("uploads", texts(calls, call -> call.order().upload().toString()))
                .param("channels", texts(calls, call -> call.order().channel().toString()))
                .param("methods", texts(parts, Part::method))
                .param("owners", texts(parts, part -> part.share().owner()))
                .param("buckets", texts(parts, part -> part.share().bucket()))
                .param("uses", texts(parts, part -> part.share().use()))
                .param("units", texts(parts, part -> String.valueOf(part.units())))
                .update();
        return true;
    }

    private static Map<Share, Integer> units(List<Part> parts) {
        Map<Share, Integer> units = new TreeMap<>();
        parts.forEach(part -> units.merge(part.share(), part.units(), Integer::sum));
        return units;
    }

    /** Adds to all the shares, unless one would be exceeded. */
    private boolean take(QuotaState state, List<Part> parts, boolean used) {
        Map<Share, Integer> units = units(parts);
        Map<Share, Integer> most = new HashMap<>();
        parts.forEach(part -> most.put(part.share(), part.most()));
        List<Share> shares = List.copyOf(units.keySet());
        List<Share> taken = jdbc.sql("""
                        insert into youtube.quota_use (owner, bucket, day, use, used, reserved, most)
                        select owner, bucket, :day, use, case when :used then units else 0 end,
                               case when :used then 0 else units end, most
                          from unnest(:owners::text[], :buckets::text[], :uses::text[], :units::integer[],
                                      :most::integer[]) with ordinality as n (owner, bucket, use, units, most, place)
                         where units <= most
                         order by place
                        on conflict (day, owner, bucket, use) do update
                           set used = quota_use.used + excluded.used,
                               reserved = quota_use.reserved + excluded.reserved, most = excluded.most
                         where quota_use.used + quota_use.reserved + excluded.used + excluded.reserved
                               <= excluded.most
                        returning owner, bucket, use
                        """)
                .param("day", Date.valueOf(state.day()))
                .param("used", used)
                .param("owners", texts(shares, Share::owner))
                .param("buckets", texts(shares, Share::bucket))
                .param("uses", texts(shares, Share::use))
                .param("units", texts(shares, share -> units.get(share).toString()))
                .param("most", texts(shares, share -> most.get(share).toString()))
                .query(Share.class)
                .list();
        if (taken.size() < shares.size()) {
            units.keySet().retainAll(taken);
            putBack(state.day(), units, used);
            return false;
        }
        warn(state, units);
        return true;
    }

    private void putBack(LocalDate day, Map<Share, Integer> units, boolean used) {
        units.forEach((share, each) -> add(day, share, used ? 0 : -each, used ? -each : 0));
    }

    private void add(LocalDate day, Share share, int reserved, int used) {
        jdbc.sql("""
                        update youtube.quota_use set reserved = reserved + :reserved, used = used + :used
                         where day = :day and owner = :owner and bucket = :bucket and use = :use
                        """)
                .param("reserved", reserved)
                .param("used", used)
                .param("day", Date.valueOf(day))
                .param("owner", share.owner())
                .param("bucket", share.bucket())
                .param("use", share.use())
                .update();
    }

    /** @return how many of the channels had one left */
    private int takeSlots(List<UUID> channels, Instant now) {
        return jdbc.sql("""
                        with own as (
                            select id from youtube.channel where id = any(:channels::uuid[]) order by id for update
                        )
                        update youtube.channel c
                           set slots = (select array_agg(slot order by slot)
                                          from unnest(slots || :now::timestamptz) as slot where slot > :since),
                               last_upload_at = :now
                          from own
                         where c.id = own.id and state = 'active' and (out_until is null or out_until <= :now)
                           and cardinality(slots) - width_bucket(:since::timestamptz, slots) < uploads_per_day
                        """)
                .param("channels", texts(channels, UUID::toString))
                .param("now", Timestamp.from(now))
                .param("since", Timestamp.from(now.minus(pool.slot())))
                .update();
    }

    /** People are told once a day of each threshold; the outbox knows the key. */
    private void warn(QuotaState before, Map<Share, Integer> units) {
        Map<BucketOf, Integer> more = new TreeMap<>();
        units.forEach((share, each) -> more.merge(new BucketOf(share.owner(), share.bucket()), each, Integer::sum));
        more.forEach((bucket, added) -> {
            Limit limit = before.rules().limit(bucket.bucket(), projectOf(bucket.owner()), before.day());
            long was = before.taken(bucket);
            for (int threshold : List.of(settings.warning(), settings.critical())) {
                long reached = (long) limit.units() * threshold;
                if (was * 100 < reached && (was + added) * 100 >= reached) {
                    tell(
                            bucket,
                            before.day(),
                            String.valueOf(threshold),
                            "%d of %d units are used or reserved".formatted(was + added, limit.units()));
                }
            }
        });
    }

    private void tell(BucketOf bucket, LocalDate day, String what, String text) {
        String subject = "YouTube quota: bucket %s of %s, %s"
                .formatted(
                        bucket.bucket(), bucket.owner(), what.equals("spent") ? "spent" : what + " percent are gone");
        LOG.warn("{}: {}", subject, text);
        outbox.tell(new Notice(
                "youtube-quota:%s:%s:%s:%s".formatted(bucket.owner(), bucket.bucket(), day, what),
                Notice.Audience.OPERATORS,
                subject,
                text + ". It comes back at " + days.nextReset() + ".",
                null));
    }

    private static String projectOf(String owner) {
        return owner.startsWith(QuotaState.PROJECT) ? owner.substring(QuotaState.PROJECT.length()) : "";
    }

    String projectOf(UUID channel) {
        return jdbc.sql("select project from youtube.channel where id = :id")
                .param("id", channel)
                .query(String.class)
                .single();
    }

    /**
     * Marks a reserved call as sent; to be committed before the call is made. A reservation of a day that is over is
     * exchanged for one of today.
     *
     * @return false when it has lapsed or when today has no room for it: it must be reserved anew
     */
    @Transactional
    boolean sending(UUID upload, String method) {
        Hold hold = lock(upload, method);
        if (hold == null) {
            return false;
        }
        if (hold.state().equals("reserved") && !hold.day().equals(days.today()) && !moveToToday(hold)) {
            return false;
        }
        jdbc.sql("update youtube.quota_hold set state = 'sent', lease_until = now() + make_interval(secs => :lease)"
                        + " where id = :id")
                .param("id", hold.id())
                .param("lease", settings.lease().toSeconds())
                .update();
        if (hold.state().equals("reserved")) {
            enter(hold.id(), "sent", 0);
        }
        return true;
    }

    private boolean moveToToday(Hold hold) {
        List<Cost> costs = costs(List.of(hold.method()));
        QuotaState state = state(costs);
        Room room = state.room(projectOf(hold.channel()), hold.channel(), costs);
        if (!room.fits()) {
            return false;
        }
        giveBack(hold, 0); // the earlier day's share is locked before today's, as everywhere
        if (!take(state, room.parts(), false)) {
            add(hold.day(), hold.share(), hold.units(), 0);
            return false;
        }
        Part part = room.parts().get(0);
        enter(hold.id(), "released", -hold.units());
        jdbc.sql("update youtube.quota_hold set day = :day, owner = :owner, bucket = :bucket, use = :use,"
                        + " units = :units where id = :id")
                .param("day", Date.valueOf(state.day()))
                .param("owner", part.share().owner())
                .param("bucket", part.share().bucket())
                .param("use", part.share().use())
                .param("units", part.units())
                .param("id", hold.id())
                .update();
        enter(hold.id(), "reserved", part.units());
        return true;
    }

    /** The call was made, whatever came of it. Nothing happens when it has been settled before. */
    @Transactional
    void settle(UUID upload, String method) {
        Hold hold = lock(upload, method);
        if (hold != null) {
            end(List.of(hold), any -> "settled");
        }
    }

    /** Gives back what was not sent, and with the upload's call the channel's slot. */
    @Transactional
    void release(UUID upload) {
        end(
                locked(upload).stream()
                        .filter(hold -> hold.state().equals("reserved"))
                        .toList(),
                hold -> "released");
    }

    /** Gives one call back, also one marked as sent: it was certainly not made. */
    @Transactional
    void release(UUID upload, String method) {
        Hold hold = lock(upload, method);
        if (hold != null) {
            end(List.of(hold), any -> "released");
        }
    }

    /** Ends all that is open of an upload: what was sent is settled, the rest given back. */
    @Transactional
    void end(UUID upload) {
        end(locked(upload), Quota::byWhatWasSent);
    }

    /** The same when the upload's own call was certainly not made, although it was to be. */
    @Transactional
    void endWithoutInsert(UUID upload) {
        end(locked(upload), hold -> hold.method().equals(INSERT) ? "released" : byWhatWasSent(hold));
    }

    private static String byWhatWasSent(Hold hold) {
        return hold.state().equals("sent") ? "settled" : "released";
    }

    /**
     * Keeps what an upload holds for another while.
     *
     * @return false when it holds nothing
     */
    @Transactional
    boolean renew(UUID upload) {
        return jdbc.sql("update youtube.quota_hold set lease_until = now() + make_interval(secs => :lease)"
                                + " where upload_id = :upload and state in ('reserved', 'sent')")
                        .param("upload", upload)
                        .param("lease", settings.lease().toSeconds())
                        .update()
                > 0;
    }

    /**
     * Gives back what was left by nodes that are gone, and books what they may have sent.
     *
     * @return how many calls that were
     */
    @Transactional
    public int clear() {
        List<Hold> left = jdbc.sql(Hold.SELECT
                        + " where state in ('reserved', 'sent') and lease_until < now() order by id limit 200"
                        + " for update skip locked")
                .query(Hold.class)
                .list();
        end(left, hold -> hold.state().equals("sent") ? "booked" : "released");
        if (!left.isEmpty()) {
            LOG.warn("quota of {} calls was left behind; cleared", left.size());
        }
        return left.size();
    }

    /** All shares first and then all channels, both in their order. */
    private void end(List<Hold> holds, Function<Hold, String> state) {
        List<Hold> ordered = holds.stream()
                .sorted(Comparator.comparing(Hold::day)
                        .thenComparing(Hold::share)
                        .thenComparing(Hold::id))
                .toList();
        ordered.forEach(hold -> end(hold, state.apply(hold)));
        ordered.stream()
                .filter(hold -> hold.slotAt() != null && state.apply(hold).equals("released"))
                .sorted(Comparator.comparing(Hold::channel))
                .forEach(this::giveSlotBack);
    }

    private void end(Hold hold, String state) {
        boolean made = !state.equals("released");
        giveBack(hold, made ? hold.units() : 0);
        jdbc.sql("update youtube.quota_hold set state = :state, ended_at = :now where id = :id")
                .param("state", state)
                .param("now", Timestamp.from(clock.instant()))
                .param("id", hold.id())
                .update();
        enter(hold.id(), state, made ? 0 : -hold.units());
    }

    private void giveSlotBack(Hold hold) {
        jdbc.sql("""
                        update youtube.channel
                           set slots = (select coalesce(array_agg(slot order by slot), '{}')
                                          from unnest(slots) with ordinality as n (slot, place)
                                         where place <> array_position(slots, :slot::timestamptz))
                         where id = :channel and array_position(slots, :slot::timestamptz) is not null
                        """)
                .param("channel", hold.channel())
                .param("slot", Timestamp.from(hold.slotAt()))
                .update();
    }

    private void giveBack(Hold hold, int used) {
        add(hold.day(), hold.share(), -hold.units(), used);
    }

    private void enter(UUID hold, String kind, int units) {
        jdbc.sql("""
                        insert into youtube.quota_entry (hold_id, channel_id, method, owner, bucket, use, day, kind,
                                                         units, at)
                        select id, channel_id, method, owner, bucket, use, day, :kind, :units, :now
                          from youtube.quota_hold where id = :hold
                        """)
                .param("hold", hold)
                .param("kind", kind)
                .param("units", units)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** An open hold under its lock. */
    record Hold(
            UUID id,
            UUID channel,
            String method,
            String owner,
            String bucket,
            String use,
            int units,
            LocalDate day,
            Instant slotAt,
            String state) {

        static final String SELECT = "select id, channel_id as channel, method, owner, bucket, use, units, day,"
                + " slot_at, state from youtube.quota_hold";

        Share share() {
            return new Share(owner, bucket, use);
        }
    }

    private Hold lock(UUID upload, String method) {
        return jdbc.sql(Hold.SELECT
                        + " where upload_id = :upload and method = :method and state in ('reserved', 'sent')"
                        + " for update")
                .param("upload", upload)
                .param("method", method)
                .query(Hold.class)
                .optional()
                .orElse(null);
    }

    /** Those of these uploads that hold anything. */
    Set<UUID> holding(Collection<UUID> uploads) {
        return Set.copyOf(jdbc.sql("select distinct upload_id from youtube.quota_hold"
                        + " where upload_id = any(:uploads::uuid[]) and state in ('reserved', 'sent')")
                .param("uploads", texts(uploads, UUID::toString))
                .query(UUID.class)
                .list());
    }

    /** What an upload holds, under its locks. */
    List<Hold> locked(UUID upload) {
        return jdbc.sql(Hold.SELECT + " where upload_id = :upload and state in ('reserved', 'sent') order by id"
                        + " for update")
                .param("upload", upload)
                .query(Hold.class)
                .list();
    }

    /**
     * Books a single call of a channel before it is made.
     *
     * @return false when there is no room for it today: it must not be made
     */
    @Transactional
    boolean take(UUID channel, String method) {
        return take(channel, costs(List.of(method)).get(0));
    }

    /** The same, from the share of another use than the method's usual one, when the bucket has such a share. */
    @Transactional
    boolean take(UUID channel, String method, String use) {
        Cost usual = costs(List.of(method)).get(0);
        Limit limit = store.rules().limit(usual.bucket(), projectOf(channel), days.today());
        return take(channel, limit.shares().containsKey(use) ? usual.forUse(use) : usual);
    }

    private boolean take(UUID channel, Cost cost) {
        QuotaState state = state(List.of(cost));
        Room room = state.room(projectOf(channel), channel, List.of(cost));
        if (!room.fits() || !take(state, room.parts(), true)) {
            return false;
        }
        Part part = room.parts().get(0);
        jdbc.sql("""
                        insert into youtube.quota_entry (channel_id, method, owner, bucket, use, day, kind, units, at)
                        values (:channel, :method, :owner, :bucket, :use, :day, 'taken', :units, :now)
                        """)
                .param("channel", channel)
                .param("method", part.method())
                .param("owner", part.share().owner())
                .param("bucket", part.share().bucket())
                .param("use", part.share().use())
                .param("day", Date.valueOf(state.day()))
                .param("units", part.units())
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return true;
    }

    /**
     * YouTube said {@code quotaExceeded} to that method: nothing more of its bucket until the next reset. Said right after
     * a reset it is about the day before.
     */
    @Transactional
    void bucketSpent(UUID channel, String method) {
        if (days.hasJustBegun()) {
            return;
        }
        Cost cost = costs(List.of(method)).get(0);
        String project = projectOf(channel);
        QuotaState state = state(List.of(cost));
        Limit limit = store.rules().limit(cost.bucket(), project, state.day());
        BucketOf bucket = new BucketOf(state.owner(limit, project, channel), cost.bucket());
        int first = jdbc.sql("""
                        insert into youtube.quota_day (owner, bucket, day, spent_at, spent_by)
                        values (:owner, :bucket, :day, :now, :method)
                        on conflict (day, owner, bucket) do update
                           set spent_at = excluded.spent_at, spent_by = excluded.spent_by
                         where quota_day.spent_at is null
                        """)
                .param("owner", bucket.owner())
                .param("bucket", bucket.bucket())
                .param("day", Date.valueOf(state.day()))
                .param("now", Timestamp.from(clock.instant()))
                .param("method", method)
                .update();
        if (first == 1) {
            tell(
                    bucket,
                    state.day(),
                    "spent",
                    "YouTube says so to %s; the hub counted %d of %d units"
                            .formatted(method, state.taken(bucket), limit.units()));
        }
    }

    private static <T> String[] texts(Collection<T> items, Function<T, String> text) {
        return new ArrayList<>(items).stream().map(text).toArray(String[]::new);
    }
}
