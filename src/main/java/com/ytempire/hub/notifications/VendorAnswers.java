package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Causes;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.springframework.dao.DataAccessException;

/** What answers of vendors have in common. */
final class VendorAnswers {

    private static final int LONGEST_MESSAGE = 200;

    private static final Pattern REPEATED = Pattern.compile(
            "(?:Bearer|Basic)\\s+\\S+" // a header of ours
                    + "|[^\\s\"'<>()]+@[^\\s\"'<>()]+" // an address
                    + "|\\b(?=[\\w+/=-]*\\d)[\\w+/=-]{16,}"); // a key, or an id, which says nothing either

    private VendorAnswers() {}

    /** What a vendor answered with an error status. */
    static Optional<HttpOperationFailedException> answer(Throwable failure) {
        return Causes.find(failure, HttpOperationFailedException.class);
    }

    /** Whether the breaker counts it: the vendor is away or broken, not merely of another opinion. */
    static boolean isVendorsFailure(Throwable failure) {
        if (failure instanceof CallNotPermittedException || failure instanceof DataAccessException) {
            return false;
        }
        return answer(failure).map(http -> http.getStatusCode() >= 500).orElse(true);
    }

    /**
     * No answer at all, or a broken one: it may have arrived, unless there was no connection.
     *
     * @param failure null when the breaker was open: Camel notes no failure then
     */
    static Verdict withoutAnswer(Throwable failure) {
        if (failure == null || failure instanceof CallNotPermittedException) {
            return Verdict.untried();
        }
        boolean surely = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            surely |= cause instanceof ConnectException
                    || cause instanceof ConnectTimeoutException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException;
        }
        return Verdict.later("no answer: " + failure.getClass().getSimpleName(), null, surely);
    }

    /** The body of an answer; an empty node when it is no JSON. */
    static JsonNode body(ObjectMapper json, String text) {
        try {
            JsonNode body = text == null ? null : json.readTree(text);
            return body == null ? json.createObjectNode() : body;
        } catch (IOException e) {
            return json.createObjectNode();
        }
    }

    /** {@code Retry-After} in seconds; empty when it is not told. */
    static Optional<Duration> retryAfter(HttpOperationFailedException http) {
        return header(http, "retry-after").flatMap(VendorAnswers::seconds);
    }

    private static Optional<String> header(HttpOperationFailedException http, String name) {
        Map<String, String> headers = http.getResponseHeaders();
        return headers == null
                ? Optional.empty()
                : headers.entrySet().stream()
                        .filter(header -> header.getKey().equalsIgnoreCase(name))
                        .map(Map.Entry::getValue)
                        .findFirst();
    }

    private static Optional<Duration> seconds(String text) {
        try {
            return Optional.of(Duration.ofSeconds(Math.max(0, Long.parseLong(text.strip()))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A day's quota is counted anew at midnight, UTC. */
    static Instant nextDay(Clock clock) {
        return today(clock).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** A month's quota is counted anew on the first, UTC. */
    static Instant nextMonth(Clock clock) {
        return today(clock)
                .withDayOfMonth(1)
                .plusMonths(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    private static LocalDate today(Clock clock) {
        return clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /**
     * A vendor's words for the operator. Some repeat what they were sent: addresses, keys and whatever looks like one are
     * left out, as is all from the first brace on.
     */
    static String words(int status, String... parts) {
        String said = String.join(
                ": ",
                List.of(parts).stream()
                        .filter(part -> part != null && !part.isEmpty())
                        .toList());
        String safe = REPEATED.matcher(said.replaceFirst("(?s)[{\\[].*", "…"))
                .replaceAll("…")
                .replaceAll("\\s+", " ");
        String all = "HTTP " + status + (safe.isEmpty() ? "" : " " + safe);
        return all.length() <= LONGEST_MESSAGE ? all : all.substring(0, LONGEST_MESSAGE);
    }
}
