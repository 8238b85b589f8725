package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.OpenAiVendor.Mood;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts: from the model that was asked for down to the template, always answered and paid for once. */
class TextChainIT extends ContentHubIT {

    @BeforeEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.openai().recover();
        switchOn(List.of("text-premium", "text-economy"));
    }

    @AfterEach
    void leaveNothingBroken() {
        allIsWell();
    }

    private JsonNode script(String more) {
        return ask("scripts", "{\"topic\": \"" + unique("volcanoes") + "\"" + more + "}");
    }

    @ParameterizedTest
    @CsvSource({
        "premium, gpt-5.6-sol, excellent, text-premium",
        "standard, gpt-5.6-sol, good, text-premium",
        "economy, gpt-5.6-terra, basic, text-economy"
    })
    void theModelOfTheLevelAnswersAndItsCostIsBooked(String level, String model, String quality, String link) {
        String video = unique("video");
        JsonNode answer = script(", \"level\": \"" + level + "\", \"video\": \"" + video + "\"");

        assertThat(answer.path("model").asText()).isEqualTo(model);
        assertThat(answer.path("quality").asText()).isEqualTo(quality);
        assertThat(answer.path("link").asText()).isEqualTo(link);
        assertThat(answer.path("provider").asText()).isEqualTo("openai");
        assertThat(answer.path("degraded").asBoolean()).isFalse();
        assertThat(answer.path("cached").asBoolean()).isFalse();
        assertThat(answer.path("tokens").asInt()).isPositive();
        assertThat(answer.path("text").asText()).isNotBlank();
        assertThat(answer.path("cost").decimalValue()).isPositive().isEqualByComparingTo(ledger(video));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scripts", "descriptions", "titles", "tags"})
    void everyTypeIsAnsweredAndWithoutAModelByATemplate(String type) {
        String body = "{\"prompt\": \"" + unique("How volcanoes work and why people live beside them") + "\"}";
        assertThat(ask(type, body).path("degraded").asBoolean()).isFalse();
        SANDBOX.openai().always(Mood.OVERLOADED);

        JsonNode template = ask(
                type,
                "{\"prompt\": \"Entirely different things: sourdough, ovens and patience, " + unique("x") + "\"}");

        assertThat(template.path("link").asText()).isEqualTo("text-template");
        assertThat(template.path("degraded").asBoolean()).isTrue();
        assertThat(template.path("cost").decimalValue()).isZero();
        assertThat(template.path("text").asText())
                .containsIgnoringCase("sourdough")
                .doesNotContain("{topic}");
    }

    @Test
    void theSameRequestIsAnsweredFromTheCacheForAnHour() {
        String topic = unique("caves");
        String body = "{\"topic\": \"" + topic + "\"}";
        JsonNode first = ask("titles", body);
        int calls = SANDBOX.openai().calls();

        JsonNode second = ask("titles", body);
        assertThat(second.path("cached").asBoolean()).isTrue();
        assertThat(second.path("degraded").asBoolean()).isFalse();
        assertThat(second.path("text")).isEqualTo(first.path("text"));
        assertThat(second.path("cost").decimalValue()).isZero();
        assertThat(SANDBOX.openai().calls()).isEqualTo(calls);

        assertThat(ask("titles", body.replace("}", ", \"fresh\": true}"))
                        .path("cached")
                        .asBoolean())
                .isFalse();
        await("both are written down").atMost(Duration.ofSeconds(10)).until(() -> written(topic) == 2);
        SANDBOX.clock().advance(Duration.ofMinutes(61));
        assertThat(ask("titles", body).path("cached").asBoolean()).isFalse();
    }

    private int written(String topic) {
        return jdbc.sql("select count(*) from content.text where prompt like :topic")
                .param("topic", "%" + topic + "%")
                .query(Integer.class)
                .single();
    }

    @Test
    void whenAllModelsAreDownASimilarTextOfTheSameOwnerAnswers() {
        String prompt = "The history of lighthouses along the coast of Brittany " + unique("l");
        JsonNode made = ask("scripts", "{\"prompt\": \"" + prompt + "\"}");
        SANDBOX.openai().always(Mood.OVERLOADED);

        JsonNode similar = ask("scripts", "{\"prompt\": \"" + prompt + " today\"}");

        assertThat(similar.path("link").asText()).isEqualTo("text-similar");
        assertThat(similar.path("degraded").asBoolean()).isTrue();
        assertThat(similar.path("text")).isEqualTo(made.path("text"));
    }

    @Test
    void aRateLimitIsWaitedForAsTold() {
        SANDBOX.faults().fail("openai", Fault.rateLimit(), 1);

        JsonNode answer = script(", \"level\": \"premium\"");

        assertThat(links(answer)).isEqualTo("text-premium answered; ");
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(2);
        assertThat(answer.path("millis").asLong()).isLessThan(20_000);
    }

    @Test
    void anOverloadedModelIsTriedThreeTimesAndPaidNothing() {
        SANDBOX.openai().next(Mood.OVERLOADED, 3);
        String video = unique("video");

        JsonNode answer = script(", \"level\": \"premium\", \"video\": \"" + video + "\"");

        assertThat(links(answer)).isEqualTo("text-premium failed unavailable; text-economy answered; ");
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(3);
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("cost").decimalValue()).isEqualByComparingTo(ledger(video));
    }

    @ParameterizedTest
    @CsvSource({
        "UNFUNDED, unfunded, 1",
        "WRONG_KEY, authentication, 1",
        "REFUSING, refused, 1",
        "FILTERING, refused, 1",
        "HTML, unavailable, 3",
        "EMPTY, unavailable, 3"
    })
    void eachFailureIsToldApartByTheBody(Mood mood, String reason, int tries) {
        SANDBOX.openai().next(mood, tries);

        JsonNode answer = script(", \"level\": \"premium\"");

        assertThat(links(answer)).isEqualTo("text-premium failed " + reason + "; text-economy answered; ");
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(tries);
    }

    @Test
    void anUnfundedLinkIsNotAskedAgain() {
        SANDBOX.openai().next(Mood.UNFUNDED, 1);
        script(", \"level\": \"premium\"");
        int calls = SANDBOX.openai().calls();

        JsonNode next = script(", \"level\": \"premium\"");

        assertThat(links(next)).startsWith("text-premium passed_over unfunded; text-economy answered");
        assertThat(SANDBOX.openai().calls()).isEqualTo(calls + 1);
        assertThat(operatorGet("/api/v1/providers/text-premium").body())
                .contains("\"state\":\"off\"", "\"reason\":\"unfunded\"");
    }

    @Test
    void aRetiredModelSwitchesItsLinkOff() {
        SANDBOX.openai().retire("gpt-5.6-sol");

        assertThat(links(script(", \"level\": \"premium\"")))
                .isEqualTo("text-premium failed retired; text-economy answered; ");
    }

    @ParameterizedTest
    @CsvSource({"FILTERING, 1", "EMPTY, 3"})
    void whatWasMadeInVainIsPaidByTheVendorsCount(Mood mood, int calls) {
        SANDBOX.openai().next(mood, calls);
        String video = unique("video");

        JsonNode answer = script(", \"level\": \"premium\", \"video\": \"" + video + "\"");

        assertThat(answer.path("link").asText()).isEqualTo("text-economy");
        awaitSettled(video);
        assertThat(jdbc.sql("select count(*) from spending.cost where video_id = :video and amount > 0")
                        .param("video", video)
                        .query(Integer.class)
                        .single())
                .isEqualTo(calls + 1);
        assertThat(answer.path("cost").decimalValue()).isEqualByComparingTo(ledger(video));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCutConnectionIsBookedForItMayHaveBeenWorkedOn(boolean inTheMiddleOfTheAnswer) {
        SANDBOX.faults()
                .fail(
                        "openai",
                        inTheMiddleOfTheAnswer ? Fault.torn() : Fault.cut().afterTheWork(),
                        1);
        String video = unique("video");

        JsonNode answer = script(", \"level\": \"premium\", \"video\": \"" + video + "\"");

        assertThat(links(answer)).isEqualTo("text-premium answered; ");
        awaitSettled(video);
        assertThat(attempts(video)).isEqualTo("booked settled");
        assertThat(answer.path("cost").decimalValue()).isEqualByComparingTo(ledger(video));
    }

    @Test
    void withoutBudgetFreeLinksAnswer() {
        String video = unique("video");
        jdbc.sql("insert into spending.budget (scope, key, spent) values ('video_text', :video, 0.40)")
                .param("video", video)
                .update();

        JsonNode answer = script(", \"level\": \"premium\", \"video\": \"" + video + "\"");

        assertThat(links(answer))
                .startsWith("text-premium passed_over budget; text-economy passed_over budget; text-similar");
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(ledger(video)).isZero();
    }

    @Test
    void whenEveryLinkIsRefusedTheLastOneAnswersWithinASecond() {
        for (String link : new String[] {"text-premium", "text-economy"}) {
            operatorPost("/api/v1/providers/" + link + "/off", "");
        }

        JsonNode answer = script("");

        assertThat(links(answer)).startsWith("text-premium passed_over off; text-economy passed_over off; ");
        assertThat(answer.path("millis").asLong()).isLessThan(1000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|prompt",
                "{\"prompt\": \" \"}|prompt",
                "{\"prompt\": \"x\", \"level\": \"luxury\"}|level",
                "{\"prompt\": \"x\", \"length\": 0}|length",
                "{\"prompt\": \"x\", \"length\": 99999}|length",
                "{\"prompt\": \"x\", \"style\": \"\"}|style"
            })
    void aWrongRequestIsRefusedByItsField(String body, String field) {
        HttpResponse<String> answer = operatorPost("/api/v1/content/scripts", body);

        assertFieldRefused(answer, field);
    }

    @Test
    void aPromptTooLongIsRefusedByItsFieldAndSoIsAMegabyte() {
        HttpResponse<String> tooLong =
                operatorPost("/api/v1/content/scripts", "{\"prompt\": \"" + "x".repeat(100_000) + "\"}");
        assertThat(tooLong.statusCode()).isEqualTo(422);
        assertThat(tooLong.body()).contains("\"field\":\"prompt\"").doesNotContain("xxxxx");

        HttpResponse<String> megabyte =
                operatorPost("/api/v1/content/scripts", "{\"prompt\": \"" + "x".repeat(1_000_000) + "\"}");
        assertThat(megabyte.statusCode()).isEqualTo(413);
        assertThat(megabyte.body())
                .contains("payload_too_large")
                .contains("\"field\":\"prompt\"")
                .doesNotContain("xxxxx");
    }

    @Test
    void quotesEmojiAndRightToLeftTextArriveAsTheyAre() {
        JsonNode answer = ask("titles", "{\"prompt\": \"\\\"Please\\\" 🌋 שלום " + unique("t") + "\"}");

        assertThat(answer.path("text").asText()).contains("\"please\" 🌋 שלום");
    }
}
