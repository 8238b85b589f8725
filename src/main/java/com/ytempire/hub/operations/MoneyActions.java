package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingOffline;
import com.ytempire.hub.billing.RefundDesk;
import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.Problem;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Refunds that wait for a person, and billing without Stripe. */
@Component
@Order(30)
class MoneyActions implements ActionList {

    private static final Function<String, String> BACK = target -> "/operations/actions#money";

    private final RefundDesk refunds;
    private final BillingOffline offline;

    MoneyActions(RefundDesk refunds, BillingOffline offline) {
        this.refunds = refunds;
        this.offline = offline;
    }

    @Override
    public List<OperatorAction> actions() {
        return List.of(
                new OperatorAction(
                        "refund.approve",
                        "Approve this refund",
                        "refund",
                        target -> "The money goes back to the customer now; it cannot be taken back.",
                        List.of(),
                        BACK,
                        order -> "Stripe says: " + refunds.approve(refund(order.target()), order.operator())),
                new OperatorAction(
                        "refund.reject",
                        "Reject this refund",
                        "refund",
                        target -> "The customer keeps what he paid for, and is not paid back.",
                        List.of(Field.text("reason", "Why")),
                        BACK,
                        order -> {
                            refunds.reject(refund(order.target()), order.value("reason"), order.operator());
                            return "It is rejected";
                        }),
                new OperatorAction(
                        "billing.offline",
                        "Take billing offline",
                        null,
                        target -> "Nothing is sent to Stripe any more, on all nodes within a second. Commands are"
                                + " queued and answered 202; what needs the customer present is answered 503. Finance"
                                + " is told.",
                        List.of(Field.text("reason", "Why")),
                        BACK,
                        order -> {
                            offline.begin(order.value("reason"), order.operator());
                            return "Billing is offline";
                        }),
                new OperatorAction(
                        "billing.online",
                        "Bring billing back online",
                        null,
                        target -> "Stripe is called again, and the queue is sent in its order. Finance is told.",
                        List.of(),
                        BACK,
                        order -> {
                            offline.end(order.operator());
                            return "Billing is online";
                        }));
    }

    private static UUID refund(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such refund");
        }
    }
}
