package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripeEvents.Cause;
import com.ytempire.hub.sandbox.StripeRoutes.Route;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Stripe's HTTP API: key, version, rate limit, idempotency, and the answer in the shape of the version asked for. */
final class StripeApi implements VendorServer.Vendor {

    /** Only an internal error is kept: a gateway's refusal never reached what keeps answers. */
    private static final int SAVED_FAILURE = 500;

    private static final List<String> EXPANDED_ONLY = List.of("payments", "confirmation_secret", "line_items");

    private final StripeVendor stripe;
    private final StripeRoutes routes;
    private final StripeIdempotency idempotency;
    private final StripeLimits limits = new StripeLimits();

    StripeApi(StripeVendor stripe, MovableClock clock) {
        this.stripe = stripe;
        this.routes = new StripeRoutes(stripe.parts());
        this.idempotency = new StripeIdempotency(clock);
    }

    StripeLimits limits() {
        return limits;
    }

    @Override
    public String name() {
        return StripeVendor.NAME;
    }

    @Override
    public Optional<Answer> enter(Received request) {
        return idempotency.enter(request);
    }

    @Override
    public void leave(Received request) {
        idempotency.leave(request);
    }

    @Override
    public Answer answer(Received request) {
        return stripe.locked(() -> {
            stripe.parts().time().pass();
            String requestId = newRequestId();
            String version =
                    Optional.ofNullable(request.header("stripe-version")).orElse(stripe.apiVersion());
            Answer answer;
            try {
                StripeShape.of(version);
                authenticate(request);
                limits.count(() -> request.method() + " " + endpoint(request));
                Optional<Answer> before = idempotency.replay(request);
                answer = before.isPresent() ? before.get() : work(request, requestId, version);
            } catch (StripeError error) {
                answer = refusal(error, version);
            } catch (IllegalArgumentException unreadable) {
                answer = refusal(StripeError.invalid(null, unreadable.getMessage(), null), version);
            }
            return answer.with("Request-Id", requestId).with("Stripe-Version", version);
        });
    }

    private static String newRequestId() {
        return StripeObjects.newId("req_").substring(0, 18);
    }

    /** The path without ids. */
    private String endpoint(Received request) {
        return routes.all().stream()
                .filter(route -> route.match(request.method(), request.path()).isPresent())
                .map(Route::path)
                .findFirst()
                .orElse(request.path());
    }

    /** A failure by order; an internal error is what a repeated key gets from now on, as with Stripe. */
    @Override
    public Answer failure(Received request, int status) {
        return stripe.locked(() -> {
            StripeError error = status == 429
                    ? StripeError.tooMany("global-concurrency")
                    : new StripeError(
                            status,
                            status >= 500 ? "api_error" : "invalid_request_error",
                            null,
                            "The sandbox was asked to answer " + status,
                            null);
            String requestId = newRequestId();
            Answer answer = refusal(error, stripe.apiVersion());
            return (status == SAVED_FAILURE ? idempotency.save(request, answer, requestId) : answer)
                    .with("Request-Id", requestId);
        });
    }

    private Answer refusal(StripeError error, String version) {
        ObjectNode body = error.body();
        for (String about : List.of("payment_intent", "setup_intent", "payment_method")) {
            if (body.get("error").get(about) instanceof ObjectNode object) {
                body.withObject("/error").set(about, stripe.render(object, StripeShape.of(version)));
            }
        }
        Answer answer = Answer.json(error.status(), body);
        return error.limit() == null ? answer : answer.with("Stripe-Rate-Limited-Reason", error.limit());
    }

    /** Bearer as clients send it, or Basic with the key as user as Stripe's documentation shows it. */
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
        String key = header.replaceFirst("^Bearer ", "");
        if (header.matches("Basic [A-Za-z0-9+/=]+")) {
            String user = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
            key = user.replaceFirst(":.*", "");
        }
        if (!key.matches("(sk|rk)_test_\\w+")) {
            throw new StripeError(401, "invalid_request_error", null, "Invalid API Key provided", null);
        }
    }

    /** Nothing is kept of a request whose parameters were refused: it did not begin. */
    private Answer work(Received request, String requestId, String version) {
        stripe.cause(new Cause(requestId, request.header("idempotency-key")));
        try {
            String form = request.method().equals("POST")
                    ? request.text()
                    : request.query() + (request.text().isEmpty() ? "" : "&" + request.text());
            ObjectNode params = Forms.parse(form);
            Call call = find(request.method(), request.path(), params);
            Answer answer;
            try {
                answer = Answer.json(200, render(call.run(), params, version));
            } catch (StripeError error) {
                answer = refusal(error, version);
                if (error.code().startsWith("parameter_")) {
                    return answer;
                }
            }
            return idempotency.save(request, answer, requestId);
        } finally {
            stripe.cause(Cause.NOBODY);
        }
    }

    /** A request whose parameters are right. */
    private record Call(Route route, String id, ObjectNode params) {
        ObjectNode run() {
            return route.work().apply(id, params);
        }
    }

    /**
     * Does what a request asks for.
     *
     * @return the object with the fields of all versions
     */
    ObjectNode call(String method, String path, ObjectNode params) {
        return find(method, path, params).run();
    }

    private Call find(String method, String path, ObjectNode params) {
        for (Route route : routes.all()) {
            Optional<String> id = route.match(method, path);
            if (id.isPresent()) {
                return new Call(route, id.get(), StripeParams.check(params, route.params()));
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
        } else if (value == null && EXPANDED_ONLY.contains(field)) {
            stripe.byId(object.path("id").asText())
                    .ifPresent(invoice -> object.set(field, invoice.path(field).deepCopy()));
        }
        expand(object.get(field), path, depth + 1, version);
    }
}
