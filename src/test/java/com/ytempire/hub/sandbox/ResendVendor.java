package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.Delivery.Message;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Resend: takes mails as its contract says, keeps them in a mailbox, and tells what became of them. */
public final class ResendVendor implements VendorServer.Vendor {

    /**
     * A mail that was taken.
     *
     * @param tags by name
     */
    public record SandboxMail(
            String id,
            Instant at,
            String from,
            List<String> to,
            String subject,
            String html,
            String text,
            Map<String, String> headers,
            Map<String, String> tags) {}

    static final String NAME = "resend";

    private static final byte[] SECRET = "the sandbox's Resend signs so".getBytes(StandardCharsets.UTF_8);

    /** What webhooks are signed with, as Resend shows it. */
    public static final String WEBHOOK_SECRET = "whsec_" + Base64.getEncoder().encodeToString(SECRET);

    private static final String USUAL_KEY = "re_sandbox";
    private static final String EMAILS = "/resend/emails";
    private static final String DOMAINS = "/resend/domains";
    private static final int KEPT = 10_000;
    private static final Duration KEYS_LIVE = Duration.ofHours(24);
    private static final Pattern ADDRESS = Pattern.compile("(.*<)?[^\\s@<>]+@[^\\s@<>]+\\.[^\\s@<>]+>?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_-]{1,256}");
    private static final Set<String> KNOWN = Set.of(
            "from",
            "to",
            "subject",
            "bcc",
            "cc",
            "reply_to",
            "html",
            "text",
            "template",
            "headers",
            "scheduled_at",
            "attachments",
            "tags",
            "topic_id");

    private record Key(String body, String id, Instant at) {}

    private final MovableClock clock;
    private final Deliveries deliveries;
    private final Deque<SandboxMail> mails = new ArrayDeque<>();
    private final Map<String, Key> keys = new HashMap<>();
    private final Deque<Long> lastSecond = new ArrayDeque<>();
    private String apiKey = USUAL_KEY;
    private String endpoint;
    private int perSecond = 5;
    private int perDay = Integer.MAX_VALUE;
    private LocalDate day;
    private int today;
    private int most;
    private int limited;

    ResendVendor(MovableClock clock, Deliveries deliveries) {
        this.clock = clock;
        this.deliveries = deliveries;
    }

    synchronized void endpoint(String url) {
        endpoint = url;
    }

    /** The only key that is accepted; re_sandbox at first. */
    public synchronized void apiKey(String key) {
        apiKey = key;
    }

    /** Mails of a day, UTC; without a limit at first. */
    public synchronized void dailyQuota(int mails) {
        perDay = mails;
    }

    /** The usual key counts, and there is no daily limit. */
    public synchronized void recover() {
        apiKey = USUAL_KEY;
        perDay = Integer.MAX_VALUE;
    }

    /** Requests of a second; five at first. */
    public synchronized void takesPerSecond(int requests) {
        perSecond = requests;
    }

    /** How many requests came in the fullest second so far. */
    public synchronized int fullestSecond() {
        return most;
    }

    /** How many requests were refused because there were too many within a second. */
    public synchronized int rateLimited() {
        return limited;
    }

    /** All mails, oldest first. */
    public synchronized List<SandboxMail> mails() {
        return List.copyOf(mails);
    }

    /** Mails to an address, oldest first. */
    public List<SandboxMail> mailsTo(String address) {
        return mails().stream()
                .filter(mail -> mail.to().stream().anyMatch(to -> to.equalsIgnoreCase(address)))
                .toList();
    }

    synchronized Optional<SandboxMail> mail(String id) {
        return mails.stream().filter(mail -> mail.id().equals(id)).findFirst();
    }

    /**
     * Tells the hub of a mail.
     *
     * @param type like {@code email.bounced}, which comes with a permanent bounce, or {@code email.complained}
     * @return the event's id
     */
    public String tell(String type, String mailId) {
        return tell(type, mailId, "Permanent");
    }

    /** @param bounce the bounce's type: Permanent, Transient or Undetermined */
    public synchronized String tell(String type, String mailId, String bounce) {
        SandboxMail mail = mail(mailId).orElseThrow();
        ObjectNode event = Json.object();
        event.put("type", type);
        event.put("created_at", clock.instant().toString());
        ObjectNode data = event.putObject("data");
        data.put("email_id", mail.id()).put("created_at", mail.at().toString());
        data.put("from", mail.from()).put("subject", mail.subject());
        data.set("to", Json.tree(mail.to()));
        data.set("tags", Json.tree(mail.tags()));
        if (type.equals("email.bounced")) {
            data.putObject("bounce")
                    .put("type", bounce)
                    .put("subType", "General")
                    .put(
                            "message",
                            "The recipient's mail server rejected the mail to "
                                    + mail.to().get(0));
        }
        return send(Json.write(event));
    }

    private String send(String body) {
        if (endpoint == null) {
            throw new IllegalStateException("The sandbox was not told where the hub is");
        }
        String id = "msg_" + UUID.randomUUID().toString().replace("-", "");
        byte[] raw = body.getBytes(StandardCharsets.UTF_8);
        deliveries.send(new Message(NAME, id, URI.create(endpoint), raw, () -> headers(id, body), status -> false));
        return id;
    }

    private Map<String, String> headers(String id, String body) {
        String time = String.valueOf(clock.epochSecond());
        return Map.of(
                "Content-Type",
                "application/json",
                "svix-id",
                id,
                "svix-timestamp",
                time,
                "svix-signature",
                "v1," + sign(id + "." + time + "." + body));
    }

    private String sign(String text) {
        try {
            Mac mac = Mac.getInstance(Signatures.SHA256);
            mac.init(new SecretKeySpec(SECRET, Signatures.SHA256));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Answer failure(Received request, int status) {
        return status == 429
                ? error(429, "rate_limit_exceeded", "Too many requests. You can only make 5 requests per second.")
                        .with("retry-after", "1")
                : error(status, "internal_server_error", "An unexpected error occurred.");
    }

    private static Answer error(int status, String name, String message) {
        return Answer.json(
                status,
                Json.object().put("statusCode", status).put("name", name).put("message", message));
    }

    @Override
    public synchronized Answer answer(Received request) {
        boolean asksForDomains =
                request.path().equals(DOMAINS) && request.method().equals("GET");
        if (!asksForDomains
                && (!request.path().equals(EMAILS) || !request.method().equals("POST"))) {
            return error(404, "not_found", "The requested endpoint does not exist");
        }
        if (tooMany()) {
            limited++;
            return failure(request, 429);
        }
        String authorization = request.header("authorization");
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            return error(401, "missing_api_key", "Missing API key in the authorization header");
        }
        if (!authorization.equals("Bearer " + apiKey)) {
            return error(403, "invalid_api_key", "API key is invalid");
        }
        if (asksForDomains) {
            return Answer.json(200, Json.object().put("object", "list").set("data", Json.array()));
        }
        String key = request.header("idempotency-key");
        if (key != null && (key.isEmpty() || key.length() > 256)) {
            return error(400, "invalid_idempotency_key", "The key must be between 1-256 chars");
        }
        keys.values().removeIf(known -> !known.at().plus(KEYS_LIVE).isAfter(clock.instant()));
        Key known = key == null ? null : keys.get(key);
        if (known != null) {
            return known.body().equals(request.text())
                    ? Answer.json(200, Json.object().put("id", known.id()))
                    : error(
                            409,
                            "invalid_idempotent_request",
                            "This idempotency key has already been used on a request with a different payload");
        }
        return take(request, key);
    }

    private boolean tooMany() {
        long now = System.nanoTime();
        while (!lastSecond.isEmpty() && now - lastSecond.peekFirst() >= 1_000_000_000L) {
            lastSecond.removeFirst();
        }
        lastSecond.addLast(now);
        most = Math.max(most, lastSecond.size());
        return lastSecond.size() > perSecond;
    }

    private Answer take(Received request, String key) {
        JsonNode body;
        try {
            body = Json.read(request.text());
        } catch (IllegalArgumentException e) {
            return error(400, "validation_error", "The body is no JSON");
        }
        String wrong = wrong(body);
        if (wrong != null) {
            return error(422, wrong.startsWith("Missing") ? "missing_required_field" : "validation_error", wrong);
        }
        LocalDate now = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        if (!now.equals(day)) {
            day = now;
            today = 0;
        }
        if (today >= perDay) {
            return error(429, "daily_quota_exceeded", "You have reached your daily email sending quota");
        }
        today++;
        SandboxMail mail = mail(body);
        if (mails.size() == KEPT) {
            mails.removeFirst();
        }
        mails.addLast(mail);
        if (key != null) {
            keys.put(key, new Key(request.text(), mail.id(), clock.instant()));
        }
        return Answer.json(200, Json.object().put("id", mail.id()));
    }

    private SandboxMail mail(JsonNode body) {
        Map<String, String> headers = new LinkedHashMap<>();
        body.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        Map<String, String> tags = new LinkedHashMap<>();
        body.path("tags")
                .forEach(tag ->
                        tags.put(tag.path("name").asText(), tag.path("value").asText()));
        return new SandboxMail(
                UUID.randomUUID().toString(),
                clock.instant(),
                body.path("from").asText(),
                addresses(body.path("to")),
                body.path("subject").asText(),
                body.path("html").asText(),
                body.path("text").asText(),
                headers,
                tags);
    }

    private static List<String> addresses(JsonNode node) {
        List<String> addresses = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(address -> addresses.add(address.asText()));
        } else if (node.isTextual()) {
            addresses.add(node.asText());
        }
        return addresses;
    }

    /** What Resend's contract refuses; null when it takes it. */
    private static String wrong(JsonNode body) {
        if (!body.isObject()) {
            return "The body must be an object";
        }
        for (String field : List.of("from", "to", "subject")) {
            if (!body.hasNonNull(field)) {
                return "Missing `" + field + "` field.";
            }
        }
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            if (!KNOWN.contains(field.getKey())) {
                return "Unknown field `" + field.getKey() + "`.";
            }
        }
        if (!ADDRESS.matcher(body.path("from").asText()).matches()) {
            return "Invalid `from` field.";
        }
        for (String field : List.of("to", "cc", "bcc", "reply_to")) {
            List<String> addresses = addresses(body.path(field));
            boolean good = addresses.size() <= 50
                    && addresses.stream()
                            .allMatch(address -> ADDRESS.matcher(address).matches());
            if (body.has(field) && (addresses.isEmpty() || !good)) {
                return "Invalid `" + field + "` field.";
            }
        }
        if (!body.path("html").isTextual() && !body.path("text").isTextual() && !body.has("template")) {
            return "Missing `html` or `text` field.";
        }
        for (JsonNode tag : body.path("tags")) {
            boolean good = TAG.matcher(tag.path("name").asText()).matches()
                    && TAG.matcher(tag.path("value").asText()).matches()
                    && tag.size() == 2;
            if (!good) {
                return "Tags should only contain ASCII letters, numbers, underscores, or dashes.";
            }
        }
        return null;
    }
}
