package com.ytempire.hub.billing;

import com.ytempire.hub.notifications.AnalyticsEvent;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Body;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Whom a subscription's life is told to: the user by mail, analytics, and our own team. */
@Component("subscriptionMessages")
class SubscriptionMessages {

    private final UserMails mails;
    private final Outbox outbox;
    private final long highAmount;
    private final String highCurrency;

    SubscriptionMessages(
            UserMails mails,
            Outbox outbox,
            @Value("${hub.billing.high-value.amount}") long highAmount,
            @Value("${hub.billing.high-value.currency}") String highCurrency) {
        this.mails = mails;
        this.outbox = outbox;
        this.highAmount = highAmount;
        this.highCurrency = highCurrency;
    }

    /** The one welcome of a subscription. */
    public void welcome(@Body SubscriptionMove move) {
        mails.send("welcome:" + move.subscription(), "welcome", move.userId(), values(move));
    }

    /** Old and new plan with their amounts. */
    public void changed(@Body SubscriptionMove move) {
        Map<String, Object> values = values(move);
        values.put("old_plan", move.before().plan());
        values.put("old_amount", amount(move.before()));
        values.put("new_plan", move.after().plan());
        values.put("new_amount", amount(move.after()));
        mails.send("plan-changed:" + again(move), "plan-changed", move.userId(), values);
    }

    /** When the trial ends and what is due then. */
    public void trialEnding(@Body SubscriptionMove move) {
        mails.send(trialKey(move), "trial-ending", move.userId(), values(move));
    }

    /** Confirms the cancellation. */
    public void cancelled(@Body SubscriptionMove move) {
        mails.send("cancelled:" + again(move), "cancelled", move.userId(), values(move));
    }

    /** The one mail that asks to stay. */
    public void retention(@Body SubscriptionMove move) {
        Map<String, Object> values = values(move);
        if (move.after().isEnded()) {
            values.remove("period_end"); // nothing is left that could be kept
        }
        mails.send("retention:" + again(move), "retention", move.userId(), values);
    }

    /** Our own people hear of a large subscription, once. */
    public void tellTeam(@Body SubscriptionMove move) {
        SubscriptionState state = move.after();
        if (state.monthlyAmount() >= highAmount && highCurrency.equalsIgnoreCase(state.currency())) {
            outbox.tell(new Notice(
                    "high-value:" + move.subscription(),
                    Notice.Audience.TEAM,
                    "A large subscription: plan " + state.plan(),
                    "Subscription %s, plan %s, user %s: %s a month."
                            .formatted(
                                    move.subscription(),
                                    state.plan(),
                                    move.userId(),
                                    UserMails.money(state.monthlyAmount(), state.currency())),
                    null));
        }
    }

    /** Analytics hear of every move that has a name there. */
    public void track(@Body SubscriptionMove move) {
        switch (move.kind()) {
            case STARTED -> track(move, "subscription_started:" + move.subscription(), "subscription_started");
            case CHANGED -> track(move, "subscription_changed:" + again(move), "subscription_changed");
            case CANCELLED -> track(move, "subscription_cancelled:" + again(move), "subscription_cancelled");
            case KEPT -> track(move, "subscription_kept:" + again(move), "subscription_kept");
            case ENDED -> track(move, "subscription_ended:" + move.subscription(), "subscription_ended");
            case STATUS ->
                track(
                        move,
                        "subscription_status:" + move.subscription() + ":"
                                + move.after().status() + ":" + move.at().getEpochSecond(),
                        "subscription_status");
            case TRIAL_ENDING -> track(move, trialKey(move), "trial_ending");
        }
    }

    private void track(SubscriptionMove move, String key, String name) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("subscription", move.subscription());
        properties.put("plan", move.after().plan());
        properties.put("status", move.after().status());
        properties.put("amount", move.after().amount());
        properties.put("currency", move.after().currency());
        properties.put("interval", move.after().interval());
        if (move.before() != null) {
            properties.put("plan_before", move.before().plan());
            properties.put("status_before", move.before().status());
            properties.put("amount_before", move.before().amount());
        }
        if (move.reason() != null) {
            properties.put("reason", move.reason());
        }
        outbox.track(new AnalyticsEvent(key, name, move.userId(), move.at(), properties));
    }

    private static String trialKey(SubscriptionMove move) {
        return "trial-ending:" + move.subscription() + ":"
                + move.after().trialEnd().getEpochSecond();
    }

    private static String again(SubscriptionMove move) {
        return move.subscription() + ":" + move.number();
    }

    private Map<String, Object> values(SubscriptionMove move) {
        SubscriptionState state = move.after();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("plan", state.plan());
        values.put("amount", amount(state));
        values.put("interval", every(state));
        values.put(
                "period_end", mails.day(state.isEnded() || state.periodEnd() == null ? move.at() : state.periodEnd()));
        values.put("trial_end", mails.day(state.trialEnd()));
        return values;
    }

    private static Map<String, Object> amount(SubscriptionState state) {
        return UserMails.amount(state.amount(), state.currency());
    }

    private static String every(SubscriptionState state) {
        String interval = state.interval() == null ? "month" : state.interval();
        return state.intervalCount() > 1 ? state.intervalCount() + " " + interval + "s" : interval;
    }
}
