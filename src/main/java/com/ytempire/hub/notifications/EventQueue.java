package com.ytempire.hub.notifications;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The events on their way to an analytics vendor: which go out now, in one request no larger than the vendor takes, and
 * what follows from its answer. Each bears an id of its own and the time at which it happened, so that the vendor knows
 * what comes twice.
 */
abstract class EventQueue {

    private static final TypeReference<LinkedHashMap<String, Object>> PROPERTIES = new TypeReference<>() {};

    /** Why an event does not leave. */
    static final String NO_KEY = "the vendor has no key; the hub keeps the event";

    private final Channel channel;
    private final OutboxRows rows;
    private final Channels channels;
    private final CircuitBreaker breaker;
    private final ObjectMapper json;
    private final Clock clock;

    final NotificationSettings settings;

    EventQueue(
            Channel channel,
            OutboxRows rows,
            Channels channels,
            NotificationSettings settings,
            CircuitBreaker breaker,
            ObjectMapper json,
            Clock clock) {
        this.channel = channel;
        this.rows = rows;
        this.channels = channels;
        this.settings = settings;
        this.breaker = breaker;
        this.json = json;
        this.clock = clock;
    }

    /** How many events, and how many bytes, go in a request. */
    abstract int mostEvents();

    abstract long mostBytes();

    /** What the request has around its events. */
    abstract String before();

    abstract String after();

    /** An event as the vendor wants it. */
    abstract Map<String, Object> event(Outgoing event);

    /** How often an event is sent that the vendor refuses by itself. */
    abstract int tries();

    /** Waits until a request may go out. */
    void await() throws InterruptedException {
        // most vendors set no pace
    }

    /** The events that go out now, announced as such; null when there are none. */
    public EventBatch next() throws InterruptedException {
        drop();
        if (!channels.isOpen(channel)) {
            return null;
        }
        boolean healthy = breaker.getState() == CircuitBreaker.State.CLOSED;
        List<Outgoing> claimed = rows.claim(channel, healthy ? mostEvents() : 1);
        if (claimed.isEmpty()) {
            return null;
        }
        List<Outgoing> packed = new ArrayList<>();
        List<Outgoing> tooMuch = new ArrayList<>();
        long bytes = before().length() + after().length();
        for (Outgoing event : claimed) {
            int size = Json.bytes(json, event(event)).length + 1;
            if (packed.isEmpty() && bytes + size > mostBytes()) {
                rows.failed(List.of(event), "it is larger than a whole request may be");
            } else if (bytes + size > mostBytes()) {
                tooMuch.add(event);
            } else {
                packed.add(event);
                bytes += size;
            }
        }
        if (!tooMuch.isEmpty()) {
            rows.again(tooMuch, clock.instant(), null, 0, true, Integer.MAX_VALUE);
        }
        if (packed.isEmpty()) {
            return null;
        }
        await();
        List<Outgoing> begun = rows.begin(packed);
        return begun.isEmpty() ? null : new EventBatch(begun, body(begun));
    }

    private void drop() {
        Instant now = clock.instant();
        if (!settings.isConfigured(channel)) {
            rows.dropOlderThan(channel, now.plusSeconds(1), NO_KEY);
        } else {
            Duration keep = settings.keep(channel);
            rows.dropOlderThan(channel, now.minus(keep), "it could not be sent within " + keep);
        }
    }

    private byte[] body(List<Outgoing> events) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(before().getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < events.size(); i++) {
            if (i > 0) {
                body.write(',');
            }
            body.writeBytes(Json.bytes(json, event(events.get(i))));
        }
        body.writeBytes(after().getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    /** The event's own properties. */
    Map<String, Object> properties(Outgoing event) {
        return json.convertValue(event.payload().path("properties"), PROPERTIES);
    }

    static String name(Outgoing event) {
        return event.payload().path("name").asText();
    }

    static long time(Outgoing event) {
        return Instant.parse(event.payload().path("at").asText()).toEpochMilli();
    }

    /** What follows from the vendor's answer: for those it refuses, and for the rest. */
    public void settle(EventBatch batch, BatchVerdict verdict) {
        List<Outgoing> rest = new ArrayList<>();
        for (int i = 0; i < batch.events().size(); i++) {
            Outgoing event = batch.events().get(i);
            String reason = verdict.refused().get(i);
            if (reason == null) {
                rest.add(event);
            } else if (event.failures() + 1 >= tries()) {
                rows.failed(List.of(event), reason);
            } else {
                Instant due = clock.instant().plus(settings.gap(event.failures() + 1));
                rows.again(List.of(event), due, reason, 1, true, Integer.MAX_VALUE);
            }
        }
        if (!rest.isEmpty()) {
            settle(rest, verdict.rest());
        }
    }

    private void settle(List<Outgoing> events, Verdict verdict) {
        Instant now = clock.instant();
        switch (verdict.kind()) {
            case SENT -> rows.sent(events, null);
            case LATER -> {
                boolean counts = verdict.after() == null;
                Duration gap = counts ? settings.gap(events.get(0).failures() + 1) : verdict.after();
                rows.again(
                        events, now.plus(gap), verdict.reason(), counts ? 1 : 0, verdict.surely(), Integer.MAX_VALUE);
            }
            case PAUSE -> {
                channels.pause(channel, verdict.until(), verdict.reason());
                rows.again(events, verdict.until(), verdict.reason(), 0, true, Integer.MAX_VALUE);
            }
            case OFF -> {
                rows.again(events, now, verdict.reason(), 0, true, Integer.MAX_VALUE);
                channels.switchOff(channel, verdict.reason());
            }
            case UNTRIED ->
                rows.again(events, now.plus(settings.breaker().open()), verdict.reason(), 0, true, Integer.MAX_VALUE);
            case REFUSED, TOO_LARGE -> halve(events, verdict.reason());
        }
    }

    /** Smaller and smaller, until the one that is refused stands alone. */
    private void halve(List<Outgoing> events, String reason) {
        if (events.size() == 1) {
            rows.failed(events, reason);
        } else {
            rows.again(events, clock.instant(), reason, 0, true, events.size() / 2);
        }
    }
}
