package com.ytempire.hub.notifications;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which mails a user was sent, without their text. */
@Component
public class MailLog {

    private final JdbcClient jdbc;

    MailLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Oldest first. */
    public List<Entry> of(UUID userId) {
        return jdbc.sql("select payload->>'template' as template, key, state, created_at, sent_at"
                        + " from notifications.outbox where channel = 'mail' and user_id = :user order by id")
                .param("user", userId)
                .query(Entry.class)
                .list();
    }

    /** @param sentAt null while it has not left */
    public record Entry(String template, String key, String state, Instant createdAt, Instant sentAt) {}
}
