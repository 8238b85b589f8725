package com.ytempire.hub.operations;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.Flows;
import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.spending.LinkDesk;
import java.util.List;
import java.util.function.Function;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Links of provider chains, vendors' probes, and alerts. */
@Component
@Order(40)
class VendorActions implements ActionList {

    private static final Function<String, String> TO_LINKS = target -> "/operations/actions#links";

    private final LinkDesk links;
    private final Alerts alerts;
    private final Flows flows;

    VendorActions(LinkDesk links, Alerts alerts, Flows flows) {
        this.links = links;
        this.alerts = alerts;
        this.flows = flows;
    }

    @Override
    public List<OperatorAction> actions() {
        return List.of(
                new OperatorAction(
                        "link.off",
                        "Switch this link off",
                        "link",
                        target -> target
                                + " is passed over by its chain on all nodes within a second; the next link answers.",
                        List.of(),
                        TO_LINKS,
                        order -> {
                            links.switchOff(order.target(), order.operator());
                            return order.target() + " is off";
                        }),
                new OperatorAction(
                        "link.on",
                        "Switch this link on",
                        "link",
                        target -> target + " is tried again at once, with a closed breaker.",
                        List.of(),
                        TO_LINKS,
                        order -> {
                            links.switchOn(order.target());
                            return order.target() + " is on";
                        }),
                new OperatorAction(
                        "vendor.probe",
                        "Ask this vendor now",
                        "vendor",
                        target -> target + " is asked at no cost whether it is well.",
                        List.of(),
                        target -> "/operations#vendors",
                        order -> {
                            flows.ask("direct:operations-probe-now", order.target(), Object.class);
                            return order.target() + " was asked";
                        }),
                new OperatorAction(
                        "alert.close",
                        "Close this alert",
                        "alert",
                        target ->
                                "Whoever was told of it is told that it is over. When the trouble lasts, a new one opens.",
                        List.of(),
                        target -> "/operations/alerts",
                        order -> alerts.close(number(order.target()), order.operator())
                                ? "It is closed"
                                : "It was closed already"));
    }

    private static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }
}
