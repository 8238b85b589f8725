package com.ytempire.hub.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Notice.Audience;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.operations.Thresholds.Values;
import com.ytempire.hub.platform.AlertSource;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.PublicAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Looks for troubles, ends alerts that are over, and tells people: when an alert opens, when it gets worse, once in a
 * while as long as it lasts, and when it is over. What is told is written with the fact that it was told in one
 * transaction, so nobody is told twice.
 */
@Component("alertWatch")
class AlertWatch {

    private static final Logger LOG = LoggerFactory.getLogger(AlertWatch.class);
    private static final String HUB = "the hub";

    private final ObjectProvider<AlertSource> sources;
    private final Alerts alerts;
    private final Outbox outbox;
    private final Thresholds thresholds;
    private final OperationsSettings.Alerting settings;
    private final PublicAddress address;
    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    AlertWatch(
            ObjectProvider<AlertSource> sources,
            Alerts alerts,
            Outbox outbox,
            Thresholds thresholds,
            OperationsSettings settings,
            PublicAddress address,
            JdbcClient jdbc,
            ObjectMapper json,
            Clock clock) {
        this.sources = sources;
        this.alerts = alerts;
        this.outbox = outbox;
        this.thresholds = thresholds;
        this.settings = settings.alerts();
        this.address = address;
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** Takes down what is wrong now. One area's failure to tell hides no other's trouble. */
    public void measure() {
        sources.orderedStream().forEach(source -> {
            try {
                source.troubles(clock.instant()).forEach(alerts::holds);
            } catch (RuntimeException e) {
                LOG.error(
                        "{} could not be asked for troubles", source.getClass().getSimpleName(), e);
            }
        });
    }

    /** Ends what has not been seen for so long. */
    public void end() {
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("""
                        update operations.alert set closed_at = :now, closed_by = :hub
                         where closed_at is null and quiet_seconds is not null
                           and last_at <= :now::timestamptz - make_interval(secs => quiet_seconds)
                        """).param("now", now).param("hub", HUB).update();
    }

    /** Tells people what they have not been told yet. */
    @Transactional
    public void tell() {
        Values values = thresholds.values();
        Instant now = clock.instant();
        List<Due> due = jdbc.sql("""
                        select id, kind, service, subject, audience, level, message, page, due_at, times, told, raised_at,
                               closed_at, closed_by
                          from operations.alert
                         where closed_at is null
                               and (told_at is null or repeated and told_at <= :again or level = 'critical' and told_level = 'warning')
                            or closed_at is not null and not end_told
                         order by id limit 100 for update skip locked
                        """)
                .param("again", Timestamp.from(now.minus(settings.repeat())))
                .query(AlertWatch::due)
                .list();
        for (Due alert : due) {
            if (alert.closedAt() == null || alert.told() > 0) {
                tell(alert, values, now);
            }
            jdbc.sql("""
                            update operations.alert
                               set told_at = :now, told_level = level, told = told + 1, end_told = closed_at is not null
                             where id = :id
                            """)
                    .param("now", Timestamp.from(now))
                    .param("id", alert.id())
                    .update();
        }
    }

    private record Due(
            long id,
            String kind,
            String service,
            String subject,
            String audience,
            String level,
            String message,
            String page,
            Instant dueAt,
            int times,
            int told,
            Instant raisedAt,
            Instant closedAt,
            String closedBy) {

        String title() {
            String what = kind.replace('_', ' ') + " (" + service + (subject.isEmpty() ? "" : ", " + subject) + ")";
            if (closedAt != null) {
                return "Over: " + what;
            }
            return (level.equals("critical") ? "Critical: " : "Warning: ") + what + (told > 0 ? ", still" : "");
        }
    }

    private static Due due(ResultSet row, int number) throws SQLException {
        return new Due(
                row.getLong("id"),
                row.getString("kind"),
                row.getString("service"),
                row.getString("subject"),
                row.getString("audience"),
                row.getString("level"),
                row.getString("message"),
                row.getString("page"),
                instant(row.getTimestamp("due_at")),
                row.getInt("times"),
                row.getInt("told"),
                row.getTimestamp("raised_at").toInstant(),
                instant(row.getTimestamp("closed_at")),
                row.getString("closed_by"));
    }

    private static Instant instant(Timestamp time) {
        return time == null ? null : time.toInstant();
    }

    private void tell(Due alert, Values values, Instant now) {
        if (values.isOn(Thresholds.BY_MAIL)) {
            outbox.tell(new Notice(
                    "alert:" + alert.id() + ":" + alert.told(),
                    alert.audience().equals("finance") ? Audience.FINANCE : Audience.OPERATORS,
                    alert.title(),
                    text(alert),
                    alert.closedAt() == null ? alert.dueAt() : null));
        }
        if (values.isOn(Thresholds.BY_WEBHOOK)
                && !values.text(Thresholds.WEBHOOK).isBlank()) {
            jdbc.sql("""
                            insert into operations.alert_post (id, alert_id, body, state, due_at, created_at)
                            values (:id, :alert, :body, 'waiting', :now, :now)
                            """)
                    .param("id", UUID.randomUUID())
                    .param("alert", alert.id())
                    .param("body", body(alert))
                    .param("now", Timestamp.from(now))
                    .update();
        }
    }

    private String text(Due alert) {
        if (alert.closedAt() != null) {
            return alert.message() + "\n\nThis is over; " + alert.closedBy() + " has closed the alert.";
        }
        return alert.message() + (alert.times() > 1 ? " (" + alert.times() + " times)" : "")
                + "\n\nWhere it is seen and mended: " + address.of(alert.page());
    }

    private String body(Due alert) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", alert.id());
        data.put("kind", alert.kind());
        data.put("service", alert.service());
        data.put("subject", alert.subject());
        data.put("level", alert.level());
        data.put("message", alert.message());
        data.put("page", address.of(alert.page()));
        data.put("raised_at", alert.raisedAt().toString());
        data.put("closed_at", alert.closedAt() == null ? null : alert.closedAt().toString());
        Map<String, Object> message = new LinkedHashMap<>();
        message.put(
                "type", alert.closedAt() != null ? "alert.closed" : alert.told() == 0 ? "alert.opened" : "alert.open");
        message.put("timestamp", clock.instant().toString());
        message.put("data", data);
        try {
            return json.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts can always be written", e);
        }
    }
}
