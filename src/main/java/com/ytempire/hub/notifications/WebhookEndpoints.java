package com.ytempire.hub.notifications;

import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.PublicAddressesOnly;
import com.ytempire.hub.platform.Vault;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The endpoints of users: where signed webhooks go, and with which secret. */
@Component("webhookEndpoints")
public class WebhookEndpoints {

    /** Sent on request, so that a user can try his endpoint; every endpoint takes it. */
    private static final String TEST_TYPE = "test";

    private static final int SECRET_BYTES = 32;
    private static final int LONGEST_URL = 2000;
    private static final String SELECT = """
            select id, url, types, created_at, failing_since, disabled_at, disabled_reason
              from notifications.webhook_endpoint""";

    private final JdbcClient jdbc;
    private final Outbox outbox;
    private final Vault vault;
    private final Clock clock;
    private final WebhookSettings settings;
    private final SecureRandom random = new SecureRandom();

    WebhookEndpoints(JdbcClient jdbc, Outbox outbox, Vault vault, Clock clock, NotificationSettings settings) {
        this.jdbc = jdbc;
        this.outbox = outbox;
        this.vault = vault;
        this.clock = clock;
        this.settings = settings.webhooks();
    }

    /** An endpoint and its secret, which is shown this once. */
    public record Secret(WebhookEndpoint endpoint, String secret) {}

    /**
     * @throws Problem 422 that names the field: an address that cannot be reached safely, an unknown type; 409
     *     {@code too_many_endpoints}
     */
    @Transactional
    public Secret create(UUID user, String url, List<String> types) {
        checkAddress(url);
        Set<String> wanted = checkTypes(types);
        jdbc.sql("select pg_advisory_xact_lock(hashtext('notifications.webhook_endpoint'), hashtext(:user))")
                .param("user", user.toString())
                .query((row, number) -> 0)
                .list();
        if (list(user).size() >= settings.most()) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "too_many_endpoints",
                    "At most " + settings.most() + " endpoints can be kept; delete one first");
        }
        UUID id = UUID.randomUUID();
        String secret = newSecret();
        jdbc.sql("""
                        insert into notifications.webhook_endpoint (id, user_id, url, secret, types, created_at)
                        values (:id, :user, :url, :secret, :types::text[], :now)
                        """)
                .param("id", id)
                .param("user", user)
                .param("url", url)
                .param("secret", vault.seal(context(id), secret))
                .param("types", wanted.toArray(String[]::new))
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return new Secret(find(user, id), secret);
    }

    private void checkAddress(String url) {
        if (url == null || url.length() > LONGEST_URL) {
            throw invalid("url", "An address of at most " + LONGEST_URL + " characters is needed");
        }
        URI address;
        try {
            address = new URI(url);
        } catch (URISyntaxException e) {
            throw invalid("url", "This is no address");
        }
        boolean secure = "https".equals(address.getScheme());
        if (!secure && !(settings.privateAddresses() && "http".equals(address.getScheme()))) {
            throw invalid("url", "The address must begin with https://");
        }
        if (address.getHost() == null || address.getUserInfo() != null || address.getFragment() != null) {
            throw invalid("url", "The address needs a host, and neither a password nor a fragment");
        }
        if (!settings.privateAddresses() && isPrivateLiteral(address.getHost())) {
            throw invalid("url", "The address must be one of the public internet");
        }
    }

    /** A name is looked at when it is called; an address written as numbers can be told at once. */
    private static boolean isPrivateLiteral(String host) {
        boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
        if (!literal) {
            return host.equals("localhost") || host.endsWith(".localhost");
        }
        try {
            return !PublicAddressesOnly.isPublic(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return true;
        }
    }

    private Set<String> checkTypes(List<String> types) {
        if (types == null || types.isEmpty()) {
            throw invalid("types", "At least one type of event is needed");
        }
        Set<String> wanted = new TreeSet<>(types);
        if (!settings.types().containsAll(wanted)) {
            throw invalid("types", "Known types are " + String.join(", ", settings.types()));
        }
        return wanted;
    }

    private static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }

    private String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }

    static String context(UUID id) {
        return "notifications.webhook_endpoint/" + id;
    }

    /** The types of events a user can be told of. */
    public List<String> types() {
        return settings.types();
    }

    public List<WebhookEndpoint> list(UUID user) {
        return jdbc.sql(SELECT + " where user_id = :user order by created_at, id")
                .param("user", user)
                .query(WebhookEndpoints::endpoint)
                .list();
    }

    /** @throws Problem 404 for an endpoint the user does not have */
    public WebhookEndpoint find(UUID user, UUID id) {
        return jdbc.sql(SELECT + " where user_id = :user and id = :id")
                .param("user", user)
                .param("id", id)
                .query(WebhookEndpoints::endpoint)
                .optional()
                .orElseThrow(WebhookEndpoints::unknown);
    }

    private static Problem unknown() {
        return new Problem(HttpStatus.NOT_FOUND, "not_found", "No such endpoint");
    }

    private static WebhookEndpoint endpoint(ResultSet row, int number) throws SQLException {
        return new WebhookEndpoint(
                row.getObject("id", UUID.class),
                row.getString("url"),
                Arrays.asList((String[]) row.getArray("types").getArray()),
                row.getTimestamp("created_at").toInstant(),
                Optional.ofNullable(row.getTimestamp("failing_since"))
                        .map(Timestamp::toInstant)
                        .orElse(null),
                Optional.ofNullable(row.getTimestamp("disabled_at"))
                        .map(Timestamp::toInstant)
                        .orElse(null),
                row.getString("disabled_reason"));
    }

    /** What has not been sent there yet is dropped with it. */
    @Transactional
    public void delete(UUID user, UUID id) {
        int deleted = jdbc.sql("delete from notifications.webhook_endpoint where user_id = :user and id = :id")
                .param("user", user)
                .param("id", id)
                .update();
        if (deleted == 0) {
            throw unknown();
        }
    }

    /** Puts an endpoint to use again that had been switched off. */
    @Transactional
    public WebhookEndpoint enable(UUID user, UUID id) {
        jdbc.sql("""
                        update notifications.webhook_endpoint
                           set disabled_at = null, disabled_reason = null, failing_since = null
                         where user_id = :user and id = :id
                        """).param("user", user).param("id", id).update();
        return find(user, id);
    }

    /** The old secret ends at once. */
    @Transactional
    public Secret renewSecret(UUID user, UUID id) {
        String secret = newSecret();
        jdbc.sql("update notifications.webhook_endpoint set secret = :secret where user_id = :user and id = :id")
                .param("secret", vault.seal(context(id), secret))
                .param("user", user)
                .param("id", id)
                .update();
        return new Secret(find(user, id), secret);
    }

    /** Leaves an event that tells of nothing, so that a user can try his endpoint. */
    @Transactional
    public void test(UUID user, UUID id) {
        WebhookEndpoint endpoint = find(user, id);
        Instant now = clock.instant();
        outbox.webhook(
                endpoint.id(),
                new AnalyticsEvent("test:" + UUID.randomUUID(), TEST_TYPE, user, now, Map.of("message", "It works.")));
    }

    /**
     * A message to an endpoint.
     *
     * @param state waiting, sending, sent, failed or dropped
     * @param result the status it was answered with, or why it was not sent
     */
    public record Delivery(
            String type, String state, int failures, String result, Instant createdAt, Instant dueAt, Instant sentAt) {}

    /** The deliveries to an endpoint, newest first. */
    public Page<Delivery> deliveries(UUID user, UUID id, Paging paging) {
        String endpoint = find(user, id).id().toString();
        String to = " from notifications.outbox where channel = 'webhook' and payload ->> 'endpoint' = :id";
        return new Page<>(
                jdbc.sql("select payload ->> 'type' as type, state, failures, result, created_at, due_at, sent_at" + to
                                + " order by id desc limit :limit offset :offset")
                        .param("id", endpoint)
                        .param("limit", paging.perPage())
                        .param("offset", paging.offset())
                        .query(Delivery.class)
                        .list(),
                jdbc.sql("select count(*)" + to)
                        .param("id", endpoint)
                        .query(Long.class)
                        .single(),
                paging);
    }
}
