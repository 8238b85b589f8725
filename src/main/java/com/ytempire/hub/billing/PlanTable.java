package com.ytempire.hub.billing;

import com.ytempire.hub.billing.PlanSettings.Terms;
import com.ytempire.hub.platform.Changeable;
import com.ytempire.hub.platform.ChangeableSource;
import com.ytempire.hub.platform.ChangedSettings;
import com.ytempire.hub.platform.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table of plans in force: those of the settings, those operators have added, and what they have changed of either.
 * A price that a plan was once sold at goes on belonging to it, for there are subscriptions at that price.
 */
@Component
@Order(10)
class PlanTable implements ChangeableSource {

    private static final String GROUP = "Plans";
    static final String NONE = "none";
    private static final String SOLD = "sold";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");
    private static final Pattern PRICE = Pattern.compile("[A-Za-z0-9_]{1,255}");
    private static final Pattern CURRENCY = Pattern.compile("[a-z]{3}");
    private static final Pattern FEATURES = Pattern.compile("[a-z_]{1,64}(\\s*,\\s*[a-z_]{1,64})*");
    private static final long MOST_AMOUNT = 99_999_999; // Stripe's own limit, docs.stripe.com/currencies
    private static final int MOST_TRIAL = 730; // days; Stripe's own limit
    private static final Terms NOTHING = new Terms("", 0, "", 0, 0, 0, List.of(), true);

    private final PlanSettings settings;
    private final AddedPlans added;
    private final ChangedSettings changed;
    private final JdbcClient jdbc;

    PlanTable(PlanSettings settings, AddedPlans added, ChangedSettings changed, JdbcClient jdbc) {
        this.settings = settings;
        this.added = added;
        this.changed = changed;
        this.jdbc = jdbc;
    }

    /** By name, in the order they are offered. */
    Map<String, Terms> plans() {
        Map<String, Terms> plans = new LinkedHashMap<>();
        usual().forEach((name, usual) -> plans.put(name, inForce(name, usual)));
        return plans;
    }

    /** As nobody has changed them; a plan that was added is no other one because the settings name one like it later. */
    private Map<String, Terms> usual() {
        Map<String, Terms> usual = new LinkedHashMap<>(settings.plans());
        added.all().forEach(usual::putIfAbsent);
        return usual;
    }

    private Terms inForce(String plan, Terms usual) {
        return new Terms(
                text(plan, "price").orElse(usual.price()),
                text(plan, "amount").map(Long::valueOf).orElse(usual.amount()),
                text(plan, "currency").orElse(usual.currency()),
                text(plan, "channels").map(Integer::valueOf).orElse(usual.channels()),
                text(plan, "videos-per-day").map(Integer::valueOf).orElse(usual.videosPerDay()),
                text(plan, "trial-days").map(Integer::valueOf).orElse(usual.trialDays()),
                text(plan, "features").map(PlanTable::list).orElse(usual.features()),
                text(plan, SOLD).map(Boolean::valueOf).orElse(usual.sold()));
    }

    private Optional<String> text(String plan, String what) {
        return changed.changed(name(plan, what));
    }

    private static String name(String plan, String what) {
        return "plan." + plan + "." + what;
    }

    static List<String> list(String features) {
        return features.equals(NONE)
                ? List.of()
                : Arrays.stream(features.split(",")).map(String::strip).toList();
    }

    /** The plan a price is of, or was; there may be no price. */
    Optional<String> nameOf(String price) {
        return price == null
                ? Optional.empty()
                : planWith(plans(), price).or(() -> planWith(usual(), price)).or(() -> former(price));
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
                .flatMap(setting -> usual().keySet().stream()
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
        return planWith(plans(), price).or(() -> planWith(usual(), price)).isPresent();
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

    /**
     * Adds a plan, which is offered from then on.
     *
     * @param terms what is asked of {@link #changeables}, by the last word of its name
     * @return all there are now
     * @throws Problem 422 that names the field
     */
    Map<String, Terms> add(String name, UnaryOperator<String> terms, String operator) {
        if (!NAME.matcher(name).matches()) {
            throw wrong("name", "A name has small letters, digits and _, and begins with a letter");
        }
        if (usual().containsKey(name)) {
            throw wrong("name", "There is such a plan");
        }
        for (Changeable each : changeables(name, NOTHING)) {
            String what = each.name().substring(name(name, "").length());
            String wrong = what.equals(SOLD) ? null : each.check().apply(terms.apply(what));
            if (wrong != null) {
                throw wrong(what, wrong);
            }
        }
        Terms wanted = new Terms(
                terms.apply("price"),
                Long.parseLong(terms.apply("amount")),
                terms.apply("currency"),
                Integer.parseInt(terms.apply("channels")),
                Integer.parseInt(terms.apply("videos-per-day")),
                Integer.parseInt(terms.apply("trial-days")),
                list(terms.apply("features")),
                true);
        if (!added.add(name, wanted, operator)) {
            throw wrong("name", "There is such a plan, or one at that price");
        }
        return plans();
    }

    /**
     * Ends or begins its sale; who has it keeps it.
     *
     * @throws Problem 422 for an unknown plan
     */
    void sell(String plan, boolean sold, String operator) {
        Terms usual = usual().get(plan);
        if (usual == null) {
            throw wrong("plan", "There is no such plan");
        }
        changed.changeByItsAction(name(plan, SOLD), sold == usual.sold() ? null : String.valueOf(sold), operator);
    }

    private static Problem wrong(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }

    @Override
    public List<Changeable> changeables() {
        List<Changeable> all = new ArrayList<>();
        usual().forEach((plan, usual) -> all.addAll(changeables(plan, usual)));
        return all;
    }

    private List<Changeable> changeables(String plan, Terms usual) {
        return List.of(
                new Changeable(
                        name(plan, "price"),
                        GROUP,
                        plan + ": Stripe's price id for new subscriptions",
                        usual.price(),
                        false,
                        price -> wrongPrice(plan, price)),
                Changeable.whole(
                        name(plan, "amount"),
                        GROUP,
                        plan + ": shown a month, in cents, while Stripe's own price is not known",
                        usual.amount(),
                        MOST_AMOUNT),
                Changeable.matching(
                        name(plan, "currency"),
                        GROUP,
                        plan + ": currency of that amount",
                        usual.currency(),
                        CURRENCY,
                        "Three small letters such as usd"),
                Changeable.whole(
                        name(plan, "channels"),
                        GROUP,
                        plan + ": channels a user may connect",
                        usual.channels(),
                        100_000),
                Changeable.whole(
                        name(plan, "videos-per-day"), GROUP, plan + ": videos a day", usual.videosPerDay(), 100_000),
                Changeable.whole(
                        name(plan, "trial-days"), GROUP, plan + ": days of trial", usual.trialDays(), MOST_TRIAL),
                Changeable.matching(
                        name(plan, "features"),
                        GROUP,
                        plan + ": features, by comma, or " + NONE,
                        usual.features().isEmpty() ? NONE : String.join(", ", usual.features()),
                        FEATURES,
                        "Names such as api_access, separated by commas"),
                Changeable.onOff(name(plan, SOLD), GROUP, plan + ": is it sold?", String.valueOf(usual.sold()))
                        .changedBy("plan.retire and plan.sell"));
    }
}
