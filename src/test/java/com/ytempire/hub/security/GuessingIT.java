package com.ytempire.hub.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who guesses is counted, whatever address he pretends to have and however he writes the path. */
class GuessingIT extends HubIT {

    @Test
    void anAddressInFrontOfTheProxysWordChangesNothing() {
        tenGuessesAreTaken("100.%d.0.1, 100.79.0.1");
    }

    /** A customer's network has 2^64 of them. */
    @Test
    void anotherAddressOfTheSameNetworkIsNoOtherClient() {
        tenGuessesAreTaken("2001:db8:80:1:%x::%<x");
        assertThat(jdbc.sql("select count from accounts.tally where key = 'auth-minute:2001:db8:80:1::/64'")
                        .query(Integer.class)
                        .single())
                .as("requests that log in")
                .isEqualTo(12);
        List<Integer> webhooks = IntStream.range(0, 5)
                .mapToObj(i -> send(request("/api/v1/webhooks/stripe")
                                .header("X-Forwarded-For", "2001:db8:80:2::%x".formatted(i))
                                .header("Stripe-Signature", "t=1,v1=00")
                                .POST(BodyPublishers.ofString("{}")))
                        .statusCode())
                .toList();
        assertThat(webhooks).containsExactly(401, 401, 401, 401, 429);
    }

    /** 300 a minute in the tests; a letter written another way must not count elsewhere. */
    @Test
    void guessesAreCountedHoweverThePathIsWritten() {
        List<String> spellings = List.of("/api/v1/auth/verify", "/api/v1/%61uth/verify", "/%61pi/v1/auth/reset");
        assertThat(guess(spellings.get(0))).isNotIn(429, 200);
        assertThat(jdbc.sql("update accounts.tally set count = 296 where key like '%100.80.0.1' and count = 1")
                        .update())
                .isEqualTo(1);
        List<Integer> statuses =
                IntStream.range(0, 9).mapToObj(i -> guess(spellings.get(i % 3))).toList();
        assertThat(statuses.subList(0, 4)).doesNotContain(429, 200);
        assertThat(statuses.subList(4, 9)).containsOnly(429);
    }

    /** @param from who guesses, by the number of the guess; twelve there are */
    private void tenGuessesAreTaken(String from) {
        String email = unique("guess") + "@example.org";
        List<Integer> statuses = IntStream.range(0, 12)
                .mapToObj(i -> send(request("/api/v1/auth/login")
                                .header("Content-Type", "application/json")
                                .header("X-Forwarded-For", from.formatted(i))
                                .POST(BodyPublishers.ofString(
                                        "{\"email\":\"%s\",\"password\":\"wrong-%d\"}".formatted(email, i))))
                        .statusCode())
                .toList();
        assertThat(statuses.subList(0, 10)).containsOnly(401);
        assertThat(statuses.subList(10, 12)).containsOnly(429);
    }

    private int guess(String path) {
        return send(request(path)
                        .header("Content-Type", "application/json")
                        .header("X-Forwarded-For", "100.80.0.1")
                        .POST(BodyPublishers.ofString("{\"token\":\"%s\"}".formatted(unique("guess")))))
                .statusCode();
    }
}
