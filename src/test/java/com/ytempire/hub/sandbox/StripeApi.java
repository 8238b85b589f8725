package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripeEvents.Cause;
import com.ytempire.hub.sandbox.StripeRoutes.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Stripe's HTTP API: key, version, rate limit, idempotency, and the answer in the shape of the version asked for. */
final class StripeApi implements VendorServer.Vendor {

    /** A saved answer is kept at least this long. */
    private static final Duration KEY_LIFE = Duration.ofHours(24);

    private record Saved(String request, Answer answer, Instant at) {}

    private final StripeVendor stripe;
    private final StripeRoutes routes;
    private final MovableClock clock;
    private final Map<String, Saved> saved = new HashMap<>();
    private int perSecond;
    private long second;
    private int inSecond;

    StripeApi(StripeVendor stripe, MovableClock clock) {
        this.stripe = stripe;
        this.routes = new StripeRoutes(stripe.parts());
        this.clock = clock;
    }

    void rateLimit(int requestsPerSecond) {
        perSecond = requestsPerSecond;
    }

    @Override
    public String name() {
        return StripeVendor.NAME;
    }

    @Override
    public Answer answer(Received request) {
        return stripe.locked(() -> {
            stripe.parts().time().pass();
            String requestId = StripeObjects.newId("req_").substring(0, 18);
            String version =
                    Optional.ofNullable(request.header("stripe-version")).orElse(stripe.apiVersion());
            Answer answer;
            try {
                StripeShape.of(version);
                authenticate(request);
                limit();
                answer = request.method().equals("POST") && request.header("idempotency-key") != null
                        ? once(request, requestId, version)
                        : work(request, requestId, version);
            } catch (StripeError error) {
                answer = Answer.json(error.status(), error.body());
            } catch (IllegalArgumentException unreadable) {
                answer = Answer.json(
                        400,
                        StripeError.invalid(null, unreadable.getMessage(), null).body());
            }
            return answer.with("Request-Id", requestId).with("Stripe-Version", version);
        });
    }

    @Override
    public Answer failure(Received request, int status) {
        return stripe.locked(() -> {
            StripeError error = status == 429
                    ? tooMany()
                    : new StripeError(
                            status,
                            status >= 500 ? "api_error" : "invalid_request_error",
                            null,
                            "The sandbox was asked to answer " + status,
                            null);
            Answer answer = Answer.json(status, error.body())
                    .with("Request-Id", StripeObjects.newId("req_").substring(0, 18));
            String key = request.header("idempotency-key");
            if (status >= 500 && key != null && request.method().equals("POST")) {
                saved.put(key, new Saved(fingerprint(request), answer, clock.instant()));
            }
            return answer;
        });
    }

    private static void authenticate(Received request) {
        String header = Optional.ofNullable(request.header("authorization")).orElse("");
        if (header.isEmpty()) {
            throw new StripeError(
                    401,
                    "invalid_request_error",
                    null,
                    "You did not provide an API key. You need to provide your API key in the Authorization header,"
                            + " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
                    null);
        }
        if (!header.matches("Bearer (sk|rk)_test_\\w+")) {
            throw new StripeError(401, "invalid_request_error", null, "Invalid API Key provided", null);
        }
    }

    private void limit() {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (now != second) {
            second = now;
            inSecond = 0;
        }
        if (perSecond > 0 && ++inSecond > perSecond) {
            throw tooMany();
        }
    }

    private static StripeError tooMany() {
        return new StripeError(
                429,
                "invalid_request_error",
                "rate_limit",
                "Request rate limit exceeded. Please reduce your request rate and try again.",
                null);
    }

    /** Answers a repeated key from memory; nothing is kept of a request that was refused as invalid. */
    private Answer once(Received request, String requestId, String version) {
        String key = request.header("idempotency-key");
        if (key.length() > 255) {
            throw StripeError.invalid(null, "Idempotency keys may be at most 255 characters", null);
        }
        saved.values().removeIf(old -> old.at().plus(KEY_LIFE).isBefore(clock.instant()));
        Saved before = saved.get(key);
        if (before == null) {
            Answer answer = work(request, requestId, version);
            if (answer.status() != 400) {
                saved.put(key, new Saved(fingerprint(request), answer, clock.instant()));
            }
            return answer;
        }
        if (!before.request().equals(fingerprint(request))) {
            throw new StripeError(
                    400,
                    "idempotency_error",
                    null,
                    "Keys for idempotent requests can only be used with the same parameters they were first used"
                            + " with.",
                    null);
        }
        return before.answer().with("Idempotent-Replayed", "true").with("Original-Request", requestId);
    }

    private static String fingerprint(Received request) {
        return request.path() + "\n" + Forms.parse(request.text());
    }

    private Answer work(Received request, String requestId, String version) {
        stripe.cause(new Cause(requestId, request.header("idempotency-key")));
        try {
            String form = request.method().equals("POST")
                    ? request.text()
                    : request.query() + (request.text().isEmpty() ? "" : "&" + request.text());
            ObjectNode result = call(request.method(), request.path(), Forms.parse(form));
            return Answer.json(200, render(result, Forms.parse(form), version));
        } catch (StripeError error) {
            return Answer.json(error.status(), error.body());
        } finally {
            stripe.cause(Cause.NOBODY);
        }
    }

    /**
     * Does what a request asks for.
     *
     * @return the object with the fields of all versions
     */
    ObjectNode call(String method, String path, ObjectNode params) {
        for (Route route : routes.all()) {
            Optional<String> id = route.match(method, path);
            if (id.isPresent()) {
                return route.work().apply(id.get(), StripeParams.check(params, route.params()));
            }
        }
        throw new StripeError(
                404, "invalid_request_error", null, "Unrecognized request URL (" + method + ": " + path + ").", null);
    }

    private ObjectNode render(ObjectNode result, ObjectNode params, String version) {
        String type = result.path("object").asText();
        if (type.equals("event") || type.equals("v2.core.event")) {
            return result;
        }
        if (result.path("url").asText().equals("/v1/events")) {
            return result;
        }
        ObjectNode rendered = stripe.render(result, StripeShape.of(version));
        for (JsonNode path : params.path("expand")) {
            expand(rendered, path.asText().split("\\."), 0, version);
        }
        return rendered;
    }

    /** Puts the object in the place of its id, as deep as the path goes. */
    private void expand(JsonNode at, String[] path, int depth, String version) {
        if (depth == path.length || at == null) {
            return;
        }
        if (at instanceof ArrayNode list) {
            list.forEach(each -> expand(each, path, depth, version));
            return;
        }
        if (!(at instanceof ObjectNode object)) {
            return;
        }
        String field = path[depth];
        JsonNode value = object.get(field);
        if (value != null && value.isTextual()) {
            stripe.byId(value.asText())
                    .ifPresent(found -> object.set(field, stripe.render(found, StripeShape.of(version))));
        } else if (value instanceof ArrayNode ids) {
            for (int i = 0; i < ids.size(); i++) {
                int place = i;
                Optional.of(ids.get(i))
                        .filter(JsonNode::isTextual)
                        .flatMap(id -> stripe.byId(id.asText()))
                        .ifPresent(found -> ids.set(place, stripe.render(found, StripeShape.of(version))));
            }
        } else if (value == null && List.of("payments", "confirmation_secret").contains(field)) {
            stripe.byId(object.path("id").asText())
                    .ifPresent(invoice -> object.set(field, invoice.path(field).deepCopy()));
        }
        expand(object.get(field), path, depth + 1, version);
    }
}
