package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.OpenAiVendor;
import com.ytempire.hub.sandbox.StabilityVendor;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A thumbnail as it is asked for and fetched: its formats, whose it is, and that the same one is made and paid for once. */
class ThumbnailIT extends ThumbnailHubIT {

    private static String hash(String title) {
        return new ThumbnailOrder(new ThumbnailRequest(title, null, null, null, null, null, false, null)).hash();
    }

    @Test
    void theModelAnswersItsCostIsBookedAndThePictureIsFetchedInBothFormats() {
        String video = unique("video");
        JsonNode answer = thumbnail(
                ", \"prompt\": \"A crater at night\", \"style\": \"documentary\", \"video\": \"" + video + "\"");

        assertThat(links(answer)).isEqualTo("thumbnail-primary answered; ");
        assertThat(answer.path("provider").asText()).isEqualTo("openai");
        assertThat(answer.path("model").asText()).isEqualTo("gpt-image-2.5-sunburst");
        assertThat(answer.path("quality").asText()).isEqualTo("excellent");
        assertThat(answer.path("degraded").asBoolean()).isFalse();
        assertThat(answer.path("cached").asBoolean()).isFalse();
        assertThat(answer.path("width").asInt()).isEqualTo(1280);
        assertThat(answer.path("height").asInt()).isEqualTo(720);
        assertThat(answer.path("formats").findValuesAsText("type")).containsExactly("image/webp", "image/jpeg");
        assertThat(answer.path("cost").decimalValue()).isPositive().isEqualByComparingTo(ledger(video));
        assertThat(ledger(video))
                .as("by the vendor's tokens, not its price for one")
                .isNotEqualByComparingTo("0.04");

        HttpResponse<byte[]> webp = fetch(answer, "image/avif,image/webp,*/*;q=0.8", basic(OPERATOR, PASSWORD));
        assertThat(webp.statusCode()).isEqualTo(200);
        assertThat(type(webp)).isEqualTo("image/webp");
        assertThat(new String(webp.body(), 0, 4, StandardCharsets.US_ASCII)).isEqualTo("RIFF");
        assertThat(new String(webp.body(), 8, 4, StandardCharsets.US_ASCII)).isEqualTo("WEBP");
        assertThat(webp.headers().allValues("Vary")).contains("Accept");

        HttpResponse<byte[]> jpeg = fetch(answer, "image/jpeg", basic(OPERATOR, PASSWORD));
        assertThat(type(jpeg)).isEqualTo("image/jpeg");
        isThumbnail(jpeg.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*|image/webp",
                "image/jpeg;q=0.9,image/webp;q=0.5|image/jpeg",
                "image/webp;q=0,image/*|image/jpeg",
                "image/png,image/jpeg|image/jpeg",
                "image/png|application/problem+json",
                "nonsense|application/problem+json"
            })
    void theClientsWishDecidesTheFormat(String accept, String type) {
        assertThat(type(fetch(thumbnail(""), accept, basic(OPERATOR, PASSWORD))))
                .isEqualTo(type);
    }

    @Test
    void theSameRequestIsAnsweredFromTheCacheForADay() {
        String body = "{\"topic\": \"" + unique("Caves") + "\"}";
        JsonNode first = ask(body);
        int calls = SANDBOX.openai().pictures();

        JsonNode second = ask(body);
        assertThat(second.path("cached").asBoolean()).isTrue();
        assertThat(second.path("degraded").asBoolean()).isFalse();
        assertThat(second.path("id")).isEqualTo(first.path("id"));
        assertThat(second.path("cost").decimalValue()).isZero();
        assertThat(SANDBOX.openai().pictures()).isEqualTo(calls);

        assertThat(ask(body.replace("}", ", \"fresh\": true}")).path("cached").asBoolean())
                .isFalse();
        SANDBOX.clock().advance(Duration.ofHours(25));
        assertThat(ask(body).path("cached").asBoolean()).isFalse();
    }

    @Test
    void theSameRequestSixTimesAtOnceIsPaidOnce() {
        SANDBOX.faults().fail("openai", Fault.slow(Duration.ofMillis(700)), 1);
        String video = unique("video");
        String title = unique("Together");
        String body = "{\"title\": \"" + title + "\", \"video\": \"" + video + "\"}";
        int calls = SANDBOX.openai().pictures();

        List<CompletableFuture<JsonNode>> asked = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> ask(body)))
                .toList();
        List<JsonNode> answers = asked.stream().map(CompletableFuture::join).toList();

        assertThat(SANDBOX.openai().pictures()).isEqualTo(calls + 1);
        assertThat(answers)
                .extracting(answer -> answer.path("id").asText())
                .containsOnly(answers.get(0).path("id").asText());
        assertThat(answers.stream().filter(answer -> answer.path("cached").asBoolean()))
                .hasSize(5);
        BigDecimal paid = answers.stream()
                .map(answer -> answer.path("cost").decimalValue())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(paid).isEqualByComparingTo(ledger(video));
        assertThat(jdbc.sql("select count(*) from content.thumbnail_claim where request = :request")
                        .param("request", hash(title))
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aClaimOfANodeThatDiedEndsWithItsLease() {
        String title = unique("Crash");
        jdbc.sql(
                        "insert into content.thumbnail_claim values (:request, gen_random_uuid(), now() - interval '1 second')")
                .param("request", hash(title))
                .update();

        JsonNode answer = ask("{\"title\": \"" + title + "\"}");

        assertThat(links(answer)).isEqualTo("thumbnail-primary answered; ");
    }

    @Test
    void oneWhoWaitsInVainIsAnsweredByTheHubAndPaysNothing() {
        String title = unique("Waiting");
        jdbc.sql("insert into content.thumbnail_claim values (:request, gen_random_uuid(), now() + interval '1 hour')")
                .param("request", hash(title))
                .update();
        int calls = SANDBOX.openai().pictures() + SANDBOX.stability().calls();
        CompletableFuture<JsonNode> asked =
                CompletableFuture.supplyAsync(() -> ask("{\"title\": \"" + title + "\", \"mode\": \"interactive\"}"));
        while (!asked.isDone()) {
            SANDBOX.clock().advance(Duration.ofSeconds(1));
            Thread.onSpinWait();
        }

        assertThat(links(asked.join()))
                .isEqualTo("thumbnail-primary passed_over under_way; thumbnail-second passed_over under_way;"
                        + " thumbnail-local answered; ");
        assertThat(SANDBOX.openai().pictures() + SANDBOX.stability().calls()).isEqualTo(calls);
    }

    @Test
    void whatTheHubDrewDoesNotAnswerForADayWhenTheModelIsBack() {
        String body = "{\"title\": \"" + unique("Back") + "\"}";
        SANDBOX.openai().always(OpenAiVendor.Mood.REFUSING);
        SANDBOX.stability().always(StabilityVendor.Mood.REFUSING);
        assertThat(ask(body).path("provider").asText()).isEqualTo("hub");
        SANDBOX.openai().recover();

        assertThat(ask(body).path("provider").asText()).isEqualTo("openai");
    }

    @Test
    void aPictureIsItsOwnersAlone() {
        TestUsers.User owner = user();
        TestUsers.User other = user();
        String title = unique("Mine");
        JsonNode mine = made(title, owner);
        JsonNode theirs = made(title, other);

        assertThat(theirs.path("cached").asBoolean()).isFalse();
        assertThat(theirs.path("id")).isNotEqualTo(mine.path("id"));
        assertThat(made(title, owner).path("id")).isEqualTo(mine.path("id"));
        assertThat(userPost(owner, "/api/v1/content/thumbnails", "{\"title\": \"x\"}")
                        .statusCode())
                .as("what costs money is asked for through videos")
                .isEqualTo(403);
        assertThat(fetch(mine, null, "Bearer " + owner.token()).statusCode()).isEqualTo(200);
        assertThat(fetch(mine, null, "Bearer " + other.token()).statusCode()).isEqualTo(404);
        assertThat(operatorGet("/api/v1/content/thumbnails/00000000-0000-0000-0000-000000000000")
                        .statusCode())
                .isEqualTo(404);
    }

    /** As the making of a user's video asks for it. */
    private JsonNode made(String title, TestUsers.User owner) {
        return JSON.valueToTree(routes.requestBody(
                "direct:content-thumbnail",
                new ThumbnailRequest(
                        title,
                        null,
                        null,
                        null,
                        null,
                        owner.id(),
                        false,
                        SANDBOX.clock().instant().plusSeconds(20)),
                ThumbnailAnswer.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|title",
                "{\"title\": \" \"}|title",
                "{\"title\": \"x\", \"mode\": \"later\"}|mode",
                "{\"title\": \"x\", \"style\": \"\"}|style",
                "{\"title\": \"x\", \"video\": \" \"}|video"
            })
    void aWrongRequestIsRefusedByItsField(String body, String field) {
        HttpResponse<String> answer = operatorPost("/api/v1/content/thumbnails", body);

        assertFieldRefused(answer, field);
    }

    @Test
    void aTitleTooLongIsRefusedByItsField() {
        HttpResponse<String> answer =
                operatorPost("/api/v1/content/thumbnails", "{\"title\": \"" + "x".repeat(301) + "\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"field\":\"title\"").doesNotContain("xxxxx");
    }

    @Test
    void quotesEmojiAndRightToLeftTextReachTheVendorAsTheyAre() {
        operatorPost("/api/v1/providers/thumbnail-primary/off", "");
        ask("{\"title\": \"\\\"Quoted\\\" 🌋 שלום\\r\\n--x\", \"prompt\": \"" + unique("t") + "\"}");

        assertThat(SANDBOX.stability().lastPrompt()).contains("'Quoted' 🌋 שלום\r\n--x");
    }
}
