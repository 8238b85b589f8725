package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubApplication;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Runs hub and simulated vendors in one JVM: what {@code mvn spring-boot:test-run} starts. The hub gets the sandbox's
 * clock and the settings that point at it; an environment variable of the same name wins.
 */
public final class SandboxHub {

    /** Known to everybody, and fit for a hub that only knows simulated vendors. */
    private static final String PASSWORD = "sandbox";

    private static final int PORT = 8090;

    private SandboxHub() {}

    /** {@code SANDBOX_PORT} moves the sandbox away from 8090. */
    public static void main(String[] args) {
        int port = Integer.parseInt(System.getenv().getOrDefault("SANDBOX_PORT", String.valueOf(PORT)));
        Sandbox sandbox;
        try {
            sandbox = Sandbox.start(port);
        } catch (IllegalStateException e) {
            System.err.println("The sandbox did not start: " + e.getMessage()
                    + ". Stop that program, or set SANDBOX_PORT to another port.");
            System.exit(1);
            return;
        }
        run(sandbox, args);
    }

    private static void run(Sandbox sandbox, String... args) {
        SpringApplication hub = new SpringApplication(HubApplication.class);
        Map<String, Object> settings = new HashMap<>(settings(sandbox.baseUrl()));
        settings.putAll(catalogue(sandbox.stripe()));
        hub.setDefaultProperties(settings);
        hub.addInitializers(
                context -> ((GenericApplicationContext) context).registerBean("clock", Clock.class, sandbox::clock));
        hub.addListeners(tellVendors(sandbox), tellReader(sandbox));
        try {
            hub.run(args);
        } catch (RuntimeException e) {
            sandbox.close();
            throw e;
        }
    }

    /** What is for sale: the three plans, and a pack of credits. */
    private static Map<String, Object> catalogue(StripeVendor stripe) {
        stripe.create(
                "products",
                Map.of(
                        "name",
                        "100 credits",
                        "metadata",
                        Map.of("credit_amount", "100", "credit_type", "payg"),
                        "default_price_data",
                        Map.of("currency", "usd", "unit_amount", 4_900)));
        return Map.of(
                "HUB_PRICE_STARTER", id(stripe.monthlyPrice("Starter", 9_700)),
                "HUB_PRICE_GROWTH", id(stripe.monthlyPrice("Growth", 29_700)),
                "HUB_PRICE_SCALE", id(stripe.monthlyPrice("Scale", 79_700)));
    }

    private static String id(JsonNode object) {
        return object.path("id").asText();
    }

    /** What makes a hub talk to these vendors instead of the real ones. */
    public static Map<String, Object> settings(String sandbox) {
        return Map.ofEntries(
                Map.entry("STRIPE_API_BASE", sandbox),
                Map.entry("STRIPE_SECRET_KEY", "sk_test_sandbox"),
                Map.entry("STRIPE_WEBHOOK_SECRET", "whsec_sandbox"),
                Map.entry("N8N_WEBHOOK_SECRET", "n8n_sandbox"),
                Map.entry("N8N_WEBHOOK_URL", sandbox + "/n8n/webhook/videos"),
                Map.entry("HUB_N8N_PROBE_URL", sandbox + "/n8n/healthz/readiness"),
                Map.entry("HUB_YOUTUBE_PROBE_URL", sandbox + "/youtube/discovery"),
                Map.entry("HUB_WEBSUB_HUB", sandbox + "/websub/subscribe"),
                Map.entry("HUB_WEBSUB_FEED", sandbox + "/websub/feeds/videos.xml"),
                Map.entry("YOUTUBE_BASE_URL", sandbox + "/youtube"),
                Map.entry("YOUTUBE_ANALYTICS_BASE_URL", sandbox + "/youtube/analytics"),
                Map.entry("GOOGLE_OAUTH_BASE_URL", sandbox + "/youtube/oauth"),
                Map.entry("GOOGLE_CONSENT_URL", sandbox + "/youtube/oauth/o/oauth2/v2/auth"),
                Map.entry("YOUTUBE_CLIENT_ID", YoutubeVendor.CLIENT_ID),
                Map.entry("YOUTUBE_CLIENT_SECRET", YoutubeConsent.SECRET),
                Map.entry("OPENAI_API_KEY", "sk-sandbox"),
                Map.entry("OPENAI_BASE_URL", sandbox + "/openai"),
                Map.entry("GOOGLE_TTS_API_KEY", "AIza-sandbox"),
                Map.entry("GOOGLE_TTS_BASE_URL", sandbox + "/google-tts"),
                Map.entry("ELEVENLABS_API_KEY", "sk_sandbox"),
                Map.entry("ELEVENLABS_BASE_URL", sandbox + "/elevenlabs"),
                Map.entry("STABILITY_API_KEY", "sk-sandbox"),
                Map.entry("STABILITY_BASE_URL", sandbox + "/stability"),
                Map.entry("PEXELS_API_KEY", "pexels_sandbox"),
                Map.entry("PEXELS_BASE_URL", sandbox + "/pexels"),
                Map.entry("PIXABAY_API_KEY", "pixabay_sandbox"),
                Map.entry("PIXABAY_BASE_URL", sandbox + "/pixabay"),
                Map.entry("SHUTTERSTOCK_CLIENT_ID", "client"),
                Map.entry("SHUTTERSTOCK_CLIENT_SECRET", "shutterstock_sandbox"),
                Map.entry("SHUTTERSTOCK_TOKEN", "shutterstock_sandbox"),
                Map.entry("SHUTTERSTOCK_SUBSCRIPTION_ID", "s1"),
                Map.entry("SHUTTERSTOCK_BASE_URL", sandbox + "/shutterstock"),
                Map.entry("HUB_WEBHOOKS_PRIVATE_ADDRESSES", "true"),
                Map.entry("RESEND_API_KEY", "re_sandbox"),
                Map.entry("RESEND_BASE_URL", sandbox + "/resend"),
                Map.entry("RESEND_WEBHOOK_SECRET", ResendVendor.WEBHOOK_SECRET),
                Map.entry("MIXPANEL_TOKEN", "mixpanel_sandbox"),
                Map.entry("MIXPANEL_PROJECT_ID", "1"),
                Map.entry("MIXPANEL_BASE_URL", sandbox + "/mixpanel"),
                Map.entry("AMPLITUDE_API_KEY", "amplitude_sandbox"),
                Map.entry("AMPLITUDE_BASE_URL", sandbox + "/amplitude"),
                Map.entry("HUB_MAIL_OPERATORS", "operators@ytempire.example"),
                Map.entry("HUB_DATA", "target/sandbox-data"), // apart from the data of a hub that does real work
                Map.entry("HUB_OPERATOR_PASSWORD", PASSWORD));
    }

    private static ApplicationListener<WebServerInitializedEvent> tellVendors(Sandbox sandbox) {
        return event -> {
            // the management port has a server of its own
            if (event.getApplicationContext().getServerNamespace() == null) {
                sandbox.hub("http://127.0.0.1:" + event.getWebServer().getPort());
            }
        };
    }

    private static ApplicationListener<ApplicationReadyEvent> tellReader(Sandbox sandbox) {
        return event -> System.out.printf(
                """

                The hub runs with simulated vendors.
                  hub       http://localhost:%s
                  console   http://localhost:%s/actuator/hawtio
                  login     operator / %s
                  vendors   %s
                  orders    %s/_sandbox/openapi.yaml
                  mailbox   %s/_sandbox/mailbox
                Make something happen:
                  curl -X POST %s/_sandbox/events -d '{"vendor":"stripe","scenario":"subscription.started"}'

                %n""",
                event.getApplicationContext().getEnvironment().getProperty("local.server.port"),
                event.getApplicationContext().getEnvironment().getProperty("local.management.port"),
                PASSWORD,
                sandbox.baseUrl(),
                sandbox.baseUrl(),
                sandbox.baseUrl(),
                sandbox.baseUrl());
    }
}
