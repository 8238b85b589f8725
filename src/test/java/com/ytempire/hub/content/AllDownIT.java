package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.OpenAiVendor;
import com.ytempire.hub.sandbox.StabilityVendor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All vendors refuse, or are left alone by their breakers: the last link answers within a second. */
class AllDownIT extends ContentHubIT {

    private static final Map<String, List<String>> PAID = Map.of(
            "scripts", List.of("text-premium", "text-economy"),
            "speech", List.of("speech-google-neural", "speech-google-standard", "speech-elevenlabs"),
            "thumbnails", List.of("thumbnail-primary", "thumbnail-second"));
    private static final long WITHIN = 1000; // milliseconds

    private static final Set<String> FREE =
            Set.of("text-similar", "text-template", "speech-silence", "thumbnail-local");

    @BeforeEach
    @AfterEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.openai().recover();
        SANDBOX.stability().recover();
        PAID.values().forEach(this::switchOn);
    }

    private JsonNode ask(String what) {
        String body = (what.equals("speech") ? "{\"text\": \"%s.\"}" : "{\"topic\": \"%s\"}").formatted(unique("down"));
        return ask(what, body);
    }

    private static List<String> reasons(JsonNode answer, List<String> links) {
        return StreamSupport.stream(answer.path("links").spliterator(), false)
                .filter(each -> links.contains(each.path("link").asText()))
                .map(each -> each.path("reason").asText())
                .toList();
    }

    /** Once more when it took long: a machine that is busy with something else is not the hub's doing. */
    private JsonNode isAnsweredAtOnce(String what) {
        JsonNode answer = ask(what);
        for (int more = 0; more < 3 && answer.path("millis").asLong() >= WITHIN; more++) {
            answer = ask(what);
        }
        assertThat(answer.path("link").asText()).isIn(FREE);
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("millis").asLong()).isLessThan(WITHIN);
        return answer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"scripts", "thumbnails"})
    void whenEveryVendorRefusesTheContent(String what) {
        ask(what); // fonts and templates are read by the first one
        SANDBOX.openai().always(OpenAiVendor.Mood.REFUSING);
        SANDBOX.stability().always(StabilityVendor.Mood.REFUSING);

        JsonNode answer = isAnsweredAtOnce(what);

        assertThat(reasons(answer, PAID.get(what))).hasSize(2).containsOnly("refused");
    }

    @ParameterizedTest
    @CsvSource({"scripts", "speech", "thumbnails"})
    void whenEveryBreakerIsOpen(String what) {
        for (String vendor : List.of("openai", "google_tts", "elevenlabs", "stability")) {
            SANDBOX.faults().outage(vendor, Fault.status(503), null);
        }
        for (int i = 0; i < 2; i++) {
            ask(what); // three tries of each link
        }
        assertThat(PAID.get(what))
                .allSatisfy(link -> assertThat(data(operatorGet("/api/v1/providers/" + link))
                                .path("breaker")
                                .asText())
                        .isEqualTo("open"));

        JsonNode answer = isAnsweredAtOnce(what);

        assertThat(reasons(answer, PAID.get(what)))
                .hasSize(PAID.get(what).size())
                .containsOnly("breaker");
    }
}
