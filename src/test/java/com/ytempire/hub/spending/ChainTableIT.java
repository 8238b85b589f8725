package com.ytempire.hub.spending;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What answers when the first link of a chain is off, the first two, and so on; prints the table of docs/content.md. */
class ChainTableIT extends HubIT {

    private final List<String> off = new ArrayList<>();

    @BeforeEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.openai().recover();
        links().forEach(link -> switchTo(link.path("name").asText(), "on"));
    }

    @AfterEach
    void switchOnAgain() {
        off.forEach(link -> switchTo(link, "on"));
    }

    private void switchTo(String link, String state) {
        assertThat(operatorPost("/api/v1/providers/" + link + "/" + state, "").statusCode())
                .as(link)
                .isEqualTo(200);
    }

    private void off(String link) {
        switchTo(link, "off");
        off.add(link);
    }

    private JsonNode links() {
        return data(operatorGet("/api/v1/providers"));
    }

    private List<String> chain(String capability) {
        List<String> names = new ArrayList<>();
        links().forEach(link -> {
            if (link.path("capability").asText().equals(capability)) {
                names.add(link.path("name").asText());
            }
        });
        return names;
    }

    /** Switches one link after the other off, but the last, and asks each time. */
    private void falls(String capability, Supplier<JsonNode> ask) {
        List<String> chain = chain(capability);
        List<String> row = new ArrayList<>();
        for (int i = 0; i < chain.size(); i++) {
            JsonNode answer = ask.get();
            String by = answer.path("link").asText();
            assertThat(by).as("with %s off", off).isEqualTo(chain.get(i));
            assertThat(answer.path("degraded").asBoolean()).isEqualTo(i > 0);
            row.add("%s $%s"
                    .formatted(
                            by,
                            answer.path("cost")
                                    .decimalValue()
                                    .stripTrailingZeros()
                                    .toPlainString()));
            if (i < chain.size() - 1) {
                off(chain.get(i));
            }
        }
        System.out.println("| " + capability + " | " + String.join(" | ", row) + " |");
    }

    @Test
    void texts() {
        String prompt = "Why lighthouses are painted in stripes, and who decides on the colours " + unique("t");
        int[] asked = {0};

        falls(
                "text",
                () -> data(operatorPost(
                        "/api/v1/content/scripts",
                        "{\"prompt\": \"" + prompt + " " + ++asked[0] + "\", \"level\": \"premium\"}")));
    }

    @Test
    void narrations() {
        String text = "Somebody painted the lighthouse in stripes. Nobody knows who it was. " + unique("s");

        falls(
                "speech",
                () -> data(operatorPost("/api/v1/content/speech", "{\"text\": \"" + text + "\", \"fresh\": true}")));
    }

    @Test
    void thumbnails() {
        falls(
                "thumbnail",
                () -> data(operatorPost(
                        "/api/v1/content/thumbnails", "{\"title\": \"Lighthouses " + unique("n") + "\"}")));
    }

    @Test
    void stock() {
        for (String capability : new String[] {"videos", "photos"}) {
            List<String> row = new ArrayList<>();
            String query = "lighthouse" + unique("q");
            List<String> chain = chain(capability);
            for (int i = 0; i < chain.size(); i++) {
                if (i == chain.size() - 1) {
                    SANDBOX.clock().advance(Duration.ofHours(25)); // what was found is too old to be taken at once
                }
                String sought = i == chain.size() - 1 ? query + (i - 1) : query + i;
                JsonNode found =
                        data(operatorGet("/api/v1/media/" + capability + "?count=3&high_value=true&query=" + sought));
                assertThat(found.path("items")).as("with %s off", off).isNotEmpty();
                String by = "";
                for (JsonNode link : found.path("links")) {
                    by = by.isEmpty()
                                    && List.of("answered", "cached")
                                            .contains(link.path("outcome").asText())
                            ? link.path("link").asText()
                            : by;
                }
                assertThat(by).as("with %s off: %s", off, found.path("links")).isEqualTo(chain.get(i));
                assertThat(found.path("degraded").asBoolean()).isEqualTo(i > 0);
                row.add(by + ", " + found.path("found").asInt() + " found");
                if (i < chain.size() - 1) {
                    off(chain.get(i));
                }
            }
            System.out.println("| " + capability + " | " + String.join(" | ", row) + " |");
        }
    }
}
