package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.Delivery.Message;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * The account's events: the list of the last 30 days and their way to the hub. Not thread-safe but for the answers to
 * deliveries: {@link StripeVendor} holds its lock around every use.
 */
final class StripeEvents {

    private static final Duration LISTED_FOR = Duration.ofDays(30);

    private static final int NOTED_AT_MOST = 1_000;

    /** What one request to the API, or nobody's request (null ids), caused. */
    record Cause(String requestId, String idempotencyKey) {
        static final Cause NOBODY = new Cause(null, null);
    }

    /** By their number, in the order in which they happened. */
    private final NavigableMap<Long, ObjectNode> snapshots = new ConcurrentSkipListMap<>();

    private final Map<String, Long> numbers = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> thins = new LinkedHashMap<>();
    private final List<String> noted = new ArrayList<>();
    private final StripeTime time;
    private final MovableClock clock;
    private final Deliveries deliveries;

    private URI endpoint;
    private List<String> secrets = List.of("whsec_sandbox");
    private boolean snapshot = true;
    private boolean thin;
    private boolean livemode;
    /** By thread: what others do meanwhile makes its events. */
    private final ThreadLocal<Boolean> muted = ThreadLocal.withInitial(() -> false);

    private String apiVersion = "2023-10-16";
    private Cause cause = Cause.NOBODY;

    /** @param clock for the signatures, which are made when a message leaves */
    StripeEvents(StripeTime time, MovableClock clock, Deliveries deliveries) {
        this.time = time;
        this.clock = clock;
        this.deliveries = deliveries;
    }

    /** Where events go; null: nowhere, they are only listed. */
    void endpoint(URI url) {
        endpoint = url;
    }

    void secrets(List<String> current) {
        secrets = List.copyOf(current);
    }

    void snapshot(boolean on) {
        snapshot = on;
    }

    void thin(boolean on) {
        thin = on;
    }

    void livemode(boolean live) {
        livemode = live;
    }

    boolean livemode() {
        return livemode;
    }

    void muted(boolean on) {
        muted.set(on);
    }

    void apiVersion(String version) {
        StripeShape.of(version);
        apiVersion = version;
    }

    String apiVersion() {
        return apiVersion;
    }

    void cause(Cause of) {
        cause = of;
    }

    /** Ids of the snapshot events since the last call. */
    List<String> takeNoted() {
        List<String> ids = List.copyOf(noted);
        noted.clear();
        return ids;
    }

    /** An object as the API writes it in some version of today's account. */
    ObjectNode render(ObjectNode object, StripeShape shape) {
        ObjectNode rendered = shape.render(object);
        if (livemode) {
            rendered.findParents("livemode").forEach(node -> ((ObjectNode) node).put("livemode", true));
        }
        return rendered;
    }

    /** @param before the object as it was, for {@code data.previous_attributes}; null when the event has none */
    void emit(String type, ObjectNode object, ObjectNode before) {
        if (muted.get()) {
            return;
        }
        StripeShape shape = StripeShape.of(apiVersion);
        ObjectNode event = Json.object();
        String id = StripeObjects.newId("evt_");
        event.put("id", id).put("object", "event").put("api_version", apiVersion);
        event.put("created", time.epochSecond());
        ObjectNode data = event.putObject("data");
        ObjectNode rendered = render(object, shape);
        data.set("object", rendered);
        if (before != null) {
            data.set("previous_attributes", Json.previous(render(before, shape), rendered));
        }
        event.put("livemode", livemode).put("pending_webhooks", endpoint != null && snapshot ? 1 : 0);
        event.putObject("request").put("id", cause.requestId()).put("idempotency_key", cause.idempotencyKey());
        event.put("type", type);
        numbers.put(id, numbers.size() + 1L);
        snapshots.put(numbers.get(id), event);
        if (noted.size() < NOTED_AT_MOST) {
            noted.add(id);
        }
        if (endpoint != null && snapshot) {
            send(id, event);
        }
        if (thin) {
            emitThin(type, object, id);
        }
    }

    /** The notification without data that goes out beside a snapshot event. */
    private void emitThin(String type, ObjectNode object, String snapshotId) {
        ObjectNode event = Json.object();
        String id = StripeObjects.newId("evt_test_");
        String related = object.get("object").asText();
        event.put("id", id).put("object", "v2.core.event").put("type", "v1." + type);
        event.put("livemode", livemode);
        event.put(
                "created",
                time.instant().plusMillis(Math.floorMod(clock.millis(), 1000)).toString());
        event.putNull("context");
        event.putObject("related_object")
                .put("id", object.path("id").asText())
                .put("type", related)
                .put(
                        "url",
                        "/v1/" + StripeVendor.plural(related) + "/"
                                + object.path("id").asText());
        if (cause.requestId() == null) {
            event.putNull("reason");
        } else {
            ObjectNode reason = event.putObject("reason").put("type", "request");
            reason.putObject("request").put("id", cause.requestId()).put("idempotency_key", cause.idempotencyKey());
        }
        event.put("snapshot_event", snapshotId);
        thins.put(id, event);
        if (endpoint != null) {
            send(id, event);
        }
    }

    private void send(String id, ObjectNode event) {
        byte[] body = Json.write(event).getBytes(StandardCharsets.UTF_8);
        deliveries.send(new Message(StripeVendor.NAME, id, endpoint, body, () -> headers(body), status -> {
            answered(id, status);
            return false;
        }));
    }

    private void answered(String id, int status) {
        Long number = numbers.get(id);
        if (number != null && status / 100 == 2) {
            snapshots.computeIfPresent(number, (same, event) -> event.deepCopy().put("pending_webhooks", 0));
        }
    }

    private Map<String, String> headers(byte[] body) {
        long time = clock.epochSecond();
        StringBuilder signature = new StringBuilder("t=").append(time);
        byte[] signed = (time + "." + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        secrets.forEach(secret -> signature.append(",v1=").append(Signatures.hex(Signatures.SHA256, secret, signed)));
        return Map.of(
                "Content-Type", "application/json; charset=utf-8",
                "User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
                "Stripe-Signature", signature.toString());
    }

    Optional<ObjectNode> find(String id) {
        return Optional.ofNullable(numbers.get(id))
                .map(snapshots::get)
                .filter(this::listed)
                .or(() -> Optional.ofNullable(thins.get(id)));
    }

    /** Sends an event once more to the account's endpoint. */
    ObjectNode again(String id) {
        ObjectNode event = find(id).orElseThrow(() -> StripeError.missing("event", id, "id"));
        if (endpoint == null) {
            throw StripeError.invalid(null, "The account has no webhook endpoint.", "webhook_endpoint");
        }
        send(id, event);
        return event;
    }

    int count() {
        return snapshots.size();
    }

    /** Snapshot events of the last 30 days, newest first, looked at as they are asked for: there may be many. */
    Stream<ObjectNode> newestFirst() {
        return snapshots.descendingMap().values().stream().filter(this::listed);
    }

    /** Those that happened before one, newest first. */
    Stream<ObjectNode> before(long number) {
        return snapshots.headMap(number, false).descendingMap().values().stream()
                .filter(this::listed);
    }

    /** Those that happened after one, oldest first. */
    Stream<ObjectNode> after(long number) {
        return snapshots.tailMap(number, false).values().stream().filter(this::listed);
    }

    Optional<Long> number(String id) {
        return Optional.ofNullable(numbers.get(id));
    }

    private boolean listed(ObjectNode event) {
        return event.get("created").asLong() >= time.instant().minus(LISTED_FOR).getEpochSecond();
    }

    /** Whether it passes the filters only this list has. */
    static boolean asked(ObjectNode event, ObjectNode params) {
        String type = event.get("type").asText();
        if (params.has("type")) {
            String wanted = params.get("type").asText();
            boolean group = wanted.endsWith("*");
            if (group ? !type.startsWith(wanted.substring(0, wanted.length() - 1)) : !type.equals(wanted)) {
                return false;
            }
        }
        if (params.has("types")) {
            boolean named = false;
            for (JsonNode one : params.get("types")) {
                named |= one.asText().equals(type);
            }
            if (!named) {
                return false;
            }
        }
        boolean delivered = event.get("pending_webhooks").asInt() == 0;
        return !params.has("delivery_success") || params.get("delivery_success").asBoolean() == delivered;
    }
}
