package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Vendors are asked at no cost, and what is found is told to operators alone; what they do is written down. */
class OperationsIT extends HubIT {

    @Autowired
    private ProducerTemplate routes;

    @Autowired
    private VendorProbes probes;

    @Autowired
    private Measures measures;

    @AfterEach
    void leaveNothingBroken() {
        SANDBOX.faults().clear();
        SANDBOX.resend().apiKey("re_sandbox");
    }

    private void probe(String vendor) {
        probes.claim(); // there is a row for each vendor
        routes.requestBody("direct:operations-probe", vendor);
    }

    private JsonNode health(String vendor) {
        for (JsonNode service : data(operatorGet("/api/v1/operations/health")).path("services")) {
            if (service.path("service").asText().equals(vendor)) {
                return service;
            }
        }
        throw new AssertionError("no such vendor: " + vendor);
    }

    @Test
    void everyVendorIsAskedAtNoCostAndAnswers() {
        List<String> due = probes.claim();
        int paid = paidCalls();
        List<String> all = List.of(
                "youtube",
                "stripe",
                "openai",
                "google_tts",
                "elevenlabs",
                "stability",
                "resend",
                "mixpanel",
                "amplitude",
                "n8n",
                "pexels",
                "pixabay",
                "shutterstock");
        all.forEach(this::probe);

        JsonNode services = data(operatorGet("/api/v1/operations/health")).path("services");

        assertThat(services.findValuesAsText("service")).containsExactlyElementsOf(all);
        assertThat(services).allSatisfy(service -> {
            assertThat(service.path("status").asText()).as(service.toString()).isEqualTo("healthy");
            assertThat(service.path("response_time_ms").isInt()).isTrue();
            assertThat(service.path("error").isNull()).isTrue();
        });
        assertThat(paidCalls()).isEqualTo(paid);
        assertThat(due.size()).isBetween(0, all.size());
        assertThat(probes.claim()).as("none is due again").isEmpty();
    }

    private int paidCalls() {
        return jdbc.sql("select count(*) from spending.attempt")
                .query(Integer.class)
                .single();
    }

    @Test
    void aVendorThatIsDownIsTold_andOneThatIsBackToo() {
        SANDBOX.faults().fail("resend", Fault.status(503).on("/resend/domains"), 1);
        probe("resend");
        assertThat(health("resend").path("status").asText()).isEqualTo("unhealthy");
        assertThat(health("resend").path("error").asText()).isEqualTo("HTTP 503");

        SANDBOX.faults().fail("resend", Fault.cut().on("/resend/domains"), 1);
        probe("resend");
        assertThat(health("resend").path("error").asText()).startsWith("no answer");

        SANDBOX.resend().apiKey("another");
        probe("resend");
        assertThat(health("resend").path("error").asText()).isEqualTo("refuses the key: HTTP 403");

        SANDBOX.resend().apiKey("re_sandbox");
        probe("resend");
        assertThat(health("resend").path("status").asText()).isEqualTo("healthy");
        assertThat(health("resend").toString()).doesNotContain("re_sandbox");
    }

    @Test
    void aVendorOfWhichOneLinkIsIllIsDegraded() {
        SANDBOX.faults().fail("openai", Fault.status(500), 1);
        probe("openai");

        assertThat(health("openai").path("status").asText()).isEqualTo("degraded");
        assertThat(health("openai").path("error").asText()).contains("text-premium: unavailable");
        probe("openai");
        assertThat(health("openai").path("status").asText()).isEqualTo("healthy");
    }

    @Test
    void callsAreCountedByVendorAndMinute() {
        probe("openai");
        measures.flush();

        Instant now = SANDBOX.clock().instant();
        assertThat(measures.between(Measures.VENDOR, now.minusSeconds(60), now.plusSeconds(60))
                        .get("openai")
                        .calls())
                .isPositive();
    }

    @Test
    void theFiguresOfTheBusinessHaveTheirShape() {
        JsonNode metrics = data(operatorGet("/api/v1/operations/metrics"));

        assertThat(metrics.path("youtube").fieldNames())
                .toIterable()
                .containsExactly("accounts_healthy", "quota_used", "upload_success_rate", "as_of");
        assertThat(metrics.path("ai_services").fieldNames())
                .toIterable()
                .containsExactly("openai_cost_today", "tts_requests", "cache_hit_rate", "as_of");
        assertThat(metrics.path("payments").fieldNames())
                .toIterable()
                .containsExactly("daily_revenue", "failed_payments", "active_subscriptions", "as_of");
    }

    @Test
    void operatorsAlone() {
        TestUsers.User user = user();
        for (String path : List.of("health", "metrics", "alerts", "audit", "settings")) {
            assertThat(send(request("/api/v1/operations/" + path).GET()).statusCode())
                    .as(path)
                    .isEqualTo(401);
            assertThat(userGet(user, "/api/v1/operations/" + path).statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
    }

    @Test
    void whatAnOperatorDoesIsWrittenDown_withoutWhatHeSent() {
        String link = "photos-kept";
        operatorPost("/api/v1/providers/" + link + "/off", "");
        operatorPost("/api/v1/providers/" + link + "/on", "");
        String none = unique("none");
        operatorPost("/api/v1/providers/" + none + "/off", "{\"secret\":\"" + none + "-body\"}");
        userPost(user(), "/api/v1/providers/" + none + "/on", "");

        JsonNode done = data(operatorGet(
                "/api/v1/operations/audit?action=POST /api/v1/providers/".replace(" ", "%20") + link + "&per_page=2"));
        JsonNode failed = data(operatorGet("/api/v1/operations/audit?action=POST%20/api/v1/providers/" + none));

        assertThat(done).hasSize(2).allSatisfy(entry -> {
            assertThat(entry.path("who").asText()).isEqualTo(OPERATOR);
            assertThat(entry.path("outcome").asText()).isEqualTo("done");
        });
        assertThat(failed).hasSize(1);
        assertThat(failed.get(0).path("outcome").asText()).isEqualTo("failed");
        assertThat(failed.get(0).path("result").asText()).isEqualTo("HTTP 404");
        assertThat(failed.toString()).doesNotContain("-body");
    }

    @Test
    void aThresholdIsChangedWithoutARestart() {
        HttpResponse<String> changed = put("/api/v1/operations/settings/least-events", "{\"value\":\"7\"}");
        JsonNode setting = data(changed);
        assertThat(setting.path("value").asText()).isEqualTo("7");
        assertThat(setting.path("changed_by").asText()).isEqualTo(OPERATOR);

        assertThat(put("/api/v1/operations/settings/least-events", "{\"value\":\"many\"}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(put("/api/v1/operations/settings/none", "{\"value\":\"7\"}").statusCode())
                .isEqualTo(422);
        assertThat(data(put("/api/v1/operations/settings/least-events", "{\"value\":null}"))
                        .path("value")
                        .asText())
                .isEqualTo("5");
    }

    private HttpResponse<String> put(String path, String json) {
        return send(operator(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(json)));
    }
}
