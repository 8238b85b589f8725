package com.ytempire.hub.benchmark;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.sandbox.Sandbox;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * All that is asked of the hub during a soak. Whoever gets no answer that lasts asks the same again, as vendors and careful
 * clients do; some ask twice anyway.
 */
final class SoakFlows {

    static final long PACK_CENTS = 4_900;
    static final int PACK_CREDITS = 100;

    private static final int BUYERS = 8;
    private static final int CHANNELS = 12;
    private static final int CUSTOMERS = 200;
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("\"code\":\"(\\w+)\"");
    private static final List<String> PAGES = List.of(
            "/operations",
            "/operations/now",
            "/operations/trends",
            "/operations/events",
            "/operations/customers",
            "/operations/actions",
            "/operations/alerts",
            "/operations/checks",
            "/operations/audit");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OPERATOR = "Basic "
            + Base64.getEncoder()
                    .encodeToString(("operator:" + SoakBenchmark.PASSWORD).getBytes(StandardCharsets.UTF_8));

    /** What was asked of one flow, and how it went. */
    static final class Count {

        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger answered = new AtomicInteger();
        final AtomicInteger again = new AtomicInteger();
        private final ConcurrentHashMap<String, AtomicInteger> refused = new ConcurrentHashMap<>();

        void refused(HttpResponse<String> answer) {
            Matcher code = CODE.matcher(answer == null ? "" : answer.body());
            String what = answer == null ? "no answer" : answer.statusCode() + (code.find() ? " " + code.group(1) : "");
            refused.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
        }

        /** Why it was asked again, and how often. */
        Map<String, AtomicInteger> refusals() {
            return refused;
        }
    }

    private record Buyer(String token, String customer) {}

    final Count webhooks = new Count();
    final Count payments = new Count();
    final Count texts = new Count();
    final Count videos = new Count();
    final Count replays = new Count();
    final Count pages = new Count();

    /** The newest event of each customer, by which his mirror is known. */
    final Map<String, Integer> newest = new ConcurrentHashMap<>();

    final Set<String> stored = ConcurrentHashMap.newKeySet();
    final Set<String> videoIds = ConcurrentHashMap.newKeySet();
    final Set<String> paid = ConcurrentHashMap.newKeySet();
    final List<String> channels = new ArrayList<>();
    final List<String> customers = new ArrayList<>();

    private final BenchmarkDatabase database;
    private final String name;
    private final Sandbox sandbox;
    private final String base;
    private final Duration time;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final HttpClient browser = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    private final ExecutorService askers = Executors.newCachedThreadPool();
    private final AtomicInteger open = new AtomicInteger();
    private final List<Buyer> buyers = new ArrayList<>();
    private final long began = System.currentTimeMillis() / 1000 - 3_600;
    private String pack;

    /** @param name of the hub's database */
    SoakFlows(BenchmarkDatabase database, String name, Sandbox sandbox, int port, Duration time) {
        this.database = database;
        this.name = name;
        this.sandbox = sandbox;
        this.base = "http://127.0.0.1:" + port;
        this.time = time;
    }

    /** Buyers with a card, channels that have consented, a pack of credits, and an operator at his page. */
    void prepare() throws Exception {
        sandbox.stripe().secrets(SignedEvents.SECRET);
        sandbox.hub(base);
        pack = sandbox.stripe()
                .create(
                        "products",
                        Map.of(
                                "name",
                                "Pack",
                                "metadata",
                                Map.of("credit_amount", String.valueOf(PACK_CREDITS), "credit_type", "payg"),
                                "default_price_data",
                                Map.of("currency", "usd", "unit_amount", PACK_CENTS)))
                .get("id")
                .asText();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> database.number(
                                name,
                                "select count(*) from billing.price p join billing.product o on o.id = p.product"
                                        + " where o.id = '" + pack + "'")
                        == 1);
        for (int i = 0; i < BUYERS; i++) {
            buyers.add(buyer(i));
        }
        for (int i = 0; i < CHANNELS; i++) {
            channels.add(connect(i));
        }
        Matcher csrf = CSRF.matcher(open("/operations").body());
        if (!csrf.find()) {
            throw new IllegalStateException("there is no form to log in");
        }
        HttpResponse<String> page = browser.send(
                HttpRequest.newBuilder(URI.create(base + "/login"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(
                                "_csrf=" + URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8)
                                        + "&username=operator&password=" + SoakBenchmark.PASSWORD))
                        .build(),
                BodyHandlers.ofString());
        if (page.statusCode() != 200) {
            throw new IllegalStateException("no login: " + page.statusCode());
        }
    }

    private Buyer buyer(int number) throws Exception {
        String email = "buyer-" + number + "@example.com";
        database.run(name, """
                insert into accounts.account (id, email, email_verified_at, password_hash, role, created_at)
                values ('%s', '%s', now(), '%s', 'user', now())
                """.formatted(
                        UUID.randomUUID(), email, new BCryptPasswordEncoder(4).encode("a long enough password")));
        String token = must(post(
                        "/api/v1/auth/login",
                        null,
                        null,
                        "{\"email\":\"" + email + "\",\"password\":\"a long enough password\"}"))
                .get("access_token")
                .asText();
        String customer = must(post(
                        "/api/v1/billing/customers", token, UUID.randomUUID().toString(), "{}"))
                .get("customer_id")
                .asText();
        String method = must(post(
                        "/api/v1/billing/payment-methods",
                        token,
                        UUID.randomUUID().toString(),
                        "{\"payment_method_id\":\"pm_card_visa\"}"))
                .get("payment_method_id")
                .asText();
        must(post(
                "/api/v1/billing/payment-methods/" + method + "/default",
                token,
                UUID.randomUUID().toString(),
                ""));
        customers.add(customer);
        return new Buyer(token, customer);
    }

    private String connect(int number) throws Exception {
        String id = sandbox.youtube().newChannel("Channel " + number).id();
        HttpResponse<String> link = post("/api/v1/youtube/channels/connect", null, null, "{}");
        URI back = sandbox.youtube().agree(must(link).get("url").asText(), id);
        String cookie = link.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        must(http.send(
                request(back.getRawPath() + "?" + back.getRawQuery(), null)
                        .header("Cookie", cookie)
                        .GET()
                        .build(),
                BodyHandlers.ofString()));
        return id;
    }

    private static JsonNode must(HttpResponse<String> answer) throws IOException {
        if (answer == null || answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(answer == null ? "no answer" : answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body()).path("data");
    }

    void begin() {
        every(100, this::webhook);
        every(500, this::payment);
        every(1_000, this::text);
        every(time.toMinutes() > 1 ? 12_000 : 6_000, this::video);
        every(15_000, this::replay);
        every(1_000, this::page);
    }

    private void every(long millis, Runnable ask) {
        clock.scheduleAtFixedRate(
                () -> {
                    open.incrementAndGet();
                    askers.execute(() -> {
                        try {
                            ask.run();
                        } finally {
                            open.decrementAndGet();
                        }
                    });
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    /** Asks nothing new. */
    void stop() {
        clock.shutdown();
    }

    /** Those who have no lasting answer ask on. */
    void awaitAnswers(Duration atMost) {
        await("everybody has an answer").atMost(atMost).until(() -> open.get() == 0);
        askers.shutdown();
    }

    /** Every fourth comes twice. */
    private void webhook() {
        int number = webhooks.asked.getAndIncrement();
        String customer = "cus_soak" + number % CUSTOMERS;
        String id = "evt_soak" + number;
        byte[] body =
                """
                {"id":"%s","object":"event","api_version":"2023-10-16","created":%d,"livemode":false,
                 "type":"customer.updated","data":{"object":{"id":"%s","object":"customer","name":"%d"}}}""".formatted(id, began + number / CUSTOMERS, customer, number).getBytes(StandardCharsets.UTF_8);
        newest.merge(customer, number, Math::max);
        for (int copies = number % 4 == 0 ? 2 : 1; copies > 0; copies--) {
            until(
                    webhooks,
                    200,
                    () -> http.send(
                            HttpRequest.newBuilder(URI.create(base + "/api/v1/webhooks/stripe"))
                                    .timeout(Duration.ofSeconds(20))
                                    .header("Stripe-Signature", signature(body))
                                    .POST(BodyPublishers.ofByteArray(body))
                                    .build(),
                            BodyHandlers.ofString()));
        }
        stored.add(id);
        webhooks.answered.incrementAndGet();
    }

    private static String signature(byte[] body) {
        long now = System.currentTimeMillis() / 1000;
        Mac mac = SignedEvents.mac();
        mac.update((now + ".").getBytes(StandardCharsets.UTF_8));
        return "t=" + now + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    }

    private void payment() {
        int number = payments.asked.getAndIncrement();
        Buyer buyer = buyers.get(number % BUYERS);
        HttpResponse<String> answer = until(
                payments,
                201,
                () -> post(
                        "/api/v1/billing/payments",
                        buyer.token,
                        "soak-payment-" + number,
                        "{\"product_id\":\"" + pack + "\",\"quantity\":1}"));
        payments.answered.incrementAndGet();
        paid.add(field(answer, "payment_intent_id"));
    }

    private void text() {
        int number = texts.asked.getAndIncrement();
        until(
                texts,
                200,
                () -> post(
                        "/api/v1/content/titles",
                        null,
                        "soak-text-" + number,
                        "{\"topic\":\"Soaked lighthouse number " + number + "\",\"level\":\"economy\"}"));
        texts.answered.incrementAndGet();
    }

    private void video() {
        int number = videos.asked.getAndIncrement();
        HttpResponse<String> answer = until(
                videos,
                202,
                () -> post(
                        "/api/v1/videos/generate",
                        null,
                        "soak-video-" + number,
                        "{\"topic\":\"Soaked coast number " + number + "\",\"duration_target\":10}"));
        videoIds.add(field(answer, "video_id"));
        videos.answered.incrementAndGet();
    }

    /** What came in during the last seconds, once more. */
    private void replay() {
        replays.asked.incrementAndGet();
        until(
                replays,
                202,
                () -> post(
                        "/api/v1/webhooks/replays",
                        null,
                        null,
                        "{\"filter\":{\"service\":\"stripe\",\"status\":\"processed\",\"from\":\"%s\"},\"dry_run\":false}"
                                .formatted(Instant.now().minusSeconds(5))));
        replays.answered.incrementAndGet();
    }

    private void page() {
        int number = pages.asked.getAndIncrement();
        until(pages, 200, () -> open(PAGES.get(number % PAGES.size())));
        for (String path : List.of("/api/v1/operations/metrics", "/api/v1/operations/health", "/api/v1/providers")) {
            until(pages, 200, () -> http.send(request(path, null).GET().build(), BodyHandlers.ofString()));
        }
        pages.answered.incrementAndGet();
    }

    private HttpResponse<String> open(String path) throws IOException, InterruptedException {
        return browser.send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Accept", "text/html")
                        .build(),
                BodyHandlers.ofString());
    }

    private interface Ask {
        HttpResponse<String> ask() throws IOException, InterruptedException;
    }

    /** Again and again until it has the status. */
    private static HttpResponse<String> until(Count count, int status, Ask ask) {
        while (true) {
            HttpResponse<String> answer = null;
            try {
                answer = ask.ask();
            } catch (IOException e) {
                // no answer: again
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            if (answer != null && (answer.statusCode() == status || status == 201 && answer.statusCode() == 200)) {
                return answer;
            }
            count.again.incrementAndGet();
            count.refused(answer);
            SoakBenchmark.pass(Duration.ofSeconds(1));
        }
    }

    private HttpResponse<String> post(String path, String token, String key, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path, token).POST(body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** @param token null for the operator */
    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(40))
                .header("Content-Type", "application/json")
                .header("Authorization", token == null ? OPERATOR : "Bearer " + token);
    }

    private static String field(HttpResponse<String> answer, String name) {
        try {
            return JSON.readTree(answer.body()).path("data").path(name).asText();
        } catch (IOException e) {
            throw new IllegalStateException(answer.body(), e);
        }
    }
}
