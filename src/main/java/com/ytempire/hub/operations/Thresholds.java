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
            Map.entry("vendor-errors-critical", "A vendor's failed calls, %: critical"),
            Map.entry("alerts-by-mail", "Alerts by mail"),
            Map.entry("alerts-by-webhook", "Alerts by webhook, once it has an address"));
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
        settings.thresholds().forEach((name, usual) -> all.add(changeable(name, usual)));
        all.add(Changeable.secret(
                SECRET,
                ALERTS,
                "Secret that signs what is posted, whsec_ and base64",
                settings.alerts().secret(),
                Thresholds::wrongSecret));
        return all;
    }

    private static Changeable changeable(String name, String usual) {
        String title = TITLES.getOrDefault(name, name.replace('-', ' '));
        if (name.equals(WEBHOOK)) {
            return Changeable.address(name, ALERTS, "Address alerts are posted to, besides the mails", usual);
        }
        return name.startsWith("alerts-by-")
                ? Changeable.onOff(name, ALERTS, title, usual)
                : Changeable.number(name, "Thresholds", title, usual);
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
        settings.thresholds()
                .forEach((name, usual) -> values.put(name, changed.changed(name).orElse(usual)));
        return new Values(values);
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
