package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.OpenAiVendor;
import com.ytempire.hub.sandbox.StabilityVendor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Thumbnails: from the image model down to the hub's own drawing, always answered, paid for once, and fetched by their owner. */
class ThumbnailChainIT extends HubIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] PAID = {"thumbnail-primary", "thumbnail-second"};

    @Autowired
    private ProducerTemplate routes;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.openai().recover();
        SANDBOX.stability().recover();
        for (String link : PAID) {
            assertThat(operatorPost("/api/v1/providers/" + link + "/on", "").statusCode())
                    .isEqualTo(200);
        }
    }

    @AfterEach
    void leaveNothingBroken() {
        allIsWell();
    }

    private JsonNode ask(String body) {
        HttpResponse<String> answer = operatorPost("/api/v1/content/thumbnails", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return data(answer);
    }

    private static JsonNode data(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body()).path("data");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode thumbnail(String more) {
        return ask("{\"title\": \"" + unique("Volcanoes") + "\"" + more + "}");
    }

    private static String links(JsonNode answer) {
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
    private void awaitSettled(String video) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> jdbc.sql("select not exists (select 1 from spending.attempt where video_id = :video"
                                + " and state in ('reserved', 'sent'))")
                        .param("video", video)
                        .query(Boolean.class)
                        .single());
    }

    private BigDecimal ledger(String video) {
        awaitSettled(video);
        return jdbc.sql("select coalesce(sum(amount), 0) from spending.cost where video_id = :video")
                .param("video", video)
                .query(BigDecimal.class)
                .single();
    }

    private HttpResponse<byte[]> fetch(JsonNode answer, String accept, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + port + answer.path("url").asText()))
                .header("Authorization", authorization);
        if (accept != null) {
            request.header("Accept", accept);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String type(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Type").orElse("");
    }

    private static String hash(String title) {
        return new ThumbnailOrder(new ThumbnailRequest(title, null, null, null, null, null, false, null)).hash();
    }

    private static void isThumbnail(byte[] jpeg) {
        try {
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
            assertThat(picture.getWidth()).isEqualTo(1280);
            assertThat(picture.getHeight()).isEqualTo(720);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
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
    void aVendorThatDoesNotCountIsPaidByThePicture() {
        SANDBOX.openai().next(OpenAiVendor.Mood.COUNTLESS, 1);
        assertThat(thumbnail("").path("cost").decimalValue()).isEqualByComparingTo("0.04");
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

    @ParameterizedTest
    @CsvSource({
        "UNFUNDED, unfunded, 1",
        "WRONG_KEY, authentication, 1",
        "REFUSING, refused, 1",
        "HTML, unavailable, 3",
        "OVERLOADED, unavailable, 3",
        "EMPTY, unavailable, 3",
        "BOMB, unavailable, 3",
        "TORN, unavailable, 3",
        "TINY, unavailable, 3"
    })
    void eachFailureOfTheModelLeadsToTheSecondVendor(OpenAiVendor.Mood mood, String reason, int tries) {
        SANDBOX.openai().next(mood, tries);
        String video = unique("video");

        JsonNode answer = thumbnail(", \"video\": \"" + video + "\"");

        assertThat(links(answer)).isEqualTo("thumbnail-primary failed " + reason + "; thumbnail-second answered; ");
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(tries);
        assertThat(answer.path("provider").asText()).isEqualTo("stability");
        assertThat(answer.path("model").asText()).isEqualTo("stable-image-core");
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("cost").decimalValue()).isEqualByComparingTo(ledger(video));
        isThumbnail(fetch(answer, "image/jpeg", basic(OPERATOR, PASSWORD)).body());
    }

    @Test
    void aPictureThatIsNoneIsPaidForAllTheSame() {
        SANDBOX.openai().next(OpenAiVendor.Mood.BOMB, 3);

        assertThat(thumbnail("").path("cost").decimalValue())
                .as("three times the model's tokens and once the second vendor's price")
                .isGreaterThan(new BigDecimal("0.09"));
    }

    @ParameterizedTest
    @CsvSource({
        "UNFUNDED, unfunded, 1",
        "WRONG_KEY, authentication, 1",
        "NOT_PERMITTED, authentication, 1",
        "REFUSING, refused, 1",
        "FILTERING, refused, 1",
        "WRONG_LANGUAGE, refused, 1",
        "GONE, retired, 1",
        "HTML, unavailable, 3",
        "OVERLOADED, unavailable, 3",
        "EMPTY, unavailable, 3",
        "ERROR, unavailable, 3",
        "BOMB, unavailable, 3"
    })
    void eachFailureOfTheSecondVendorLeadsToTheHubsOwn(StabilityVendor.Mood mood, String reason, int tries) {
        operatorPost("/api/v1/providers/thumbnail-primary/off", "");
        SANDBOX.stability().next(mood, tries);
        String video = unique("video");

        JsonNode answer = thumbnail(", \"video\": \"" + video + "\"");

        assertThat(links(answer))
                .isEqualTo("thumbnail-primary passed_over off; thumbnail-second failed " + reason
                        + "; thumbnail-local answered; ");
        assertThat(answer.path("links").path(1).path("tries").asInt()).isEqualTo(tries);
        assertThat(answer.path("provider").asText()).isEqualTo("hub");
        assertThat(answer.path("model").isNull()).isTrue();
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("cost").decimalValue()).isEqualByComparingTo(ledger(video));
        isThumbnail(fetch(answer, "image/jpeg", basic(OPERATOR, PASSWORD)).body());
    }

    @ParameterizedTest
    @CsvSource({"openai, thumbnail-primary", "stability, thumbnail-second"})
    void aRateLimitIsWaitedForAsTold(String vendor, String link) {
        if (vendor.equals("stability")) {
            operatorPost("/api/v1/providers/thumbnail-primary/off", "");
        }
        SANDBOX.faults().fail(vendor, Fault.rateLimit(), 1);

        JsonNode answer = thumbnail("");

        assertThat(links(answer)).endsWith(link + " answered; ");
        assertThat(answer.path("links").findValues("tries").toString()).contains("2");
    }

    @ParameterizedTest
    @CsvSource({
        "openai, thumbnail-primary, false",
        "stability, thumbnail-second, false",
        "stability, thumbnail-second, true"
    })
    void aCutConnectionIsBookedForItMayHaveBeenWorkedOn(String vendor, String link, boolean inTheMiddleOfTheAnswer) {
        if (vendor.equals("stability")) {
            operatorPost("/api/v1/providers/thumbnail-primary/off", "");
        }
        SANDBOX.faults()
                .fail(
                        vendor,
                        inTheMiddleOfTheAnswer ? Fault.torn() : Fault.cut().afterTheWork(),
                        1);
        String video = unique("video");

        JsonNode answer = thumbnail(", \"video\": \"" + video + "\"");

        assertThat(links(answer)).endsWith(link + " answered; ");
        awaitSettled(video);
        assertThat(jdbc.sql(
                                "select string_agg(state, ' ' order by state) from spending.attempt where video_id = :video")
                        .param("video", video)
                        .query(String.class)
                        .single())
                .isEqualTo("booked settled");
        assertThat(answer.path("cost").decimalValue()).isEqualByComparingTo(ledger(video));
    }

    @Test
    void anAnswerTooLargeIsBrokenOffAndBooked() {
        SANDBOX.openai().next(OpenAiVendor.Mood.HUGE, 3);
        String video = unique("video");

        JsonNode answer = thumbnail(", \"mode\": \"pipeline\", \"video\": \"" + video + "\"");

        assertThat(links(answer)).isEqualTo("thumbnail-primary failed unavailable; thumbnail-second answered; ");
        assertThat(answer.path("cost").decimalValue())
                .as("three times the bound, and the second vendor's price")
                .isEqualByComparingTo("0.27")
                .isEqualByComparingTo(ledger(video));
    }

    @Test
    void nothingTakesLongerThanItsDeadline() {
        SANDBOX.faults().fail("openai", Fault.slow(Duration.ofSeconds(8)), 1);

        ThumbnailAnswer answer = routes.requestBody(
                "direct:content-thumbnail",
                new ThumbnailRequest(
                        unique("Slow"),
                        null,
                        null,
                        null,
                        null,
                        null,
                        false,
                        SANDBOX.clock().instant().plusMillis(1500)),
                ThumbnailAnswer.class);

        assertThat(links(JSON.valueToTree(answer)))
                .isEqualTo("thumbnail-primary failed timeout; thumbnail-second passed_over deadline;"
                        + " thumbnail-local answered; ");
        assertThat(answer.millis()).isLessThan(6000);
        assertThat(answer.cost()).as("it may have been made").isEqualByComparingTo("0.08");
        assertThat(SANDBOX.sent().to("openai"))
                .allSatisfy(sent -> assertThat(sent.headers()).doesNotContainKey("hub-within"));
    }

    @Test
    void aRetiredModelSwitchesItsLinkOff() {
        SANDBOX.openai().retire("gpt-image-2.5-sunburst");

        assertThat(links(thumbnail(""))).isEqualTo("thumbnail-primary failed retired; thumbnail-second answered; ");
        assertThat(links(thumbnail("")))
                .isEqualTo("thumbnail-primary passed_over retired; thumbnail-second answered; ");
    }

    @Test
    void refusedContentIsNoFailureOfTheBreaker() {
        SANDBOX.openai().next(OpenAiVendor.Mood.REFUSING, 12);
        for (int i = 0; i < 12; i++) {
            assertThat(links(thumbnail(""))).startsWith("thumbnail-primary failed refused; thumbnail-second answered");
        }

        assertThat(links(thumbnail(""))).isEqualTo("thumbnail-primary answered; ");
    }

    @Test
    void withoutBudgetTheHubDrawsAndNothingIsPaid() {
        String video = unique("video");
        jdbc.sql("insert into spending.budget (scope, key, spent) values ('video', :video, 3.00)")
                .param("video", video)
                .update();

        JsonNode answer = thumbnail(", \"video\": \"" + video + "\"");

        assertThat(links(answer))
                .isEqualTo("thumbnail-primary passed_over budget; thumbnail-second passed_over budget;"
                        + " thumbnail-local answered; ");
        assertThat(ledger(video)).isZero();
    }

    @Test
    void whenAllVendorsAreAwayTheHubDrawsWithinASecond() {
        for (String link : PAID) {
            operatorPost("/api/v1/providers/" + link + "/off", "");
        }
        thumbnail(""); // the fonts are read by the first one

        JsonNode answer = thumbnail("");

        assertThat(links(answer))
                .isEqualTo("thumbnail-primary passed_over off; thumbnail-second passed_over off;"
                        + " thumbnail-local answered; ");
        assertThat(answer.path("quality").asText()).isEqualTo("basic");
        assertThat(answer.path("cost").decimalValue()).isZero();
        assertThat(answer.path("millis").asLong()).isLessThan(1000);
        assertThat(type(fetch(answer, "image/webp", basic(OPERATOR, PASSWORD)))).isEqualTo("image/webp");
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

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
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
