package com.ytempire.hub.sandbox;

import com.ytempire.hub.sandbox.Delivery.Message;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** An n8n whose workflows sign what they send to the hub, and take webhooks from it. */
public final class N8nVendor implements VendorServer.Vendor {

    static final String NAME = "n8n";

    private static final String WEBHOOKS = "/n8n/webhook/";

    private final MovableClock clock;
    private final Deliveries deliveries;
    private final Set<String> inactive = new HashSet<>();
    private boolean starting;
    private String endpoint;
    private String secret = "n8n_sandbox";
    private boolean timestamps;

    N8nVendor(MovableClock clock, Deliveries deliveries) {
        this.clock = clock;
        this.deliveries = deliveries;
    }

    /** The hub's endpoint for n8n, without the workflow. */
    synchronized void endpoint(String url) {
        endpoint = url;
    }

    /** What the workflows sign with; n8n_sandbox at first. */
    public synchronized void secret(String current) {
        secret = current;
    }

    /** Whether {@code X-N8N-Timestamp} is sent and signed as well. Off at first. */
    public synchronized void timestamps(boolean on) {
        timestamps = on;
    }

    /** A webhook path whose workflow is not active: 404, as n8n answers then. */
    public synchronized void inactive(String path) {
        inactive.add(path);
    }

    /** Whether it makes its database still, as at its first start or after an upgrade. Off at first. */
    public synchronized void starting(boolean on) {
        starting = on;
    }

    /**
     * A workflow reports to the hub.
     *
     * @param workflow null for the endpoint without one
     * @param executionId names the delivery; what the body says is the caller's
     * @throws IllegalStateException when it was not told where the hub is
     */
    public synchronized void send(String workflow, String executionId, Object body) {
        if (endpoint == null) {
            throw new IllegalStateException("The sandbox was not told where the hub is");
        }
        byte[] raw = Json.write(body).getBytes(StandardCharsets.UTF_8);
        URI url = URI.create(workflow == null ? endpoint : endpoint + "/" + workflow);
        String by = secret;
        boolean timed = timestamps;
        deliveries.send(new Message(NAME, executionId, url, raw, () -> headers(raw, by, timed), status -> false));
    }

    private Map<String, String> headers(byte[] raw, String by, boolean timed) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        byte[] signed = raw;
        if (timed) {
            String time = String.valueOf(clock.epochSecond());
            headers.put("X-N8N-Timestamp", time);
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes((time + ".").getBytes(StandardCharsets.UTF_8));
            both.writeBytes(raw);
            signed = both.toByteArray();
        }
        headers.put("X-N8N-Signature", Signatures.hex(Signatures.SHA256, by, signed));
        return headers;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public synchronized Answer answer(Received request) {
        if (request.path().equals("/" + NAME + "/healthz/readiness")) {
            return Answer.json(starting ? 503 : 200, Json.object().put("status", starting ? "error" : "ok"));
        }
        if (starting) { // word for word, with this very status
            return Answer.of(200, "text/html; charset=utf-8", "n8n is starting up. Please wait");
        }
        String path = request.path().startsWith(WEBHOOKS) ? request.path().substring(WEBHOOKS.length()) : "";
        if (path.isEmpty() || inactive.contains(path)) {
            return Answer.json(
                    404,
                    Json.object()
                            .put("code", 404)
                            .put(
                                    "message",
                                    "The requested webhook \"" + request.method() + " " + path
                                            + "\" is not registered.")
                            .put("hint", "The workflow must be active for a production URL to run successfully."));
        }
        return Answer.json(200, Json.object().put("message", "Workflow was started"));
    }
}
