package com.ytempire.hub.operations;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.OperatorAction.Order;
import java.util.List;
import java.util.Map;
import org.springframework.jmx.export.annotation.ManagedAttribute;
import org.springframework.jmx.export.annotation.ManagedOperation;
import org.springframework.jmx.export.annotation.ManagedOperationParameter;
import org.springframework.jmx.export.annotation.ManagedResource;
import org.springframework.stereotype.Component;

/** What an operator sees and does in the console (Hawtio, by JMX); the same actions as the page, written down as well. */
@Component
@ManagedResource(
        objectName = "com.ytempire.hub:type=Operations",
        description = "Vendors, alerts, links, refunds, offline mode")
public class OperationsConsole {

    private static final String OPERATOR = "console";

    private final OperatorActions actions;
    private final AuditReader audit;
    private final VendorHealth vendors;
    private final Alerts alerts;

    OperationsConsole(OperatorActions actions, AuditReader audit, VendorHealth vendors, Alerts alerts) {
        this.actions = actions;
        this.audit = audit;
        this.vendors = vendors;
        this.alerts = alerts;
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

    private String run(String action, String target, Map<String, String> values) {
        long done = actions.run(actions.find(action), new Order(target, values, OPERATOR, "console"));
        return audit.find(done).map(AuditReader.Entry::result).orElse("");
    }

    /** Asks a vendor now. */
    @ManagedOperation(description = "Ask a vendor now whether it is well, at no cost")
    @ManagedOperationParameter(name = "vendor", description = "its name, as in vendors")
    public String probe(String vendor) {
        return run("vendor.probe", vendor, Map.of());
    }

    /** Closes an alert. */
    @ManagedOperation(description = "Close an alert")
    @ManagedOperationParameter(name = "id", description = "its number, as in alerts")
    public String closeAlert(long id) {
        return run("alert.close", String.valueOf(id), Map.of());
    }

    /** Switches a link off. */
    @ManagedOperation(description = "Switch a link of a provider chain off, on all nodes")
    @ManagedOperationParameter(name = "link", description = "its name, such as text-premium")
    public String switchLinkOff(String link) {
        return run("link.off", link, Map.of());
    }

    /** Switches a link on. */
    @ManagedOperation(description = "Switch a link of a provider chain on, with a closed breaker")
    @ManagedOperationParameter(name = "link", description = "its name, such as text-premium")
    public String switchLinkOn(String link) {
        return run("link.on", link, Map.of());
    }

    /** Takes billing offline. */
    @ManagedOperation(description = "Take billing offline: nothing is sent to Stripe, commands are queued")
    @ManagedOperationParameter(name = "reason", description = "for those who read it later")
    public String takeBillingOffline(String reason) {
        return run("billing.offline", "", Map.of("reason", reason));
    }

    /** Brings billing back online. */
    @ManagedOperation(description = "Bring billing back online: the queue is sent in its order")
    public String bringBillingOnline() {
        return run("billing.online", "", Map.of());
    }

    /** Approves a refund. */
    @ManagedOperation(description = "Approve a refund that waits")
    @ManagedOperationParameter(name = "id", description = "of the request")
    public String approveRefund(String id) {
        return run("refund.approve", id, Map.of());
    }

    /** Changes a setting. */
    @ManagedOperation(description = "Change a threshold or how people are told")
    @ManagedOperationParameter(name = "name", description = "of the setting")
    @ManagedOperationParameter(name = "value", description = "empty: as it stands in the settings")
    public String changeSetting(String name, String value) {
        return run("setting.change", name, Map.of("value", value == null ? "" : value));
    }

    /** Does any action of the page by its name. */
    @ManagedOperation(description = "Do any action of the page that needs no more than a target, such as video.approve")
    @ManagedOperationParameter(name = "action", description = "its name, as in the audit log")
    @ManagedOperationParameter(name = "target", description = "on what: a video, a channel, an upload")
    public String act(String action, String target) {
        return run(action, target, Map.of());
    }
}
