package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Entitlements;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * What a user's plan allows at this moment. It is computed from the mirror at each question, so that it follows the
 * subscription's status and dunning at once: a subscription on trial, active or past due grants its plan, every other
 * one nothing.
 */
@Component("planLimits")
public class PlanLimits implements Entitlements {

    private final SubscriptionMirror subscriptions;
    private final DunningLimits dunning;

    PlanLimits(SubscriptionMirror subscriptions, DunningLimits dunning) {
        this.subscriptions = subscriptions;
        this.dunning = dunning;
    }

    /**
     * @param plan null without a subscription
     * @param status Stripe's status of the subscription; {@code paused} also while its collection is paused, {@code
     *     suspended} when dunning ended without success, {@code none} without a subscription
     * @param videosPerDay for each day of {@code hub.zone}
     * @param features those granted now
     */
    public record Limits(String plan, String status, int channels, int videosPerDay, Set<String> features) {

        static final Limits NONE = new Limits(null, "none", 0, 0, Set.of());
    }

    /** Nothing at all for a user nobody knows. */
    public Limits of(UUID userId) {
        return subscriptions.ofUser(userId).map(this::limits).orElse(Limits.NONE);
    }

    Limits limits(SubscriptionMirror.Found subscription) {
        Plan plan = subscription.plan();
        String status = subscription.state().status();
        Optional<DunningLimits.Limit> late = dunning.of(subscription.id());
        if (late.isPresent() && late.get().suspended() && subscription.state().isLive()) {
            status = "suspended";
        }
        if (!subscription.state().isLive() || status.equals("suspended")) {
            return new Limits(plan.name(), status, 0, 0, Set.of());
        }
        Set<String> features = new LinkedHashSet<>(plan.features());
        late.ifPresent(limit -> features.removeAll(limit.featuresOff()));
        return new Limits(plan.name(), status, plan.channels(), plan.videosPerDay(), features);
    }

    @Override
    public boolean grants(UUID userId, String feature) {
        return of(userId).features().contains(feature);
    }
}
