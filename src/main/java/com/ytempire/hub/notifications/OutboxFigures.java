package com.ytempire.hub.notifications;

import com.ytempire.hub.platform.StorySource;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How what leaves the hub does, in figures; and what left for whom. */
@Component
public class OutboxFigures implements StorySource {

    private static final int MOST = 200;

    private final JdbcClient jdbc;

    OutboxFigures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param oldestAt of those that wait; null when none does */
    public record Waiting(String channel, long waiting, long failed, Instant oldestAt) {}

    /** What has not left, by channel. */
    public List<Waiting> waiting() {
        return jdbc.sql("""
                        select channel, count(*) filter (where state in ('waiting', 'sending')) as waiting,
                               count(*) filter (where state = 'failed') as failed,
                               min(created_at) filter (where state in ('waiting', 'sending')) as oldest_at
                          from notifications.outbox where state in ('waiting', 'sending', 'failed')
                         group by 1 order by 1
                        """).query(Waiting.class).list();
    }

    /** What a customer was told. */
    @Override
    public List<Line> tell(Subject subject) {
        if (subject.user() == null) {
            return List.of();
        }
        return jdbc.sql("""
                        select channel, coalesce(payload->>'template', payload->>'type', payload->>'name') as what, state,
                               result, coalesce(sent_at, created_at) as at
                          from notifications.outbox where user_id = :user and channel in ('mail', 'webhook')
                         order by id desc limit :most
                        """)
                .param("user", subject.user())
                .param("most", MOST)
                .query((row, number) -> new Line(
                        row.getTimestamp("at").toInstant(),
                        "notifications",
                        "%s %s: %s".formatted(row.getString("channel"), row.getString("what"), row.getString("state")),
                        row.getString("result"),
                        null))
                .list();
    }
}
