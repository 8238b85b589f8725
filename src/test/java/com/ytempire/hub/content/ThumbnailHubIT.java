package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** What tests of thumbnails have in common: asking for one, fetching it, and vendors that are well before and after. */
abstract class ThumbnailHubIT extends ContentHubIT {

    static final List<String> PAID = List.of("thumbnail-primary", "thumbnail-second");

    @Autowired
    ProducerTemplate routes;

    final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void allIsWell() {
        SANDBOX.faults().clear();
        SANDBOX.openai().recover();
        SANDBOX.stability().recover();
        switchOn(PAID);
    }

    @AfterEach
    void leaveNothingBroken() {
        allIsWell();
    }

    JsonNode ask(String body) {
        return ask("thumbnails", body);
    }

    JsonNode thumbnail(String more) {
        return ask("{\"title\": \"" + unique("Volcanoes") + "\"" + more + "}");
    }

    HttpResponse<byte[]> fetch(JsonNode answer, String accept, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + port + answer.path("url").asText()))
                .header("Authorization", authorization);
        if (accept != null) {
            request.header("Accept", accept);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String type(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Type").orElse("");
    }

    static void isThumbnail(byte[] jpeg) {
        try {
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
            assertThat(picture.getWidth()).isEqualTo(1280);
            assertThat(picture.getHeight()).isEqualTo(720);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
