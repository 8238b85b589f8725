package com.ytempire.hub.media;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.spending.Reservation;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The licence ledger. Whoever buys holds the row's claim; what is written without it is not written. */
@Component
class LicenceStore {

    private static final String ENTRY = """
            select l.asset_id, l.size, a.type, a.provider, u.video_id, a.licence, a.author, a.page, l.cost, l.currency, l.url,
                   l.url_until, u.credit, l.bought_at, u.used_at
              from media.licence_use u join media.licence l using (licence_no) join media.asset a on a.id = l.asset_id
            """;
    private static final RowMapper<LicenceEntry> TO_ENTRY = (row, number) -> new LicenceEntry(
            row.getString("asset_id"),
            row.getString("size"),
            row.getString("type"),
            row.getString("provider"),
            row.getString("video_id"),
            row.getString("licence"),
            row.getString("author"),
            row.getString("page"),
            row.getBigDecimal("cost"),
            row.getString("currency"),
            row.getString("url"),
            instant(row, "url_until"),
            row.getString("credit"),
            instant(row, "bought_at"),
            instant(row, "used_at"));

    private final JdbcClient jdbc;
    private final MediaSettings.Licences settings;
    private final NodeId node;
    private final Clock clock;

    LicenceStore(JdbcClient jdbc, MediaSettings settings, NodeId node, Clock clock) {
        this.jdbc = jdbc;
        this.settings = settings.licences();
        this.node = node;
        this.clock = clock;
    }

    /**
     * A purchase that was sent and of which nobody knows the end.
     *
     * @param on the business date its money counts in
     */
    record Purchase(Instant sentAt, UUID reservation, LocalDate on, String video, UUID user, BigDecimal bound) {}

    /** @param claim 0 when another holds it */
    record Claimed(long claim, Purchase left) {}

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    /** The row of that asset and size, there from now on. */
    long open(String assetId, String size) {
        jdbc.sql("""
                        insert into media.licence (asset_id, size, state, created_at) values (:asset, :size, 'open', :now)
                        on conflict (asset_id, size) do nothing
                        """)
                .param("asset", assetId)
                .param("size", size)
                .param("now", now())
                .update();
        return jdbc.sql("select licence_no from media.licence where asset_id = :asset and size = :size")
                .param("asset", assetId)
                .param("size", size)
                .query(Long.class)
                .single();
    }

    /** What costs nothing is had at once. */
    void free(long licenceNo, String url) {
        jdbc.sql("""
                        update media.licence set state = 'bought', cost = 0, url = :url, bought_at = :now
                         where licence_no = :licence and state = 'open'
                        """)
                .param("url", url)
                .param("now", now())
                .param("licence", licenceNo)
                .update();
    }

    /** Whether it is bought and its file can be loaded for a while yet. */
    boolean isReady(long licenceNo) {
        return jdbc.sql("""
                        select state = 'bought' and (url_until is null or url_until > :soon) from media.licence
                         where licence_no = :licence
                        """)
                .param("soon", Timestamp.from(clock.instant().plus(settings.lease())))
                .param("licence", licenceNo)
                .query(Boolean.class)
                .single();
    }

    boolean isBought(long licenceNo) {
        return jdbc.sql("select state = 'bought' from media.licence where licence_no = :licence")
                .param("licence", licenceNo)
                .query(Boolean.class)
                .single();
    }

    /** Takes the row, or keeps it, when nobody else who lives holds it. */
    Claimed claim(long licenceNo, long mine) {
        return jdbc.sql("""
                        update media.licence
                           set claim = case when :mine > 0 and claim = :mine then claim else claim + 1 end, claimed_by = :node,
                               claimed_until = now() + make_interval(secs => :lease)
                         where licence_no = :licence
                           and (:mine > 0 and claim = :mine or claimed_until is null
                                or claimed_until < now())
                        returning claim, sent_at, reservation, reserved_on, reserved_video, reserved_user, bound
                        """)
                .param("mine", mine)
                .param("node", node.value())
                .param("lease", settings.lease().toSeconds())
                .param("licence", licenceNo)
                .query((row, number) -> new Claimed(
                        row.getLong("claim"),
                        row.getTimestamp("sent_at") == null
                                ? null
                                : new Purchase(
                                        instant(row, "sent_at"),
                                        row.getObject("reservation", UUID.class),
                                        row.getObject("reserved_on", LocalDate.class),
                                        row.getString("reserved_video"),
                                        row.getObject("reserved_user", UUID.class),
                                        row.getBigDecimal("bound"))))
                .optional()
                .orElse(new Claimed(0, null));
    }

    /** Gives the row back. */
    void giveUp(long licenceNo, long claim) {
        jdbc.sql("update media.licence set claimed_until = null where licence_no = :licence and claim = :claim")
                .param("licence", licenceNo)
                .param("claim", claim)
                .update();
    }

    /**
     * Writes down that a purchase goes out.
     *
     * @return false when the claim is lost: it must not go out
     */
    boolean sends(long licenceNo, long claim, Reservation reservation) {
        return jdbc.sql("""
                        update media.licence
                           set sent_at = :now, reservation = :reservation, reserved_on = :on, reserved_video = :video,
                               reserved_user = :user, bound = :bound
                         where licence_no = :licence and claim = :claim and state = 'open'
                        """)
                        .param("now", now())
                        .param("reservation", reservation.id())
                        .param("on", Date.valueOf(reservation.date()))
                        .param("video", reservation.spend().videoId())
                        .param("user", reservation.spend().userId())
                        .param("bound", reservation.spend().bound())
                        .param("licence", licenceNo)
                        .param("claim", claim)
                        .update()
                == 1;
    }

    /** The purchase that was sent has certainly bought nothing. */
    void boughtNothing(long licenceNo, long claim) {
        jdbc.sql("update media.licence set sent_at = null where licence_no = :licence and claim = :claim")
                .param("licence", licenceNo)
                .param("claim", claim)
                .update();
    }

    /**
     * It is bought; whoever else holds the row now finds it so.
     *
     * @param cost of the first purchase; what was bought before keeps its cost
     */
    void bought(long licenceNo, String url, BigDecimal cost) {
        jdbc.sql("""
                        update media.licence
                           set state = 'bought', sent_at = null, url = :url, url_until = :until::timestamptz,
                               cost = coalesce(cost, :cost), bought_at = coalesce(bought_at, :now::timestamptz)
                         where licence_no = :licence
                        """)
                .param("url", url)
                .param("until", Timestamp.from(clock.instant().plus(settings.urlLife())))
                .param("cost", cost)
                .param("now", now())
                .param("licence", licenceNo)
                .update();
    }

    /** @return whether the video did not use it before */
    boolean use(long licenceNo, LicenceRequest request, String credit) {
        return jdbc.sql("""
                        insert into media.licence_use (licence_no, video_id, user_id, credit, used_at)
                        values (:licence, :video, :user, :credit, :now) on conflict do nothing
                        """)
                        .param("licence", licenceNo)
                        .param("video", request.video())
                        .param("user", request.owner())
                        .param("credit", credit)
                        .param("now", now())
                        .update()
                == 1;
    }

    LicenceEntry entry(long licenceNo, String video) {
        return jdbc.sql(ENTRY + " where u.licence_no = :licence and u.video_id = :video")
                .param("licence", licenceNo)
                .param("video", video)
                .query(TO_ENTRY)
                .single();
    }

    List<LicenceEntry> ofVideo(String video) {
        return jdbc.sql(ENTRY + " where u.video_id = :video order by u.used_at, l.licence_no")
                .param("video", video)
                .query(TO_ENTRY)
                .list();
    }

    /** Newest first. */
    Page<LicenceEntry> page(Optional<String> video, Paging paging) {
        String wanted = video.orElse(null);
        long total = jdbc.sql(
                        "select count(*) from media.licence_use where :video::text is null or video_id = :video::text")
                .param("video", wanted)
                .query(Long.class)
                .single();
        List<LicenceEntry> entries = jdbc.sql(ENTRY + """
                         where :video::text is null or u.video_id = :video::text
                         order by u.used_at desc, l.licence_no desc limit :most offset :offset
                        """)
                .param("video", wanted)
                .param("most", paging.perPage())
                .param("offset", paging.offset())
                .query(TO_ENTRY)
                .list();
        return new Page<>(entries, total, paging);
    }
}
