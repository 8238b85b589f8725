package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What a person does with an upload: end it, or have it tried again. Both hold the row while they decide. */
@Component
class UploadEnd {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final UploadHistory history;
    private final UploadTold told;
    private final UploadViews views;
    private final Quota quota;

    UploadEnd(JdbcClient jdbc, Clock clock, UploadHistory history, UploadTold told, UploadViews views, Quota quota) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.history = history;
        this.told = told;
        this.views = views;
        this.quota = quota;
    }

    private record Row(
            UUID video,
            String state,
            UUID channel,
            boolean claimed,
            boolean sessionKnown,
            boolean mayBeThere,
            boolean isThere,
            boolean latest) {}

    private Row lock(UUID id) {
        return jdbc.sql("""
                        select video_id, state, channel_id, node is not null as claimed,
                               session_sealed is not null as session_known, all_sent_at is not null as may_be_there,
                               youtube_id is not null as is_there,
                               not exists (select 1 from youtube.upload newer
                                            where newer.video_id = u.video_id and newer.no > u.no) as latest
                          from youtube.upload u where id = :id for update
                        """)
                .param("id", id)
                .query((row, number) -> new Row(
                        row.getObject("video_id", UUID.class),
                        row.getString("state"),
                        row.getObject("channel_id", UUID.class),
                        row.getBoolean("claimed"),
                        row.getBoolean("session_known"),
                        row.getBoolean("may_be_there"),
                        row.getBoolean("is_there"),
                        row.getBoolean("latest")))
                .optional()
                .orElseThrow(UploadViews::notFound);
    }

    /** In the caller's transaction. @throws Problem 409 when the video is at YouTube */
    void cancel(UUID id) {
        Row row = lock(id);
        switch (row.state) {
            case "failed", "cancelled" -> {}
            case "finishing", "watching", "published" ->
                throw new Problem(
                        HttpStatus.CONFLICT,
                        "upload_finished",
                        "YouTube has the whole file; the video can be deleted there");
            default -> {
                if (row.claimed || row.mayBeThere) {
                    ask(id, row);
                } else {
                    cancelled(id, row.video, row.channel);
                }
            }
        }
    }

    /** Whoever is at it, or is next, sees this before he sends anything. */
    private void ask(UUID id, Row row) {
        int asked = jdbc.sql("""
                        update youtube.upload set cancel_asked_at = :now, changed_at = :now,
                               due_at = least(due_at, :now::timestamptz)
                         where id = :id and cancel_asked_at is null
                        """).param("now", now()).param("id", id).update();
        if (asked == 1) {
            history.add(id, "cancel_asked", row.channel, null);
        }
    }

    /** Ends it and gives back what it holds, in the caller's transaction, which holds the row. */
    void cancelled(UUID id, UUID video, UUID channel) {
        quota.end(id);
        jdbc.sql("""
                        update youtube.upload
                           set state = 'cancelled', ended_at = :now, changed_at = :now, due_at = null,
                               expected_at = null, node = null, lease_until = null, session_sealed = null,
                               session_at = null, confirmed = 0, all_sent_at = null, looks = 0, code = null,
                               reason = null
                         where id = :id
                        """).param("now", now()).param("id", id).update();
        history.add(id, "cancelled", channel, null);
        told.cancelled(video);
    }

    /** Asked by a person, in the caller's transaction. @throws Problem 409 when there is nothing to be tried */
    void retry(UUID id) {
        Row row = lock(id);
        if (!told.mayBeRetried(row.video)) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "video_not_uploading",
                    "The video was cancelled, or is made anew: see the video");
        }
        retry(id, row);
    }

    /** Asked by the video itself, in the caller's transaction. @throws Problem as {@link #retry} */
    void retryForVideo(UUID id) {
        retry(id, lock(id));
    }

    private void retry(UUID id, Row row) {
        if (!row.latest) {
            throw new Problem(HttpStatus.CONFLICT, "upload_replaced", "Another file of this video was queued since");
        }
        switch (row.state) {
            case "failed", "cancelled" -> again(id, row);
            case "published" -> throw new Problem(HttpStatus.CONFLICT, "upload_finished", "The video is published");
            default -> jdbc.sql("""
                                update youtube.upload set due_at = least(due_at, :now::timestamptz), changed_at = :now
                                 where id = :id and cancel_asked_at is null
                                """).param("now", now()).param("id", id).update();
        }
    }

    /** A video that is there is looked at again; a session, or bytes that may have arrived, are asked about. */
    private void again(UUID id, Row row) {
        String state = row.isThere ? "watching" : row.sessionKnown || row.mayBeThere ? "uploading" : "queued";
        jdbc.sql("""
                        update youtube.upload
                           set state = :state, due_at = :now, since = :now, failures = 0, looks = 0, code = null,
                               reason = null, ended_at = null, cancel_asked_at = null, changed_at = :now,
                               channel_id = case when :state = 'queued' then null else channel_id end,
                               session_at = case when :state = 'queued' then null else session_at end
                         where id = :id
                        """).param("state", state).param("now", now()).param("id", id).update();
        history.add(id, "retried", null, null);
        if (state.equals("queued")) {
            told.queued(row.video, views.place(id));
        }
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
