package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** From a consent to a connected channel, and every way in which that must not happen. */
class ConsentIT extends HubIT {

    private static final String CONNECT = "/api/v1/youtube/channels/connect";

    @Autowired
    private ChannelTokens tokens;

    @AfterEach
    void wellAgain() {
        SANDBOX.youtube().recover();
    }

    private static JsonNode json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return tree(answer);
    }

    private User userWithPlan(String price) {
        User user = user();
        channels.plan(user.id(), price);
        return user;
    }

    private record Link(String url, String cookie) {}

    private static Link link(HttpResponse<String> answer) {
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Lax", "Path=/api/v1/auth/youtube/callback");
        return new Link(json(answer, 201).at("/data/url").asText(), cookie.split(";")[0]);
    }

    private Link linkOf(User user) {
        return link(userPost(user, CONNECT, "{}"));
    }

    private HttpResponse<String> back(URI callback, String cookie) {
        var request = request(callback.getPath() + "?" + callback.getRawQuery());
        return send(
                cookie == null
                        ? request.GET()
                        : request.header("Cookie", cookie).GET());
    }

    private HttpResponse<String> agree(Link link, String youtubeId) {
        return back(SANDBOX.youtube().agree(link.url(), youtubeId), link.cookie());
    }

    private UUID connect(User user, String youtubeId) {
        return UUID.fromString(
                json(agree(linkOf(user), youtubeId), 200).at("/data/channel_id").asText());
    }

    private static String newChannel() {
        return SANDBOX.youtube().newChannel("Lighthouses").id();
    }

    private static String parameter(String url, String name) {
        return Arrays.stream(URI.create(url).getRawQuery().split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aUserConnectsHisChannelAndNobodyElseSeesIt() {
        User user = userWithPlan(STARTER);
        String youtubeId = newChannel();
        Link link = linkOf(user);
        assertThat(parameter(link.url(), "code_challenge_method")).isEqualTo("S256");
        assertThat(parameter(link.url(), "access_type")).isEqualTo("offline");
        assertThat(parameter(link.url(), "scope"))
                .contains("youtube.upload", "youtube.readonly", "yt-analytics.readonly");

        UUID channel = UUID.fromString(
                json(agree(link, youtubeId), 200).at("/data/channel_id").asText());

        JsonNode list = json(userGet(user, "/api/v1/channels"), 200);
        assertThat(list.at("/pagination/total").asInt()).isEqualTo(1);
        JsonNode seen = list.at("/data/0");
        assertThat(seen.get("youtube_id").asText()).isEqualTo(youtubeId);
        assertThat(seen.get("title").asText()).isEqualTo("Lighthouses");
        assertThat(seen.get("state").asText()).isEqualTo("active");
        assertThat(seen.get("uploads_left").asInt()).isEqualTo(5);
        assertThat(seen.get("score").asDouble()).isBetween(60.0, 100.0);
        assertThat(seen.at("/score_parts/uploads").asDouble()).isEqualTo(1.0);
        User other = user();
        json(userGet(other, "/api/v1/channels/" + channel), 404);
        json(userGet(other, "/api/v1/channels/" + channel + "/history"), 404);
        json(userGet(other, "/api/v1/channels/" + channel + "/analytics"), 404);
        json(send(as(other, "/api/v1/youtube/channels/" + channel).DELETE()), 404);
        json(userPost(user, "/api/v1/youtube/channels/" + channel + "/out", "{\"reason\":\"rest\"}"), 403);
        json(userGet(user, "/api/v1/youtube/quota"), 403);
        assertThat(json(operatorGet("/api/v1/channels/" + channel), 200)
                        .at("/data/owner")
                        .asText())
                .isEqualTo(user.id().toString());
    }

    @Test
    void tokensAreCiphertextInTheDatabase() {
        UUID channel = connect(userWithPlan(STARTER), newChannel());
        String row = jdbc.sql("select refresh_sealed || ' ' || access_sealed from youtube.channel_token"
                        + " where channel_id = :channel")
                .param("channel", channel)
                .query(String.class)
                .single();
        assertThat(row).startsWith("v1.").doesNotContain("ya29", "1//0");
        assertThat(tokens.accessToken(channel.toString())).startsWith("ya29.");
        assertThat(jdbc.sql("select count(*) from youtube.consent where verifier_sealed not like 'v1.%'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aStateIsGoodOnceForOneBrowserAndAShortTime() {
        User user = userWithPlan(STARTER);
        String youtubeId = newChannel();
        Link link = linkOf(user);
        URI back = SANDBOX.youtube().agree(link.url(), youtubeId);
        assertThat(json(back(back, null), 400).get("code").asText())
                .as("another browser")
                .isEqualTo("invalid_state");
        assertThat(json(back(back, link.cookie()), 400).get("code").asText())
                .as("and that used it up")
                .isEqualTo("invalid_state");

        Link second = linkOf(user);
        URI good = SANDBOX.youtube().agree(second.url(), youtubeId);
        json(back(good, second.cookie()), 200);
        assertThat(json(back(good, second.cookie()), 400).get("code").asText())
                .as("replayed")
                .isEqualTo("invalid_state");

        Link late = linkOf(user);
        jdbc.sql("update youtube.consent set expires_at = :past where used_at is null and user_id = :user")
                .param("past", Timestamp.from(SANDBOX.clock().instant().minusSeconds(1)))
                .param("user", user.id())
                .update();
        assertThat(json(agree(late, newChannel()), 400).get("code").asText())
                .as("too late")
                .isEqualTo("invalid_state");

        Link guessed = linkOf(user);
        String guess = SANDBOX.youtube()
                .agree(guessed.url(), youtubeId)
                .toString()
                .replaceFirst("state=[^&]*", "state=" + Token.random().value());
        assertThat(json(back(URI.create(guess), guessed.cookie()), 400)
                        .get("code")
                        .asText())
                .isEqualTo("invalid_state");
        assertThat(json(userGet(user, "/api/v1/channels"), 200)
                        .at("/pagination/total")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void oneStateTwiceAtOnceConnectsOnce() {
        Link link = linkOf(userWithPlan(STARTER));
        URI back = SANDBOX.youtube().agree(link.url(), newChannel());
        List<Integer> statuses = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> back(back, link.cookie()).statusCode()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .sorted()
                .collect(Collectors.toList());
        assertThat(statuses).containsExactly(200, 400, 400, 400);
    }

    /** Somebody who steals the code has not the verifier; the hub's own is bound to the state. */
    @Test
    void aCodeOfAnotherLinkIsRefused() {
        User victim = userWithPlan(STARTER);
        User thief = userWithPlan(STARTER);
        Link his = linkOf(victim);
        Link own = linkOf(thief);
        String stolen =
                parameter(SANDBOX.youtube().agree(his.url(), newChannel()).toString(), "code");
        URI back = URI.create(SANDBOX.youtube()
                .agree(own.url(), newChannel())
                .toString()
                .replaceFirst("code=[^&]*", "code=" + stolen));

        assertThat(json(back(back, own.cookie()), 400).get("code").asText()).isEqualTo("consent_refused");
        assertThat(json(userGet(thief, "/api/v1/channels"), 200)
                        .at("/pagination/total")
                        .asInt())
                .isZero();
    }

    @Test
    void aChannelServesOneOwnerAndIsConnectedAgainByHimAlone() {
        User owner = userWithPlan(STARTER);
        String youtubeId = newChannel();
        UUID channel = connect(owner, youtubeId);
        assertThat(json(agree(linkOf(userWithPlan(STARTER)), youtubeId), 409)
                        .get("code")
                        .asText())
                .isEqualTo("channel_taken");
        assertThat(connect(owner, youtubeId))
                .as("the same one, with new tokens")
                .isEqualTo(channel);

        Link again = link(userPost(owner, CONNECT, "{\"channel_id\":\"" + channel + "\"}"));
        assertThat(json(agree(again, newChannel()), 409).get("code").asText()).isEqualTo("other_channel");
        json(userPost(user(), CONNECT, "{\"channel_id\":\"" + channel + "\"}"), 404);
        assertThat(json(userGet(owner, "/api/v1/channels"), 200)
                        .at("/pagination/total")
                        .asInt())
                .isEqualTo(1);
        assertThat(jdbc.sql("select count(*) from youtube.channel where state = 'connecting' and user_id = :user")
                        .param("user", owner.id())
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void thePlanSaysHowManyAndTheRefusalNamesTheLimit() {
        User nobody = user();
        JsonNode none = json(userPost(nobody, CONNECT, "{}"), 403);
        assertThat(none.get("code").asText()).isEqualTo("channel_limit_reached");
        assertThat(none.get("limit").asInt()).isZero();

        User user = userWithPlan(STARTER);
        Link early = linkOf(user);
        for (int i = 0; i < 5; i++) {
            channels.add(user.id(), TestChannels.project(), 5);
        }
        JsonNode refused = json(userPost(user, CONNECT, "{}"), 403);
        assertThat(refused.get("code").asText()).isEqualTo("channel_limit_reached");
        assertThat(refused.get("limit").asInt()).isEqualTo(5);
        assertThat(json(agree(early, newChannel()), 403).get("code").asText())
                .as("a link from before")
                .isEqualTo("channel_limit_reached");
        json(userPost(user, CONNECT, "{\"fleet\":true}"), 403);
        json(userPost(user, CONNECT, "{\"reserve\":true}"), 403);
    }

    @Test
    void whatGoogleRefusesLeavesNothingBehind() {
        User user = userWithPlan(STARTER);
        Link denied = linkOf(user);
        URI callback = URI.create(
                "/api/v1/auth/youtube/callback?error=access_denied&state=" + parameter(denied.url(), "state"));
        assertThat(json(back(callback, denied.cookie()), 400).get("code").asText())
                .isEqualTo("consent_denied");

        String youtubeId = newChannel();
        SANDBOX.youtube().next(Mood.BACKEND_ERROR, youtubeId, 1);
        assertThat(json(agree(linkOf(user), youtubeId), 503).get("code").asText())
                .isEqualTo("youtube_unavailable");
        assertThat(jdbc.sql("select count(*) from youtube.channel where user_id = :user")
                        .param("user", user.id())
                        .query(Integer.class)
                        .single())
                .isZero();
        connect(user, youtubeId);
    }

    @Test
    void operatorsTakeOutBringBackAndChangeAndTheOwnerGivesUp() {
        User owner = userWithPlan(STARTER);
        UUID channel = connect(owner, newChannel());
        String path = "/api/v1/youtube/channels/" + channel;
        assertThat(json(operatorPost(path + "/out", "{\"reason\":\"a strike\"}"), 200)
                        .at("/data/state")
                        .asText())
                .isEqualTo("out");
        assertThat(json(userGet(owner, "/api/v1/channels/" + channel), 200)
                        .at("/data/reason")
                        .asText())
                .isEqualTo("a strike");
        assertThat(json(operatorPost(path + "/back", ""), 200).at("/data/state").asText())
                .isEqualTo("active");
        JsonNode changed = json(
                send(operator(path)
                        .header("Content-Type", "application/json")
                        .method("PATCH", BodyPublishers.ofString("{\"reserve\":true,\"uploads_per_day\":2}"))),
                200);
        assertThat(changed.at("/data/reserve").asBoolean()).isTrue();
        assertThat(changed.at("/data/uploads_left").asInt()).isEqualTo(2);

        json(send(as(owner, path).DELETE()), 200);
        json(userGet(owner, "/api/v1/channels/" + channel), 404);
        assertThat(tokensOf(channel)).isZero();
        assertThat(jdbc.sql("select title from youtube.channel where id = :channel and title is not null")
                        .param("channel", channel)
                        .query(String.class)
                        .optional())
                .isEmpty();
        assertThat(jdbc.sql("select string_agg(state, ' ' order by id) from youtube.channel_event"
                                + " where channel_id = :channel")
                        .param("channel", channel)
                        .query(String.class)
                        .single())
                .isEqualTo("active out active active removed");
    }

    private int tokensOf(UUID channel) {
        return jdbc.sql("select count(*) from youtube.channel_token where channel_id = :channel")
                .param("channel", channel)
                .query(Integer.class)
                .single();
    }

    private boolean isWithdrawing(UUID channel) {
        return jdbc.sql("select exists (select from youtube.withdrawal where channel_id = :channel)")
                .param("channel", channel)
                .query(Boolean.class)
                .single();
    }

    @Test
    void givenUpAndConnectedAgainItGoesOnWithItsUploadsItsPauseAndWhatWasSaid() {
        User owner = userWithPlan(STARTER);
        String youtubeId = newChannel();
        UUID channel = connect(owner, youtubeId);
        String path = "/api/v1/youtube/channels/" + channel;
        Timestamp now = Timestamp.from(SANDBOX.clock().instant());
        jdbc.sql(
                        "update youtube.channel set slots = array[:now, :now]::timestamptz[], out_until = :later where id = :id")
                .param("now", now)
                .param("later", Timestamp.from(now.toInstant().plus(Duration.ofHours(20))))
                .param("id", channel)
                .update();
        json(operatorPost(path + "/out", "{\"reason\":\"a strike\"}"), 200);
        json(send(as(owner, path).DELETE()), 200);
        assertThat(isWithdrawing(channel)).isTrue();

        assertThat(connect(owner, youtubeId)).isEqualTo(channel);

        JsonNode seen = json(userGet(owner, "/api/v1/channels/" + channel), 200).get("data");
        assertThat(seen.get("state").asText()).isEqualTo("out");
        assertThat(seen.get("reason").asText()).isEqualTo("a strike");
        assertThat(seen.get("uploads_left").asInt()).isEqualTo(3);
        assertThat(seen.get("out_until").isNull()).isFalse();
        assertThat(isWithdrawing(channel)).as("the new consent stands").isFalse();

        json(send(as(owner, path).DELETE()), 200);
        User next = userWithPlan(STARTER);
        UUID anew = connect(next, youtubeId);
        assertThat(anew).as("another owner's history is his own").isNotEqualTo(channel);
        JsonNode taken = json(userGet(next, "/api/v1/channels/" + anew), 200).get("data");
        assertThat(taken.get("state").asText()).isEqualTo("out");
        assertThat(taken.get("uploads_left").asInt()).isEqualTo(3);
    }

    @Test
    void aConsentThatIsGivenUpEndsAtGoogle() {
        User owner = userWithPlan(STARTER);
        UUID channel = connect(owner, newChannel());
        json(send(as(owner, "/api/v1/youtube/channels/" + channel).DELETE()), 200);
        look("youtube/withdrawals");
        await().atMost(Duration.ofSeconds(15)).until(() -> !isWithdrawing(channel));
    }

    @Test
    void aConnectedChannelIsSubscribedToAsLongAsItIs() {
        String youtubeId = newChannel();
        User owner = userWithPlan(STARTER);
        UUID channel = connect(owner, youtubeId);
        assertThat(subscriptions(youtubeId)).isEqualTo(1);

        json(send(as(owner, "/api/v1/youtube/channels/" + channel).DELETE()), 200);
        assertThat(subscriptions(youtubeId)).isZero();

        connect(owner, youtubeId);
        assertThat(subscriptions(youtubeId)).isEqualTo(1);
        assertThat(operatorPost("/api/v1/youtube/subscriptions", "{\"channel_id\":\"" + youtubeId + "\"}")
                        .statusCode())
                .isEqualTo(200);
        json(send(as(owner, "/api/v1/youtube/channels/" + channel).DELETE()), 200);
        assertThat(subscriptions(youtubeId))
                .as("somebody asked for it by itself")
                .isEqualTo(1);
    }

    private int subscriptions(String youtubeId) {
        return jdbc.sql("select count(*) from youtube.subscription where channel_id = :channel"
                        + " and state in ('requested', 'verified')")
                .param("channel", youtubeId)
                .query(Integer.class)
                .single();
    }

    @Test
    void whoLeavesLeavesNoTokens() {
        User owner = userWithPlan(STARTER);
        UUID channel = connect(owner, newChannel());
        HttpResponse<String> closed = send(as(owner, "/api/v1/users/me")
                .header("Content-Type", "application/json")
                .method(
                        "DELETE",
                        BodyPublishers.ofString(
                                "{\"password\":\"" + com.ytempire.hub.accounts.TestUsers.PASSWORD + "\"}")));
        assertThat(closed.statusCode()).as(closed.body()).isBetween(200, 204);
        assertThat(jdbc.sql("select c.state || (select count(*) from youtube.channel_token t where t.channel_id = c.id)"
                                + " from youtube.channel c where id = :channel")
                        .param("channel", channel)
                        .query(String.class)
                        .single())
                .isEqualTo("removed0");
    }
}
