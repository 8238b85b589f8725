package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.OpenAiVendor;
import com.ytempire.hub.sandbox.StabilityVendor;
import java.net.http.HttpResponse;
import java.sql.Date;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Vendors are asked at no cost whether they are well, and until when a model is to be had. */
class ProbeIT extends ContentHubIT {

    private static final List<String> LINKS =
            List.of("text-premium", "text-economy", "thumbnail-primary", "thumbnail-second", "speech-elevenlabs");

    @Autowired
    private ModelWatch models;

    @BeforeEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.openai().recover();
        SANDBOX.openai().shutdown("gpt-image-2.5-sunburst", null);
        SANDBOX.stability().recover();
        switchOn(LINKS);
    }

    @AfterEach
    void leaveNothingBroken() {
        allIsWell();
    }

    private JsonNode probe(String link) {
        HttpResponse<String> answer = operatorPost("/api/v1/providers/" + link + "/probe", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return data(answer);
    }

    private void thumbnail() {
        operatorPost("/api/v1/content/thumbnails", "{\"title\": \"" + unique("Probe") + "\"}");
    }

    private static String state(JsonNode probed) {
        JsonNode provider = probed.path("provider");
        return (probed.path("well").asBoolean() ? "well" : probed.path("reason").asText()) + " "
                + provider.path("state").asText()
                + (provider.path("reason").isNull()
                        ? ""
                        : " " + provider.path("reason").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text-premium",
                "thumbnail-primary",
                "thumbnail-second",
                "speech-elevenlabs",
                "speech-google-neural"
            })
    void aVendorThatIsWellSaysSoAndNothingIsPaid(String link) {
        long attempts = attempts();

        assertThat(state(probe(link))).isEqualTo("well on");
        assertThat(attempts()).isEqualTo(attempts);
    }

    private long attempts() {
        return jdbc.sql("select count(*) from spending.attempt")
                .query(Long.class)
                .single();
    }

    @Test
    void anOpenBreakerClosesWhenTheVendorIsWell() {
        operatorPost("/api/v1/providers/thumbnail-primary/off", "");
        SANDBOX.stability().always(StabilityVendor.Mood.OVERLOADED);
        thumbnail();
        thumbnail();
        assertThat(data(operatorGet("/api/v1/providers/thumbnail-second"))
                        .path("breaker")
                        .asText())
                .isEqualTo("open");
        JsonNode away = probe("thumbnail-second");
        assertThat(state(away)).isEqualTo("unavailable on");
        assertThat(away.path("provider").path("breaker").asText()).isEqualTo("open");
        SANDBOX.stability().recover();

        JsonNode well = probe("thumbnail-second");

        assertThat(well.path("provider").path("breaker").asText()).isEqualTo("closed");
        int calls = SANDBOX.stability().calls();
        thumbnail();
        assertThat(SANDBOX.stability().calls()).isEqualTo(calls + 1);
    }

    @Test
    void aLinkWithoutFundsIsOnAgainWhenThereAreSome() {
        SANDBOX.stability().next(StabilityVendor.Mood.UNFUNDED, 1);
        assertThat(state(probe("thumbnail-second"))).isEqualTo("unfunded off unfunded");

        assertThat(state(probe("thumbnail-second"))).isEqualTo("well on");
    }

    @Test
    void aListOfModelsSaysNothingOfFunds() {
        SANDBOX.openai().next(OpenAiVendor.Mood.UNFUNDED, 1);
        thumbnail();

        assertThat(state(probe("thumbnail-primary"))).isEqualTo("well off unfunded");
    }

    @Test
    void aKeyThatIsAcceptedAgainSwitchesItsLinkOn() {
        SANDBOX.faults().fail("elevenlabs", Fault.status(401), 1);
        assertThat(state(probe("speech-elevenlabs"))).isEqualTo("authentication off authentication");

        assertThat(state(probe("speech-elevenlabs"))).isEqualTo("well on");
    }

    @Test
    void whatAnOperatorSwitchedOffStaysOff() {
        operatorPost("/api/v1/providers/thumbnail-second/off", "");

        assertThat(state(probe("thumbnail-second"))).isEqualTo("well off operator");
    }

    @Test
    void aVendorThatDoesNotAnswerIsLeftAsItWas() {
        SANDBOX.faults().fail("openai", Fault.cut(), 1);

        assertThat(state(probe("text-premium"))).isEqualTo("unavailable on");
    }

    @Test
    void aModelThatIsGoneIsFoundBeforeItIsNeeded() {
        SANDBOX.openai().retire("gpt-5.6-sol");
        assertThat(state(probe("text-premium"))).isEqualTo("retired off retired");
        assertThat(state(probe("text-economy"))).isEqualTo("well on");
        SANDBOX.openai().recover();

        assertThat(state(probe("text-premium"))).isEqualTo("well on");
    }

    @Test
    void aModelThatEndsSoonIsToldEachDay() {
        LocalDate today = LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC);
        SANDBOX.openai().shutdown("gpt-image-2.5-sunburst", today.plusDays(20).toString());
        SANDBOX.openai().shutdown("gpt-5.6-terra", today.plusDays(60).toString());
        SANDBOX.clock().advance(Duration.ofDays(1));
        look("content/models");

        await().atMost(Duration.ofSeconds(20))
                .until(() -> watched("gpt-image-2.5-sunburst").path("warning").asBoolean());
        assertThat(watched("gpt-image-2.5-sunburst").path("shutdown_date").asText())
                .isEqualTo(today.plusDays(20).toString());
        assertThat(watched("gpt-5.6-terra").path("warning").asBoolean()).isFalse();
        assertThat(watched("gpt-5.6-terra").path("shutdown_date").asText())
                .isEqualTo(today.plusDays(60).toString());
        SANDBOX.openai().shutdown("gpt-5.6-terra", null);

        assertThat(troubles(Instant.now(SANDBOX.clock()), "gpt-5.6-terra")).isEmpty();
        assertThat(troubles(Instant.now(SANDBOX.clock()), "gpt-image-2.5-sunburst"))
                .singleElement()
                .satisfies(trouble -> {
                    assertThat(trouble.level()).isEqualTo(Trouble.Level.WARNING);
                    assertThat(trouble.message()).contains(today.plusDays(20).toString());
                    assertThat(trouble.repeated()).isFalse();
                });
        jdbc.sql("update content.model set shutdown_date = :soon where model = 'gpt-image-2.5-sunburst'")
                .param("soon", Date.valueOf(today.plusDays(6)))
                .update();
        assertThat(troubles(Instant.now(SANDBOX.clock()), "gpt-image-2.5-sunburst"))
                .extracting(Trouble::level)
                .containsOnly(Trouble.Level.CRITICAL);
        jdbc.sql(
                        "update content.model set shutdown_date = null where model in ('gpt-image-2.5-sunburst', 'gpt-5.6-terra')")
                .update();
    }

    private List<Trouble> troubles(Instant now, String model) {
        return models.troubles(now).stream()
                .filter(trouble -> trouble.subject().endsWith(model))
                .toList();
    }

    private JsonNode watched(String model) {
        return StreamSupport.stream(data(operatorGet("/api/v1/content/models")).spliterator(), false)
                .filter(each -> each.path("model").asText().equals(model))
                .findFirst()
                .orElseGet(JSON::createObjectNode);
    }

    @Test
    void aLinkThatCallsNobodyHasNobodyToAsk() {
        HttpResponse<String> own = operatorPost("/api/v1/providers/text-template/probe", "");
        assertThat(own.statusCode()).isEqualTo(409);
        assertThat(own.body()).contains("no_probe");
        assertThat(operatorPost("/api/v1/providers/nobody/probe", "").statusCode())
                .isEqualTo(404);
    }
}
