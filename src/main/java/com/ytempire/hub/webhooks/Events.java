package com.ytempire.hub.webhooks;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.ytempire.hub.platform.Problem;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The stored events, as an operator reads them. */
@Component
public class Events {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private static final String SUMMARY = """
            select e.service, e.event_id, e.type, e.object_key, e.source, e.livemode, e.created_at, e.received_at,
                   w.state as status, w.attempt, w.failures, w.replayed, w.result, w.error, w.failed_at,
                   case when w.state in ('received', 'retrying') then w.due_at end as due_at, w.finished_at
              from webhooks.event e join webhooks.work w using (event_no)
             where\s""";

    private final JdbcClient jdbc;
    private final Clock clock;

    Events(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Newest first. */
    public List<Summary> list(EventFilter filter, int limit, long offset) {
        EventFilter.Sql where = filter.sql();
        return jdbc.sql(SUMMARY + where.text() + " order by e.event_no desc limit :limit offset :offset")
                .params(where.values())
                .param("limit", limit)
                .param("offset", offset)
                .query(Summary.class)
                .list();
    }

    /** How many there are of them. */
    public long count(EventFilter filter) {
        EventFilter.Sql where = filter.sql();
        return jdbc.sql("select count(*) from webhooks.event e join webhooks.work w using (event_no) where "
                        + where.text())
                .params(where.values())
                .query(Long.class)
                .single();
    }

    /** @throws Problem 404 for an unknown event */
    public Detail find(String service, String eventId) {
        Summary summary = list(EventFilter.one(service, eventId), 1, 0).stream()
                .findFirst()
                .orElseThrow(Events::unknown);
        return jdbc.sql("select secret_id, api_version, change_id, body from webhooks.event"
                        + " where service = :service and event_id = :event")
                .param("service", service)
                .param("event", eventId)
                .query((row, number) -> {
                    byte[] body = row.getBytes("body");
                    return new Detail(
                            summary,
                            row.getString("secret_id"),
                            row.getString("api_version"),
                            row.getString("change_id"),
                            body == null ? null : new String(body, StandardCharsets.UTF_8));
                })
                .optional()
                .orElseThrow(Events::unknown);
    }

    /**
     * Puts a dead letter aside: somebody has dealt with it by hand.
     *
     * @throws Problem 404 for an unknown event, 409 for one that is no dead letter
     */
    public void resolve(String service, String eventId, String note, String operator) {
        find(service, eventId);
        int rows = jdbc.sql("""
                        update webhooks.work w set state = 'resolved', result = :result, finished_at = :now
                          from webhooks.event e
                         where e.event_no = w.event_no and e.service = :service and e.event_id = :event
                           and w.state = 'dead'
                        """)
                .param("result", "resolved by " + operator + (note == null ? "" : ": " + note))
                .param("now", Timestamp.from(clock.instant()))
                .param("service", service)
                .param("event", eventId)
                .update();
        if (rows == 0) {
            throw new Problem(HttpStatus.CONFLICT, "not_a_dead_letter", "Only a dead letter can be resolved");
        }
        LOG.info("dead letter {}/{} resolved by {}", service, eventId, operator);
    }

    static Problem unknown() {
        return new Problem(HttpStatus.NOT_FOUND, "not_found", "No such event");
    }

    /**
     * An event and the state of its work.
     *
     * @param dueAt when it comes next; null when it does not
     * @param failedAt the route it failed in
     */
    public record Summary(
            String service,
            String eventId,
            String type,
            String objectKey,
            String source,
            Boolean livemode,
            Instant createdAt,
            Instant receivedAt,
            String status,
            int attempt,
            int failures,
            boolean replayed,
            String result,
            String error,
            String failedAt,
            Instant dueAt,
            Instant finishedAt) {}

    /**
     * An event with its body.
     *
     * @param body as received; null when retention has taken it
     */
    public record Detail(
            @JsonUnwrapped Summary summary, String secretId, String apiVersion, String changeId, String body) {}
}
