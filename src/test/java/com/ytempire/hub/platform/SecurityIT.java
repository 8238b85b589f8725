package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;

/** Who may call what, over real HTTP. */
class SecurityIT extends PlatformHubIT {

    /** With this bean every request's handler is looked up twice, once for rules that nobody has made. */
    @Test
    void springSecurityLooksUpNoHandlers(@Autowired BeanFactory beans) {
        assertThat(beans.containsBean("mvcHandlerMappingIntrospector")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/things",
                "/api/v1/webhooks/events",
                "/api/v1/webhooks/events/stripe/evt_1",
                "/api/v1/webhooks/replays/1",
                "/api/v1/webhooks/endpoints",
                "/api/v1/webhooks/alerts",
                "/api/v1/nothing-there",
                "/api",
            })
    void operatorEndpointsNeedTheOperator(String path) {
        assertThat(api(path).status()).isEqualTo(401);
        assertThat(api(path).as(WRONG).status()).isEqualTo(401);
        assertThat(api(path).as(basic("admin", PASSWORD)).status()).isEqualTo(401);
        assertThat(api(path).as(RIGHT).status()).isNotIn(401, 403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/prometheus",
                "/actuator/hawtio/index.html",
                "/actuator/hawtio/hawtconfig.json",
                "/actuator/jolokia",
                "/actuator/hawtio/jolokia/version",
                "/",
                "/nothing-there"
            })
    void allOfTheManagementPortNeedsTheOperator(String path) {
        HttpResponse<String> stranger = management(path).answer();
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Basic"));
        assertThat(management(path).as(WRONG).status()).isEqualTo(401);
        assertThat(management(path).as(RIGHT).status()).isNotIn(401, 403);
    }

    @Test
    void webhooksAreOpenAndAStrayLoginDoesNotCloseThem() {
        assertThat(api("/api/v1/webhooks/stripe").post("{}").status()).isEqualTo(200);
        assertThat(api("/api/v1/webhooks/unheard-of").post("{}").status()).isEqualTo(200);
        assertThat(api("/api/v1/webhooks/n8n").post("{}").as(WRONG).status()).isEqualTo(200);
    }

    @Test
    void healthIsOpenAndTellsDetailsToTheOperatorOnly() {
        for (String path :
                new String[] {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"}) {
            HttpResponse<String> stranger = management(path).answer();
            assertThat(stranger.statusCode()).as(path).isEqualTo(200);
            assertThat(read(stranger).path("status").asText()).isEqualTo("UP");
            assertThat(read(stranger).has("components")).as(path).isFalse();
        }
        assertThat(management("/actuator/health").as(RIGHT).answer().body())
                .contains("\"components\"")
                .contains("diskSpace");
    }

    @Test
    void aVendorThatIsOffIsNamedWithItsVariableAndHarmsNothing() {
        var health = read(management("/actuator/health").as(RIGHT).answer());
        assertThat(health.path("status").asText()).isEqualTo("UP");
        var off = health.at("/components/vendors/components/resend");
        assertThat(off.path("status").asText()).isEqualTo("UNKNOWN");
        assertThat(off.at("/details/turn_on").asText()).contains("RESEND_API_KEY");
        assertThat(health.at("/components/vendors/components/stripe/details/state")
                        .asText())
                .isEqualTo("on");
    }

    @Test
    void noOperatorEndpointMakesASession() {
        assertThat(api("/api/v1/things").as(RIGHT).answer().headers().firstValue("Set-Cookie"))
                .isEmpty();
        assertThat(management("/actuator/hawtio/index.html")
                        .as(RIGHT)
                        .answer()
                        .headers()
                        .firstValue("Set-Cookie"))
                .isEmpty();
    }

    @Test
    void aBrowserIsSentToTheFormAndAProgramIsTold() {
        HttpResponse<String> browser =
                api("/a-page").header("Accept", "text/html").answer();
        assertThat(browser.statusCode()).isEqualTo(302);
        assertThat(browser.headers().firstValue("Location"))
                .hasValueSatisfying(value -> assertThat(value).endsWith("/login"));
        assertThat(api("/login").answer().body()).contains("<form").contains("_csrf");
        HttpResponse<String> program = api("/a-page").answer();
        assertThat(program.statusCode()).isEqualTo(401);
        assertThat(read(program).path("code").asText()).isEqualTo("unauthorized");
    }

    @Test
    void whatTheApiOffersIsOpen() {
        assertThat(api("/v3/api-docs").status()).isEqualTo(200);
        assertThat(api("/swagger-ui/index.html").status()).isEqualTo(200);
    }

    @Test
    void theFormNeedsItsToken() {
        assertThat(api("/login")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .post("username=operator&password=" + PASSWORD)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void theFormLetsTheOperatorIn() {
        HttpResponse<String> form = api("/login").answer();
        String token = form.body().replaceAll("(?s).*name=\"_csrf\"[^>]*value=\"([^\"]+)\".*", "$1");
        HttpResponse<String> in = api("/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", cookie(form))
                .post("username=operator&password=" + PASSWORD + "&_csrf=" + token)
                .answer();
        assertThat(in.statusCode()).isEqualTo(302);
        assertThat(api("/nothing-there").header("Cookie", cookie(in)).status()).isEqualTo(404);
        assertThat(api("/api/v1/things").header("Cookie", cookie(in)).status())
                .as("the API takes no session")
                .isEqualTo(401);
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().allValues("Set-Cookie").stream()
                .map(cookie -> cookie.split(";")[0])
                .filter(cookie -> !cookie.endsWith("="))
                .collect(Collectors.joining("; "));
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site,cross-site", "Sec-Fetch-Site,same-site", "Origin,https://evil.example", "Origin,null"})
    void aForeignSiteCannotActWithTheOperatorsPassword(String header, String value) {
        assertThat(api("/api/v1/webhooks/endpoints/stripe/close")
                        .as(RIGHT)
                        .header(header, value)
                        .post("")
                        .status())
                .isEqualTo(403);
        assertThat(management("/actuator/jolokia")
                        .as(RIGHT)
                        .header(header, value)
                        .post("{\"type\":\"version\"}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void thePageItselfAndProgramsCan() {
        String close = "/api/v1/webhooks/endpoints/stripe/close";
        assertThat(api(close).as(RIGHT).post("").status()).isEqualTo(200);
        assertThat(api(close)
                        .as(RIGHT)
                        .header("Sec-Fetch-Site", "same-origin")
                        .post("")
                        .status())
                .isEqualTo(200);
        assertThat(api(close)
                        .as(RIGHT)
                        .header("Origin", "http://localhost:" + port)
                        .post("")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answersCarryTheHeadersThatKeepBrowsersFromHarm() {
        var headers = api("/login").answer().headers();
        assertThat(headers.firstValue("Content-Security-Policy").orElseThrow()).contains("frame-ancestors 'none'");
        assertThat(headers.firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(api("/api/v1/things")
                        .as(RIGHT)
                        .answer()
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElseThrow())
                .startsWith("default-src 'none'");
    }

    @Test
    void aVerifiedPasswordIsNotHashedAgain() {
        api("/api/v1/things").as(RIGHT).answer();
        long begin = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            assertThat(api("/api/v1/things").as(RIGHT).status()).isEqualTo(200);
        }
        assertThat((System.nanoTime() - begin) / 50).as("nanoseconds a request").isLessThan(30_000_000);
    }
}
