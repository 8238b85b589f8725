package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.StorySource;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What came in about something, and what became of it. */
@Component
class EventStories implements StorySource {

    private static final int MOST = 200;
    private static final String AREA = "webhooks";

    private final JdbcClient jdbc;

    EventStories(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<Line> tell(Subject subject) {
        return subject.kind().equals("event") ? ofEvent(subject.id()) : ofObject(subject.id());
    }

    private List<Line> ofObject(String object) {
        return jdbc.sql("""
                        select e.service, e.event_id, e.type, e.received_at, w.state, coalesce(w.result, w.error) as result
                          from webhooks.event e join webhooks.work w using (event_no)
                         where e.object_key = :object order by e.event_no desc limit :most
                        """)
                .param("object", object)
                .param("most", MOST)
                .query((row, number) -> new Line(
                        row.getTimestamp("received_at").toInstant(),
                        AREA,
                        "%s told %s: %s"
                                .formatted(row.getString("service"), row.getString("type"), row.getString("state")),
                        row.getString("result"),
                        EventPages.path(row.getString("service"), row.getString("event_id"))))
                .list();
    }

    /** @param id service, a slash and the event's id */
    private List<Line> ofEvent(String id) {
        int slash = id.indexOf('/');
        List<Line> lines = new ArrayList<>();
        jdbc.sql("""
                        select e.event_no, e.source, e.secret_id, e.created_at, e.received_at, w.state, w.attempt,
                               w.failures, w.due_at, w.finished_at, w.result, w.error, w.failed_at
                          from webhooks.event e join webhooks.work w using (event_no)
                         where e.service = :service and e.event_id = :event
                        """)
                .param("service", id.substring(0, slash))
                .param("event", id.substring(slash + 1))
                .query(row -> {
                    if (row.getTimestamp("created_at") != null) {
                        lines.add(line(row.getTimestamp("created_at"), "It happened at the vendor", null));
                    }
                    lines.add(line(
                            row.getTimestamp("received_at"),
                            "It came in by " + row.getString("source"),
                            row.getString("secret_id") == null
                                    ? null
                                    : "proven by secret " + row.getString("secret_id")));
                    String state = row.getString("state");
                    if (row.getTimestamp("finished_at") != null) {
                        lines.add(line(
                                row.getTimestamp("finished_at"),
                                "It is " + state + " after " + row.getInt("attempt") + " claims",
                                row.getString("result") == null
                                        ? row.getString("error") + " (in " + row.getString("failed_at") + ")"
                                        : row.getString("result")));
                    } else {
                        lines.add(line(
                                row.getTimestamp("due_at"),
                                "It is " + state + ", due at this time, after " + row.getInt("failures") + " failures",
                                row.getString("error")));
                    }
                    replays(row.getLong("event_no"), lines);
                });
        return lines;
    }

    private void replays(long event, List<Line> lines) {
        jdbc.sql("""
                        select r.id, r.requested_by, coalesce(i.queued_at, r.requested_at) as at, i.state, i.note
                          from webhooks.replay_item i join webhooks.replay r on r.id = i.replay_id
                         where i.event_no = :event and not r.dry_run
                        """).param("event", event).query(row -> {
            lines.add(line(
                    row.getTimestamp("at"),
                    "Replay %d of %s: %s"
                            .formatted(row.getLong("id"), row.getString("requested_by"), row.getString("state")),
                    row.getString("note")));
        });
    }

    private static Line line(Timestamp at, String what, String detail) {
        return new Line(at.toInstant(), AREA, what, detail, null);
    }
}
