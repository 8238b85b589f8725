package com.ytempire.hub.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.NodeRole;
import com.ytempire.hub.sandbox.Faults.Fault;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Events from the outbox to Mixpanel and Amplitude: each counts once, and a bad one stops no other. */
class AnalyticsIT extends HubIT {

    @Autowired
    private Outbox outbox;

    @Autowired
    private ProducerTemplate routes;

    @Autowired
    private NotificationSettings settings;

    @AfterEach
    void vendorsAreWell() {
        SANDBOX.faults().clear();
        SANDBOX.mixpanel().takeAll();
        SANDBOX.amplitude().takeAll();
        operatorPost("/api/v1/notifications/channels/mixpanel/resume", "");
        operatorPost("/api/v1/notifications/channels/amplitude/resume", "");
    }

    private void track(String key, String name) {
        track(key, name, UUID.randomUUID());
    }

    private void track(String key, String name, UUID user) {
        outbox.track(new AnalyticsEvent(
                key, name, user, SANDBOX.clock().instant(), Map.of("plan", "growth", "amount", 29700)));
    }

    private String column(String channel, String key, String name) {
        return jdbc.sql("select " + name + "::text from notifications.outbox where channel = :channel and key = :key")
                .param("channel", channel)
                .param("key", key)
                .query(String.class)
                .optional()
                .orElse("");
    }

    private void awaitState(String channel, String key, String state) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(column(channel, key, "state"))
                        .as(column(channel, key, "result"))
                        .isEqualTo(state));
    }

    private static List<JsonNode> mixpanel(String name) {
        return SANDBOX.mixpanel().events(name);
    }

    private static List<JsonNode> amplitude(String name) {
        return SANDBOX.amplitude().events(name);
    }

    private static long requestsWith(String vendor, String text) {
        return SANDBOX.sent().to(vendor).stream()
                .filter(request -> request.body().contains(text))
                .count();
    }

    /** Of a hub that has no key for Amplitude. */
    private Outbox keyless(NodeRole role) {
        NotificationSettings all = settings;
        NotificationSettings.Amplitude keyless = new NotificationSettings.Amplitude(
                "",
                all.amplitude().perSecond(),
                all.amplitude().batch(),
                all.amplitude().most(),
                all.amplitude().keep());
        NotificationSettings withoutAmplitude = new NotificationSettings(
                all.lease(),
                all.retries(),
                all.refused(),
                all.breaker(),
                all.mail(),
                all.mixpanel(),
                keyless,
                all.webhooks(),
                all.n8n());
        return new Outbox(jdbc, new ObjectMapper(), SANDBOX.clock(), withoutAmplitude, role);
    }

    private AnalyticsEvent started(String key) {
        return new AnalyticsEvent(
                key, unique("started"), UUID.randomUUID(), SANDBOX.clock().instant(), Map.of());
    }

    /** It sends nothing itself; who does has the key. */
    @Test
    void aNodeThatOnlyReceivesLeavesItToTheOthersWhoHasAKey() {
        String key = unique("received");

        keyless(NodeRole.RECEIVE).track(started(key));

        awaitState("amplitude", key, "sent");
        awaitState("mixpanel", key, "sent");
    }

    @Test
    void anEventDoesNotWaitForAVendorWithoutAKey() {
        String key = unique("keyless");

        keyless(NodeRole.BOTH).track(started(key));

        assertThat(column("amplitude", key, "state")).isEqualTo("dropped");
        assertThat(column("amplitude", key, "result")).contains("has no key");
        awaitState("mixpanel", key, "sent");
        assertThat(jdbc.sql("select count(*) from notifications.event where key = :key")
                        .param("key", key)
                        .query(Long.class)
                        .single())
                .isOne();
    }

    @Test
    void anEventReachesTheHubsOwnTableAndBothVendorsOnce() {
        String key = unique("event");
        String name = unique("started");
        UUID user = UUID.randomUUID();
        track(key, name, user);
        track(key, name, user);
        awaitState("mixpanel", key, "sent");
        awaitState("amplitude", key, "sent");
        track(key, name, user);

        assertThat(mixpanel(name)).hasSize(1);
        assertThat(mixpanel(name).get(0).path("properties").path("distinct_id").asText())
                .isEqualTo(user.toString());
        assertThat(mixpanel(name).get(0).path("properties").path("plan").asText())
                .isEqualTo("growth");
        assertThat(amplitude(name)).hasSize(1);
        assertThat(amplitude(name)
                        .get(0)
                        .path("event_properties")
                        .path("amount")
                        .asInt())
                .isEqualTo(29700);
        assertThat(jdbc.sql("select count(*) from notifications.event where key = :key")
                        .param("key", key)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void anEventOfNobodyIsTakenToo() {
        String key = unique("event");
        track(key, unique("nobody"), null);
        awaitState("mixpanel", key, "sent");
        awaitState("amplitude", key, "sent");
    }

    @Test
    void aLostAnswerCountsOnce() {
        String key = unique("event");
        String name = unique("lost");
        SANDBOX.faults().fail("mixpanel", Fault.cut().about(name).afterTheWork(), 1);
        SANDBOX.faults().fail("amplitude", Fault.cut().about(name).afterTheWork(), 1);
        track(key, name);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> column("mixpanel", key, "failures").equals("1")
                        && column("amplitude", key, "failures").equals("1"));
        SANDBOX.clock().advance(Duration.ofMinutes(1));
        awaitState("mixpanel", key, "sent");
        awaitState("amplitude", key, "sent");
        assertThat(requestsWith("mixpanel", name)).isEqualTo(2);
        assertThat(requestsWith("amplitude", name)).isEqualTo(2);
        assertThat(mixpanel(name)).hasSize(1);
        assertThat(amplitude(name)).hasSize(1);
    }

    /** Both are written in one transaction each, so that one request has them all. */
    private void trackTogether(List<String> keys, List<String> names) {
        String sql = "update notifications.outbox set due_at = due_at + :by * interval '1 second'"
                + " where channel in ('mixpanel', 'amplitude') and state = 'waiting'";
        SANDBOX.faults().fail("mixpanel", Fault.status(503), 1000);
        SANDBOX.faults().fail("amplitude", Fault.status(503), 1000);
        IntStream.range(0, keys.size()).forEach(i -> track(keys.get(i), names.get(i)));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> keys.stream()
                        .allMatch(key -> column("mixpanel", key, "state").equals("waiting")
                                && column("amplitude", key, "state").equals("waiting")
                                && !column("mixpanel", key, "result").isEmpty()
                                && !column("amplitude", key, "result").isEmpty()));
        jdbc.sql(sql).param("by", 3600).update();
        SANDBOX.faults().clear();
        SANDBOX.sent().clear();
        breakersRest();
    }

    @Autowired
    private List<CircuitBreaker> breakers;

    private void breakersRest() {
        breakers.forEach(CircuitBreaker::reset);
    }

    @Test
    void aPartialRefusalOfMixpanelResendsOnlyWhatFailed() {
        String good = unique("event");
        String bad = unique("event");
        String goodName = unique("good");
        String badName = unique("bad");
        trackTogether(List.of(good, bad), List.of(goodName, badName));
        SANDBOX.mixpanel().refuse(badName);
        SANDBOX.clock().advance(Duration.ofHours(3));
        awaitState("mixpanel", good, "sent");
        awaitState("mixpanel", bad, "waiting");
        assertThat(column("mixpanel", bad, "result")).contains("refused by order");
        SANDBOX.mixpanel().takeAll();
        SANDBOX.clock().advance(Duration.ofHours(3));
        awaitState("mixpanel", bad, "sent");
        assertThat(requestsWith("mixpanel", goodName)).isEqualTo(1);
        assertThat(requestsWith("mixpanel", badName)).isEqualTo(2);
        assertThat(mixpanel(goodName)).hasSize(1);
        assertThat(mixpanel(badName)).hasSize(1);
    }

    @Test
    void whatMixpanelGoesOnRefusingFailsWithItsReason() {
        String key = unique("event");
        String name = unique("poison");
        SANDBOX.mixpanel().refuse(name);
        track(key, name);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> {
                    SANDBOX.clock().advance(Duration.ofMinutes(10));
                    assertThat(column("mixpanel", key, "state")).isEqualTo("failed");
                });
        assertThat(requestsWith("mixpanel", name)).isEqualTo(3);
        assertThat(column("mixpanel", key, "result")).contains("refused by order");
    }

    @Test
    void amplitudeGetsTheRestAgainWithoutWhatItRefused() {
        String good = unique("event");
        String bad = unique("event");
        String goodName = unique("good");
        String badName = unique("bad");
        trackTogether(List.of(good, bad), List.of(goodName, badName));
        SANDBOX.amplitude().refuse(badName);
        SANDBOX.clock().advance(Duration.ofHours(3));
        awaitState("amplitude", good, "sent");
        awaitState("amplitude", bad, "failed");
        assertThat(amplitude(goodName)).hasSize(1);
        assertThat(amplitude(badName)).isEmpty();
    }

    @Test
    void whatIsTooLargeIsSplit() {
        List<String> keys = Stream.generate(() -> unique("event")).limit(5).toList();
        String name = unique("many");
        SANDBOX.amplitude().mostEvents(2);
        SANDBOX.mixpanel().largest(600);
        keys.forEach(key -> track(key, name));
        keys.forEach(key -> awaitState("amplitude", key, "sent"));
        keys.forEach(key -> awaitState("mixpanel", key, "sent"));
        assertThat(amplitude(name)).hasSize(5);
        assertThat(mixpanel(name)).hasSize(5);
    }

    @Test
    void severalNodesAtOnceSendNoEventTwice() {
        List<String> keys = Stream.generate(() -> unique("event")).limit(40).toList();
        String name = unique("many");
        keys.forEach(key -> track(key, name));
        List<CompletableFuture<Void>> nodes = Stream.generate(() -> CompletableFuture.runAsync(() -> {
                    routes.sendBody("direct:notifications-mixpanel-send", null);
                    routes.sendBody("direct:notifications-amplitude-send", null);
                }))
                .limit(4)
                .toList();
        nodes.forEach(CompletableFuture::join);
        keys.forEach(key -> awaitState("mixpanel", key, "sent"));
        keys.forEach(key -> awaitState("amplitude", key, "sent"));
        assertThat(mixpanel(name)).hasSize(40);
        assertThat(amplitude(name)).hasSize(40);
        assertThat(jdbc.sql("select max(attempts) from notifications.outbox where payload->>'name' = :name")
                        .param("name", name)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void whenTheyAreDownOrBusyEventsWait() {
        String key = unique("event");
        String name = unique("later");
        SANDBOX.faults().fail("mixpanel", Fault.rateLimit().about(name), 1);
        SANDBOX.faults().fail("amplitude", Fault.rateLimit().about(name), 1);
        Instant before = SANDBOX.clock().instant();
        track(key, name);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> column("mixpanel", key, "result").contains("429")
                        && column("amplitude", key, "result").contains("429"));
        assertThat(before).isBefore(SANDBOX.clock().instant());
        assertThat(column("mixpanel", key, "state")).isEqualTo("waiting");
        SANDBOX.clock().advance(Duration.ofMinutes(1));
        awaitState("mixpanel", key, "sent");
        awaitState("amplitude", key, "sent");
    }
}
