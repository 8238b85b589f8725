package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors are RFC 9457 problems that name a stable code and the field, and nothing of the inside. */
class ProblemIT extends PlatformHubIT {

    private static JsonNode problem(HttpResponse<String> answer, int status, String code) {
        JsonNode problem = read(answer);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isNotEmpty();
        assertThat(problem.path("request_id").asText())
                .isEqualTo(answer.headers().firstValue("X-Request-Id").orElseThrow());
        return problem;
    }

    @Test
    void strangersWrongPathsAndWrongMethods() {
        problem(api("/api/v1/things").answer(), 401, "unauthorized");
        problem(api("/api/v1/nothing-there").as(RIGHT).answer(), 404, "not_found");
        problem(management("/actuator/hawtio/proxy/x").as(RIGHT).answer(), 403, "forbidden");
        HttpResponse<String> method =
                api("/api/v1/things").as(RIGHT).method("DELETE").answer();
        problem(method, 405, "method_not_allowed");
        assertThat(method.headers().firstValue("Allow").orElseThrow()).contains("GET");
        problem(
                api("/api/v1/things")
                        .as(RIGHT)
                        .header("Content-Type", "text/csv")
                        .post("a,b")
                        .answer(),
                415,
                "unsupported_media_type");
    }

    @ParameterizedTest
    @CsvSource({
        "page=x,400,page",
        "per_page=many,400,per_page",
        "page=0,422,page",
        "per_page=0,422,per_page",
        "per_page=101,422,per_page"
    })
    void aWrongParameterIsNamed(String query, int status, String field) {
        HttpResponse<String> answer = api("/api/v1/things?" + query).as(RIGHT).answer();
        assertThat(problem(answer, status, "validation_failed").path("field").asText())
                .isEqualTo(field);
    }

    @Test
    void aWrongBodyNamesItsFieldsAsTheyStandThere() {
        JsonNode several = problem(
                api("/api/v1/things")
                        .as(RIGHT)
                        .json("{\"display_name\":\"\",\"item_count\":0}")
                        .answer(),
                422,
                "validation_failed");
        assertThat(several.path("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("display_name", "item_count");
        assertThat(problem(
                                api("/api/v1/things")
                                        .as(RIGHT)
                                        .json("{\"display_name\":\"a\",\"item_count\":\"hunter2\"}")
                                        .answer(),
                                400,
                                "malformed_request")
                        .path("field")
                        .asText())
                .isEqualTo("item_count");
        assertThat(problem(
                                api("/api/v1/things")
                                        .as(RIGHT)
                                        .json("{\"displayname\":\"a\"}")
                                        .answer(),
                                400,
                                "malformed_request")
                        .path("field")
                        .asText())
                .isEqualTo("displayname");
        problem(api("/api/v1/things").as(RIGHT).json("{\"display_name\":").answer(), 400, "malformed_request");
    }

    @Test
    void whatFailsInsideTellsNothing() {
        HttpResponse<String> broken = api("/api/v1/things/broken").as(RIGHT).answer();
        problem(broken, 500, "internal_error");
        assertThat(broken.body()).doesNotContain("hunter2").doesNotContain("IllegalState");
        HttpResponse<String> away = api("/api/v1/things/database").as(RIGHT).answer();
        problem(away, 503, "database_unavailable");
        assertThat(away.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(away.body()).doesNotContain("secret-host");
    }

    @Test
    void whatTheContainerRefusesIsAProblemToo() {
        problem(api("/api/v1//things;a=b").as(RIGHT).answer(), 400, "malformed_request");
    }

    @Test
    void listsSayWhereTheyStand() {
        JsonNode list = read(api("/api/v1/things?page=2&per_page=10").as(RIGHT).answer());
        assertThat(list.path("success").asBoolean()).isTrue();
        assertThat(list.path("data")).hasSize(2);
        assertThat(list.path("pagination").toString())
                .isEqualTo("{\"page\":2,\"per_page\":10,\"total\":41,\"pages\":5}");
    }

    @Test
    void theRequestIdOfACallerIsKeptWhenItIsSane() {
        assertThat(id("/api/v1/things", "ticket-4711.a_B")).isEqualTo("ticket-4711.a_B");
        assertThat(id("/api/v1/things", "a".repeat(65))).hasSize(36);
        assertThat(id("/api/v1/things", "<script>")).hasSize(36);
        assertThat(id("/api/v1/webhooks/stripe", "ticket-4711"))
                .as("nothing of a webhook comes back in a header")
                .hasSize(36);
    }

    private String id(String path, String brought) {
        return api(path)
                .as(RIGHT)
                .header("X-Request-Id", brought)
                .post("")
                .answer()
                .headers()
                .firstValue("X-Request-Id")
                .orElseThrow();
    }
}
