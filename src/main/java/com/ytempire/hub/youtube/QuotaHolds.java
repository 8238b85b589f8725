package com.ytempire.hub.youtube;

import static com.ytempire.hub.platform.SqlColumns.texts;

import com.ytempire.hub.youtube.Quota.Order;
import com.ytempire.hub.youtube.QuotaState.Part;
import com.ytempire.hub.youtube.QuotaState.Share;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The calls that uploads have reserved or sent, and the ledger with an entry for each change of them. */
@Component
class QuotaHolds {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final QuotaSettings settings;

    QuotaHolds(JdbcClient jdbc, Clock clock, QuotaSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings;
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

    private record Call(Order order, Part part) {}

    /** @param now the slot of an upload's own call */
    void add(LocalDate day, List<Order> orders, Instant now) {
        List<Call> calls = orders.stream()
                .flatMap(order -> order.parts().stream().map(part -> new Call(order, part)))
                .toList();
        List<Part> parts = calls.stream().map(Call::part).toList();
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
                .param("day", Date.valueOf(day))
                .param("insert", Quota.INSERT)
                .param("lease", settings.lease().toSeconds())
                .param("now", Timestamp.from(now))
                .param("uploads", texts(calls, call -> call.order().upload()))
                .param("channels", texts(calls, call -> call.order().channel()))
                .param("methods", texts(parts, Part::method))
                .param("owners", texts(parts, part -> part.share().owner()))
                .param("buckets", texts(parts, part -> part.share().bucket()))
                .param("uses", texts(parts, part -> part.share().use()))
                .param("units", texts(parts, Part::units))
                .update();
    }

    /** The open hold of a call, under its lock. */
    Optional<Hold> lock(UUID upload, String method) {
        return jdbc.sql(Hold.SELECT
                        + " where upload_id = :upload and method = :method and state in ('reserved', 'sent')"
                        + " for update")
                .param("upload", upload)
                .param("method", method)
                .query(Hold.class)
                .optional();
    }

    /** What an upload holds, under its locks. */
    List<Hold> locked(UUID upload) {
        return jdbc.sql(Hold.SELECT + " where upload_id = :upload and state in ('reserved', 'sent') order by id"
                        + " for update")
                .param("upload", upload)
                .query(Hold.class)
                .list();
    }

    /** Those of these uploads that hold anything. */
    Set<UUID> holding(Collection<UUID> uploads) {
        return Set.copyOf(jdbc.sql("select distinct upload_id from youtube.quota_hold"
                        + " where upload_id = any(:uploads::uuid[]) and state in ('reserved', 'sent')")
                .param("uploads", uploads.toArray(UUID[]::new))
                .query(UUID.class)
                .list());
    }

    /** What was left by nodes that are gone, under its locks; a helping of it. */
    List<Hold> left() {
        return jdbc.sql(Hold.SELECT
                        + " where state in ('reserved', 'sent') and lease_until < now() order by id limit 200"
                        + " for update skip locked")
                .query(Hold.class)
                .list();
    }

    /**
     * Keeps what an upload holds for another while.
     *
     * @return false when it holds nothing
     */
    boolean renew(UUID upload) {
        return jdbc.sql("update youtube.quota_hold set lease_until = now() + make_interval(secs => :lease)"
                                + " where upload_id = :upload and state in ('reserved', 'sent')")
                        .param("upload", upload)
                        .param("lease", settings.lease().toSeconds())
                        .update()
                > 0;
    }

    void sent(Hold hold) {
        jdbc.sql("update youtube.quota_hold set state = 'sent', lease_until = now() + make_interval(secs => :lease)"
                        + " where id = :id")
                .param("id", hold.id())
                .param("lease", settings.lease().toSeconds())
                .update();
        if (hold.state().equals("reserved")) {
            enter(hold.id(), "sent", 0);
        }
    }

    void reservedAgain(Hold hold) {
        jdbc.sql("update youtube.quota_hold set state = 'reserved' where id = :id")
                .param("id", hold.id())
                .update();
        enter(hold.id(), "reserved", 0);
    }

    /** Exchanges it for a call of another day. */
    void move(Hold hold, LocalDate day, Part part) {
        enter(hold.id(), "released", -hold.units());
        jdbc.sql("update youtube.quota_hold set day = :day, owner = :owner, bucket = :bucket, use = :use,"
                        + " units = :units where id = :id")
                .param("day", Date.valueOf(day))
                .param("owner", part.share().owner())
                .param("bucket", part.share().bucket())
                .param("use", part.share().use())
                .param("units", part.units())
                .param("id", hold.id())
                .update();
        enter(hold.id(), "reserved", part.units());
    }

    /** @param state settled, booked or released */
    void end(Hold hold, String state) {
        jdbc.sql("update youtube.quota_hold set state = :state, ended_at = :now where id = :id")
                .param("state", state)
                .param("now", Timestamp.from(clock.instant()))
                .param("id", hold.id())
                .update();
        enter(hold.id(), state, state.equals("released") ? -hold.units() : 0);
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

    /** A call that no upload has reserved. */
    void taken(UUID channel, LocalDate day, Part part) {
        jdbc.sql("""
                        insert into youtube.quota_entry (channel_id, method, owner, bucket, use, day, kind, units, at)
                        values (:channel, :method, :owner, :bucket, :use, :day, 'taken', :units, :now)
                        """)
                .param("channel", channel)
                .param("method", part.method())
                .param("owner", part.share().owner())
                .param("bucket", part.share().bucket())
                .param("use", part.share().use())
                .param("day", Date.valueOf(day))
                .param("units", part.units())
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }
}
