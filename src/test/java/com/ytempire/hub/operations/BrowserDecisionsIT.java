package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.youtube.UploadOrder;
import com.ytempire.hub.youtube.Uploads;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** Refunds, videos and uploads that wait for a person, in a real browser: the word is given there, and it counts. */
class BrowserDecisionsIT extends InBrowser {

    private static final String GENERATE = "/api/v1/videos/generate";

    @Autowired
    private Uploads uploads;

    @Autowired
    private TransactionTemplate transactions;

    /** As {@link #act}, from the list of what waits: nothing is done before the form is sent, and then it is on record. */
    private void decide(String action, String target, Map<String, String> fields, String said) {
        page.navigate(address("/actions"));
        page.click("a[href*='action=" + action + "&target=" + target + "']");
        page.waitForURL("**/act?action=" + action + "**");
        assertThat(jdbc.sql("select count(*) from operations.audit where action = :action and target = :target")
                        .param("action", action)
                        .param("target", target)
                        .query(Long.class)
                        .single())
                .as("asked, and not yet done")
                .isZero();
        fields.forEach((name, value) -> page.fill("input[name='" + name + "']", value));
        page.click("button.go");
        assertThat(page.textContent(".happened >> nth=0")).as(action).contains(said);
        assertAudited(action, target, said);
    }

    /** The latest entry about it. */
    private void assertAudited(String action, String target, String said) {
        page.navigate(address("/audit"));
        assertThat(page.locator("tbody tr", new Page.LocatorOptions().setHasText(target))
                        .first()
                        .textContent())
                .contains(OPERATOR, "page", action, "done", said);
    }

    @Test
    void aRefundAboveHundredDollarsGoesBackOrNotAsTheOperatorSays() {
        TestUsers.User user = user();
        String customer = SANDBOX.stripe()
                .create(
                        "customers",
                        Map.of(
                                "email",
                                user.email(),
                                "metadata",
                                Map.of("user_id", user.id().toString())))
                .get("id")
                .asText();
        SANDBOX.stripe().giveCard(customer);
        String wrong = SANDBOX.stripe().pay(customer, 12_000).get("id").asText();
        String right = SANDBOX.stripe().pay(customer, 13_000).get("id").asText();

        String approved = refundAsked(user, wrong);
        decide("refund.approve", approved, Map.of(), "Stripe says: succeeded");
        assertThat(refundedAtStripe(wrong)).containsExactly(12_000L);
        assertThat(stateOfRefund(approved)).isEqualTo("refunded");

        String rejected = refundAsked(user, right);
        decide("refund.reject", rejected, Map.of("reason", "it was used"), "It is rejected");
        assertThat(refundedAtStripe(right)).isEmpty();
        assertThat(stateOfRefund(rejected)).isEqualTo("rejected");
        page.navigate(address("/actions"));
        assertThat(page.innerHTML("#money")).doesNotContain(approved, rejected);
    }

    /** Until the mirror knows the payment there is none to be refunded. */
    private String refundAsked(TestUsers.User user, String payment) {
        String body = "{\"payment_id\":\"" + payment + "\",\"reason\":\"changed my mind\"}";
        return await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> {
                            SANDBOX.clock().advance(Duration.ofSeconds(1));
                            return userPost(user, "/api/v1/billing/refunds", body);
                        },
                        answer -> answer.statusCode() == 202)
                .body()
                .replaceFirst("(?s).*\"refund_request_id\":\"([^\"]+)\".*", "$1");
    }

    private static Stream<Long> refundedAtStripe(String payment) {
        return SANDBOX.stripe().all("refund").stream()
                .filter(refund -> refund.path("payment_intent").asText().equals(payment))
                .map(refund -> refund.get("amount").asLong());
    }

    private String stateOfRefund(String id) {
        return jdbc.sql("select state from billing.refund_request where id = :id::uuid")
                .param("id", id)
                .query(String.class)
                .single();
    }

    @Test
    void aVideoBelowItsScoreGoesOnOnceApproved_andItsPageTellsOfItUntilItIsPublished() {
        String onYoutube = SANDBOX.youtube().newChannel("By browser").id();
        TestUsers.User owner = user();
        channels.plan(owner.id(), STARTER);
        channels.connected(owner.id(), SANDBOX.youtube(), onYoutube, 5);
        String video = ordered(userPost(owner, GENERATE, aVideo()));
        n8nTells("/quality_check", "success", video, ",\"score\":0.31,\"passed\":false");
        assertThat(stateOfVideo(video)).isEqualTo("waiting_approval");

        decide("video.approve", video, Map.of(), "It is processing");
        awaitTold(video, "waiting approval", "approved", "step completed: assembly");
        awaitTold(video, "step completed: assembly", "upload queued", "completed");
        assertThat(page.textContent(".story"))
                .contains(SANDBOX.youtube().videos(onYoutube).get(0).id());
        page.navigate(address("/actions"));
        assertThat(page.innerHTML("#videos")).doesNotContain(video);
    }

    @Test
    void aVideoThatFailedIsTriedAgain_andCancelled() {
        String video = ordered(operatorPost(GENERATE, aVideo()));
        n8nTells("", "error", video, ",\"step\":\"speech\",\"error\":{\"message\":\"no voice\"}");
        assertThat(stateOfVideo(video)).isEqualTo("failed");

        decide("video.retry", video, Map.of(), "It is processing");
        awaitStepAfter("retried", video);

        act("video.cancel", video, "It is cancelled");
        assertAudited("video.cancel", video, "It is cancelled");
        assertThat(stateOfVideo(video)).isEqualTo("cancelled");
    }

    private static String aVideo() {
        return "{\"topic\":\"How %s work\",\"duration_target\":10}".formatted(unique("lighthouses"));
    }

    private static String ordered(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return answer.body().replaceFirst("(?s).*\"video_id\":\"([^\"]+)\".*", "$1");
    }

    /** Its page tells this sooner or later, one after the other. */
    private void awaitTold(String video, String... what) {
        await().pollInSameThread() // the browser's
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    page.navigate(address("/videos/" + video));
                    assertThat(page.locator(".story .area + div > :first-child").allTextContents())
                            .containsSubsequence(what);
                });
    }

    private String stateOfVideo(String id) {
        return jdbc.sql("select state from videos.video where id = :id::uuid")
                .param("id", id)
                .query(String.class)
                .single();
    }

    /** It has really gone on since. */
    private void awaitStepAfter(String event, String video) {
        await("a step is made once it is " + event)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> jdbc.sql("""
                                select exists (select from videos.event made join videos.event word using (video_id)
                                                where video_id = :id::uuid and word.type = :word
                                                  and made.type = 'step_completed' and made.no > word.no)
                                """)
                        .param("id", video)
                        .param("word", event)
                        .query(Boolean.class)
                        .single());
    }

    @Test
    void anUploadThatFailedIsTriedAgain_andReachesYoutube(@TempDir Path folder) throws IOException {
        String onYoutube = SANDBOX.youtube().newChannel("By browser").id();
        UUID owner = UUID.randomUUID();
        UUID channel = channels.connected(owner, SANDBOX.youtube(), onYoutube, 5);
        byte[] film = "\0\0\0\20ftypisom and a film".getBytes(StandardCharsets.US_ASCII);
        Path file = Files.write(folder.resolve("film.mp4"), film);
        UploadOrder order = new UploadOrder(
                UUID.randomUUID(),
                owner,
                channel,
                file,
                film.length,
                DigestUtils.sha256Hex(film),
                null,
                null,
                "By browser",
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null);
        channelIs(channel, "removed");
        UUID upload = transactions.execute(status -> uploads.queue(order));
        awaitUpload(upload, "failed");

        channelIs(channel, "active");
        decide("upload.retry", upload.toString(), Map.of(), "It is queued");
        awaitUpload(upload, "published");
        assertThat(SANDBOX.youtube().videos(onYoutube)).hasSize(1);
    }

    private void channelIs(UUID channel, String state) {
        jdbc.sql("update youtube.channel set state = :state where id = :id")
                .param("state", state)
                .param("id", channel)
                .update();
    }

    private void awaitUpload(UUID upload, String state) {
        await("the upload is " + state)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> jdbc.sql("select state from youtube.upload where id = :id")
                        .param("id", upload)
                        .query(String.class)
                        .single()
                        .equals(state));
    }

    private void n8nTells(String path, String status, String video, String more) {
        String answer = postN8n(
                        path,
                        "{\"execution_id\":\"%s\",\"workflow_id\":\"w\",\"status\":\"%s\",\"data\":{\"video_id\":\"%s\"%s}}"
                                .formatted(unique("exec"), status, video, more))
                .body();
        awaitState("n8n", answer.replaceFirst(".*\"event_id\":\"([^\"]*)\".*", "$1"), "processed");
    }
}
