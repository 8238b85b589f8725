package com.ytempire.hub.operations;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What operators did, as it was written down. */
@Component
class AuditReader {

    private static final String FILTER = " from operations.audit where (:who::text is null or who = :who)"
            + " and (:action::text is null or starts_with(action, :action))";

    private static final String COLUMNS = "select id, at, who, source, action, target, detail::text as detail, outcome,"
            + " result, ended_at, request_id";

    private final JdbcClient jdbc;

    AuditReader(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * An action.
     *
     * @param source page, api or console
     * @param outcome done, failed, or begun when it was cut off
     */
    record Entry(
            long id,
            Instant at,
            String who,
            String source,
            String action,
            String target,
            @JsonRawValue String detail,
            String outcome,
            String result,
            Instant endedAt,
            String requestId) {}

    Optional<Entry> find(long id) {
        return jdbc.sql(COLUMNS + " from operations.audit where id = :id")
                .param("id", id)
                .query(Entry.class)
                .optional();
    }

    /**
     * The newest first.
     *
     * @param who null for everybody
     * @param action how it begins; null for every one
     */
    Page<Entry> list(String who, String action, Paging paging) {
        return new Page<>(
                jdbc.sql(COLUMNS + FILTER + " order by id desc limit :limit offset :offset")
                        .param("who", who)
                        .param("action", action)
                        .param("limit", paging.perPage())
                        .param("offset", paging.offset())
                        .query(Entry.class)
                        .list(),
                jdbc.sql("select count(*)" + FILTER)
                        .param("who", who)
                        .param("action", action)
                        .query(Long.class)
                        .single(),
                paging);
    }
}
