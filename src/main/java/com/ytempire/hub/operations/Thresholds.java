package com.ytempire.hub.operations;

import com.ytempire.hub.platform.Changeable;
import com.ytempire.hub.platform.ChangeableSource;
import com.ytempire.hub.platform.ChangedSettings;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** From when on something is a trouble, and how people are told: as set, unless an operator has changed it. */
@Component
@Order(30)
class Thresholds implements ChangeableSource {

    static final String BY_MAIL = "alerts-by-mail";
    static final String BY_WEBHOOK = "alerts-by-webhook";
    static final String WEBHOOK = "alerts-webhook";
    static final String SECRET = "alerts-webhook-secret";

    private static final String ALERTS = "Alerts";
    private static final Map<String, String> TITLES = Map.ofEntries(
            Map.entry("least-calls", "Calls below which a rate says nothing"),
            Map.entry("least-events", "Events below which a percentile says nothing"),
            Map.entry("payment-failures-warning", "Failed payments, % of all: warning"),
            Map.entry("payment-failures-critical", "Failed payments, % of all: critical"),
            Map.entry("webhook-processing-warning", "Webhooks to their end, seconds at p95: warning"),
            Map.entry("webhook-processing-critical", "Webhooks to their end, seconds at p95: critical"),
            Map.entry("vendor-errors-warning", "A vendor's failed calls, %: warning"),
            Map.entry("vendor-errors-critical", "A vendor's failed calls, %: critical"));
    private static final int LEAST_KEY = 24; // bytes; www.standardwebhooks.com

    private final OperationsSettings settings;
    private final ChangedSettings changed;

    Thresholds(OperationsSettings settings, ChangedSettings changed) {
        this.settings = settings;
        this.changed = changed;
    }

    @Override
    public List<Changeable> changeables() {
        List<Changeable> all = new ArrayList<>();
        settings.thresholds()
                .forEach((name, usual) -> all.add(Changeable.number(
                        name, "Thresholds", TITLES.getOrDefault(name, name.replace('-', ' ')), usual)));
        OperationsSettings.Alerting alerts = settings.alerts();
        all.add(Changeable.onOff(BY_MAIL, ALERTS, "Alerts by mail", String.valueOf(alerts.byMail())));
        all.add(Changeable.onOff(
                BY_WEBHOOK, ALERTS, "Alerts by webhook, once it has an address", String.valueOf(alerts.byWebhook())));
        all.add(Changeable.address(
                WEBHOOK, ALERTS, "Address alerts are posted to, besides the mails", alerts.webhook()));
        all.add(Changeable.secret(
                SECRET,
                ALERTS,
                "Secret that signs what is posted, whsec_ and base64",
                alerts.secret(),
                Thresholds::wrongSecret));
        return all;
    }

    private static String wrongSecret(String secret) {
        try {
            boolean fits = secret.startsWith("whsec_")
                    && Base64.getDecoder()
                                    .decode(secret.substring("whsec_".length()).getBytes(StandardCharsets.US_ASCII))
                                    .length
                            >= LEAST_KEY;
            return fits ? null : "whsec_ and at least " + LEAST_KEY + " bytes as base64";
        } catch (IllegalArgumentException e) {
            return "whsec_ and at least " + LEAST_KEY + " bytes as base64";
        }
    }

    /** The values in force, by name. */
    Values values() {
        Map<String, String> values = new LinkedHashMap<>();
        settings.thresholds().forEach((name, usual) -> values.put(name, inForce(name, usual)));
        values.put(BY_MAIL, inForce(BY_MAIL, String.valueOf(settings.alerts().byMail())));
        values.put(
                BY_WEBHOOK, inForce(BY_WEBHOOK, String.valueOf(settings.alerts().byWebhook())));
        values.put(WEBHOOK, inForce(WEBHOOK, settings.alerts().webhook()));
        return new Values(values);
    }

    private String inForce(String name, String usual) {
        return changed.changed(name).orElse(usual);
    }

    /** What signs the messages to the webhook; empty for none. */
    String secret() {
        return changed.changedSecret(SECRET).orElse(settings.alerts().secret());
    }

    record Values(Map<String, String> byName) {

        BigDecimal number(String name) {
            return new BigDecimal(byName.get(name));
        }

        boolean isOn(String name) {
            return Boolean.parseBoolean(byName.get(name));
        }

        String text(String name) {
            return byName.get(name);
        }
    }
}
