package com.ytempire.hub.youtube;

import com.ytempire.hub.youtube.QuotaHolds.Hold;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final QuotaShares shares;
    private final QuotaSlots slots;
    private final QuotaHolds holds;
    private final QuotaNews news;

    Quota(
            JdbcClient jdbc,
            Clock clock,
            QuotaRuleStore store,
            QuotaDays days,
            QuotaSettings settings,
            QuotaShares shares,
            QuotaSlots slots,
            QuotaHolds holds,
            QuotaNews news) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.store = store;
        this.days = days;
        this.settings = settings;
        this.shares = shares;
        this.slots = slots;
        this.holds = holds;
        this.news = news;
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

    /**
     * In the caller's transaction.
     *
     * @param orders each for another channel
     * @return false when a share has been taken meanwhile, or a channel's last slot; then nothing was changed when it was
     *     for one channel, and the caller has to roll back when it was for several
     */
    boolean reserve(QuotaState state, List<Order> orders) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<Part> parts =
                orders.stream().flatMap(order -> order.parts().stream()).toList();
        if (!shares.reserve(state, parts)) {
            return false;
        }
        List<UUID> uploading = orders.stream()
                .filter(order ->
                        order.parts().stream().anyMatch(part -> part.method().equals(INSERT)))
                .map(Order::channel)
                .toList();
        if (!uploading.isEmpty() && slots.take(uploading, now) < uploading.size()) {
            shares.putBack(state.day(), parts);
            return false;
        }
        holds.add(state.day(), orders, now);
        return true;
    }

    String projectOf(UUID channel) {
        return jdbc.sql("select project from youtube.channel where id = :id")
                .param("id", channel)
                .query(String.class)
                .single();
    }

    /**
     * Marks a reserved call as sent; to be committed before the call is made. A reservation of a day that is over is
     * exchanged for one of today. One that was sent before, and whose answer was lost, is booked once more: Google counts
     * what it receives. Without room for that, what was sent stays booked, whatever becomes of the upload.
     *
     * @return false when it has lapsed or when today has no room for it: it must be reserved anew
     */
    @Transactional
    boolean sending(UUID upload, String method) {
        Hold hold = holds.lock(upload, method).orElse(null);
        if (hold == null || hold.state().equals("reserved") && !hold.day().equals(days.today()) && !moveToToday(hold)) {
            return false;
        }
        if (hold.state().equals("sent") && !take(hold.channel(), method)) {
            end(List.of(hold), any -> "booked");
            return false;
        }
        holds.sent(hold);
        return true;
    }

    /** The call that was marked as sent was not carried out, as Google says or nobody was there: it is sent again. */
    @Transactional
    void notCarriedOut(UUID upload, String method) {
        holds.lock(upload, method).filter(hold -> hold.state().equals("sent")).ifPresent(holds::reservedAgain);
    }

    private boolean moveToToday(Hold hold) {
        List<Cost> costs = costs(List.of(hold.method()));
        QuotaState state = state(costs);
        Room room = state.room(projectOf(hold.channel()), hold.channel(), costs);
        if (!room.fits()) {
            return false;
        }
        giveBack(hold, 0); // the earlier day's share is locked before today's, as everywhere
        if (!shares.reserve(state, room.parts())) {
            shares.add(hold.day(), hold.share(), hold.units(), 0);
            return false;
        }
        holds.move(hold, state.day(), room.parts().get(0));
        return true;
    }

    /** The call was made, whatever came of it. Nothing happens when it has been settled before. */
    @Transactional
    void settle(UUID upload, String method) {
        holds.lock(upload, method).ifPresent(hold -> end(List.of(hold), any -> "settled"));
    }

    /** Gives one call back, also one marked as sent: it was certainly not made. */
    @Transactional
    void release(UUID upload, String method) {
        holds.lock(upload, method).ifPresent(hold -> end(List.of(hold), any -> "released"));
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
        return holds.renew(upload);
    }

    /**
     * Gives back what was left by nodes that are gone, and books what they may have sent.
     *
     * @return how many calls that were
     */
    @Transactional
    public int clear() {
        List<Hold> left = holds.left();
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
                .forEach(hold -> slots.giveBack(hold.channel(), hold.slotAt()));
    }

    private void end(Hold hold, String state) {
        giveBack(hold, state.equals("released") ? 0 : hold.units());
        holds.end(hold, state);
    }

    private void giveBack(Hold hold, int used) {
        shares.add(hold.day(), hold.share(), -hold.units(), used);
    }

    /** Those of these uploads that hold anything. */
    Set<UUID> holding(Collection<UUID> uploads) {
        return holds.holding(uploads);
    }

    /** What an upload holds, under its locks. */
    List<Hold> locked(UUID upload) {
        return holds.locked(upload);
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
        if (!room.fits() || !shares.use(state, room.parts())) {
            return false;
        }
        holds.taken(channel, state.day(), room.parts().get(0));
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
            news.spent(
                    bucket,
                    state.day(),
                    "YouTube says so to %s; the hub counted %d of %d units"
                            .formatted(method, state.taken(bucket), limit.units()));
        }
    }
}
