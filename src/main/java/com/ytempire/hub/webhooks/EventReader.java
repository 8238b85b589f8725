package com.ytempire.hub.webhooks;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.stripe.model.Event;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.Problem;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Reads out of a body what the store must know: id, type, object, time. Everything else stays unread until the event is
 * worked on.
 */
@Component
class EventReader {

    private static final int LONGEST_ID = 255;

    private final ObjectReader json;
    private final ObjectMapper mapper;
    private final Clock clock;

    EventReader(ObjectMapper mapper, Clock clock) {
        this.json = mapper.readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.mapper = mapper;
        this.clock = clock;
    }

    /** A snapshot event, or a thin one ({@code related_object} in place of {@code data}). */
    public NewEvent stripe(@Body VerifiedDelivery verified) {
        return stripe(verified.delivery().body(), "delivery", verified.secretId(), headers(verified.delivery()));
    }

    /** An event the hub read from Stripe's list itself. */
    public NewEvent listed(@Body Event event) {
        return stripe(event.toJson().getBytes(StandardCharsets.UTF_8), "reconciliation", null, null);
    }

    private NewEvent stripe(byte[] body, String source, String secretId, String headers) {
        JsonNode event = object(body);
        String id = id(event, "id");
        String type = text(event, "type");
        if (type == null) {
            throw invalid("type", "The event has no type");
        }
        JsonNode related = event.path("related_object");
        JsonNode object = related.isObject() ? related : event.path("data").path("object");
        String snapshot = text(event, "snapshot_event");
        return new NewEvent(
                "stripe",
                id,
                type,
                stripeObjectKey(object, id),
                snapshot == null ? id : snapshot,
                source,
                secretId,
                object.path("metadata").hasNonNull(CommandMark.FIELD),
                event.path("livemode").isBoolean() ? event.path("livemode").booleanValue() : null,
                text(event, "api_version"),
                time(event.path("created")),
                clock.instant(),
                headers,
                body,
                null);
    }

    /** The customer the object belongs to, else the object itself. */
    private static String stripeObjectKey(JsonNode object, String eventId) {
        JsonNode customer = object.path("customer");
        String owner = customer.isObject() ? text(customer, "id") : text(object, "customer");
        if (owner == null) {
            owner = text(object, "id");
        }
        return owner == null ? eventId : checkedId("data.object", owner);
    }

    /** A step or an end of a workflow's execution. */
    public NewEvent n8n(@Body VerifiedDelivery verified) {
        Delivery delivery = verified.delivery();
        JsonNode body = object(delivery.body());
        String execution = id(body, "execution_id");
        String workflowId = text(body, "workflow_id");
        String workflow = delivery.qualifier() == null ? workflowId : delivery.qualifier();
        JsonNode data = body.path("data");
        String video = text(data, "video_id") == null ? text(body, "video_id") : text(data, "video_id");
        String step = text(data, "step");
        if (step == null) {
            step = text(body, "step");
        }
        String status = text(body, "status");
        String eventId = Stream.of(workflow, execution, video, step, status)
                .map(EventReader::idPart)
                .collect(Collectors.joining(":"));
        return new NewEvent(
                "n8n",
                checkedId("execution_id", eventId),
                (step == null ? "execution" : step) + "." + (status == null ? "unknown" : status),
                execution,
                eventId,
                "delivery",
                verified.secretId(),
                false,
                null,
                null,
                null,
                clock.instant(),
                headers(delivery),
                delivery.body(),
                workflowId);
    }

    /** Unambiguous, and fit for the path of a URL: {@code :}, {@code ~} and {@code !} never stand for themselves. */
    private static String idPart(String part) {
        return part == null
                ? "~"
                : URLEncoder.encode(part, StandardCharsets.UTF_8).replace('%', '!');
    }

    /** What became of a mail; the delivery's id tells duplicates, for the body has none. */
    public NewEvent resend(@Body VerifiedDelivery verified) {
        Delivery delivery = verified.delivery();
        JsonNode body = object(delivery.body());
        String id = checkedId("svix-id", delivery.header("svix-id").get(0));
        String type = text(body, "type");
        if (type == null) {
            throw invalid("type", "The event has no type");
        }
        String mail = text(body.path("data"), "email_id");
        return new NewEvent(
                "resend",
                id,
                type,
                mail == null ? id : mail,
                id,
                "delivery",
                verified.secretId(),
                false,
                null,
                null,
                time(body.path("created_at")),
                clock.instant(),
                headers(delivery),
                delivery.body(),
                null);
    }

    /** The entries of a WebSub notice, each an event of its own. */
    public List<NewEvent> youtube(@Body VerifiedDelivery verified) {
        Delivery delivery = verified.delivery();
        List<NewEvent> events = feed(delivery.body(), "delivery", verified.secretId(), headers(delivery));
        if (events.isEmpty()) {
            throw invalid("entry", "The feed has no entry");
        }
        return events;
    }

    /** The entries of a feed the hub fetched itself. */
    public List<NewEvent> polled(@Body byte[] atom) {
        return feed(atom, "poll", null, null);
    }

    private List<NewEvent> feed(byte[] atom, String source, String secretId, String headers) {
        try {
            return AtomFeed.read(atom).stream()
                    .map(entry -> new NewEvent(
                            "youtube",
                            checkedId("yt:videoId", entry.eventId()),
                            entry.kind() == AtomFeed.Kind.DELETED ? "video.deleted" : "video.updated",
                            entry.videoId(),
                            entry.eventId(),
                            source,
                            secretId,
                            false,
                            null,
                            null,
                            entry.updated(),
                            clock.instant(),
                            headers,
                            atom,
                            null))
                    .toList();
        } catch (AtomFeed.UnreadableFeed e) {
            throw new Problem(HttpStatus.BAD_REQUEST, "unreadable_payload", "The body is no Atom feed of videos");
        }
    }

    private JsonNode object(byte[] body) {
        try {
            JsonNode node = json.readTree(body);
            if (node.isObject()) {
                return node;
            }
        } catch (IOException e) {
            // told below; the parser's own words would repeat parts of the body
        }
        throw new Problem(HttpStatus.BAD_REQUEST, "unreadable_payload", "The body is no JSON object");
    }

    private static String id(JsonNode body, String field) {
        String id = text(body, field);
        if (id == null) {
            throw invalid(field, "The event has no " + field);
        }
        return checkedId(field, id);
    }

    private static String checkedId(String field, String id) {
        if (id.length() > LONGEST_ID) {
            throw invalid(field, "An event id may have at most " + LONGEST_ID + " characters");
        }
        return id;
    }

    /** A string or number as text; null when absent or empty. */
    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        String text = value.isTextual() || value.isNumber() ? value.asText() : "";
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(field, "The field has control characters in it");
        }
        return text.isEmpty() ? null : text;
    }

    private static Instant time(JsonNode created) {
        try {
            return created.isNumber()
                    ? Instant.ofEpochSecond(created.longValue())
                    : created.isTextual() ? Instant.parse(created.textValue()) : null;
        } catch (DateTimeException e) {
            throw invalid("created", "The field is no time");
        }
    }

    private static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, "invalid_event", detail, field);
    }

    private String headers(Delivery delivery) {
        return delivery.headers().isEmpty() ? null : Json.text(mapper, delivery.headers());
    }
}
