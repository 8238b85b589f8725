package com.ytempire.hub.billing;

import com.stripe.model.StripeObject;
import com.stripe.net.ApiResource;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeResponse;
import com.ytempire.hub.billing.MirrorWorker.Answer;
import com.ytempire.hub.webhooks.ClaimedEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** What Stripe tells of an object, in full and thin, and what it answers about it. */
final class MirrorEvents {

    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private MirrorEvents() {}

    static Answer answer(String json, Class<? extends StripeObject> type, Instant date) {
        return (mirror, change) -> mirror.fetched(model(json, type), date, change);
    }

    static StripeObject model(String json, Class<? extends StripeObject> type) {
        StripeObject object = ApiResource.GSON.fromJson(json, type);
        object.setLastResponse(new StripeResponse(200, HttpHeaders.of(Map.of()), json));
        return object;
    }

    private static ClaimedEvent event(
            long number, String id, String changeId, String type, Instant createdAt, String version, String body) {
        return new ClaimedEvent(
                number,
                "stripe",
                id,
                type,
                "any",
                changeId,
                createdAt,
                createdAt,
                false,
                version,
                body.getBytes(StandardCharsets.UTF_8),
                1,
                false);
    }

    static ClaimedEvent snapshot(
            long number, String id, String type, Instant createdAt, String version, String object) {
        return event(number, id, id, type, createdAt, version, "{\"data\":{\"object\":" + object + "}}");
    }

    /** Tells of the same change, without its payload. */
    static ClaimedEvent thin(ClaimedEvent snapshot, long number, String objectId, String objectType) {
        return event(
                number,
                snapshot.eventId() + "_thin",
                snapshot.changeId(),
                "v1." + snapshot.type(),
                snapshot.createdAt(),
                null,
                "{\"related_object\":{\"id\":\"%s\",\"type\":\"%s\"}}".formatted(objectId, objectType));
    }

    static String unique(String prefix) {
        return prefix + "_" + UUID.randomUUID().toString().replace("-", "");
    }
}
