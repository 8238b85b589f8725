package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The build says what the hub is made of, and the hub tells its operator. */
class SbomIT extends HubIT {

    private static final Path FILE = Path.of("target/classes/META-INF/sbom/application.cdx.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    @BeforeEach
    void thereIsOne() {
        assumeTrue(Files.exists(FILE), "skipped: this build has made none (-Psbom)");
    }

    private HttpRequest.Builder sbom() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/actuator/sbom/application"));
    }

    @Test
    void everyLibraryIsNamed_andNoneOfTheTests() throws Exception {
        HttpResponse<String> answer = send(sbom().header("Authorization", basic(OPERATOR, PASSWORD)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode told = JSON.readTree(answer.body());

        assertThat(told.path("bomFormat").asText()).isEqualTo("CycloneDX");
        List<String> names = told.path("components").findValuesAsText("name");
        assertThat(names)
                .contains("camel-core-engine", "postgresql", "stripe-java", "htmx.org", "spring-security-web")
                .doesNotContain("wiremock-standalone", "playwright", "junit-jupiter");
        assertThat(told.path("components"))
                .allSatisfy(
                        library -> assertThat(library.path("version").asText()).isNotBlank());
    }

    @Test
    void strangersAreNotTold() {
        assertThat(send(sbom()).statusCode()).isEqualTo(401);
    }
}
