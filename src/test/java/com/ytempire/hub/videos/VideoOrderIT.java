package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.youtube.TestChannels;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking for videos: what is taken, what is refused and why, and whose they are. */
class VideoOrderIT extends VideosHubIT {

    private HttpResponse<String> keyed(TestUsers.User user, String key, String body) {
        return send(as(user, VIDEOS + "/generate")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "She said \\\"it's <b>fine</b>\\\"; drop table videos.video; --",
                "🚀 to the 🌕 in 👨‍👩‍👧‍👦 style",
                "كيف تعمل المنارات \u202e في الليل",
                "灯台はどのように機能しますか"
            })
    void everyTopicIsATopic(String topic) {
        UUID id = generate("{\"topic\":\"%s\",\"publish\":\"hold\"}".formatted(topic));
        assertThat(video(id).get("topic").asText()).isEqualTo(topic.replace("\\\"", "\""));
        assertThat(act(id, "cancel").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topic|{}",
                "topic|{'topic':'  '}",
                "topic|{'topic':'LONG'}",
                "duration_target|{'topic':'a','duration_target':4}",
                "duration_target|{'topic':'a','duration_target':3601}",
                "aspect|{'topic':'a','aspect':'4:3'}",
                "voice|{'topic':'a','voice':'nobody'}",
                "style|{'topic':'a','style':''}",
                "privacy|{'topic':'a','privacy':'secret'}",
                "publish|{'topic':'a','publish':'soon'}",
                "privacy|{'topic':'a','privacy':'private','publish_at':'SOON'}",
                "publish_at|{'topic':'a','publish':'at'}",
                "publish_at|{'topic':'a','publish':'at','publish_at':'2020-01-01T00:00:00Z'}",
                "publish_at|{'topic':'a','publish':'now','publish_at':'2099-01-01T00:00:00Z'}",
                "publish_at|{'topic':'a','publish_at':'2099-01-01T00:00:00Z'}",
            })
    void whatIsWrongIsNamed(String field, String body) {
        HttpResponse<String> answer = operatorPost(
                VIDEOS + "/generate",
                body.replace('\'', '"')
                        .replace("LONG", "x".repeat(301))
                        .replace(
                                "SOON",
                                SANDBOX.clock().instant().plusSeconds(3600).toString()));
        assertFieldRefused(answer, field);
    }

    @Test
    void withoutASubscriptionNothingIsMade() {
        HttpResponse<String> answer = userPost(user(), VIDEOS + "/generate", order(topic()));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(tree(answer).get("code").asText()).isEqualTo("subscription_required");
    }

    @Test
    void whatNoChannelCouldTakeIsNotMade() {
        TestUsers.User user = subscriber();
        UUID others = channels.add(user().id(), TestChannels.project(), 5);
        HttpResponse<String> unknown = userPost(
                user, VIDEOS + "/generate", "{\"topic\":\"%s\",\"channel_id\":\"%s\"}".formatted(topic(), others));
        assertFieldRefused(unknown, "channel_id");
        jdbc.sql("update youtube.channel set state = 'removed' where user_id = :user")
                .param("user", user.id())
                .update();
        HttpResponse<String> none = userPost(user, VIDEOS + "/generate", order(topic()));
        assertThat(none.statusCode()).isEqualTo(409);
        assertThat(tree(none).get("code").asText()).isEqualTo("channel_needed");
    }

    @Test
    void thePlansVideosOfADayAreAllThereAreAlsoAtOnce() {
        TestUsers.User user = subscriber();
        List<Integer> statuses = IntStream.range(0, 18)
                .mapToObj(number -> CompletableFuture.supplyAsync(() -> userPost(
                                user,
                                VIDEOS + "/generate",
                                "{\"topic\":\"%s\",\"publish_at\":\"%s\"}"
                                        .formatted(
                                                topic(),
                                                SANDBOX.clock().instant().plusSeconds(86_400)))
                        .statusCode()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(statuses)
                .containsOnly(202, 429)
                .filteredOn(status -> status == 202)
                .hasSize(15);
        jdbc.sql("update videos.video set state = 'cancelled' where owner = :owner")
                .param("owner", user.id())
                .update();

        HttpResponse<String> refused = userPost(user, VIDEOS + "/generate", order(topic()));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(tree(refused).get("limit").asText()).isEqualTo("videos_per_day");
        assertThat(tree(refused).get("most").asInt()).isEqualTo(15);
        assertThat(tree(refused).get("frees_at").asText()).endsWith("T00:00:00Z");
        assertThat(refused.headers().firstValueAsLong("Retry-After")).isPresent();
    }

    @Test
    void theSameKeyIsTheSameVideoAndAnotherBodyIsRefused() {
        TestUsers.User user = subscriber();
        String key = unique("key");
        String body = order(topic());
        List<HttpResponse<String>> answers = IntStream.range(0, 3)
                .mapToObj(number -> CompletableFuture.supplyAsync(() -> keyed(user, key, body)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(202));
        assertThat(answers.stream().map(HttpResponse::body).distinct()).hasSize(1);
        assertThat(jdbc.sql("select count(*) from videos.video where owner = :owner")
                        .param("owner", user.id())
                        .query(Long.class)
                        .single())
                .isOne();
        assertThat(keyed(user, key, order(topic())).statusCode()).isEqualTo(422);

        // the hub died before it could keep the answer
        jdbc.sql(
                        "update accounts.api_request set answer = null, lease_until = now() - interval '1 second' where key = :key")
                .param("key", key)
                .update();
        assertThat(tree(keyed(user, key, body)).at("/data/video_id"))
                .isEqualTo(tree(answers.get(0)).at("/data/video_id"));

        // long ago: the key has been forgotten, and asks for another video
        jdbc.sql("delete from accounts.api_request where key = :key")
                .param("key", key)
                .update();
        jdbc.sql("update videos.video set created_at = created_at - interval '8 days' where owner = :owner")
                .param("owner", user.id())
                .update();
        assertThat(tree(keyed(user, key, body)).at("/data/video_id"))
                .isNotEqualTo(tree(answers.get(0)).at("/data/video_id"));
    }

    @Test
    void aRepeatedTopicIsWarnedAbout() {
        String topic = topic();
        UUID first = generate(order(topic));
        HttpResponse<String> again = operatorPost(VIDEOS + "/generate", order(topic.toUpperCase(Locale.ROOT) + "?!"));
        JsonNode warning = tree(again).at("/data/warnings/0");
        assertThat(warning.get("code").asText()).isEqualTo("topic_repeated");
        assertThat(warning.get("video_id").asText()).isEqualTo(first.toString());
        assertThat(tree(operatorPost(VIDEOS + "/generate", order(topic()))).at("/data/warnings"))
                .isEmpty();
    }

    @Test
    void aVideoOfSomebodyElseIsNotThere() {
        TestUsers.User owner = subscriber();
        UUID id = generate(owner, order(topic()));
        TestUsers.User other = subscriber();
        Map<String, String> requests = Map.of(
                "",
                "GET",
                "/cost",
                "GET",
                "/files",
                "GET",
                "/files/video",
                "GET",
                "/events",
                "GET",
                "/approve",
                "POST",
                "/cancel",
                "POST",
                "/events/ticket",
                "POST");
        requests.forEach((path, method) -> assertThat(
                        send(as(other, VIDEOS + "/" + id + path).method(method, BodyPublishers.noBody()))
                                .statusCode())
                .as(method + " " + path)
                .isEqualTo(404));
        assertThat(send(as(other, VIDEOS + "/" + id).DELETE()).statusCode()).isEqualTo(404);
        assertThat(userGet(owner, VIDEOS + "/" + id).statusCode()).isEqualTo(200);
        assertThat(userGet(other, VIDEOS).body()).doesNotContain(id.toString());
        assertThat(userGet(owner, VIDEOS + "?page=1&per_page=5").body()).contains(id.toString());
        assertThat(tree(userGet(owner, VIDEOS)).at("/pagination/total").asInt()).isOne();
        assertThat(userGet(owner, VIDEOS + "?state=nowhere").statusCode()).isEqualTo(400);
        assertThat(send(request(VIDEOS + "/" + id).GET()).statusCode()).isEqualTo(401);
        assertThat(send(request(VIDEOS + "/" + id + "/events?ticket=none").GET())
                        .statusCode())
                .isEqualTo(401);
    }
}
