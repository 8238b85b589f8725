package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.OpenAiVendor;
import com.ytempire.hub.sandbox.StabilityVendor;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the image model down to the hub's own drawing: whatever fails, a thumbnail is answered, and paid for once. */
class ThumbnailChainIT extends ThumbnailHubIT {

    @Test
    void aVendorThatDoesNotCountIsPaidByThePicture() {
        SANDBOX.openai().next(OpenAiVendor.Mood.COUNTLESS, 1);
        assertThat(thumbnail("").path("cost").decimalValue()).isEqualByComparingTo("0.04");
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
        assertThat(attempts(video)).isEqualTo("booked settled");
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
}
