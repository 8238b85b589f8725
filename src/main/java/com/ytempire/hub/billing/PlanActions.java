package com.ytempire.hub.billing;

import com.ytempire.hub.billing.PlanSettings.Terms;
import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import com.ytempire.hub.platform.OperatorActionSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Adding plans, and ending and beginning their sale. What a plan promises is changed among the settings. */
@Component
class PlanActions implements OperatorActionSource {

    private static final Function<String, String> BACK = target -> "/operations/settings#plans";

    /** One of the version before knows neither plans that were added nor that one is not sold. */
    private static final String UPGRADE = " Not during an upgrade: wait until all nodes are of this version.";

    private final PlanTable table;

    PlanActions(PlanTable table) {
        this.table = table;
    }

    @Override
    public String title() {
        return "Plans";
    }

    @Override
    public List<OperatorAction> actions() {
        return List.of(
                new OperatorAction(
                        "plan.add",
                        "Add a plan",
                        null,
                        target -> "It is offered on every node within a second, once Stripe has its price." + UPGRADE,
                        List.of(
                                Field.text("name", "Name, small letters"),
                                Field.text("price", "Stripe's id of its price"),
                                new Field("amount", "Shown a month, in cents", "number", true, ""),
                                Field.text("currency", "Currency of that").beginning("usd"),
                                new Field("channels", "Channels a user may connect", "number", true, ""),
                                new Field("videos-per-day", "Videos a day", "number", true, ""),
                                new Field("trial-days", "Days of trial", "number", true, "0"),
                                Field.text("features", "Features, by comma, or none")
                                        .beginning(PlanTable.NONE)),
                        BACK,
                        this::add),
                new OperatorAction(
                        "plan.retire",
                        "Retire this plan",
                        "plan",
                        target -> "Nobody can buy " + target
                                + " or change to it any more, on all nodes within a second. Who has it keeps it, at his"
                                + " price and with all it promises." + UPGRADE,
                        List.of(),
                        BACK,
                        order -> sell(order, false)),
                new OperatorAction(
                        "plan.sell",
                        "Sell this plan again",
                        "plan",
                        target -> target + " is offered again, on all nodes within a second.",
                        List.of(),
                        BACK,
                        order -> sell(order, true)));
    }

    private String add(Order order) {
        Map<String, Terms> plans = table.add(order.value("name"), order::value, order.operator());
        return "There are " + plans.size() + " plans now: " + String.join(", ", plans.keySet());
    }

    private String sell(Order order, boolean sold) {
        table.sell(order.target(), sold, order.operator());
        return order.target() + (sold ? " is sold" : " is retired");
    }

    @Override
    public List<Offer> offers() {
        return table.plans().entrySet().stream()
                .map(plan -> new Offer(
                        plan.getKey(),
                        plan.getKey(),
                        plan.getValue().sold() ? "is sold" : "is retired: who has it keeps it",
                        List.of(plan.getValue().sold() ? "plan.retire" : "plan.sell")))
                .toList();
    }
}
