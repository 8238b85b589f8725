package com.ytempire.hub.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the vendors of stock are well, asked at no cost. */
class MediaProbeIT extends MediaHubIT {

    private JsonNode probe(String link) {
        HttpResponse<String> answer = operatorPost("/api/v1/providers/" + link + "/probe", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return data(answer);
    }

    private static String state(JsonNode probed) {
        return (probed.path("well").asBoolean() ? "well" : probed.path("reason").asText()) + " "
                + probed.path("provider").path("state").asText();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "videos-pexels",
                "videos-pixabay",
                "videos-shutterstock",
                "photos-pexels",
                "photos-pixabay",
                "photos-shutterstock",
                "licences-shutterstock"
            })
    void aVendorThatIsWellSaysSo(String link) {
        assertThat(state(probe(link))).isEqualTo("well on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"videos-pexels", "photos-shutterstock", "licences-shutterstock"})
    void aKeyThatIsNotAcceptedSwitchesTheLinkOffAndOneThatIsOnAgain(String link) {
        SANDBOX.faults().fail(link.replaceAll(".*-", ""), Fault.status(401), 1);
        assertThat(state(probe(link))).isEqualTo("authentication off");

        assertThat(state(probe(link))).isEqualTo("well on");
    }

    @Test
    void aVendorThatDoesNotAnswerIsLeftAsItWas() {
        SANDBOX.faults().fail("pixabay", Fault.cut(), 1);

        assertThat(state(probe("videos-pixabay"))).isEqualTo("unavailable on");
    }

    @Test
    void nothingIsAskedThatTheVendorWouldRefuse() {
        probe("photos-pixabay");
        jdbc.sql("update spending.vendor_window set used = 100000 where vendor = 'pixabay'")
                .update();

        assertThat(state(probe("photos-pixabay"))).startsWith("allowance");
    }
}
