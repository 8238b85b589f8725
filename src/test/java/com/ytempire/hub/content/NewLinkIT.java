package com.ytempire.hub.content;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.sandbox.OpenAiVendor.Mood;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

/** A model on one's own machine joins the chain of texts, by YAML and settings alone. */
@DirtiesContext
class NewLinkIT extends HubIT {

    private static final WireMockServer MODEL =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

    /** The chain, and the link's own route as docs/content.md shows it. */
    private static final String STEP = """
                    - to:
                        description: The model on our own machine
                        uri: direct:content-text-local
            """;

    private static final String ROUTE = """

            - templatedRoute:
                routeTemplateRef: content-link
                routeId: content-text-local
                parameters:
                  - {name: chain, value: textChain}
                  - {name: link, value: text-local}
                  - {name: protocol, value: content-openai-chat}
            """;

    @DynamicPropertySource
    static void aNewLink(DynamicPropertyRegistry registry) {
        MODEL.start();
        registry.add("hub.stripe.secret-key", () -> ""); // this hub need not read all that other tests made there
        // what hub.routes becomes before a test can set it
        registry.add("camel.main.routes-include-pattern", () -> "file:" + routes() + "/**/*.camel.yaml");
        registry.add("hub.content.links.text-local.capability", () -> "text");
        registry.add("hub.content.links.text-local.vendor", () -> "own-machine");
        registry.add("hub.content.links.text-local.url", () -> MODEL.baseUrl() + "/v1/chat/completions");
        registry.add("hub.content.links.text-local.token-parameter", () -> "max_tokens");
        registry.add("hub.content.levels.local.link", () -> "text-local");
        registry.add("hub.content.levels.local.model", () -> "llama-4-scout");
        registry.add("hub.content.levels.local.max-tokens", () -> "1500");
        registry.add("hub.content.levels.local.temperature", () -> "0.7");
        registry.add("hub.content.levels.local.quality", () -> "basic");
        registry.add("hub.content.levels.local.prices[0].from", () -> "2026-01-01");
        registry.add("hub.content.levels.local.prices[0].input", () -> "0");
        registry.add("hub.content.levels.local.prices[0].output", () -> "0");
    }

    private static Path routes() {
        Path folder = Path.of("target", "routes-with-a-new-link");
        try {
            FileSystemUtils.deleteRecursively(folder);
            FileSystemUtils.copyRecursively(Path.of("routes"), folder);
            Path file = folder.resolve("content/content-text.camel.yaml");
            String chain = Files.readString(file);
            String before =
                    "        - bean:\n            description: What was written for the same owner and a similar prompt\n";
            assertThat(chain).contains(before);
            Files.writeString(file, chain.replace(before, STEP + before) + ROUTE);
            return folder.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        MODEL.stop();
        SANDBOX.openai().recover();
    }

    @Test
    void answersWhenThoseBeforeItAreDown() throws IOException {
        MODEL.stubFor(post("/v1/chat/completions").willReturn(okJson("""
                {"id": "1", "object": "chat.completion", "created": 1, "model": "llama-4-scout",
                 "choices": [{"index": 0, "finish_reason": "stop",
                              "message": {"role": "assistant", "content": "A keeper's day", "refusal": null}}],
                 "usage": {"prompt_tokens": 40, "completion_tokens": 5, "total_tokens": 45}}
                """)));
        SANDBOX.openai().always(Mood.OVERLOADED);

        for (String level : new String[] {"premium", "economy", "local"}) {
            HttpResponse<String> answer = operatorPost(
                    "/api/v1/content/titles",
                    "{\"topic\": \"" + unique("lighthouses") + "\", \"level\": \"" + level + "\"}");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode data = new ObjectMapper().readTree(answer.body()).path("data");
            assertThat(data.path("text").asText()).isEqualTo("A keeper's day");
            assertThat(data.path("link").asText()).isEqualTo("text-local");
            assertThat(data.path("provider").asText()).isEqualTo("own-machine");
            assertThat(data.path("model").asText()).isEqualTo("llama-4-scout");
            assertThat(data.path("degraded").asBoolean()).isEqualTo(!level.equals("local"));
        }
        MODEL.verify(3, postRequestedFor(urlEqualTo("/v1/chat/completions")).withoutHeader("Authorization"));
        assertThat(operatorGet("/api/v1/providers").body()).contains("text-local");
    }
}
