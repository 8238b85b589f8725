package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The workflows for n8n, which does not run with the tests: that they fit the hub, the compose file and each other. */
class N8nWorkflowsTest {

    private static final String TELLS = "signed-webhook.json";
    private static final String IS_TOLD = "verified-webhook.json";
    private static final Path COMPOSE = Path.of("docker-compose.yml");

    private static JsonNode workflow(String file) {
        try {
            return new ObjectMapper().readTree(text(Path.of("src/main/n8n", file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode node(String file, String name) {
        return StreamSupport.stream(workflow(file).get("nodes").spliterator(), false)
                .filter(node -> node.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode parameters(String file, String name) {
        return node(file, name).get("parameters");
    }

    private static Set<String> find(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** n8n's command refuses one without an id; its editor takes both. */
    @ParameterizedTest
    @ValueSource(strings = {TELLS, IS_TOLD})
    void canBeImportedByCommand(String file) {
        JsonNode workflow = workflow(file);
        assertThat(workflow.path("id").asText()).matches("[A-Za-z0-9]{16}");
        assertThat(workflow.get("nodes").findValuesAsText("name")).doesNotHaveDuplicates();
        Set<String> nodes = new TreeSet<>();
        workflow.get("nodes").forEach(node -> nodes.add(node.get("name").asText()));
        assertThat(workflow.get("connections").findValuesAsText("node")).isSubsetOf(nodes);
        assertThat(workflow.get("connections").fieldNames()).toIterable().isSubsetOf(nodes);
    }

    @ParameterizedTest
    @ValueSource(strings = {TELLS, IS_TOLD})
    @SuppressWarnings("unchecked")
    void readsOnlyVariablesThatComposeGivesIt(String file) {
        Map<String, Object> n8n = ((Map<String, Map<String, Object>>)
                        new Yaml().<Map<String, Object>>load(text(COMPOSE)).get("services"))
                .get("n8n");
        Map<String, Object> environment = (Map<String, Object>) n8n.get("environment");
        assertThat(environment).containsEntry("N8N_BLOCK_ENV_ACCESS_IN_NODE", "false");
        assertThat(find("(?<=\\$env\\.)\\w+", workflow(file).toString()))
                .contains("N8N_WEBHOOK_SECRET")
                .isSubsetOf(environment.keySet());
    }

    /** Of n8n's task runners the one inside is on its way out, and one of its own would be another container. */
    @ParameterizedTest
    @ValueSource(strings = {TELLS, IS_TOLD})
    void runsNoCode(String file) {
        assertThat(workflow(file).get("nodes").findValuesAsText("type"))
                .isNotEmpty()
                .doesNotContain("n8n-nodes-base.code");
    }

    /** While a secret is rotated the variable holds several; the hub signs with the first as well. */
    @ParameterizedTest
    @ValueSource(strings = {TELLS, IS_TOLD})
    void signsWithTheFirstSecret(String file) {
        JsonNode sign = parameters(file, "Sign");
        assertThat(sign.get("secret").asText()).isEqualTo("={{ $env.N8N_WEBHOOK_SECRET.split(',')[0].trim() }}");
        assertThat(sign.get("action").asText()).isEqualTo("hmac");
        assertThat(sign.get("type").asText()).isEqualTo("SHA256");
        assertThat(sign.get("encoding").asText()).isEqualTo("hex");
    }

    @Test
    void tellsTheHubWhereItListens_andComesAgain() {
        JsonNode call = parameters(TELLS, "Tell the hub");
        String path = "/api/v1/webhooks/n8n";
        assertThat(call.get("url").asText()).isEqualTo("={{ $env.HUB_BASE_URL }}" + path);
        assertThat(text(Path.of("routes/webhooks/webhooks-intake.camel.yaml")))
                .contains("uri: platform-http:" + path + "\n");
        assertThat(call.at("/headerParameters/parameters").findValuesAsText("name"))
                .containsExactly("X-N8N-Signature", "X-N8N-Timestamp");
        assertThat(parameters(TELLS, "Sign").get("value").asText())
                .isEqualTo("={{ $json.timestamp + '.' + $json.body }}");
        assertThat(call.get("body").asText()).isEqualTo("={{ $json.body }}");

        assertThat(node(TELLS, "Tell the hub").get("onError").asText()).isEqualTo("continueErrorOutput");
        JsonNode connections = workflow(TELLS).get("connections");
        assertThat(connections.at("/Tell the hub/main/1/0/node").asText()).isEqualTo("Again?");
        assertThat(connections.at("/Again?/main/0/0/node").asText()).isEqualTo("Wait");
        assertThat(connections.at("/Again?/main/1/0/node").asText()).isEqualTo("Give up");
        assertThat(connections.at("/Wait/main/0/0/node").asText())
                .as("signed anew: the hub takes nothing that was signed long ago")
                .isEqualTo("Time");
    }

    @Test
    void isToldWhereTheDocumentsSay_andChecksBeforeItAnswers() {
        JsonNode webhook = parameters(IS_TOLD, "The hub tells");
        assertThat(webhook.at("/options/rawBody").asBoolean()).isTrue();
        assertThat(webhook.get("responseMode").asText()).isEqualTo("responseNode");
        String address = "http://n8n:5678/webhook/" + webhook.get("path").asText();
        assertThat(text(Path.of("README.md"))).contains(address);
        assertThat(text(Path.of(".env.example"))).contains(address);

        assertThat(parameters(IS_TOLD, "Sign").get("binaryData").asBoolean())
                .as("over the bytes that came")
                .isTrue();
        JsonNode hub = parameters(IS_TOLD, "Is it the hub?").get("conditions");
        assertThat(hub.get("combinator").asText()).isEqualTo("and");
        assertThat(hub.at("/conditions/0/leftValue"))
                .as("an empty secret would be everybody's")
                .isEqualTo(parameters(IS_TOLD, "Sign").get("secret"));
        assertThat(hub.at("/conditions/0/operator/operation").asText()).isEqualTo("notEmpty");
        assertThat(hub.at("/conditions/1/leftValue").asText()).isEqualTo("={{ $json.signature }}");
        assertThat(hub.at("/conditions/1/rightValue").asText()).isEqualTo("={{ $json.headers['x-n8n-signature'] }}");
        assertThat(hub.at("/conditions/1/operator/operation").asText()).isEqualTo("equals");
        JsonNode connections = workflow(IS_TOLD).get("connections");
        assertThat(connections.at("/The hub tells/main").findValuesAsText("node"))
                .containsExactly("Sign");
        assertThat(connections.at("/Sign/main").findValuesAsText("node")).containsExactly("Is it the hub?");
        assertThat(connections.at("/Is it the hub?/main/0").findValuesAsText("node"))
                .containsExactly("Taken");
        assertThat(connections.at("/Is it the hub?/main/1").findValuesAsText("node"))
                .containsExactly("Refused");
        assertThat(parameters(IS_TOLD, "Taken").at("/options/responseCode").asInt())
                .isEqualTo(204);
        assertThat(parameters(IS_TOLD, "Refused").at("/options/responseCode").asInt())
                .isEqualTo(401);
    }
}
