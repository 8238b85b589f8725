package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What tests of provider chains have in common: asking, which links answered, and what it has cost. */
abstract class ContentHubIT extends HubIT {

    static final ObjectMapper JSON = new ObjectMapper();

    /** What is answered with 200. */
    JsonNode ask(String what, String body) {
        HttpResponse<String> answer = operatorPost("/api/v1/content/" + what, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return data(answer);
    }

    void switchOn(Iterable<String> links) {
        for (String link : links) {
            assertThat(operatorPost("/api/v1/providers/" + link + "/on", "").statusCode())
                    .isEqualTo(200);
        }
    }

    /** Link by link what came of it, such as {@code text-premium failed timeout; text-economy answered; }. */
    static String links(JsonNode answer) {
        StringBuilder links = new StringBuilder();
        answer.path("links")
                .forEach(link -> links.append(link.path("link").asText())
                        .append(' ')
                        .append(link.path("outcome").asText())
                        .append(
                                link.path("reason").isNull()
                                        ? ""
                                        : " " + link.path("reason").asText())
                        .append("; "));
        return links.toString();
    }

    /** Nobody waits for a settlement. */
    void awaitSettled(String video) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> jdbc.sql("select not exists (select 1 from spending.attempt where video_id = :video"
                                + " and state in ('reserved', 'sent'))")
                        .param("video", video)
                        .query(Boolean.class)
                        .single());
    }

    /** What became of the calls that were made for a video, in the order of these words. */
    String attempts(String video) {
        return jdbc.sql("select string_agg(state, ' ' order by state) from spending.attempt where video_id = :video")
                .param("video", video)
                .query(String.class)
                .single();
    }

    /** All that was paid for a video. */
    BigDecimal ledger(String video) {
        awaitSettled(video);
        return jdbc.sql("select coalesce(sum(amount), 0) from spending.cost where video_id = :video")
                .param("video", video)
                .query(BigDecimal.class)
                .single();
    }
}
