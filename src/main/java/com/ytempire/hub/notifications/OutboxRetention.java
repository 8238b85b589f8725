package com.ytempire.hub.notifications;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Takes away what has left the hub long ago, or never will. Of a mail its key and its end stay, and nothing of what it
 * told or to whom: the key is what keeps the same mail from being sent again. Events and deliveries go altogether, for
 * the hub's own event keeps theirs.
 */
@Component("outboxRetention")
class OutboxRetention {

    private static final int AT_ONCE = 5_000;
    private static final String OVER = " state in ('sent', 'failed', 'dropped') and created_at < :before";

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Duration keep;

    OutboxRetention(JdbcClient jdbc, Clock clock, @Value("${hub.notifications.retention.keep}") Duration keep) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.keep = keep;
    }

    /**
     * May run twice and at the same time on two nodes: each statement takes what is left, a few thousand rows.
     *
     * @return what was taken
     */
    public String apply() {
        Timestamp before = Timestamp.from(clock.instant().minus(keep));
        int mails = all(() -> jdbc.sql("""
                        update notifications.outbox set payload = jsonb_build_object('template', payload->'template')
                         where id in (select id from notifications.outbox
                                       where channel = 'mail' and payload - 'template' <> '{}' and""" + OVER + """
                                       limit :most for update skip locked)
                        """)
                .param("before", before)
                .param("most", AT_ONCE)
                .update());
        int others = all(() -> jdbc.sql("""
                        delete from notifications.outbox
                         where id in (select id from notifications.outbox where channel <> 'mail' and""" + OVER + """
                                       limit :most for update skip locked)
                        """)
                .param("before", before)
                .param("most", AT_ONCE)
                .update());
        return "the text of %d mails, %d events and deliveries".formatted(mails, others);
    }

    private static int all(IntSupplier some) {
        int total = 0;
        int rows;
        do {
            rows = some.getAsInt();
            total += rows;
        } while (rows == AT_ONCE);
        return total;
    }
}
