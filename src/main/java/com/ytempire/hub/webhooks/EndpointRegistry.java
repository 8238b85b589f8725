package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.Vault;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Which services may post, and which secrets count. The answer for a request comes from memory; the database is read
 * each second, so that what an operator does on one node holds on all of them within that time. A secret that none of
 * this node's keys opens counts for nothing, and keeps nothing else from counting.
 */
@Component
public class EndpointRegistry {

    /** The services the hub takes webhooks from, with the variable that holds the secret. */
    static final Map<String, String> SERVICES = services();

    private static final Logger LOG = LoggerFactory.getLogger(EndpointRegistry.class);

    private final WebhookSettings settings;
    private final JdbcClient jdbc;
    private final Vault vault;
    private final Clock clock;
    private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
    private volatile Snapshot current;

    EndpointRegistry(WebhookSettings settings, JdbcClient jdbc, Vault vault, Clock clock) {
        this.settings = settings;
        this.jdbc = jdbc;
        this.vault = vault;
        this.clock = clock;
        this.current = load();
    }

    private static Map<String, String> services() {
        Map<String, String> services = new LinkedHashMap<>();
        services.put("stripe", "STRIPE_WEBHOOK_SECRET");
        services.put("youtube", ""); // every subscription has a secret of its own
        services.put("n8n", "N8N_WEBHOOK_SECRET");
        services.put("resend", "RESEND_WEBHOOK_SECRET");
        return Map.copyOf(services);
    }

    static String howToSet(String service) {
        return "set %s, or POST /api/v1/webhooks/endpoints/%s/secrets".formatted(SERVICES.get(service), service);
    }

    boolean isOpen(String service) {
        return !current.closed.containsKey(service);
    }

    /** The secrets that count now, newest first. */
    List<EndpointSecret> secrets(String service) {
        Instant now = clock.instant();
        return current.secrets.getOrDefault(service, List.of()).stream()
                .filter(secret -> secret.activeAt(now))
                .toList();
    }

    /** All of them, by service. */
    public List<Endpoint> endpoints() {
        refresh();
        return SERVICES.keySet().stream().sorted().map(this::endpoint).toList();
    }

    /** @throws Problem 404 for an unknown service */
    public Endpoint endpoint(String service) {
        Endpoint.Closed closed = current.closed.get(known(service));
        return new Endpoint(
                service,
                closed == null,
                closed,
                secrets(service).stream()
                        .map(secret -> new Endpoint.Secret(secret.id(), secret.endsAt()))
                        .toList());
    }

    /** Lets nothing in until it is opened again; each attempt is recorded. */
    public Endpoint close(String service, String reason, String operator) {
        return change(service, false, reason, operator);
    }

    /** Lets webhooks in again. */
    public Endpoint open(String service, String operator) {
        return change(service, true, null, operator);
    }

    private Endpoint change(String service, boolean open, String reason, String operator) {
        jdbc.sql("""
                        insert into webhooks.endpoint (service, open, reason, changed_by, changed_at)
                        values (:service, :open, :reason, :operator, :now)
                        on conflict (service) do update set open = excluded.open, reason = excluded.reason,
                            changed_by = excluded.changed_by, changed_at = excluded.changed_at
                        """)
                .param("service", known(service))
                .param("open", open)
                .param("reason", reason)
                .param("operator", operator)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        LOG.warn("endpoint {} {} by {}", service, open ? "opened" : "closed", operator);
        refresh();
        return endpoint(service);
    }

    /**
     * Adds a secret that counts from now on.
     *
     * @param othersUntil when all other secrets of the service stop counting; null to leave them
     */
    public Endpoint addSecret(String service, String value, Instant othersUntil, String operator) {
        if (SERVICES.get(known(service)).isEmpty()) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "secret_per_subscription",
                    "Every subscription of this service has a secret of its own");
        }
        EndpointSecret added = EndpointSecret.of(service, value, null);
        Timestamp now = Timestamp.from(clock.instant());
        int rows = jdbc.sql("""
                        insert into webhooks.secret (id, service, sealed, added_by, added_at)
                        values (:id, :service, :sealed, :operator, :now)
                        on conflict (id) do update set sealed = excluded.sealed, ends_at = null,
                            added_by = excluded.added_by, added_at = excluded.added_at
                        where webhooks.secret.revoked_at is null
                        """)
                .param("id", added.id())
                .param("service", service)
                .param("sealed", vault.seal(context(service), value))
                .param("operator", operator)
                .param("now", now)
                .update();
        if (rows == 0) {
            throw new Problem(
                    HttpStatus.CONFLICT, "secret_revoked", "This secret was revoked and stays so; use a new one");
        }
        // the others end after the new one is there: a crash in between leaves both, and loses no event
        for (EndpointSecret other : othersUntil == null ? List.<EndpointSecret>of() : secrets(service)) {
            if (other.id().equals(added.id())) {
                continue;
            }
            jdbc.sql("""
                            insert into webhooks.secret (id, service, added_by, added_at, ends_at)
                            values (:id, :service, 'environment', :now, :ends)
                            on conflict (id) do update set ends_at = least(webhooks.secret.ends_at, excluded.ends_at)
                            """)
                    .param("id", other.id())
                    .param("service", service)
                    .param("now", now)
                    .param("ends", Timestamp.from(othersUntil))
                    .update();
        }
        LOG.warn("secret {} added to {} by {}", added.id(), service, operator);
        refresh();
        return endpoint(service);
    }

    /** Ends a secret for good, wherever it comes from. */
    public void revokeSecret(String service, String id, String operator) {
        if (current.secrets.getOrDefault(known(service), List.of()).stream()
                .noneMatch(secret -> secret.id().equals(id))) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "No such secret");
        }
        jdbc.sql("""
                        insert into webhooks.secret (id, service, added_by, added_at, revoked_by, revoked_at)
                        values (:id, :service, 'environment', :now, :operator, :now)
                        on conflict (id) do update set revoked_by = excluded.revoked_by,
                            revoked_at = excluded.revoked_at, sealed = null
                        """)
                .param("id", id)
                .param("service", service)
                .param("operator", operator)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        LOG.warn("secret {} of {} revoked by {}", id, service, operator);
        refresh();
    }

    @Scheduled(fixedDelay = 1000)
    void refresh() {
        try {
            current = load();
        } catch (DataAccessException e) {
            LOG.debug("endpoint states not read, the last known ones hold: {}", e.getMessage());
        }
    }

    /** What a secret is sealed for. */
    static String context(String service) {
        return "webhooks.secret/" + service;
    }

    private Snapshot load() {
        Map<String, Endpoint.Closed> closed = new LinkedHashMap<>();
        jdbc.sql("select service, reason, changed_by, changed_at from webhooks.endpoint where not open")
                .query(row -> {
                    closed.put(
                            row.getString("service"),
                            new Endpoint.Closed(
                                    row.getString("reason"),
                                    row.getString("changed_by"),
                                    row.getTimestamp("changed_at").toInstant()));
                });
        Map<String, StoredSecret> stored = new LinkedHashMap<>();
        jdbc.sql("select id, service, sealed, ends_at, revoked_at is not null as revoked from webhooks.secret"
                        + " order by added_at desc, id")
                .query(row -> {
                    Timestamp ends = row.getTimestamp("ends_at");
                    stored.put(
                            row.getString("id"),
                            new StoredSecret(
                                    row.getString("service"),
                                    row.getString("sealed"),
                                    ends == null ? null : ends.toInstant(),
                                    row.getBoolean("revoked")));
                });
        Map<String, List<EndpointSecret>> secrets = new LinkedHashMap<>();
        for (String service : SERVICES.keySet()) {
            secrets.put(service, secretsOf(service, stored));
        }
        return new Snapshot(closed, secrets);
    }

    private List<EndpointSecret> secretsOf(String service, Map<String, StoredSecret> stored) {
        List<EndpointSecret> secrets = new ArrayList<>();
        stored.forEach((id, row) -> {
            if (row.service.equals(service) && row.sealed != null && !row.revoked) {
                opened(service, id, row.sealed)
                        .ifPresent(value -> secrets.add(new EndpointSecret(id, value, row.endsAt)));
            }
        });
        for (String value : settings.environmentSecrets(service)) {
            EndpointSecret secret = EndpointSecret.of(service, value, null);
            StoredSecret row = stored.get(secret.id());
            if (row == null) {
                secrets.add(secret);
            } else if (!row.revoked
                    && secrets.stream().noneMatch(other -> other.id().equals(secret.id()))) {
                secrets.add(new EndpointSecret(secret.id(), value, row.endsAt));
            }
        }
        return List.copyOf(secrets);
    }

    private Optional<String> opened(String service, String id, String sealed) {
        try {
            String value = vault.open(context(service), sealed);
            unreadable.remove(id);
            return Optional.of(value);
        } catch (Vault.Unreadable e) {
            if (unreadable.add(id)) {
                LOG.error("secret {} of {} does not count here: no HUB_ENCRYPTION_KEY given opens it", id, service);
            }
            return Optional.empty();
        }
    }

    private static String known(String service) {
        if (!SERVICES.containsKey(service)) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "No such service");
        }
        return service;
    }

    private record StoredSecret(String service, String sealed, Instant endsAt, boolean revoked) {}

    private record Snapshot(Map<String, Endpoint.Closed> closed, Map<String, List<EndpointSecret>> secrets) {}
}
