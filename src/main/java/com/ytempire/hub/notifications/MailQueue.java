package com.ytempire.hub.notifications;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.notifications.MailTemplate.Topic;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.PublicAddress;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Headers;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** The mails on their way to Resend: which go out now, as which request, and what follows from the answer. */
@Component("mailQueue")
class MailQueue {

    private static final TypeReference<LinkedHashMap<String, Object>> VALUES = new TypeReference<>() {};

    private final OutboxRows rows;
    private final Channels channels;
    private final MailRenderer renderer;
    private final Preferences preferences;
    private final Recipients recipients;
    private final BlockedAddresses blocked;
    private final SendingPace pace;
    private final NotificationSettings settings;
    private final CircuitBreaker breaker;
    private final PublicAddress address;
    private final ObjectMapper json;
    private final Clock clock;

    MailQueue(
            OutboxRows rows,
            Channels channels,
            MailRenderer renderer,
            Preferences preferences,
            Recipients recipients,
            BlockedAddresses blocked,
            SendingPace pace,
            NotificationSettings settings,
            @Qualifier("resendBreaker") CircuitBreaker breaker,
            PublicAddress address,
            ObjectMapper json,
            Clock clock) {
        this.rows = rows;
        this.channels = channels;
        this.renderer = renderer;
        this.preferences = preferences;
        this.recipients = recipients;
        this.blocked = blocked;
        this.pace = pace;
        this.settings = settings;
        this.breaker = breaker;
        this.address = address;
        this.json = json;
        this.clock = clock;
    }

    /** A request to Resend. */
    record Request(Outgoing mail, byte[] body, String idempotencyKey) {

        @Override
        public String toString() {
            return mail.toString();
        }
    }

    /** The mails that are due, for this node; one alone while Resend does not answer. */
    public List<Outgoing> claim() {
        Duration keep = settings.mail().keep();
        rows.dropOlderThan(
                Channel.MAIL,
                clock.instant().minus(keep),
                settings.isConfigured(Channel.MAIL)
                        ? "it could not be sent within " + keep
                        : "there was no RESEND_API_KEY for " + keep);
        if (!channels.isOpen(Channel.MAIL)) {
            return List.of();
        }
        boolean healthy = breaker.getState() == CircuitBreaker.State.CLOSED;
        return rows.claim(Channel.MAIL, healthy ? settings.mail().batch() : 1);
    }

    /**
     * The request for a mail, once its turn has come.
     *
     * @return null when it does not go out: not wanted, too late, without an address, broken, or no longer ours
     */
    public Request next(@Body Outgoing mail) throws InterruptedException {
        if (!channels.isOpen(Channel.MAIL)) {
            rows.again(List.of(mail), clock.instant(), "the channel waits", 0, true, mail.share());
            return null;
        }
        Instant now = clock.instant();
        if (!mail.urgent() && rows.isUrgentDue(Channel.MAIL)) {
            rows.again(List.of(mail), now, "a mail somebody waits for goes first", 0, true, mail.share());
            return null;
        }
        Duration once = settings.mail().onceWithin();
        if (mail.unsureSince() != null && mail.unsureSince().plus(once).isBefore(now)) {
            rows.failed(List.of(mail), "it may have been sent; Resend would no longer know it, so it is not repeated");
            return null;
        }
        MailTemplate template;
        Map<String, Object> values;
        Request request;
        try {
            template = MailTemplate.of(mail.payload().path("template").asText());
            values = values(mail);
            String refusal = refusal(mail, template, values);
            if (refusal != null) {
                rows.dropped(List.of(mail), refusal);
                return null;
            }
            request = new Request(mail, body(mail, template, values), mail.deliveryId());
        } catch (RuntimeException e) {
            if (e instanceof DataAccessException) {
                throw e; // ours, and it will pass
            }
            rows.failed(List.of(mail), "it cannot be made: " + e.getClass().getSimpleName());
            return null;
        }
        pace.await(Channel.MAIL, settings.mail().perSecond());
        return rows.begin(List.of(mail)).isEmpty() ? null : request;
    }

    private Map<String, Object> values(Outgoing mail) {
        JsonNode values = mail.payload().path("values");
        return json.convertValue(values.isObject() ? values : mail.payload(), VALUES);
    }

    /** Why a mail is not to be sent; null when it is. */
    private String refusal(Outgoing mail, MailTemplate template, Map<String, Object> values) {
        List<String> to = to(mail);
        if (to.isEmpty()) {
            return "no address is set for " + mail.payload().path("audience").asText();
        }
        Object minutes = values.get(MailTemplate.VALID_MINUTES);
        if (minutes instanceof Number valid
                && mail.createdAt().plus(Duration.ofMinutes(valid.longValue())).isBefore(clock.instant())) {
            return "its link is no longer valid";
        }
        if (!template.topic().goesToBlockedAddresses() && to.stream().anyMatch(blocked::isBlocked)) {
            return "the address is blocked";
        }
        if (template.topic().isOptional() && !preferences.wants(mail.userId(), template.topic())) {
            return "the user does not want it";
        }
        return null;
    }

    private List<String> to(Outgoing mail) {
        String audience = mail.payload().path("audience").asText();
        return audience.isEmpty()
                ? List.of(mail.payload().path("to").asText())
                : recipients.of(Notice.Audience.valueOf(audience));
    }

    private byte[] body(Outgoing mail, MailTemplate template, Map<String, Object> values) {
        Map<String, Object> all = new LinkedHashMap<>(values);
        Map<String, Object> headers = new LinkedHashMap<>();
        if (template.topic().isOptional() && mail.userId() != null) {
            String link = unsubscribeLink(mail, template.topic());
            all.put("unsubscribe_link", link);
            headers.put("List-Unsubscribe", "<" + link + ">"); // RFC 8058
            headers.put("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        MailRenderer.Rendered rendered = renderer.render(template, all);
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("from", settings.mail().from());
        request.put("to", to(mail));
        request.put("subject", rendered.subject());
        request.put("html", rendered.html());
        request.put("text", rendered.text());
        if (!headers.isEmpty()) {
            request.put("headers", headers);
        }
        request.put(
                "tags", // come back with what Resend tells of the mail
                List.of(
                        tag("template", template.stored()),
                        tag("outbox", String.valueOf(mail.id())),
                        tag("delivery", mail.deliveryId())));
        return Json.bytes(json, request);
    }

    private String unsubscribeLink(Outgoing mail, Topic topic) {
        return address.of(Preferences.UNSUBSCRIBE + preferences.token(mail.userId(), topic));
    }

    private static Map<String, String> tag(String name, String value) {
        Map<String, String> tag = new LinkedHashMap<>();
        tag.put("name", name);
        tag.put("value", value);
        return tag;
    }

    /** Sets what the request bears; the key stays out of the route, which an operator can look at. */
    public void headers(@Body Request request, @Headers Map<String, Object> headers) {
        headers.put("CamelHttpMethod", "POST");
        headers.put("Content-Type", "application/json");
        headers.put("Authorization", "Bearer " + settings.mail().apiKey());
        headers.put("Idempotency-Key", request.idempotencyKey());
    }

    /** What follows from Resend's answer. */
    public void settle(Request request, Verdict verdict) {
        Outgoing mail = request.mail();
        List<Outgoing> one = List.of(mail);
        Instant now = clock.instant();
        switch (verdict.kind()) {
            case SENT -> rows.sent(one, verdict.vendorId());
            case LATER -> {
                Duration gap = verdict.after() == null ? settings.gap(mail.failures() + 1) : verdict.after();
                rows.again(one, now.plus(gap), verdict.reason(), 1, verdict.surely(), mail.share());
            }
            case PAUSE -> {
                channels.pause(Channel.MAIL, verdict.until(), verdict.reason());
                rows.again(one, verdict.until(), verdict.reason(), 0, true, mail.share());
            }
            case OFF -> {
                rows.again(one, now, verdict.reason(), 0, true, mail.share());
                channels.switchOff(Channel.MAIL, verdict.reason());
            }
            case UNTRIED ->
                rows.again(one, now.plus(settings.breaker().open()), verdict.reason(), 0, true, mail.share());
            case REFUSED, TOO_LARGE -> rows.failed(one, verdict.reason());
        }
    }
}
