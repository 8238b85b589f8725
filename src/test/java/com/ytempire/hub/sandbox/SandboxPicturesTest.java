package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulated vendors of pictures are as strict as the real ones, and answer with pictures. */
class SandboxPicturesTest {

    private static final String OPENAI = """
            {"model": "gpt-image-2.5-sunburst", "prompt": "A crater", "n": 1, "size": "1280x720", "quality": "medium",\
             "output_format": "png"}""";
    private static final String CORE = "/stability/v2beta/stable-image/generate/core";

    private final Sandbox sandbox = Sandbox.start(0);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + path))
                        .header("Authorization", "Bearer sk-x")
                        .header("Accept", "application/json")
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> openAi(String body) throws Exception {
        return post("/openai/v1/images/generations", "application/json", body);
    }

    private HttpResponse<String> stability(String name, String value) throws Exception {
        String form = "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nA crater\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n--b--\r\n";
        return post(CORE, "multipart/form-data; boundary=b", form);
    }

    private static BufferedImage picture(String base64) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    }

    @Test
    void openAiAnswersWithAPictureOfTheSizeThatWasAskedForAndCountsItsTokens() throws Exception {
        HttpResponse<String> answer = openAi(OPENAI);

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode body = Json.read(answer.body());
        BufferedImage picture =
                picture(body.path("data").path(0).path("b64_json").asText());
        assertThat(picture.getWidth()).isEqualTo(1280);
        assertThat(picture.getHeight()).isEqualTo(720);
        assertThat(body.path("usage").path("output_tokens").asInt()).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"n\": 1|\"response_format\": \"b64_json\"|response_format",
                "\"n\": 1|\"style\": \"vivid\"|style",
                "\"n\": 1|\"n\": 11|'n'",
                "\"n\": 1|\"n\": \"1\"|'n'",
                "1280x720|1280x721|size",
                "1280x720|3840x720|size",
                "medium|hd|quality",
                "\"png\"|\"gif\"|output_format",
                "\"A crater\"|\" \"|prompt",
                "gpt-image-2.5-sunburst|dall-e-3|model_not_found",
                "gpt-image-2.5-sunburst|gpt-5.6-sol|model"
            })
    void openAiRefusesWhatItDoesNotKnow(String right, String wrong, String named) throws Exception {
        HttpResponse<String> answer = openAi(OPENAI.replace(right, wrong));

        assertThat(answer.statusCode()).isBetween(400, 404);
        assertThat(answer.body()).contains(named);
    }

    @Test
    void stabilityAnswersWithAPicture() throws Exception {
        HttpResponse<String> answer = stability("aspect_ratio", "16:9");

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode body = Json.read(answer.body());
        assertThat(body.path("finish_reason").asText()).isEqualTo("SUCCESS");
        assertThat(picture(body.path("image").asText()).getWidth()).isEqualTo(1344);
    }

    @ParameterizedTest
    @CsvSource({
        "width, 1280, unknown field",
        "aspect_ratio, 17:9, aspect_ratio",
        "output_format, gif, output_format",
        "prompt, ' ', prompt"
    })
    void stabilityRefusesWhatItDoesNotKnow(String name, String value, String named) throws Exception {
        HttpResponse<String> answer = stability(name, value);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(named);
    }

    @Test
    void stabilityTakesAFormAndNothingElse() throws Exception {
        assertThat(post(CORE, "application/json", "{\"prompt\": \"A crater\"}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void withoutAKeyNobodyIsServed() throws Exception {
        for (String path : new String[] {"/openai/v1/images/generations", CORE, "/stability/v1/user/balance"}) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + path))
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(401);
        }
    }
}
