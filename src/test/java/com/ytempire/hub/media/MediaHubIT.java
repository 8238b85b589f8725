package com.ytempire.hub.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.sandbox.StockVendor;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Stock media with vendors that are well at the beginning and at the end of each test. */
abstract class MediaHubIT extends HubIT {

    private static final List<String> LINKS = List.of(
            "videos-pexels",
            "videos-pixabay",
            "videos-shutterstock",
            "photos-pexels",
            "photos-pixabay",
            "photos-shutterstock",
            "licences-shutterstock");

    @BeforeEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.stock().forEach(StockVendor::recover);
        jdbc.sql("delete from spending.vendor_window").update();
        for (String link : LINKS) {
            assertThat(operatorPost("/api/v1/providers/" + link + "/on", "").statusCode())
                    .isEqualTo(200);
        }
    }

    @AfterEach
    void leaveNothingBroken() {
        allIsWell();
    }

    /** @param more of the query, like {@code &count=3} */
    HttpResponse<String> get(String type, String query, String more) {
        return operatorGet(
                "/api/v1/media/" + type + "?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + more);
    }

    JsonNode search(String type, String query, String more) {
        return data(get(type, query, more), 200);
    }

    static String links(JsonNode answer) {
        return StreamSupport.stream(answer.path("links").spliterator(), false)
                .map(link ->
                        link.path("link").asText() + " " + link.path("outcome").asText()
                                + (link.path("reason").isNull()
                                        ? ""
                                        : " " + link.path("reason").asText()))
                .collect(Collectors.joining("; "));
    }

    static List<String> providers(JsonNode answer) {
        return StreamSupport.stream(answer.path("items").spliterator(), false)
                .map(item -> item.path("provider").asText())
                .toList();
    }
}
