package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a user has subscribed to, and what it grants at this moment. */
@RestController
@RequestMapping("/api/v1/billing/subscriptions/current")
class CurrentSubscription {

    private final SubscriptionMirror subscriptions;
    private final PlanLimits limits;
    private final DunningCases dunning;
    private final Customers customers;
    private final UserMails mails;

    CurrentSubscription(
            SubscriptionMirror subscriptions,
            PlanLimits limits,
            DunningCases dunning,
            Customers customers,
            UserMails mails) {
        this.subscriptions = subscriptions;
        this.limits = limits;
        this.dunning = dunning;
        this.customers = customers;
        this.mails = mails;
    }

    /** @param userId for operators: whose it is */
    @GetMapping
    ApiAnswer<Summary> show(@RequestParam(name = "user_id", required = false) UUID userId, Caller caller) {
        UUID user = customers.account(caller, userId).id();
        return ApiAnswer.of(subscriptions.ofUser(user).map(this::summary).orElse(Summary.NONE));
    }

    private Summary summary(SubscriptionMirror.Found found) {
        SubscriptionState state = found.state();
        PlanLimits.Limits granted = limits.limits(found);
        return new Summary(
                found.id(),
                granted.status(),
                granted.plan(),
                state.amount(),
                state.currency(),
                state.interval(),
                state.periodEnd(),
                state.trialEnd(),
                state.cancelling(),
                granted.channels(),
                granted.videosPerDay(),
                granted.features(),
                dunning.unpaidOf(found.id())
                        .map(unpaid -> new Unpaid(
                                unpaid.invoice(),
                                unpaid.progress().failures(),
                                unpaid.progress().nextAt(),
                                unpaid.progress().suspendedAt(),
                                mails.cardPage()))
                        .orElse(null));
    }

    /**
     * @param status {@code none} without a subscription
     * @param amount for a period, in the smallest unit of the currency
     * @param unpaid null while nothing is overdue
     */
    record Summary(
            String subscriptionId,
            String status,
            String plan,
            Long amount,
            String currency,
            String interval,
            Instant currentPeriodEnd,
            Instant trialEnd,
            boolean cancelAtPeriodEnd,
            int channels,
            int videosPerDay,
            Set<String> features,
            Unpaid unpaid) {

        static final Summary NONE =
                new Summary(null, "none", null, null, null, null, null, null, false, 0, 0, Set.of(), null);
    }

    /**
     * @param nextStepAt when it is tried again or the subscription is suspended; null when that is not planned
     * @param cardPage where another card is handed in
     */
    record Unpaid(String invoice, int failures, Instant nextStepAt, Instant suspendedAt, String cardPage) {}
}
