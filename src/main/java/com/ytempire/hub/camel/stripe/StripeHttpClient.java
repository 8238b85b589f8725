package com.ytempire.hub.camel.stripe;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.StripeException;
import com.stripe.net.HttpClient;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import com.ytempire.hub.platform.ReadLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/**
 * Sends the library's requests as its own client does, but does not look up the version of its JSON parser in the class
 * path for each; and tells failures which that does not expect in the library's exceptions: a proxy's empty or HTML
 * answer makes it fail with a null pointer, or repeat the answer in the message.
 */
final class StripeHttpClient extends HttpClient {

    private static final Set<Integer> FAILURES = Set.of(401, 403, 429);

    /** Of this library on this machine: always the same. */
    private static final String CLIENT = buildXStripeClientUserAgentString();

    private final StripeMeter meter;
    private final ReadLimits bounds;

    /** @param meter null when nobody counts */
    StripeHttpClient(StripeMeter meter, ReadLimits bounds) {
        this.meter = meter;
        this.bounds = bounds;
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
            response = exchange(request);
        } catch (IOException e) {
            throw new ApiConnectionException(
                    "No answer from Stripe: " + e.getClass().getSimpleName(), e);
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

    private StripeResponse exchange(StripeRequest request) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) request.url().openConnection();
        connection.setConnectTimeout(request.options().getConnectTimeout());
        connection.setReadTimeout(request.options().getReadTimeout());
        connection.setUseCaches(false);
        connection.setInstanceFollowRedirects(false);
        request.headers()
                .map()
                .forEach((name, values) -> connection.setRequestProperty(name, String.join(",", values)));
        connection.setRequestProperty("User-Agent", buildUserAgentString(request));
        connection.setRequestProperty("X-Stripe-Client-User-Agent", CLIENT);
        connection.setRequestMethod(request.method().name());
        if (request.content() != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", request.content().contentType());
            try (OutputStream body = connection.getOutputStream()) {
                body.write(request.content().byteArrayContent());
            }
        }
        int status = connection.getResponseCode();
        boolean good = status >= 200 && status < 300;
        // read to its end, so that the connection can be used again
        try (InputStream body = good ? connection.getInputStream() : connection.getErrorStream()) {
            return new StripeResponse(
                    status,
                    HttpHeaders.of(connection.getHeaderFields()),
                    body == null ? "" : new String(bounds.around(body).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            connection.disconnect(); // else closing reads on, for the next request
            throw e;
        }
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
