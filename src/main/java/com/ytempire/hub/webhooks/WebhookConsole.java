package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.AuditLog;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.jmx.export.annotation.ManagedAttribute;
import org.springframework.jmx.export.annotation.ManagedOperation;
import org.springframework.jmx.export.annotation.ManagedOperationParameter;
import org.springframework.jmx.export.annotation.ManagedResource;
import org.springframework.stereotype.Component;

/** What an operator sees and does in the console (Hawtio, by JMX); the same actions as the HTTP API. */
@Component
@ManagedResource(
        objectName = "com.ytempire.hub:type=Webhooks",
        description = "Stored events, dead letters, replays and endpoints")
public class WebhookConsole {

    private static final String OPERATOR = "console";

    private final Events events;
    private final Replays replays;
    private final EndpointRegistry endpoints;
    private final AuditLog audit;

    WebhookConsole(Events events, Replays replays, EndpointRegistry endpoints, AuditLog audit) {
        this.events = events;
        this.replays = replays;
        this.endpoints = endpoints;
        this.audit = audit;
    }

    /** Does it and writes it down, secrets excepted. */
    private String audited(String action, String target, Supplier<String> act) {
        AtomicReference<String> said = new AtomicReference<>();
        audit.run(new AuditLog.Action(OPERATOR, "console", action, target, null), () -> {
            said.set(act.get());
            return said.get();
        });
        return said.get();
    }

    /** Events that wait to be worked on, those in back-off included. */
    @ManagedAttribute(description = "Events that wait to be worked on, those in back-off included")
    public long getWaiting() {
        return count("received") + count("retrying");
    }

    /** Dead letters nobody has dealt with yet. */
    @ManagedAttribute(description = "Dead letters nobody has dealt with yet")
    public long getDead() {
        return count("dead");
    }

    private long count(String status) {
        return events.count(new EventFilter(null, status, null, null, null, null, null));
    }

    /** The newest dead letters, a line each. */
    @ManagedOperation(description = "The newest dead letters, a line each")
    @ManagedOperationParameter(name = "limit", description = "how many at the most")
    public List<String> deadLetters(int limit) {
        return events.list(new EventFilter(null, "dead", null, null, null, null, null), limit, 0).stream()
                .map(event -> "%s/%s %s: %s (in %s)"
                        .formatted(event.service(), event.eventId(), event.type(), event.error(), event.failedAt()))
                .toList();
    }

    /** One event with its body and its state. */
    @ManagedOperation(description = "One event with its body and its state")
    @ManagedOperationParameter(name = "service", description = "stripe, youtube, n8n or resend")
    @ManagedOperationParameter(name = "eventId", description = "the event's id")
    public String show(String service, String eventId) {
        Events.Detail event = events.find(service, eventId);
        return event.summary() + "\n" + (event.body() == null ? "(body deleted by retention)" : event.body());
    }

    /** Runs one event again. */
    @ManagedOperation(description = "Run one event again")
    @ManagedOperationParameter(name = "service", description = "stripe, youtube, n8n or resend")
    @ManagedOperationParameter(name = "eventId", description = "the event's id")
    public String replay(String service, String eventId) {
        return audited(
                "event.replay", service + "/" + eventId, () -> describe(replays.one(service, eventId, OPERATOR)));
    }

    /** Runs all dead letters of a service again. */
    @ManagedOperation(description = "Run all dead letters of a service again, at most 20 a second")
    @ManagedOperationParameter(name = "service", description = "stripe, youtube, n8n or resend")
    @ManagedOperationParameter(name = "dryRun", description = "true only counts them")
    public String replayDeadLetters(String service, boolean dryRun) {
        EventFilter dead = new EventFilter(service, "dead", null, null, null, null, null);
        return audited(
                dryRun ? "events.dry-run" : "events.replay",
                service,
                () -> describe(replays.many(dead, dryRun, OPERATOR)));
    }

    private static String describe(Replay replay) {
        return "replay %d: %d events%s"
                .formatted(
                        replay.head().id(),
                        replay.head().matched(),
                        replay.head().dryRun() ? ", dry run" : "");
    }

    /** Puts a dead letter aside. */
    @ManagedOperation(description = "Put a dead letter aside that was dealt with by hand")
    @ManagedOperationParameter(name = "service", description = "stripe, youtube, n8n or resend")
    @ManagedOperationParameter(name = "eventId", description = "the event's id")
    @ManagedOperationParameter(name = "note", description = "what was done")
    public String resolve(String service, String eventId, String note) {
        return audited("event.resolve", service + "/" + eventId, () -> {
            events.resolve(service, eventId, note, OPERATOR);
            return "resolved";
        });
    }

    /** The endpoints with their state and secrets, a line each. */
    @ManagedOperation(description = "The endpoints with their state and secrets, a line each")
    public List<String> endpoints() {
        return endpoints.endpoints().stream().map(WebhookConsole::describe).toList();
    }

    /** Closes an endpoint. */
    @ManagedOperation(description = "Close an endpoint: senders are told to come again, attempts are recorded")
    @ManagedOperationParameter(name = "service", description = "stripe, youtube, n8n or resend")
    @ManagedOperationParameter(name = "reason", description = "for those who read it later")
    public String closeEndpoint(String service, String reason) {
        return audited("endpoint.close", service, () -> describe(endpoints.close(service, reason, OPERATOR)));
    }

    /** Opens an endpoint. */
    @ManagedOperation(description = "Open an endpoint again")
    @ManagedOperationParameter(name = "service", description = "stripe, youtube, n8n or resend")
    public String openEndpoint(String service) {
        return audited("endpoint.open", service, () -> describe(endpoints.open(service, OPERATOR)));
    }

    /** Adds a secret; the others end at the time given. */
    @ManagedOperation(description = "Add a secret; the others of the service end at the time given")
    @ManagedOperationParameter(name = "service", description = "stripe, n8n or resend")
    @ManagedOperationParameter(name = "secret", description = "the new secret")
    @ManagedOperationParameter(name = "othersUntil", description = "ISO time; empty leaves the others")
    public String addSecret(String service, String secret, String othersUntil) {
        Instant until = othersUntil == null || othersUntil.isBlank() ? null : Instant.parse(othersUntil);
        return audited(
                "endpoint.secret", service, () -> describe(endpoints.addSecret(service, secret, until, OPERATOR)));
    }

    /** Ends a secret for good. */
    @ManagedOperation(description = "End a secret for good")
    @ManagedOperationParameter(name = "service", description = "stripe, n8n or resend")
    @ManagedOperationParameter(name = "id", description = "the secret's fingerprint")
    public String revokeSecret(String service, String id) {
        return audited("endpoint.revoke", service + "/" + id, () -> {
            endpoints.revokeSecret(service, id, OPERATOR);
            return describe(endpoints.endpoint(service));
        });
    }

    private static String describe(Endpoint endpoint) {
        return "%s: %s, secrets: %s"
                .formatted(
                        endpoint.service(),
                        endpoint.open()
                                ? "open"
                                : "closed by " + endpoint.closed().by(),
                        endpoint.secrets().stream()
                                .map(secret ->
                                        secret.id() + (secret.endsAt() == null ? "" : " until " + secret.endsAt()))
                                .collect(Collectors.joining(", ")));
    }
}
