package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.camel.stripe.StripeSettings;
import com.ytempire.hub.platform.TestPostgres;
import com.ytempire.hub.webhooks.ClaimedEvent;
import com.ytempire.hub.webhooks.Postponed;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** One worker of the hub, with one connection to a real PostgreSQL: prepares and applies events as the hub does. */
final class MirrorWorker implements AutoCloseable {

    /** What Stripe says when it is asked. */
    interface Answer {
        MirrorChange fetch(StripeMirror mirror, MirrorChange change);
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    final JdbcClient jdbc;
    private final SingleConnectionDataSource connection;
    private final TransactionTemplate transaction;

    MirrorWorker(String url) {
        TestPostgres server = TestDatabase.server();
        connection = new SingleConnectionDataSource(url, server.user(), server.password(), true);
        jdbc = JdbcClient.create(connection);
        transaction = new TransactionTemplate(new DataSourceTransactionManager(connection));
    }

    StripeMirror mirror(boolean withKey) {
        Clock clock = Clock.fixed(MirrorEvents.START.plusSeconds(1000), ZoneOffset.UTC);
        AppliedChanges changes = new AppliedChanges(jdbc, clock, Duration.ofDays(40));
        return new StripeMirror(
                new MirrorTables(jdbc, JSON, changes, clock),
                changes,
                JSON,
                new StripeSettings(
                        withKey ? "sk_test_order" : "",
                        "http://127.0.0.1:1",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1)),
                clock);
    }

    Map<String, Object> row(String table, String id, String columns) {
        return jdbc.sql("select " + columns + " from billing." + table + " where id = :id")
                .param("id", id)
                .query()
                .singleRow();
    }

    /** What routes/billing/billing-mirror.camel.yaml does, with a Stripe that answers with this object. */
    void handle(StripeMirror mirror, ClaimedEvent event, Answer stripe) {
        while (true) {
            MirrorChange change = mirror.read(event);
            MirrorChange ready = change.isFetchNeeded() ? stripe.fetch(mirror, change) : change;
            try {
                transaction.executeWithoutResult(status -> mirror.apply(ready));
                return;
            } catch (Postponed e) {
                // somebody else was faster: prepared again, as the work loop does
            }
        }
    }

    @Override
    public void close() {
        connection.destroy();
    }
}
