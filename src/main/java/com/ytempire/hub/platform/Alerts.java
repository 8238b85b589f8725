package com.ytempire.hub.platform;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What somebody must know of. One alert is open for each trouble, whichever nodes see it; the operations tell people of
 * it, again while it lasts, and when it is over.
 */
@Component
public class Alerts {

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

    private final JdbcClient jdbc;
    private final Clock clock;

    Alerts(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Something has happened: opens an alert, or counts up the open one. */
    public void raise(Trouble trouble) {
        write(trouble, 1);
    }

    /** Something was measured and is still so: opens an alert, or keeps the open one from ending. */
    public void holds(Trouble trouble) {
        write(trouble, 0);
    }

    private void write(Trouble trouble, int more) {
        boolean opened = jdbc.sql("""
                        insert into operations.alert as a
                            (kind, service, subject, audience, level, message, page, due_at, quiet_seconds, repeated,
                             raised_at, last_at)
                        values (:kind, :service, :subject, :audience, :level, :message, :page, :due, :quiet, :repeated,
                                :now, :now)
                        on conflict (kind, service, subject) where closed_at is null
                        do update set times = a.times + :more, last_at = excluded.last_at, level = excluded.level,
                                      message = excluded.message, page = excluded.page,
                                      quiet_seconds = excluded.quiet_seconds, repeated = excluded.repeated
                        returning xmax = 0
                        """)
                .param("kind", trouble.kind())
                .param("service", trouble.service())
                .param("subject", trouble.subject())
                .param("audience", lower(trouble.audience()))
                .param("level", lower(trouble.level()))
                .param("message", trouble.message())
                .param("page", trouble.page())
                .param("due", trouble.dueAt() == null ? null : Timestamp.from(trouble.dueAt()))
                .param("quiet", trouble.quiet() == null ? null : trouble.quiet().toSeconds())
                .param("repeated", trouble.repeated())
                .param("now", Timestamp.from(clock.instant()))
                .param("more", more)
                .query(Boolean.class)
                .single();
        if (opened) {
            LOG.warn(
                    "alert for {}: {} ({} {})",
                    lower(trouble.audience()),
                    trouble.message(),
                    trouble.service(),
                    trouble.subject());
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Open ones, the worst and then the newest first; at most a hundred. */
    public List<Alert> open() {
        return jdbc.sql("select * from operations.alert where closed_at is null"
                        + " order by level = 'critical' desc, last_at desc, id desc limit 100")
                .query(Alert.class)
                .list();
    }

    /** Closed ones, the newest first. */
    public List<Alert> closed(int most) {
        return jdbc.sql("select * from operations.alert where closed_at is not null order by closed_at desc, id desc"
                        + " limit :most")
                .param("most", most)
                .query(Alert.class)
                .list();
    }

    /**
     * A person has dealt with it.
     *
     * @return whether it was open
     */
    public boolean close(long id, String operator) {
        return jdbc.sql("update operations.alert set closed_at = :now, closed_by = :operator"
                                + " where id = :id and closed_at is null")
                        .param("id", id)
                        .param("operator", operator)
                        .param("now", Timestamp.from(clock.instant()))
                        .update()
                > 0;
    }

    /**
     * An alert.
     *
     * @param audience operators or finance
     * @param level warning or critical
     * @param page where it is to be seen and mended
     * @param lastAt when it was seen last
     * @param times how often it has happened
     * @param closedBy a person, or the hub; null while it is open
     */
    public record Alert(
            long id,
            String kind,
            String service,
            String subject,
            String audience,
            String level,
            String message,
            String page,
            Instant dueAt,
            Instant raisedAt,
            Instant lastAt,
            int times,
            Instant toldAt,
            Instant closedAt,
            String closedBy) {}
}
