package com.ytempire.hub.camel.stripe;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.StripeException;
import com.stripe.net.HttpClient;
import com.stripe.net.HttpURLConnectionClient;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.time.Duration;
import java.util.Set;

/**
 * The library's HTTP client, with failures it does not expect told in its own exceptions: a proxy's empty or HTML
 * answer makes it fail with a null pointer, or repeat the answer in the message.
 */
final class StripeHttpClient extends HttpClient {

    private static final Set<Integer> FAILURES = Set.of(401, 403, 429);

    private final HttpClient http = new HttpURLConnectionClient();
    private final StripeMeter meter;

    /** @param meter null when nobody counts */
    StripeHttpClient(StripeMeter meter) {
        this.meter = meter;
    }

    @Override
    public StripeResponse request(StripeRequest request) throws StripeException {
        long begun = System.nanoTime();
        boolean failed = true;
        try {
            StripeResponse response = send(request);
            failed = response.code() >= 500 || FAILURES.contains(response.code());
            return response;
        } finally {
            if (meter != null) {
                meter.called(Duration.ofNanos(System.nanoTime() - begun), failed);
            }
        }
    }

    private StripeResponse send(StripeRequest request) throws StripeException {
        StripeResponse response;
        try {
            response = http.request(request);
        } catch (ApiConnectionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ApiConnectionException(
                    "No answer from Stripe: " + cause.getClass().getSimpleName(), cause);
        }
        if (!isStripes(response)) {
            throw new ApiException(
                    "HTTP " + response.code() + " with an answer that is not Stripe's",
                    response.requestId(),
                    null,
                    response.code(),
                    null);
        }
        return response;
    }

    private static boolean isStripes(StripeResponse response) {
        if (response.code() >= 200 && response.code() < 300) {
            return response.body().stripLeading().startsWith("{");
        }
        try {
            JsonElement body = JsonParser.parseString(response.body());
            return body.isJsonObject()
                    && body.getAsJsonObject().has("error")
                    && body.getAsJsonObject().get("error").isJsonObject();
        } catch (JsonParseException e) {
            return false;
        }
    }
}
