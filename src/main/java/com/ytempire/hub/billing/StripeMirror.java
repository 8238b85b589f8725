package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.Stripe;
import com.stripe.model.StripeObject;
import com.ytempire.hub.billing.MirrorTables.Taken;
import com.ytempire.hub.billing.OrderingGuard.Decision;
import com.ytempire.hub.camel.stripe.StripeConstants;
import com.ytempire.hub.camel.stripe.StripeSettings;
import com.ytempire.hub.webhooks.ClaimedEvent;
import com.ytempire.hub.webhooks.PermanentFailure;
import com.ytempire.hub.webhooks.Postponed;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * What Stripe's events and objects do to the mirror.
 *
 * <p>Why it never goes backwards: {@link #read} notes the version the mirror holds, {@link #apply} takes the change only
 * when it still holds that version. A payload was found newer than that very state; a fetch began after that state was
 * committed, so its answer cannot be older. Whoever comes too late prepares again.
 */
@Component("stripeMirror")
class StripeMirror {

    private final MirrorTables tables;
    private final AppliedChanges changes;
    private final ObjectMapper json;
    private final StripeSettings stripe;
    private final Clock clock;

    StripeMirror(MirrorTables tables, AppliedChanges changes, ObjectMapper json, StripeSettings stripe, Clock clock) {
        this.tables = tables;
        this.changes = changes;
        this.json = json;
        this.stripe = stripe;
        this.clock = clock;
    }

    /**
     * Finds out what the event is about and whether its payload can be taken.
     *
     * @throws PermanentFailure when the event names no object the mirror could hold
     */
    public MirrorChange read(@Body ClaimedEvent event) {
        JsonNode body = tree(event);
        JsonNode related = body.path("related_object");
        boolean hasPayload = !related.isObject();
        JsonNode object = hasPayload ? body.path("data").path("object") : related;
        String name = StripeJson.text(object, hasPayload ? "object" : "type");
        MirrorKind kind = MirrorKind.of(name)
                .orElseThrow(() -> new PermanentFailure("the mirror has no place for the object of this event"));
        String id = StripeJson.text(object, "id");
        if (id == null) {
            throw new PermanentFailure("data.object.id is missing");
        }
        boolean deleted = MirrorChange.tellsDeletion(kind, event);
        Instant createdAt = event.createdAt() == null ? event.receivedAt() : event.createdAt();
        Held held = tables.held(kind, id);
        Decision decision = OrderingGuard.decide(
                kind,
                held,
                new OrderingGuard.News(
                        event.eventId(),
                        createdAt,
                        StripeJson.text(object, "status"),
                        deleted,
                        hasPayload,
                        isLaterThanOurs(event.apiVersion()) || kind.isIncomplete(object)),
                stripe.configured());
        boolean hasState = hasPayload && !object.path("deleted").asBoolean();
        return new MirrorChange(
                event,
                kind,
                id,
                held,
                decision == Decision.FETCH && isHeld(event, kind, id, held, hasState && !deleted ? object : null)
                        ? Decision.HELD
                        : decision,
                hasState ? object : null,
                createdAt,
                deleted,
                false);
    }

    /**
     * Whether Stripe would be asked about a state it has given us already: the answer of a call brought it, and the event
     * that tells of the call is of the same second or of the one before. Whichever is newer, they say the same. An event
     * that tells that the object was made tells its first state: nothing of it is newer than what Stripe answered since.
     * An operator who has it replayed wants Stripe asked.
     */
    private boolean isHeld(ClaimedEvent event, MirrorKind kind, String id, Held held, JsonNode payload) {
        return payload != null
                && !held.isNothing()
                && held.eventId() == null
                && (!event.replayed() && event.type().endsWith(".created")
                        || !kind.isIncomplete(payload) && tables.holds(kind, id, payload));
    }

    /** Whether Stripe must be asked before anything can be taken. */
    public boolean isFetchNeeded(@Body MirrorChange change) {
        return change.isFetchNeeded();
    }

    private JsonNode tree(ClaimedEvent event) {
        try {
            return StripeJson.withoutNul(json.readTree(event.body()));
        } catch (IOException e) {
            throw new PermanentFailure("the event's body is no JSON", e);
        }
    }

    /** Versions are dates with a name behind them: {@code 2025-03-31.basil}. */
    private static boolean isLaterThanOurs(String apiVersion) {
        return apiVersion != null && day(apiVersion).compareTo(day(Stripe.API_VERSION)) > 0;
    }

    private static String day(String apiVersion) {
        return apiVersion.length() > 10 ? apiVersion.substring(0, 10) : apiVersion;
    }

    /** Stripe's answer becomes the state to take, as of Stripe's own clock. */
    public MirrorChange fetched(
            @Body StripeObject answer,
            @Header(StripeConstants.DATE) Instant date,
            @Variable("change") MirrorChange change) {
        JsonNode object = object(answer);
        boolean gone = object.path("deleted").asBoolean();
        return change.withFetched(gone ? null : object, asOf(date, change), gone);
    }

    /** The fetched invoice with all its lines. */
    public MirrorChange withLines(@Body Iterable<StripeObject> lines, @Variable("change") MirrorChange invoice) {
        ObjectNode completed = invoice.object().deepCopy();
        ArrayNode all = completed.withObject("/lines").putArray("data");
        lines.forEach(line -> all.add(object(line)));
        completed.withObject("/lines").put("has_more", false);
        return invoice.with(completed);
    }

    /** The objects of all pages; the pages are asked for here. */
    public List<JsonNode> all(@Body Iterable<StripeObject> pages) {
        List<JsonNode> all = new ArrayList<>();
        pages.forEach(object -> all.add(object(object)));
        return all;
    }

    /** Stripe's parameters for all items of the fetched subscription, with their discounts. */
    public Map<String, Object> itemsWanted(@Variable("change") MirrorChange subscription) {
        return Map.of(
                "subscription",
                subscription.objectId(),
                "limit",
                100,
                "expand",
                List.of("data.discounts.source.coupon"));
    }

    /** The fetched subscription with all its items. */
    public MirrorChange withItems(@Body Iterable<StripeObject> items, @Variable("change") MirrorChange subscription) {
        ObjectNode completed = subscription.object().deepCopy();
        ArrayNode all = completed.withObject("/items").putArray("data");
        items.forEach(item -> all.add(object(item)));
        completed.withObject("/items").put("has_more", false);
        return subscription.with(completed);
    }

    /** Stripe does not know the object: it was deleted. */
    public MirrorChange gone(@Variable("change") MirrorChange change) {
        return change.withFetched(null, asOf(null, change), true);
    }

    private Instant asOf(Instant date, MirrorChange change) {
        Instant now = date == null ? clock.instant() : date;
        return now.isBefore(change.stateAt()) ? change.stateAt() : now;
    }

    JsonNode object(StripeObject answer) {
        try {
            return StripeJson.withoutNul(json.readTree(answer.getLastResponse().body()));
        } catch (IOException e) {
            throw new PermanentFailure("Stripe's answer is no JSON", e);
        }
    }

    /**
     * Changes the mirror, inside the transaction that also ends the event's work.
     *
     * @return one line for the operator: what was done
     * @throws Postponed when the mirror has changed since this was prepared: nothing is done, and it comes again
     */
    public String apply(@Body MirrorChange change) {
        if (change.decision() == Decision.IGNORE) {
            return "a notice without payload, and no key to ask Stripe with";
        }
        String what = change.kind().table() + " " + change.objectId();
        Taken taken = switch (change.decision()) {
            case TAKE, TAKE_UNVERIFIED, FETCH -> tables.take(change);
            case KEEP_UNVERIFIED -> tables.doubt(change);
            case KEEP, HELD, IGNORE -> changes.isFirst(change.event()) ? Taken.NOW : Taken.BEFORE;
        };
        if (taken == Taken.BEFORE) {
            return "another event has told of this change already";
        }
        if (taken == Taken.TOO_LATE) {
            throw new Postponed(
                    what + " has changed meanwhile", pause(change.event().attempt()));
        }
        return switch (change.decision()) {
            case TAKE -> what + (change.deleted() ? " deleted" : " taken from the event");
            case FETCH -> what + (change.deleted() ? " is deleted at Stripe" : " fetched from Stripe");
            case TAKE_UNVERIFIED -> what + " taken, of the same second as what was held";
            case HELD -> what + " was held as the event tells it, or as it was since";
            case KEEP_UNVERIFIED -> what + " kept, of the same second as this event";
            default -> what + " kept, it is newer than this event";
        };
    }

    /** What tells of the change. */
    public ClaimedEvent event(@Body MirrorChange change) {
        return change.event();
    }

    /** The object whose effects follow. */
    public Mirrored changed(@Body MirrorChange change) {
        return change.mirrored();
    }

    /**
     * At once after the first try, for it was most often the answer of the call that caused the event. Whoever goes on
     * changing the object is left more and more time: each try may ask Stripe.
     */
    static Duration pause(int attempt) {
        return attempt < 2 ? Duration.ZERO : Duration.ofMillis(Math.min(10_000, 100L << Math.min(attempt - 2, 7)));
    }
}
