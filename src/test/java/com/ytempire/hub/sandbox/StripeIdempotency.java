package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers kept under the keys their requests came with; docs.stripe.com/api/idempotent_requests. Only POST requests of
 * the v1 API have such keys.
 */
final class StripeIdempotency {

    /** A saved answer is kept at least this long. */
    private static final Duration KEPT = Duration.ofHours(24);

    private static final int LONGEST = 255;

    private record Saved(String endpoint, ObjectNode params, Answer answer, Instant at) {}

    /** The oldest first; under the account's lock. */
    private final Map<String, Saved> saved = new LinkedHashMap<>();

    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final MovableClock clock;

    StripeIdempotency(MovableClock clock) {
        this.clock = clock;
    }

    static Optional<String> key(Received request) {
        return Optional.ofNullable(request.header("idempotency-key"))
                .filter(key -> request.method().equals("POST") && !key.isEmpty())
                // keys belong to an account
                .map(key ->
                        Optional.ofNullable(request.header("stripe-account")).orElse("") + "\n" + key);
    }

    /** Answers 409 when another request with the key is being worked on. */
    Optional<Answer> enter(Received request) {
        Optional<String> key = key(request);
        if (key.isEmpty() || underWay.add(key.get())) {
            return Optional.empty();
        }
        StripeError error = new StripeError(
                409,
                "idempotency_error",
                "idempotency_key_in_use",
                "There is currently another in-progress request using this Idempotent Key (that probably means you"
                        + " submitted twice, and the other request is still going through). Please try again later.",
                null);
        return Optional.of(Answer.json(error.status(), error.body()));
    }

    void leave(Received request) {
        key(request).ifPresent(underWay::remove);
    }

    /**
     * What was answered to an earlier request with the same key.
     *
     * @throws StripeError when that request was another one
     */
    Optional<Answer> replay(Received request) {
        forgetOld();
        Optional<String> key = key(request);
        if (key.filter(given -> request.header("idempotency-key").length() > LONGEST)
                .isPresent()) {
            throw StripeError.invalid(null, "Idempotency keys may not be more than " + LONGEST + " characters.", null);
        }
        Optional<Saved> before = key.map(saved::get);
        before.filter(old -> !old.endpoint().equals(request.path())).ifPresent(old -> {
            throw misused("Keys for idempotent requests can only be used for the same endpoint they were first used"
                    + " for ('" + old.endpoint() + "' vs '" + request.path()
                    + "'). Try using a key other than '" + request.header("idempotency-key")
                    + "' if you meant to execute a different request.");
        });
        before.filter(old -> !old.params().equals(Forms.parse(request.text()))).ifPresent(old -> {
            throw misused("Keys for idempotent requests can only be used with the same parameters they were first used"
                    + " with. Try using a key other than '" + request.header("idempotency-key")
                    + "' if you meant to execute a different request.");
        });
        return before.map(old -> old.answer().with("Idempotent-Replayed", "true"));
    }

    private void forgetOld() {
        Instant before = clock.instant().minus(KEPT);
        Iterator<Saved> oldest = saved.values().iterator();
        while (oldest.hasNext() && oldest.next().at().isBefore(before)) {
            oldest.remove();
        }
    }

    private static StripeError misused(String message) {
        return new StripeError(400, "idempotency_error", null, message, null);
    }

    /** Keeps an answer; a later one under the same key replaces it. */
    Answer save(Received request, Answer answer, String requestId) {
        Optional<String> key = key(request);
        if (key.isEmpty()) {
            return answer;
        }
        Answer kept = answer.with("Idempotency-Key", request.header("idempotency-key"))
                .with("Original-Request", requestId);
        saved.remove(key.get()); // so that it is the latest
        saved.put(key.get(), new Saved(request.path(), Forms.parse(request.text()), kept, clock.instant()));
        return kept;
    }
}
