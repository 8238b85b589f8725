package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.youtube.TestChannels;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;

/** What tests of videos have in common. */
abstract class VideosHubIT extends HubIT {

    static final String VIDEOS = "/api/v1/videos";

    /** Nobody goes on making what a test has left. */
    @AfterEach
    void leaveNothingToDo() {
        jdbc.sql("update videos.video set state = 'cancelled' where state in ('queued', 'processing')")
                .update();
    }

    /** Somebody with a plan of Stripe's, as the mirror holds it. */
    TestUsers.User subscriber() {
        TestUsers.User user = user();
        String customer = unique("cus");
        Timestamp now = Timestamp.from(SANDBOX.clock().instant());
        jdbc.sql("insert into billing.customer_owner (customer, user_id, assigned_at, assigned_by)"
                        + " values (:customer, :user, :now, 'test')")
                .param("customer", customer)
                .param("user", user.id())
                .param("now", now)
                .update();
        jdbc.sql("""
                        insert into billing.subscription
                            (id, version, state_at, status, verified, object, customer, price, quantity, created_at)
                        values (:id, 1, :now, 'active', true, :object::jsonb, :customer, :price, 1, :now)
                        """)
                .param("id", unique("sub"))
                .param("now", now)
                .param("object", """
                        {"object": "subscription", "status": "active", "quantity": 1,
                         "items": {"data": [{"quantity": 1, "price": {"id": "%s", "product": "prod_none"}}]}}
                        """.formatted(STARTER))
                .param("customer", customer)
                .param("price", STARTER)
                .update();
        channels.add(user.id(), TestChannels.project(), 5);
        return user;
    }

    /** A topic nobody else has. */
    static String topic() {
        return "How " + unique("lighthouses") + " work";
    }

    static String order(String topic) {
        return "{\"topic\":\"%s\",\"duration_target\":10}".formatted(topic);
    }

    UUID generate(TestUsers.User user, String body) {
        HttpResponse<String> answer = userPost(user, VIDEOS + "/generate", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return UUID.fromString(tree(answer).at("/data/video_id").asText());
    }

    UUID generate(String body) {
        HttpResponse<String> answer = operatorPost(VIDEOS + "/generate", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return UUID.fromString(tree(answer).at("/data/video_id").asText());
    }

    /** A video of the fleet that waits for a person before its upload. */
    UUID held() {
        return generate("{\"topic\":\"%s\",\"duration_target\":10,\"publish\":\"hold\"}".formatted(topic()));
    }

    JsonNode video(UUID id) {
        HttpResponse<String> answer = operatorGet(VIDEOS + "/" + id);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return tree(answer).get("data");
    }

    HttpResponse<String> act(UUID id, String what) {
        return send(operator(VIDEOS + "/" + id + "/" + what).POST(BodyPublishers.noBody()));
    }

    String state(UUID id) {
        return jdbc.sql("select state from videos.video where id = :id")
                .param("id", id)
                .query(String.class)
                .single();
    }

    JsonNode awaitState(UUID id, String... states) {
        await(id + " becomes " + String.join(" or ", states))
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(30))
                .failFast(() -> assertThat(
                                state(id).equals("failed") && !Set.of(states).contains("failed"))
                        .as("failed: " + video(id))
                        .isFalse())
                .until(() -> Set.of(states).contains(state(id)));
        return video(id);
    }

    void awaitStep(UUID id, String step, String state) {
        await(step + " of " + id)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(30))
                .until(() -> step(id, step).equals(state));
    }

    String step(UUID id, String step) {
        return jdbc.sql("select state from videos.step where video_id = :id and step = :step")
                .param("id", id)
                .param("step", step)
                .query(String.class)
                .single();
    }

    static JsonNode step(JsonNode video, String step) {
        return StreamSupport.stream(video.get("steps").spliterator(), false)
                .filter(one -> one.get("step").asText().equals(step))
                .findFirst()
                .orElseThrow();
    }

    /** How often something was paid for a video. */
    long paid(UUID id, String kind) {
        return jdbc.sql("select count(*) from spending.cost where video_id = :id and kind = :kind")
                .param("id", id.toString())
                .param("kind", kind)
                .query(Long.class)
                .single();
    }

    /** How often anything was paid for it. */
    long costs(UUID id) {
        return jdbc.sql("select count(*) from spending.cost where video_id = :id")
                .param("id", id.toString())
                .query(Long.class)
                .single();
    }

    /** The video as a hub that was killed leaves it: claimed by a node that does not renew. */
    void crashed(UUID id) {
        jdbc.sql("update videos.video set state = 'processing', node = 'gone', attempt = attempt + 1,"
                        + " lease_until = now() - interval '1 second', hold_reason = null where id = :id")
                .param("id", id)
                .update();
    }
}
