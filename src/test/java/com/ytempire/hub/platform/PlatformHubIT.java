package com.ytempire.hub.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

/** Speaks HTTP to one {@link PlatformHub} that all tests of the platform share. */
@ActiveProfiles(PlatformHub.PROFILE)
@SpringBootTest(
        classes = PlatformHub.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "camel.main.routes-include-pattern=false",
            "hub.operator.password=" + PlatformHubIT.PASSWORD,
            "hub.operator.login-attempts=1000",
            "spring.jmx.enabled=true", // tests of Spring Boot turn it off
        })
abstract class PlatformHubIT {

    static final String PASSWORD = "korrekt-Pferd-Batterie";
    static final String RIGHT = basic("operator", PASSWORD);
    static final String WRONG = basic("operator", "guess");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    @LocalServerPort
    int port;

    @LocalManagementPort
    int managementPort;

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** A request being put together. */
    final class Call {

        private final HttpRequest.Builder request;

        private Call(int port, String path) {
            this.request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        }

        Call as(String authorization) {
            return authorization == null ? this : header("Authorization", authorization);
        }

        Call header(String name, String value) {
            request.header(name, value);
            return this;
        }

        Call post(String body) {
            request.POST(BodyPublishers.ofString(body));
            return this;
        }

        Call json(String body) {
            return header("Content-Type", "application/json").post(body);
        }

        Call method(String method) {
            request.method(method, BodyPublishers.noBody());
            return this;
        }

        HttpResponse<String> answer() {
            try {
                return CLIENT.send(request.build(), BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        int status() {
            return answer().statusCode();
        }
    }

    Call api(String path) {
        return new Call(port, path);
    }

    Call management(String path) {
        return new Call(managementPort, path);
    }

    static JsonNode read(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.body(), e);
        }
    }
}
