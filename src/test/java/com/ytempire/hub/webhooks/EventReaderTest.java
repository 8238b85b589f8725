package com.ytempire.hub.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {

    private final EventReader reader =
            new EventReader(new ObjectMapper(), Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC));

    @Test
    void readsASnapshotEvent() {
        NewEvent event = stripe("""
                {"id":"evt_1","object":"event","type":"invoice.paid","created":1700000000,"livemode":false,
                 "api_version":"2023-10-16","data":{"object":{"id":"in_1","object":"invoice","customer":"cus_9"}}}""");
        assertThat(event.eventId()).isEqualTo("evt_1");
        assertThat(event.type()).isEqualTo("invoice.paid");
        assertThat(event.objectKey()).isEqualTo("cus_9");
        assertThat(event.changeId()).isEqualTo("evt_1");
        assertThat(event.createdAt()).isEqualTo(Instant.ofEpochSecond(1700000000));
        assertThat(event.livemode()).isFalse();
        assertThat(event.apiVersion()).isEqualTo("2023-10-16");
    }

    @Test
    void readsAThinEventAsTheSameChangeAsItsSnapshot() {
        NewEvent event = stripe("""
                {"id":"evt_thin","object":"v2.core.event","type":"v1.customer.created","created":"2026-11-21T09:59:58.000Z",
                 "livemode":false,"related_object":{"id":"cus_9","type":"customer","url":"/v1/customers/cus_9"},
                 "snapshot_event":"evt_1"}""");
        assertThat(event.eventId()).isEqualTo("evt_thin");
        assertThat(event.changeId()).isEqualTo("evt_1");
        assertThat(event.objectKey()).isEqualTo("cus_9");
        assertThat(event.createdAt()).isEqualTo(Instant.parse("2026-11-21T09:59:58Z"));
    }

    @Test
    void ordersByTheObjectItselfWhenItHasNoCustomer() {
        assertThat(stripe(
                                "{\"id\":\"e\",\"type\":\"product.created\",\"data\":{\"object\":{\"id\":\"prod_1\",\"customer\":null}}}")
                        .objectKey())
                .isEqualTo("prod_1");
        assertThat(stripe(
                                "{\"id\":\"e\",\"type\":\"t\",\"data\":{\"object\":{\"id\":\"in_1\",\"customer\":{\"id\":\"cus_2\"}}}}")
                        .objectKey())
                .isEqualTo("cus_2");
        assertThat(stripe("{\"id\":\"e\",\"type\":\"t\"}").objectKey()).isEqualTo("e");
    }

    /** Anybody with the account may have written metadata: they say when an event is worked on, and refuse none. */
    @Test
    void knowsWhatTheHubHasMade() {
        String event = "{\"id\":\"e\",\"type\":\"t\",\"data\":{\"object\":{\"id\":\"in_1\",\"metadata\":{%s}}}}";
        assertThat(stripe(event.formatted("\"command_id\":\"a\\nb\"")).ours()).isTrue();
        assertThat(stripe(event.formatted("\"command_id\":null")).ours()).isFalse();
        assertThat(stripe(event.formatted("")).ours()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"x\"",
                "{\"id\":",
                "{\"id\":\"e\",\"type\":\"t\"} trailing",
                "<xml/>",
                "{\"id\":\"e\"}}"
            })
    void refusesWhatIsNoJsonObject(String body) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> stripe(body))
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("unreadable_payload"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"t\"}",
                "{\"id\":\"\",\"type\":\"t\"}",
                "{\"id\":null,\"type\":\"t\"}",
                "{\"id\":{},\"type\":\"t\"}",
                "{\"id\":\"e\"}",
                "{\"id\":\"e\\u0000\",\"type\":\"t\"}",
                "{\"id\":\"e\",\"type\":\"t\\u0000\"}",
                "{\"id\":\"e\",\"type\":\"t\",\"created\":\"yesterday\"}",
                "{\"id\":\"e\",\"type\":\"t\",\"created\":9223372036854775807}"
            })
    void namesTheFieldOfAnInvalidEvent(String body) {
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> stripe(body)).satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("invalid_event");
            assertThat(problem.field()).isIn("id", "type", "created");
        });
    }

    @Test
    void takesAnIdOf255CharactersAndRefusesOneMore() {
        assertThat(stripe("{\"id\":\"" + "x".repeat(255) + "\",\"type\":\"t\"}").eventId())
                .hasSize(255);
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> stripe("{\"id\":\"" + "x".repeat(256) + "\",\"type\":\"t\"}"));
    }

    /** A key too long for the index would fail the statement, and with it the whole intake. */
    @ParameterizedTest
    @ValueSource(strings = {"id", "customer"})
    void refusesAnObjectWhoseIdIsTooLong(String field) {
        String object = "\"object\":{\"%s\":\"%s\"}".formatted(field, "x".repeat(3000));
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> stripe("{\"id\":\"e\",\"type\":\"t\",\"data\":{" + object + "}}"))
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("invalid_event"));
    }

    @Test
    void tellsN8nEventsApartByAllFiveParts() {
        String body =
                "{\"execution_id\":\"7\",\"workflow_id\":\"w\",\"status\":\"success\",\"data\":{\"video_id\":\"v\",\"step\":\"speech\"}}";
        NewEvent event = n8n(null, body);
        assertThat(event.eventId()).isEqualTo("w:7:v:speech:success");
        assertThat(event.objectKey()).isEqualTo("7");
        assertThat(event.type()).isEqualTo("speech.success");
        assertThat(event.answerId()).isEqualTo("w");
        assertThat(n8n("other", body).eventId()).isEqualTo("other:7:v:speech:success");
        assertThat(n8n("q", "{\"execution_id\":7,\"video_id\":\"v2\"}").eventId())
                .isEqualTo("q:7:v2:~:~");
    }

    @Test
    void neverMistakesPartsOfN8nIdsForEachOther() {
        String one = n8n("a:b", "{\"execution_id\":\"c\"}").eventId();
        String other = n8n("a", "{\"execution_id\":\"b:c\"}").eventId();
        assertThat(one).isNotEqualTo(other);
    }

    private NewEvent stripe(String body) {
        return reader.stripe(verified("stripe", null, body));
    }

    private NewEvent n8n(String workflow, String body) {
        return reader.n8n(verified("n8n", workflow, body));
    }

    private static VerifiedDelivery verified(String service, String qualifier, String body) {
        return new VerifiedDelivery(
                new Delivery(
                        service, qualifier, "127.0.0.1", Map.of("user-agent", List.of("test")), body.getBytes(UTF_8)),
                "s1");
    }
}
