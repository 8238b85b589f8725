package com.ytempire.hub.webhooks;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What somebody must know of. The same trouble raised again counts up the open alert and is not told anew. */
@Component
class Alerts {

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

    private final JdbcClient jdbc;
    private final Clock clock;

    Alerts(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    void tellOperators(String kind, String service, String subject, String message) {
        raise(kind, service, subject, "operators", message, null);
    }

    /** @param dueAt until when finance has to act; null when unknown */
    void tellFinance(String kind, String service, String subject, String message, Instant dueAt) {
        raise(kind, service, subject, "finance", message, dueAt);
    }

    private void raise(String kind, String service, String subject, String audience, String message, Instant dueAt) {
        int times = jdbc.sql("""
                        insert into webhooks.alert
                            (kind, service, subject, audience, message, due_at, raised_at, last_at)
                        values (:kind, :service, :subject, :audience, :message, :due, :now, :now)
                        on conflict (kind, service, subject) where closed_at is null
                        do update set times = webhooks.alert.times + 1, last_at = excluded.last_at
                        returning times
                        """)
                .param("kind", kind)
                .param("service", service)
                .param("subject", subject)
                .param("audience", audience)
                .param("message", message)
                .param("due", dueAt == null ? null : Timestamp.from(dueAt))
                .param("now", Timestamp.from(clock.instant()))
                .query(Integer.class)
                .single();
        if (times == 1) {
            LOG.warn("alert for {}: {} ({} {})", audience, message, service, subject);
        }
    }

    List<Alert> open() {
        return jdbc.sql("select * from webhooks.alert where closed_at is null order by last_at desc limit 100")
                .query(Alert.class)
                .list();
    }

    boolean close(long id, String operator) {
        return jdbc.sql("update webhooks.alert set closed_at = :now, closed_by = :operator"
                                + " where id = :id and closed_at is null")
                        .param("id", id)
                        .param("operator", operator)
                        .param("now", Timestamp.from(clock.instant()))
                        .update()
                > 0;
    }

    record Alert(
            long id,
            String kind,
            String service,
            String subject,
            String audience,
            String message,
            Instant dueAt,
            Instant raisedAt,
            Instant lastAt,
            int times) {}
}
