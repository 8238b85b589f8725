package com.ytempire.hub.notifications;

import com.ytempire.hub.platform.Masked;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The outbox as an operator sees it. */
@Component
class OutboxView {

    static final List<String> STATES = List.of("waiting", "sending", "sent", "failed", "dropped");

    private static final String FILTER =
            " from notifications.outbox where (:channel::text is null or channel = :channel)"
                    + " and (:state::text is null or state = :state)";

    private static final String COLUMNS = "*, coalesce(payload->>'template', payload->>'name') as what,"
            + " payload->>'to' as address, payload->>'audience' as audience";

    private final JdbcClient jdbc;
    private final Clock clock;

    OutboxView(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * A message.
     *
     * @param what the template or the event
     * @param to the masked address, or which of our own people; null for events
     * @param result the vendor's id of it, or why it was not sent
     * @param bounced what came back; null when nothing did
     */
    record Message(
            long id,
            String channel,
            String key,
            String what,
            String to,
            UUID userId,
            String state,
            int attempts,
            int failures,
            String result,
            String bounced,
            Instant createdAt,
            Instant dueAt,
            Instant sentAt) {}

    Page<Message> list(String channel, String state, Paging paging) {
        return new Page<>(
                jdbc.sql("select " + COLUMNS + FILTER + " order by id desc limit :limit offset :offset")
                        .param("channel", channel)
                        .param("state", state)
                        .param("limit", paging.perPage())
                        .param("offset", paging.offset())
                        .query(OutboxView::message)
                        .list(),
                jdbc.sql("select count(*)" + FILTER)
                        .param("channel", channel)
                        .param("state", state)
                        .query(Long.class)
                        .single(),
                paging);
    }

    private static Message message(ResultSet row, int number) throws SQLException {
        Timestamp sent = row.getTimestamp("sent_at");
        return new Message(
                row.getLong("id"),
                row.getString("channel"),
                row.getString("key"),
                row.getString("what"),
                row.getString("audience") == null && row.getString("address") != null
                        ? Masked.mail(row.getString("address"))
                        : row.getString("audience"),
                row.getObject("user_id", UUID.class),
                row.getString("state"),
                row.getInt("attempts"),
                row.getInt("failures"),
                row.getString("result"),
                row.getString("bounced"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("due_at").toInstant(),
                sent == null ? null : sent.toInstant());
    }

    Message retry(long id) {
        int rows = jdbc.sql("update notifications.outbox set state = 'waiting', due_at = :now, failures = 0,"
                        + " unsure_since = null, created_at = case when state = 'failed' then :now::timestamptz"
                        + " else created_at end where id = :id and state in ('failed', 'waiting')")
                .param("id", id)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        Message message = find(id);
        if (rows == 0) {
            throw new Problem(HttpStatus.CONFLICT, "not_retriable", "The message is " + message.state());
        }
        return message;
    }

    private Message find(long id) {
        return jdbc.sql("select " + COLUMNS + " from notifications.outbox where id = :id")
                .param("id", id)
                .query(OutboxView::message)
                .optional()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such message"));
    }
}
