package com.ytempire.hub.crash;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.Sandbox;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where the customers buy: the hubs, whichever of them lives, with their database and the vendors behind them.
 *
 * @param hubs filled before the first customer comes
 * @param pack the product of a pack of credits
 * @param seed of all that is left to chance
 * @param accepted commands with an answer that lasts
 * @param repeated requests sent again
 * @param doubled requests sent twice at once
 */
record CrashShop(
        Sandbox sandbox,
        List<HubProcess> hubs,
        JdbcClient jdbc,
        String pack,
        long seed,
        AtomicInteger accepted,
        AtomicInteger repeated,
        AtomicInteger doubled) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    static final String OPERATOR_PASSWORD = "operator-of-the-test";
    /** His Authorization. */
    static final String OPERATOR = "Basic "
            + Base64.getEncoder().encodeToString(("operator:" + OPERATOR_PASSWORD).getBytes(StandardCharsets.UTF_8));

    static final Duration BOUND = Duration.ofSeconds(120);

    List<ObjectNode> charged() {
        return sandbox.stripe().all("charge").stream()
                .filter(charge -> charge.path("status").asText().equals("succeeded"))
                .toList();
    }

    static long sum(List<ObjectNode> objects, String field) {
        return objects.stream().mapToLong(object -> object.path(field).asLong()).sum();
    }

    /** Null without an answer. */
    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(15)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** While the database is away nothing is reached. */
    static void until(String what, BooleanSupplier reached) {
        Awaitility.await(what)
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(
                        e -> e instanceof DataAccessException && !(e instanceof BadSqlGrammarException))
                .until(reached::getAsBoolean);
    }

    static JsonNode tree(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(answer.body(), e);
        }
    }
}
