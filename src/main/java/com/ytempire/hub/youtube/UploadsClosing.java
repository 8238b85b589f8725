package com.ytempire.hub.youtube;

import com.ytempire.hub.accounts.AccountClosing;
import com.ytempire.hub.accounts.AccountExport;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What somebody who leaves had waiting or on its way is not uploaded any more; and what an export tells of uploads. */
@Component
class UploadsClosing implements AccountClosing, AccountExport {

    private final JdbcClient jdbc;
    private final UploadEnd end;

    UploadsClosing(JdbcClient jdbc, UploadEnd end) {
        this.jdbc = jdbc;
        this.end = end;
    }

    @Override
    public void close(UUID userId) {
        jdbc.sql("select id from youtube.upload where owner_id = :user"
                        + " and state in ('queued', 'waiting_quota', 'uploading') order by no for update")
                .param("user", userId)
                .query(UUID.class)
                .list()
                .forEach(end::cancel);
    }

    @Override
    public String section() {
        return "uploads";
    }

    @Override
    public Object of(UUID userId) {
        return jdbc.sql("select video_id, title, state, youtube_id, queued_at, uploaded_at from youtube.upload"
                        + " where owner_id = :user order by no")
                .param("user", userId)
                .query()
                .listOfRows();
    }
}
