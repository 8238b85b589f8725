package com.ytempire.hub.crash;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.ResendVendor;
import com.ytempire.hub.sandbox.Sandbox;
import java.util.Map;

/**
 * What the shop sells.
 *
 * @param pack the product of a pack of credits
 * @param settings of the hubs that sell it; what they look for in the background they look for often
 */
record CrashCatalogue(String pack, ObjectNode settings) {

    /** Puts it up for sale. */
    static CrashCatalogue at(Sandbox sandbox) {
        String starter = monthly(sandbox, "starter", 50, CrashCustomer.STARTER);
        String growth = monthly(sandbox, "growth", 100, CrashCustomer.GROWTH);
        String pack = product(sandbox, Map.of("credit_amount", 100, "credit_type", "payg"));
        sandbox.stripe()
                .create("prices", Map.of("currency", "usd", "unit_amount", CrashCustomer.PACK, "product", pack));
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        settings.put("hub.stripe.api-base", sandbox.baseUrl())
                .put("hub.stripe.secret-key", "sk_test_sandbox")
                .put("hub.webhooks.secrets.stripe", CrashIT.SECRET)
                .put("hub.webhooks.secrets.resend", ResendVendor.WEBHOOK_SECRET)
                .put("hub.accounts.bcrypt-strength", "4")
                .put("hub.accounts.requests.per-minute", "100000")
                .put("hub.accounts.requests.per-hour", "100000")
                .put("hub.accounts.requests.auth-per-minute", "1000")
                .put("hub.billing.plans.starter.price", starter)
                .put("hub.billing.plans.starter.trial-days", "0")
                .put("hub.billing.plans.growth.price", growth)
                .put("hub.billing.verify-interval", "500")
                .put("hub.billing.sync-interval", "300")
                .put("hub.billing.open-effects-interval", "300")
                .put("hub.billing.dunning.look", "300")
                .put("hub.billing.commands.look", "200")
                .put("hub.billing.commands.try-again", "20ms")
                .put("hub.billing.commands.lease", "10s") // what a killed hub left is taken up within the test
                .put("hub.notifications.look", "200")
                .put("hub.notifications.lease", "15s")
                .put("hub.notifications.mail.base-url", sandbox.baseUrl() + "/resend")
                .put("hub.notifications.mail.api-key", "re_sandbox")
                .put("hub.notifications.mail.per-second", "20")
                .put("hub.notifications.mixpanel.base-url", sandbox.baseUrl() + "/mixpanel")
                .put("hub.notifications.mixpanel.token", "mixpanel_sandbox")
                .put("hub.notifications.mixpanel.project-id", "1")
                .put("hub.notifications.amplitude.base-url", sandbox.baseUrl() + "/amplitude")
                .put("hub.notifications.amplitude.api-key", "amplitude_sandbox");
        return new CrashCatalogue(pack, settings);
    }

    private static String monthly(Sandbox sandbox, String plan, long credits, long cents) {
        String product =
                product(sandbox, Map.of("credit_amount", credits, "credit_type", "subscription", "plan_tier", plan));
        return sandbox.stripe()
                .recurringPrice(product, cents, "month")
                .get("id")
                .asText();
    }

    private static String product(Sandbox sandbox, Map<String, Object> metadata) {
        return sandbox.stripe()
                .create("products", Map.of("name", "Product", "metadata", metadata))
                .get("id")
                .asText();
    }
}
