package com.ytempire.hub.youtube;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What happened to an upload, written in the transaction in which it did. */
@Component
class UploadHistory {

    private final JdbcClient jdbc;
    private final Clock clock;

    UploadHistory(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    void add(UUID upload, String kind, UUID channel, String detail) {
        jdbc.sql("insert into youtube.upload_event (upload_id, kind, channel_id, detail, at)"
                        + " values (:upload, :kind, :channel, :detail, :now)")
                .param("upload", upload)
                .param("kind", kind)
                .param("channel", channel)
                .param("detail", detail)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** Oldest first. */
    List<UploadView.Event> of(UUID upload) {
        return jdbc.sql("select at, kind, channel_id, detail from youtube.upload_event"
                        + " where upload_id = :upload order by id")
                .param("upload", upload)
                .query((row, number) -> new UploadView.Event(
                        row.getTimestamp("at").toInstant(),
                        row.getString("kind"),
                        row.getObject("channel_id", UUID.class),
                        row.getString("detail")))
                .list();
    }
}
