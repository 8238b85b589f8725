package com.ytempire.hub.notifications;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.VendorCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Body;
import org.springframework.stereotype.Component;

/**
 * Messages on their way to the n8n workflow that is set. The workflow signs nothing by itself, so the hub does as it wants
 * to be told: hex HMAC-SHA256 of the body, in {@code X-N8N-Signature}. A message's {@code id} stays the same over all tries.
 */
@Component("n8nQueue")
class N8nQueue {

    /** While it makes or changes its database, n8n 2.40 answers every address but its health with this text and status 200. */
    private static final byte[] STARTING = "n8n is starting up".getBytes(StandardCharsets.UTF_8);

    private final OutboxRows rows;
    private final NotificationSettings settings;
    private final ObjectMapper json;
    private final Clock clock;

    N8nQueue(OutboxRows rows, NotificationSettings settings, ObjectMapper json, Clock clock) {
        this.rows = rows;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
    }

    /** A message as a request. */
    record Request(Outgoing message, VendorCall call) {

        @Override
        public String toString() {
            return message.toString();
        }
    }

    /** The messages that are due, for this node. */
    public List<Outgoing> claim() {
        return settings.n8n().isOff()
                ? List.of()
                : rows.claim(Channel.N8N, settings.n8n().batch());
    }

    /** @return null when it is no longer ours */
    public Request next(@Body Outgoing message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", message.deliveryId());
        body.put("type", message.payload().path("type").asText());
        body.put("timestamp", message.payload().path("timestamp").asText());
        body.put("data", message.payload().path("data"));
        Request request = new Request(message, call(body));
        return rows.begin(List.of(message)).isEmpty() ? null : request;
    }

    private VendorCall call(Map<String, Object> message) {
        try {
            byte[] body = json.writeValueAsString(message).getBytes(StandardCharsets.UTF_8);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(
                    settings.n8n().secret().get(0).getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            return new VendorCall(
                    "POST",
                    settings.n8n().url(),
                    Map.of(
                            "Content-Type",
                            "application/json",
                            "X-N8N-Signature",
                            HexFormat.of().formatHex(mac.doFinal(body))),
                    body);
        } catch (JsonProcessingException | GeneralSecurityException e) {
            throw new IllegalStateException("a message can always be written and signed", e);
        }
    }

    /**
     * n8n has answered; a 2xx means that the workflow was started, unless n8n itself still starts.
     *
     * @param answer null when it has no body
     */
    public void answered(Request request, int status, InputStream answer) throws IOException {
        if (status < 200 || status >= 300) {
            again(request, "status " + status);
        } else if (isStarting(answer)) {
            again(request, "n8n is starting");
        } else {
            rows.sent(List.of(request.message()), "status " + status);
        }
    }

    private static boolean isStarting(InputStream answer) throws IOException {
        if (answer == null) {
            return false;
        }
        try (answer) {
            return Arrays.equals(answer.readNBytes(STARTING.length), STARTING);
        }
    }

    /** There was no answer. */
    public void failed(Request request, Exception failure) {
        again(request, failure.getClass().getSimpleName());
    }

    private void again(Request request, String reason) {
        List<Duration> gaps = settings.webhooks().retries();
        Outgoing message = request.message();
        if (message.failures() >= gaps.size()) {
            rows.failed(List.of(message), reason);
        } else {
            rows.again(
                    List.of(message),
                    clock.instant().plus(gaps.get(message.failures())),
                    reason,
                    1,
                    false,
                    message.share());
        }
    }
}
