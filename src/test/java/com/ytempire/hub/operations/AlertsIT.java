package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** Alerts open once, are told, repeated sparingly, and end by themselves. */
class AlertsIT extends HubIT {

    @Autowired
    private ProducerTemplate routes;

    @Autowired
    private Measures measures;

    @Autowired
    private Alerts alerts;

    @Autowired
    private AlertPosts posts;

    @Value("${hub.operations.alerts.secret}")
    private String secret;

    private void look() {
        measures.flush();
        routes.requestBody("direct:operations-alert-look", "");
    }

    private void calls(String vendor, int all, int failed) {
        for (int i = 0; i < all; i++) {
            measures.record(Measures.VENDOR, vendor, Duration.ofMillis(20), i < failed);
        }
    }

    private record Row(long id, String level, Integer told, String closedBy, String page) {}

    private List<Row> rows(String service) {
        return jdbc.sql(
                        "select id, level, told, closed_by, page from operations.alert where service = :service order by id")
                .param("service", service)
                .query(Row.class)
                .list();
    }

    private List<String> mails(long alert) {
        return jdbc.sql("select payload->>'subject' from notifications.outbox where starts_with(key, :key) order by id")
                .param("key", "alert:" + alert + ":")
                .query(String.class)
                .list();
    }

    @Test
    void aRateOfFewCallsSaysNothing_oneOfManyOpensAnAlertOnce_andItEndsByItself() throws Exception {
        String vendor = unique("vendor");
        calls(vendor, 19, 19);
        look();
        assertThat(rows(vendor)).as("19 calls are too few").isEmpty();

        calls(vendor, 1_000, 11);
        lookOnTwoNodesAtOnce();
        assertThat(rows(vendor)).hasSize(1);
        Row open = rows(vendor).get(0);
        assertThat(open.level()).isEqualTo("warning"); // 30 of 1019
        assertThat(open.page()).isEqualTo("/operations#vendors");
        assertThat(mails(open.id())).containsExactly("Warning: vendor errors (" + vendor + ")");

        calls(vendor, 100, 100);
        look();
        look();
        assertThat(mails(open.id()))
                .as("worse is told at once, the same is not")
                .hasSize(2);
        assertThat(mails(open.id()).get(1)).startsWith("Critical");

        SANDBOX.clock().advance(Duration.ofMinutes(20));
        look();
        assertThat(rows(vendor).get(0).closedBy())
                .as("one good window is not enough")
                .isNull();
        SANDBOX.clock().advance(Duration.ofMinutes(11));
        look();
        assertThat(rows(vendor).get(0).closedBy()).isEqualTo("the hub");
        assertThat(mails(open.id())).hasSize(3);
        assertThat(mails(open.id()).get(2)).startsWith("Over: vendor errors");

        calls(vendor, 100, 100);
        look();
        assertThat(rows(vendor)).as("the next time is another alert").hasSize(2);
    }

    private void lookOnTwoNodesAtOnce() throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(2);
        try {
            Callable<Void> look = () -> {
                look();
                return null;
            };
            nodes.invokeAll(List.of(look, look));
        } finally {
            nodes.shutdown();
        }
    }

    @Test
    void anAlertThatLastsIsToldAgainAfterFourHours() {
        String service = unique("service");
        Trouble trouble =
                Trouble.of("test", service, "", Level.WARNING, "look here", "/operations", Duration.ofHours(9));
        alerts.raise(trouble);
        look();
        SANDBOX.clock().advance(Duration.ofHours(3));
        alerts.raise(trouble);
        look();
        long id = rows(service).get(0).id();
        assertThat(mails(id)).hasSize(1);

        SANDBOX.clock().advance(Duration.ofMinutes(61));
        look();

        assertThat(mails(id)).hasSize(2);
        assertThat(mails(id).get(1)).endsWith("still");
        assertThat(alerts.close(id, OPERATOR)).isTrue();
        look();
        look();
        assertThat(mails(id)).as("that it is over is told once").hasSize(3);
    }

    @Test
    void whatLastsForWeeksIsToldWhenItBeginsAndWhenItGetsWorse() {
        String service = unique("service");
        Trouble trouble = Trouble.of(
                        "test", service, "", Level.WARNING, "in a month", "/operations", Duration.ofDays(60))
                .once();
        alerts.holds(trouble);
        look();
        SANDBOX.clock().advance(Duration.ofHours(5));
        alerts.holds(trouble);
        look();
        long id = rows(service).get(0).id();
        assertThat(mails(id)).hasSize(1);

        Trouble worse = Trouble.of("test", service, "", Level.CRITICAL, "in a week", "/operations", Duration.ofDays(60))
                .once();
        for (int i = 0; i < 2; i++) {
            SANDBOX.clock().advance(Duration.ofHours(5));
            alerts.holds(worse);
            look();
        }
        assertThat(mails(id)).hasSize(2);
        assertThat(alerts.close(id, OPERATOR)).isTrue();
        look();
    }

    @Test
    void deadLettersAreATroubleUntilTheyAreDealtWith() {
        String type = unique("test.dead");
        String event = unique("evt");
        jdbc.sql("""
                        with e as (
                            insert into webhooks.event (service, event_id, type, object_key, change_id, source, received_at)
                            values ('n8n', :event, :type, :event, :event, 'test', :now) returning event_no
                        )
                        insert into webhooks.work (event_no, service, object_key, state, due_at)
                        select event_no, 'n8n', :event, 'dead', :now from e
                        """)
                .param("event", event)
                .param("type", type)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        look();
        assertThat(openAbout(type)).isEqualTo(1);

        assertThat(operatorPost("/api/v1/webhooks/events/n8n/" + event + "/resolve", "")
                        .statusCode())
                .isEqualTo(200);
        SANDBOX.clock().advance(Duration.ofMinutes(3));
        look();

        assertThat(openAbout(type)).isZero();
    }

    private int openAbout(String subject) {
        return jdbc.sql("select count(*) from operations.alert where subject = :subject and closed_at is null")
                .param("subject", subject)
                .query(Integer.class)
                .single();
    }

    @Test
    void paymentsThatFailOpenAnAlert() {
        String prefix = unique("pi");
        jdbc.sql("""
                        insert into billing.payment
                            (id, version, state_at, status, verified, object, currency, amount, error_code, decline_code)
                        select :prefix || n, 1, :now, case when n > 250 then 'requires_payment_method' else 'succeeded' end,
                               true, '{}', 'usd', 100, case when n > 250 then 'card_declined' end,
                               case when n > 250 then 'insufficient_funds' end
                          from generate_series(1, 300) n
                        """)
                .param("prefix", prefix)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        look();

        assertThat(jdbc.sql("select level || ' ' || page from operations.alert"
                                + " where kind = 'payment_failures' and closed_at is null")
                        .query(String.class)
                        .list())
                .containsExactly("critical /operations#payments");
        jdbc.sql("delete from billing.payment where starts_with(id, :prefix)")
                .param("prefix", prefix)
                .update();
    }

    @Test
    void webhooksThatTakeTooLongOpenAnAlert_thoseThatWaitCountAsWell() {
        SANDBOX.clock().advance(Duration.ofMinutes(6));
        String prefix = unique("evt");
        jdbc.sql("""
                        with e as (
                            insert into webhooks.event (service, event_id, type, object_key, change_id, source, received_at)
                            select 'n8n', :prefix || n, 'slow', :prefix || n, :prefix || n, 'test', :received
                              from generate_series(1, 30) n returning event_no, object_key
                        )
                        insert into webhooks.work (event_no, service, object_key, state, due_at)
                        select event_no, 'n8n', object_key, 'retrying', :due from e
                        """)
                .param("prefix", prefix)
                .param("received", Timestamp.from(SANDBOX.clock().instant().minusSeconds(7)))
                .param("due", Timestamp.from(SANDBOX.clock().instant().plusSeconds(86_400)))
                .update();
        look();

        assertThat(jdbc.sql("select level from operations.alert"
                                + " where kind = 'webhook_processing' and closed_at is null")
                        .query(String.class)
                        .list())
                .containsExactly("warning");
        jdbc.sql("delete from webhooks.event where starts_with(event_id, :prefix)")
                .param("prefix", prefix)
                .update();
    }

    @Test
    void spendingThatReachedItsWarningsIsTold() {
        jdbc.sql("insert into spending.warning (name, key, threshold, amount, raised_at)"
                        + " values ('text_day', :day, 40, 41, :now), ('text_day', :day, 50, 51, :now)"
                        + " on conflict do nothing")
                .param(
                        "day",
                        LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC)
                                .toString())
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        look();

        assertThat(jdbc.sql("select level || ': ' || message from operations.alert"
                                + " where kind = 'spending' and subject = 'text_day' and closed_at is null")
                        .query(String.class)
                        .list())
                .containsExactly("critical: Spending of this day has reached $50 for text");
        jdbc.sql(
                        "delete from spending.warning where name = 'text_day' and threshold in (40, 50) and amount in (41, 51)")
                .update();
    }

    private record Received(Headers headers, String body) {

        String header(String name) {
            return headers.getFirst(name);
        }
    }

    private String signature(String id, String timestamp, String body) {
        try {
            return new Webhook(secret).sign(id, Long.parseLong(timestamp), body);
        } catch (WebhookSigningException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void thePostToTheWebhookIsSigned_andRepeatedUntilItIsTaken() throws Exception {
        look(); // what other tests have raised is told before, and not posted
        List<Received> received = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(new Received(
                    exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(received.size() == 1 ? 500 : 204, -1);
            exchange.close();
        });
        server.start();
        try {
            set("alerts-webhook", "http://127.0.0.1:" + server.getAddress().getPort() + "/alerts");
            String service = unique("service");
            alerts.raise(
                    Trouble.of("test", service, "", Level.CRITICAL, "look here", "/operations", Duration.ofDays(1)));
            look();
            post(service);
            SANDBOX.clock().advance(Duration.ofSeconds(11));
            post(service);
            post(service);

            assertThat(received).hasSize(2).allSatisfy(message -> {
                assertThat(message.header("Webhook-Signature"))
                        .isEqualTo(signature(
                                message.header("Webhook-Id"), message.header("Webhook-Timestamp"), message.body()));
                assertThat(message.body()).contains("alert.opened").contains(service);
            });
        } finally {
            set("alerts-webhook", null);
            server.stop(0);
        }
    }

    private void set(String name, String value) {
        String json = value == null ? "{\"value\":null}" : "{\"value\":\"" + value + "\"}";
        assertThat(send(operator("/api/v1/operations/settings/" + name)
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString(json)))
                        .statusCode())
                .isEqualTo(200);
    }

    /** Other tests' alerts are posted as well, and not looked at. */
    private void post(String service) {
        posts.claim().stream()
                .filter(post -> post.body().contains(service))
                .forEach(post -> routes.requestBody("direct:operations-alert-post", post));
    }
}
