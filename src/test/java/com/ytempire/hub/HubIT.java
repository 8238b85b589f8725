package com.ytempire.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.sandbox.ResendVendor;
import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.YoutubeVendor;
import com.ytempire.hub.youtube.TestChannels;
import com.ytempire.hub.youtube.ToldUploads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.junit.jupiter.api.BeforeEach;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestExecutionListeners;
import org.springframework.test.context.TestExecutionListeners.MergeMode;

/**
 * The whole hub as shipped, its YAML routes included, with a real PostgreSQL and the sandbox's vendors over HTTP. All
 * tests share one context, one database and one clock that only goes forward; each makes ids of its own.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import({HubIT.MovedClock.class, TestFlow.class, TestUsers.class, TestChannels.class, ToldUploads.class})
@TestExecutionListeners(listeners = LeftTidy.class, mergeMode = MergeMode.MERGE_WITH_DEFAULTS)
public abstract class HubIT {

    protected static final String OPERATOR = "operator";
    protected static final String PASSWORD = "operator-password-of-the-tests";
    protected static final String STRIPE_SECRET = "whsec_tests_one";
    protected static final String OTHER_STRIPE_SECRET = "whsec_tests_two";
    protected static final String N8N_SECRET = "n8n_tests";
    protected static final Sandbox SANDBOX = Sandbox.start(0);

    /** Mails of a second; Resend really takes five, for which hundreds of tests would wait too long. */
    protected static final int RESEND_TAKES = 25;

    /** Stripe's prices of the plans. */
    protected static final String STARTER =
            SANDBOX.stripe().monthlyPrice("Starter", 9_700).get("id").asText();

    protected static final String GROWTH =
            SANDBOX.stripe().monthlyPrice("Growth", 29_700).get("id").asText();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    protected TestUsers users;

    @Autowired
    protected TestChannels channels;

    @Autowired
    private CamelContext camel;

    @LocalServerPort
    protected int port;

    @LocalManagementPort
    protected int managementPort;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        SecretWatch.begin();
        TestDatabase.register(registry);
        SANDBOX.resend().takesPerSecond(RESEND_TAKES);
        registry.add("hub.jobs.look", () -> "86400000"); // dated jobs run at the start, and when a test says so
        registry.add("hub.webhooks.reconcile.interval", () -> "86400000");
        registry.add("hub.nodes.beat", () -> "86400000"); // tests are nodes of their own, and judge nobody else
        registry.add("spring.lifecycle.timeout-per-shutdown-phase", () -> "5s"); // the database may end first
        registry.add("hub.base-url", () -> "http://127.0.0.1:${local.server.port}");
        registry.add("hub.accounts.bcrypt-strength", () -> "4");
        registry.add("hub.accounts.requests.per-minute", () -> "300"); // a test is faster than a person
        registry.add("hub.accounts.requests.auth-per-minute", () -> "300");
        registry.add("hub.youtube.ask.look", () -> "500");
        registry.add("hub.youtube.poll.look", () -> "500");
        registry.add("hub.youtube.upload.chunk", () -> "256KB");
        registry.add("hub.youtube.upload.poll", () -> "100ms");
        registry.add("hub.youtube.upload.renew", () -> "300ms");
        registry.add("hub.youtube.upload.queue-again", () -> "300ms");
        registry.add("hub.youtube.upload.back-off", () -> "50ms, 100ms, 300ms");
        registry.add("hub.youtube.upload.look-again", () -> "100ms, 200ms");
        registry.add("hub.youtube.upload.watch", () -> "100ms, 200ms, 500ms");
        registry.add("hub.youtube.oauth.look", () -> "86400000"); // a test refreshes itself what is its own
        registry.add("hub.youtube.pool.health.look", () -> "86400000");
        registry.add("hub.youtube.quota.clear-interval", () -> "86400000");
        registry.add("YOUTUBE_BASE_URL", () -> SANDBOX.baseUrl() + "/youtube");
        registry.add("YOUTUBE_ANALYTICS_BASE_URL", () -> SANDBOX.baseUrl() + "/youtube/analytics");
        registry.add("GOOGLE_OAUTH_BASE_URL", () -> SANDBOX.baseUrl() + "/youtube/oauth");
        registry.add("GOOGLE_CONSENT_URL", () -> SANDBOX.baseUrl() + "/youtube/oauth/o/oauth2/v2/auth");
        registry.add("YOUTUBE_CLIENT_ID", () -> YoutubeVendor.CLIENT_ID);
        registry.add("YOUTUBE_CLIENT_SECRET", () -> YoutubeVendor.CLIENT_SECRET);
        registry.add("hub.billing.requests-per-second", () -> "100"); // the sandbox's Stripe has no limit of its own
        registry.add("hub.billing.verify-interval", () -> "200");
        registry.add("hub.billing.sync-interval", () -> "200");
        registry.add("hub.billing.plans.starter.price", () -> STARTER);
        registry.add("hub.billing.plans.growth.price", () -> GROWTH);
        registry.add("hub.billing.buying.publishable-key", () -> "pk_test_sandbox");
        registry.add("hub.billing.commands.look", () -> "100");
        registry.add("hub.billing.commands.try-again", () -> "20ms");
        registry.add("hub.billing.trial.look", () -> "500");
        registry.add("hub.billing.dunning.look", () -> "100");
        registry.add("hub.billing.open-effects-interval", () -> "100");
        registry.add("hub.notifications.look", () -> "100");
        registry.add("hub.notifications.breaker.open", () -> "1s");
        registry.add("hub.notifications.mail.base-url", () -> SANDBOX.baseUrl() + "/resend");
        registry.add("hub.notifications.mail.api-key", () -> "re_sandbox");
        registry.add("hub.notifications.mail.per-second", () -> RESEND_TAKES * 4 / 5);
        registry.add("hub.notifications.mixpanel.base-url", () -> SANDBOX.baseUrl() + "/mixpanel");
        registry.add("hub.notifications.mixpanel.token", () -> "mixpanel_sandbox");
        registry.add("hub.notifications.mixpanel.project-id", () -> "1");
        registry.add("hub.notifications.amplitude.base-url", () -> SANDBOX.baseUrl() + "/amplitude");
        registry.add("hub.notifications.amplitude.api-key", () -> "amplitude_sandbox");
        registry.add("hub.notifications.amplitude.per-second", () -> "10");
        registry.add("hub.webhooks.secrets.resend", () -> ResendVendor.WEBHOOK_SECRET);
        registry.add("hub.notifications.mail.operators", () -> "operators@ytempire.example");
        registry.add("hub.notifications.mail.finance", () -> "finance@ytempire.example");
        registry.add("hub.billing.credits-expiry-interval", () -> "500");
        registry.add("management.server.port", () -> "0");
        registry.add("server.tomcat.remoteip.internal-proxies", () -> "127\\.0\\.0\\.1");
        registry.add("STABILITY_API_KEY", () -> "sk-sandbox");
        registry.add("STABILITY_BASE_URL", () -> SANDBOX.baseUrl() + "/stability");
        registry.add("OPENAI_BASE_URL", () -> SANDBOX.baseUrl() + "/openai");
        registry.add("OPENAI_API_KEY", () -> "sk-sandbox");
        registry.add("GOOGLE_TTS_BASE_URL", () -> SANDBOX.baseUrl() + "/google-tts");
        registry.add("GOOGLE_TTS_API_KEY", () -> "AIza-sandbox");
        registry.add("ELEVENLABS_BASE_URL", () -> SANDBOX.baseUrl() + "/elevenlabs");
        registry.add("ELEVENLABS_API_KEY", () -> "sk_sandbox");
        registry.add("hub.content.backoff", () -> "20ms");
        registry.add("PEXELS_API_KEY", () -> "pexels_sandbox");
        registry.add("PEXELS_BASE_URL", () -> SANDBOX.baseUrl() + "/pexels");
        registry.add("PIXABAY_API_KEY", () -> "pixabay_sandbox");
        registry.add("PIXABAY_BASE_URL", () -> SANDBOX.baseUrl() + "/pixabay");
        registry.add("SHUTTERSTOCK_CLIENT_ID", () -> "client");
        registry.add("SHUTTERSTOCK_CLIENT_SECRET", () -> "shutterstock_sandbox");
        registry.add("SHUTTERSTOCK_TOKEN", () -> "shutterstock_sandbox");
        registry.add("SHUTTERSTOCK_SUBSCRIPTION_ID", () -> "s1");
        registry.add("SHUTTERSTOCK_BASE_URL", () -> SANDBOX.baseUrl() + "/shutterstock");
        registry.add("hub.media.backoff", () -> "20ms");
        registry.add("hub.media.response-timeout", () -> "1500");
        registry.add("N8N_WEBHOOK_URL", () -> SANDBOX.baseUrl() + "/n8n/webhook/videos");
        registry.add("N8N_WEBHOOK_SECRET", () -> N8N_SECRET);
        registry.add("HUB_VIDEO_SIZE", () -> "360");
        registry.add("hub.videos.poll", () -> "50ms");
        registry.add("hub.videos.renew", () -> "300ms"); // so often claims of the dead are looked for as well
        registry.add("hub.videos.retries", () -> "200ms, 200ms");
        registry.add("hub.videos.least-free", () -> "1MB");
        registry.add("hub.videos.live.look", () -> "100");
        registry.add("hub.notifications.webhooks.private-addresses", () -> "true");
        registry.add("hub.stripe.api-base", SANDBOX::baseUrl);
        registry.add("hub.stripe.secret-key", () -> "sk_test_sandbox");
        registry.add("hub.webhooks.secrets.stripe", () -> STRIPE_SECRET + "," + OTHER_STRIPE_SECRET);
        registry.add("hub.webhooks.secrets.n8n", () -> N8N_SECRET);
        registry.add("hub.operator.username", () -> OPERATOR);
        registry.add("hub.operator.password", () -> PASSWORD);
        registry.add("HUB_N8N_PROBE_URL", () -> SANDBOX.baseUrl() + "/n8n/healthz/readiness");
        registry.add("HUB_YOUTUBE_PROBE_URL", () -> SANDBOX.baseUrl() + "/youtube/discovery");
        registry.add("hub.operations.automatic", () -> "false"); // its tests ask for each look themselves
        registry.add(
                "HUB_ALERTS_WEBHOOK_SECRET",
                () -> "whsec_" + Base64.getEncoder().encodeToString(new byte[24]));
        registry.add("HUB_ALERTS_PRIVATE_HOSTS", () -> "127.0.0.1");
        registry.add("hub.youtube.websub-hub", () -> SANDBOX.baseUrl() + "/websub/subscribe");
        registry.add("hub.youtube.websub-feed", () -> SANDBOX.baseUrl() + "/websub/feeds/videos.xml");
    }

    @BeforeEach
    void connectSandbox() {
        SANDBOX.hub("http://127.0.0.1:" + port);
        SANDBOX.stripe().secrets(STRIPE_SECRET);
        SANDBOX.stripe().forgetWhatIsToCome(); // to the subscriptions of other tests, when this one moves the clock
    }

    /** An id nobody else uses. */
    public static String unique(String prefix) {
        return prefix + "_" + UUID.randomUUID().toString().replace("-", "");
    }

    protected static String hmac(String secret, String text) {
        return hmac("HmacSHA256", secret, text.getBytes(StandardCharsets.UTF_8));
    }

    protected static String hmac(String algorithm, String secret, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
            return HexFormat.of().formatHex(mac.doFinal(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    protected static String stripeSignature(String secret, String body) {
        long now = SANDBOX.clock().instant().getEpochSecond();
        return "t=" + now + ",v1=" + hmac(secret, now + "." + body);
    }

    protected HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60));
    }

    protected static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 400) {
                SecretWatch.lookAtError(answer.statusCode(), answer.body());
            }
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    protected HttpResponse<String> postStripe(String body) {
        return send(request("/api/v1/webhooks/stripe")
                .header("Content-Type", "application/json")
                .header("Stripe-Signature", stripeSignature(STRIPE_SECRET, body))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    protected HttpResponse<String> postN8n(String path, String body) {
        return send(request("/api/v1/webhooks/n8n" + path)
                .header("Content-Type", "application/json")
                .header("X-N8N-Signature", hmac(N8N_SECRET, body))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    protected static String basic(String username, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** A request of the operator. */
    protected HttpRequest.Builder operator(String path) {
        return request(path).header("Authorization", basic(OPERATOR, PASSWORD));
    }

    protected HttpResponse<String> operatorPost(String path, String json) {
        return send(operator(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    protected HttpResponse<String> operatorGet(String path) {
        return send(operator(path).GET());
    }

    /** The JSON of an answer. */
    protected static JsonNode tree(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(answer.body(), e);
        }
    }

    /** What was asked for, of an answer that it has worked. */
    protected static JsonNode data(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return tree(answer).get("data");
    }

    /** What was asked for, of an answer with this status. */
    protected static JsonNode data(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return tree(answer).get("data");
    }

    /** The field that is wrong is named. */
    protected static void assertFieldRefused(HttpResponse<String> answer, String field) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(tree(answer).path("field").asText()).isEqualTo(field);
    }

    /** Somebody new who has registered, proven the address and logged in. */
    protected TestUsers.User user() {
        return users.user();
    }

    /** The same user with fresh tokens, after the clock was moved. */
    protected TestUsers.User again(TestUsers.User user) {
        return users.again(user);
    }

    /** A request of a user. */
    protected HttpRequest.Builder as(TestUsers.User user, String path) {
        return request(path).header("Authorization", "Bearer " + user.token());
    }

    protected HttpResponse<String> userGet(TestUsers.User user, String path) {
        return send(as(user, path).GET());
    }

    protected HttpResponse<String> userPost(TestUsers.User user, String path, String json) {
        return send(as(user, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** A job that looks by the machine's clock looks now, on its own thread; {@code timer} as in {@code billing/sweep}. */
    protected void look(String timer) {
        String[] name = timer.split("/");
        try {
            camel.getComponent("quartz", QuartzComponent.class)
                    .getScheduler()
                    .triggerJob(JobKey.jobKey(name[1], name[0]));
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The state of an event; {@code absent} when the hub does not know it. */
    protected String stateOf(String service, String eventId) {
        return jdbc.sql("select w.state from webhooks.event e join webhooks.work w using (event_no)"
                        + " where e.service = :service and e.event_id = :event")
                .param("service", service)
                .param("event", eventId)
                .query(String.class)
                .optional()
                .orElse("absent");
    }

    protected void awaitState(String service, String eventId, String... states) {
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Set.of(states).contains(stateOf(service, eventId)));
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class MovedClock {

        @Bean
        @Primary
        Clock movedClock() {
            return SANDBOX.clock();
        }
    }
}
