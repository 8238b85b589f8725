package com.ytempire.hub.operations;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.ChangedSettings;
import com.ytempire.hub.spending.Prices;
import java.util.List;
import org.springframework.jmx.export.annotation.ManagedAttribute;
import org.springframework.jmx.export.annotation.ManagedOperation;
import org.springframework.jmx.export.annotation.ManagedResource;
import org.springframework.stereotype.Component;

/** What an operator sees in the console (Hawtio, by JMX); what he can do stands in {@link ActionsConsole}. */
@Component
@ManagedResource(objectName = "com.ytempire.hub:type=Operations", description = "Vendors, alerts, settings, prices")
public class OperationsConsole {

    private final VendorHealth vendors;
    private final Alerts alerts;
    private final ChangedSettings settings;
    private final Prices prices;

    OperationsConsole(VendorHealth vendors, Alerts alerts, ChangedSettings settings, Prices prices) {
        this.vendors = vendors;
        this.alerts = alerts;
        this.settings = settings;
        this.prices = prices;
    }

    /** How many alerts are open. */
    @ManagedAttribute(description = "How many alerts are open")
    public int getOpenAlerts() {
        return alerts.open().size();
    }

    /** Open alerts, a line each. */
    @ManagedOperation(description = "Open alerts, a line each")
    public List<String> alerts() {
        return alerts.open().stream()
                .map(alert -> "%d %s %s %s %s: %s"
                        .formatted(
                                alert.id(),
                                alert.level(),
                                alert.kind(),
                                alert.service(),
                                alert.subject(),
                                alert.message()))
                .toList();
    }

    /** Vendors as their last probe found them, a line each. */
    @ManagedOperation(description = "Vendors as their last probe found them, a line each")
    public List<String> vendors() {
        return vendors.vendors().stream()
                .map(vendor -> "%s: %s at %s%s"
                        .formatted(
                                vendor.name(),
                                vendor.status(),
                                vendor.probedAt(),
                                vendor.error() == null ? "" : ", " + vendor.error()))
                .toList();
    }

    /** What can be changed without a restart, a line each. */
    @ManagedOperation(description = "What can be changed without a restart, a line each")
    public List<String> settings() {
        return settings.all().stream()
                .map(setting -> "%s = %s%s"
                        .formatted(
                                setting.name(),
                                setting.value(),
                                setting.changedBy() == null
                                        ? ""
                                        : ", usually " + setting.usual() + ", changed by " + setting.changedBy()))
                .toList();
    }

    /** What vendors charge today, a line each. */
    @ManagedOperation(description = "What vendors charge today in US dollars, a line each")
    public List<String> prices() {
        return prices.all().stream()
                .map(price -> "%s = %s for %s".formatted(price.name(), price.now(), price.unit()))
                .toList();
    }
}
