package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.Problem;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Brings videos to YouTube, each once. An upload is a row: it is taken up by whatever node has a hand free, goes on
 * where it stopped after a crash, and tells how it goes by {@link UploadListener}.
 */
@Component("uploads")
public class Uploads {

    private static final int MARKER_BYTES = 10;

    private final SecureRandom random = new SecureRandom();
    private final JdbcClient jdbc;
    private final Clock clock;
    private final UploadSettings settings;
    private final UploadViews views;
    private final UploadHistory history;
    private final UploadTold told;
    private final UploadEnd end;

    Uploads(
            JdbcClient jdbc,
            Clock clock,
            UploadSettings settings,
            UploadViews views,
            UploadHistory history,
            UploadTold told,
            UploadEnd end) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings;
        this.views = views;
        this.history = history;
        this.told = told;
        this.end = end;
    }

    /**
     * Queues a video, in the caller's transaction. The same file of a video again is the same upload, also one that has
     * failed; one that is published is told again. What YouTube refused, could not process or has no more is uploaded
     * anew, with a marker of its own: only a person brings a video back after that. Another file of it is taken once the
     * upload of the first has failed or was cancelled, and nothing else of it is or may be at YouTube.
     *
     * @return the upload's id
     * @throws IllegalArgumentException when the file is larger than what is taken
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public UUID queue(UploadOrder order) {
        if (order.bytes() > settings.most().toBytes()) {
            throw new IllegalArgumentException("Files of more than " + settings.most() + " are not uploaded");
        }
        // two that queue the same video at the same time: the second one sees what the first did
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('youtube.upload/' || :video, 0))")
                .param("video", order.video().toString())
                .query()
                .singleRow();
        Optional<Known> known = jdbc.sql("""
                        select id, state, youtube_id from youtube.upload
                         where video_id = :video
                           and not (state = 'failed' and youtube_id is not null and all_sent_at is null
                                    and coalesce(code, '') ~ '^(rejected_|processing_|deleted)')
                           and (sha256 = :sha256 or state not in ('failed', 'cancelled') or all_sent_at is not null
                                or youtube_id is not null)
                         order by no desc limit 1
                        """)
                .param("video", order.video())
                .param("sha256", order.sha256())
                .query(Known.class)
                .optional();
        known.filter(upload -> upload.state().equals("published"))
                .ifPresent(upload -> told.published(order.video(), upload.youtubeId()));
        return known.map(Known::id).orElseGet(() -> insert(order));
    }

    private record Known(UUID id, String state, String youtubeId) {}

    private UUID insert(UploadOrder order) {
        UUID id = UUID.randomUUID();
        String marker = marker();
        Timestamp now = Timestamp.from(clock.instant());
        boolean later = order.publishAt() != null;
        String privacy = order.privacy() == null ? settings.privacy() : order.privacy();
        jdbc.sql("""
                        insert into youtube.upload
                            (id, video_id, owner_id, wanted_channel, lane, marker, file, bytes, sha256, thumbnail,
                             captions, title, description, tags, category, language, privacy, publish_at,
                             made_for_kids, synthetic_media, state, due_at, since, thumbnail_state, captions_state,
                             queued_at, changed_at)
                        values (:id, :video, :owner, :wanted, :lane, :marker, :file, :bytes, :sha256, :thumbnail,
                                :captions, :title, :description, :tags, :category, :language, :privacy, :publish_at,
                                :for_kids, :synthetic, 'queued', :now, :now, :thumbnail_state, :captions_state,
                                :now, :now)
                        """)
                .param("id", id)
                .param("video", order.video())
                .param("owner", order.owner())
                .param("wanted", order.channel())
                .param("lane", lane(order))
                .param("marker", marker)
                .param("file", order.file().toString())
                .param("bytes", order.bytes())
                .param("sha256", order.sha256())
                .param("thumbnail", text(order.thumbnail()))
                .param("captions", text(order.captions()))
                .param("title", UploadText.title(order.title()))
                .param("description", UploadText.description(order.description(), order.credits()))
                .param(
                        "tags",
                        UploadText.tags(order.tags(), UploadText.length(marker)).toArray(String[]::new))
                .param("category", order.category() == null ? settings.category() : order.category())
                .param("language", order.language())
                .param("privacy", later ? "private" : privacy)
                .param("publish_at", later ? Timestamp.from(order.publishAt()) : null)
                .param("for_kids", Boolean.TRUE.equals(order.madeForKids()))
                .param("synthetic", !Boolean.FALSE.equals(order.syntheticMedia()))
                .param("thumbnail_state", order.thumbnail() == null ? "none" : "wanted")
                .param("captions_state", settings.captions() && order.captions() != null ? "wanted" : "none")
                .param("now", now)
                .update();
        history.add(id, "queued", null, null);
        told.queued(order.video(), views.place(id));
        return id;
    }

    /** Whoever shares a lane waits for the same channels, and is served in the order he came. */
    private static String lane(UploadOrder order) {
        if (order.channel() != null) {
            return "channel/" + order.channel();
        }
        return order.owner() == null ? "fleet" : "user/" + order.owner();
    }

    /**
     * By it a video is known again whose id was never heard. It is one of the video's tags: they come back from {@code
     * videos.list} as they were sent, people who watch do not see them, and title and description stay the author's. It
     * goes with the update that follows the upload. Told apart from any word a person would write.
     */
    private String marker() {
        byte[] bytes = new byte[MARKER_BYTES];
        random.nextBytes(bytes);
        return "yte" + HexFormat.of().formatHex(bytes);
    }

    private static String text(Path path) {
        return path == null ? null : path.toString();
    }

    /** The latest upload of a video; empty when there was none. */
    public Optional<UploadView> of(UUID video) {
        return views.latest(video);
    }

    /**
     * Ends the latest upload of a video, unless YouTube has the whole file. One that is under way is ended by whoever is
     * at it, before the next part is sent; where it is not known whether YouTube has it, that is found out first. What
     * has failed or was cancelled is left as it is.
     *
     * @throws Problem 404 without an upload, 409 when the video is at YouTube
     */
    @Transactional
    public void cancel(UUID video) {
        end.cancel(latest(video));
    }

    /**
     * Takes the latest upload of a video up again when it failed or was cancelled, and at once when it waits. What
     * YouTube already has is asked about first: nothing is uploaded twice.
     *
     * @throws Problem 404 without an upload, 409 when there is nothing to be tried
     */
    @Transactional
    public void retry(UUID video) {
        end.retryForVideo(latest(video));
    }

    /**
     * Keeps no texts of a video's uploads: of those that have ended at once, of one under way when it ends. Locks their
     * rows, which whoever works on them locks before the video's.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void forget(UUID video) {
        jdbc.sql("update youtube.upload set forgotten = true where video_id = :video")
                .param("video", video)
                .update();
    }

    private UUID latest(UUID video) {
        return jdbc.sql("select id from youtube.upload where video_id = :video order by no desc limit 1")
                .param("video", video)
                .query(UUID.class)
                .optional()
                .orElseThrow(() ->
                        new Problem(HttpStatus.NOT_FOUND, "upload_not_found", "Video " + video + " has no upload"));
    }
}
