package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code Idempotency-Key} of what costs money in content: one key, one answer, one bill. */
class ContentRequestsIT extends HubIT {

    @Autowired
    private ProducerTemplate routes;

    private final String key = unique("key");
    private final String topic = unique("glaciers");

    @BeforeEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.openai().recover();
        SANDBOX.googleSpeech().recover();
        for (String link : List.of("text-premium", "text-economy", "speech-google-neural")) {
            operatorPost("/api/v1/providers/" + link + "/on", "");
        }
    }

    private HttpResponse<String> ask(String what, String body) {
        return send(operator("/api/v1/content/" + what)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private String script(String more) {
        return "{\"topic\": \"" + topic + "\", \"fresh\": true" + more + "}";
    }

    private long paid() {
        return SANDBOX.sent().to("openai").stream()
                .filter(request -> request.body().contains(topic))
                .count();
    }

    @ParameterizedTest
    @CsvSource({"scripts, topic", "speech, text", "thumbnails, title"})
    void theSameQuestionHasTheSameAnswerToTheLetter(String what, String field) {
        String body = "{\"" + field + "\": \"About " + topic + ".\", \"fresh\": true}";
        HttpResponse<String> first = ask(what, body);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(ask(what, body).body()).isEqualTo(first.body());
    }

    @Test
    void twoAtOnceArePaidOnce() {
        List<HttpResponse<String>> answers = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> ask("scripts", script(""))))
                .limit(4)
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200);
        assertThat(answers)
                .extracting(HttpResponse::body)
                .containsOnly(answers.get(0).body());
        assertThat(paid()).isEqualTo(1);
    }

    @Test
    void anotherQuestionUnderTheSameKeyIsRefused() {
        ask("scripts", script(""));

        assertThat(ask("scripts", script(", \"length\": 30")).statusCode()).isEqualTo(422);
        HttpResponse<String> refused = ask("titles", script(""));
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("idempotency_key_reused", "Idempotency-Key");
        assertThat(paid()).isEqualTo(1);
    }

    @Test
    void whatADeadHubLeftIsDoneAgain() {
        HttpResponse<String> answered = ask("scripts", script(""));
        // as a hub leaves it that died at work, before and after its lease
        jdbc.sql("update accounts.api_request set answer = null, lease_until = now() - interval '1 second'"
                        + " where key = :key")
                .param("key", key)
                .update();

        assertThat(ask("scripts", script("")).statusCode()).isEqualTo(200);
        assertThat(paid()).isEqualTo(2);
        assertThat(answered.statusCode()).isEqualTo(200);
    }

    @Test
    void aKeyIsHonouredForSevenDaysAndIsAnotherRequestAfterThem() {
        HttpResponse<String> first = ask("scripts", script(""));
        olderBy("6 days 23 hours");
        assertThat(ask("scripts", script("")).body()).isEqualTo(first.body());
        assertThat(paid()).isEqualTo(1);

        olderBy("2 hours");
        HttpResponse<String> anew = ask("scripts", script(""));
        assertThat(anew.statusCode()).isEqualTo(200);
        assertThat(paid()).isEqualTo(2);
        assertThat(ask("scripts", script("")).body()).isEqualTo(anew.body());
    }

    private void olderBy(String time) {
        jdbc.sql("update accounts.api_request set created_at = created_at - :time::interval where key = :key")
                .param("time", time)
                .param("key", key)
                .update();
        routes.requestBody("bean:accountRetention?method=apply", "");
    }

    @Test
    void aRefusedRequestLeavesItsKeyFree() {
        assertThat(ask("scripts", "{\"topic\": \"" + topic + "\", \"level\": \"divine\"}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(ask("scripts", script("")).statusCode()).isEqualTo(200);
    }
}
