package com.ytempire.hub.billing;

import com.ytempire.hub.billing.PlanSettings.Terms;
import com.ytempire.hub.platform.Changeable;
import com.ytempire.hub.platform.ChangeableSource;
import com.ytempire.hub.platform.ChangedSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table of plans in force: that of the settings, and what operators have changed of it. A price that a plan was once
 * sold at goes on belonging to it, for there are subscriptions at that price.
 */
@Component
@Order(10)
class PlanTable implements ChangeableSource {

    private static final String GROUP = "Plans";
    private static final String NONE = "none";
    private static final Pattern PRICE = Pattern.compile("[A-Za-z0-9_]{1,255}");
    private static final Pattern CURRENCY = Pattern.compile("[a-z]{3}");
    private static final Pattern FEATURES = Pattern.compile("[a-z_]{1,64}(\\s*,\\s*[a-z_]{1,64})*");
    private static final long MOST_AMOUNT = 99_999_999; // Stripe's own limit, docs.stripe.com/currencies
    private static final int MOST_TRIAL = 730; // days; Stripe's own limit

    private final PlanSettings settings;
    private final ChangedSettings changed;
    private final JdbcClient jdbc;

    PlanTable(PlanSettings settings, ChangedSettings changed, JdbcClient jdbc) {
        this.settings = settings;
        this.changed = changed;
        this.jdbc = jdbc;
    }

    /** By name, in the order they are offered. */
    Map<String, Terms> plans() {
        Map<String, Terms> plans = new LinkedHashMap<>();
        settings.plans().forEach((name, usual) -> plans.put(name, inForce(name, usual)));
        return plans;
    }

    private Terms inForce(String plan, Terms usual) {
        return new Terms(
                text(plan, "price").orElse(usual.price()),
                text(plan, "amount").map(Long::valueOf).orElse(usual.amount()),
                text(plan, "currency").orElse(usual.currency()),
                text(plan, "channels").map(Integer::valueOf).orElse(usual.channels()),
                text(plan, "videos-per-day").map(Integer::valueOf).orElse(usual.videosPerDay()),
                text(plan, "trial-days").map(Integer::valueOf).orElse(usual.trialDays()),
                text(plan, "features").map(PlanTable::list).orElse(usual.features()));
    }

    private Optional<String> text(String plan, String what) {
        return changed.changed(name(plan, what));
    }

    private static String name(String plan, String what) {
        return "plan." + plan + "." + what;
    }

    private static List<String> list(String features) {
        return features.equals(NONE)
                ? List.of()
                : Arrays.stream(features.split(",")).map(String::strip).toList();
    }

    /** The plan a price is of, or was; there may be no price. */
    Optional<String> nameOf(String price) {
        return price == null
                ? Optional.empty()
                : planWith(plans(), price)
                        .or(() -> planWith(settings.plans(), price))
                        .or(() -> former(price));
    }

    private static Optional<String> planWith(Map<String, Terms> plans, String price) {
        return plans.entrySet().stream()
                .filter(plan -> plan.getValue().price().equals(price))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Of several plans that had it the last one: before, it was entered by mistake. */
    private Optional<String> former(String price) {
        return changed.onceSetTo(price).stream()
                .flatMap(setting -> settings.plans().keySet().stream()
                        .filter(plan -> name(plan, "price").equals(setting)))
                .findFirst();
    }

    private String wrongPrice(String plan, String price) {
        if (!PRICE.matcher(price).matches()) {
            return "An id such as price_1Abc";
        }
        if (isWithdrawn(price)) {
            return "Stripe no longer sells this price";
        }
        return nameOf(price)
                .filter(other -> !other.equals(plan))
                .filter(other -> isOffered(price) || isPaid(price))
                .map(other -> "It is the price of the plan " + other)
                .orElse(null);
    }

    private boolean isOffered(String price) {
        return planWith(plans(), price)
                .or(() -> planWith(settings.plans(), price))
                .isPresent();
    }

    /** A price the mirror does not hold may have been made just now. */
    private boolean isWithdrawn(String price) {
        return jdbc.sql("select exists (select from billing.price where id = :price"
                        + " and (active = false or deleted_at is not null))")
                .param("price", price)
                .query(Boolean.class)
                .single();
    }

    private boolean isPaid(String price) {
        return jdbc.sql("select exists (select from billing.subscription where price = :price and deleted_at is null"
                        + " and status not in ('canceled', 'incomplete_expired'))")
                .param("price", price)
                .query(Boolean.class)
                .single();
    }

    @Override
    public List<Changeable> changeables() {
        List<Changeable> all = new ArrayList<>();
        settings.plans().forEach((plan, usual) -> {
            all.add(new Changeable(
                    name(plan, "price"),
                    GROUP,
                    plan + ": Stripe's price id for new subscriptions",
                    usual.price(),
                    false,
                    price -> wrongPrice(plan, price)));
            all.add(Changeable.whole(
                    name(plan, "amount"),
                    GROUP,
                    plan + ": shown a month, in cents, while Stripe's own price is not known",
                    usual.amount(),
                    MOST_AMOUNT));
            all.add(Changeable.matching(
                    name(plan, "currency"),
                    GROUP,
                    plan + ": currency of that amount",
                    usual.currency(),
                    CURRENCY,
                    "Three small letters such as usd"));
            all.add(Changeable.whole(
                    name(plan, "channels"), GROUP, plan + ": channels a user may connect", usual.channels(), 100_000));
            all.add(Changeable.whole(
                    name(plan, "videos-per-day"), GROUP, plan + ": videos a day", usual.videosPerDay(), 100_000));
            all.add(Changeable.whole(
                    name(plan, "trial-days"), GROUP, plan + ": days of trial", usual.trialDays(), MOST_TRIAL));
            all.add(Changeable.matching(
                    name(plan, "features"),
                    GROUP,
                    plan + ": features, by comma, or " + NONE,
                    String.join(", ", usual.features()),
                    FEATURES,
                    "Names such as api_access, separated by commas"));
        });
        return all;
    }
}
