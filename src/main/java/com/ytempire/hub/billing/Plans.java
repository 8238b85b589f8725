package com.ytempire.hub.billing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.ytempire.hub.billing.PlanSettings.Terms;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The plans: the table in force, and what the mirrored products say beyond it. A product's {@code plan_tier}
 * names the plan its prices are for, whatever the table says of them; its {@code feature_flags} are granted as well.
 */
@Component
class Plans {

    private final JdbcClient jdbc;
    private final PlanTable table;

    Plans(JdbcClient jdbc, PlanTable table) {
        this.jdbc = jdbc;
        this.table = table;
    }

    /** What a price is for; a plan without channels and videos when neither the table nor its product knows. */
    Plan of(String price, String product) {
        Metadata metadata = metadata(price, product);
        String name = Optional.ofNullable(metadata.tier())
                .or(() -> table.nameOf(price))
                .or(() -> Optional.ofNullable(metadata.product()))
                .orElse(String.valueOf(price));
        Map<String, Terms> plans = table.plans();
        Terms terms = Optional.ofNullable(plans.get(name))
                .or(() -> table.nameOf(price).map(plans::get))
                .orElse(null);
        Set<String> features = new LinkedHashSet<>();
        if (terms != null) {
            features.addAll(terms.features());
        }
        features.addAll(metadata.features());
        return new Plan(name, terms == null ? 0 : terms.channels(), terms == null ? 0 : terms.videosPerDay(), features);
    }

    private Metadata metadata(String price, String product) {
        return jdbc.sql("""
                        select p.name, p.object->'metadata'->>'plan_tier' as tier,
                               p.object->'metadata'->>'feature_flags' as flags
                          from billing.product p
                         where p.id = coalesce(:product::text, (select product from billing.price where id = :price))
                        """)
                .param("product", product)
                .param("price", price)
                .query((row, number) -> new Metadata(
                        row.getString("name"), blankToNull(row.getString("tier")), list(row.getString("flags"))))
                .optional()
                .orElse(new Metadata(null, null, List.of()));
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static List<String> list(String flags) {
        return flags == null
                ? List.of()
                : Arrays.stream(flags.split(","))
                        .map(String::strip)
                        .filter(flag -> !flag.isEmpty())
                        .toList();
    }

    /** The table with what the mirror knows of each plan's price and product, in the order they are offered. */
    List<Offer> offers() {
        return table.plans().entrySet().stream()
                .map(entry -> offer(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Offer offer(String name, Terms terms) {
        Plan plan = of(terms.price(), null);
        return jdbc.sql("select unit_amount, currency, active and deleted_at is null as active from billing.price"
                        + " where id = :id and unit_amount is not null")
                .param("id", terms.price())
                .query((row, number) -> new Offer(
                        name,
                        terms.price(),
                        row.getLong("unit_amount"),
                        row.getString("currency"),
                        plan.channels(),
                        plan.videosPerDay(),
                        plan.features(),
                        terms.trialDays(),
                        terms.sold() && row.getBoolean("active"),
                        terms.sold() && !Boolean.FALSE.equals(row.getObject("active"))))
                .optional()
                .orElse(new Offer(
                        name,
                        terms.price(),
                        terms.amount(),
                        terms.currency(),
                        plan.channels(),
                        plan.videosPerDay(),
                        plan.features(),
                        terms.trialDays(),
                        false,
                        terms.sold()));
    }

    boolean isKnown(String name) {
        return table.plans().containsKey(name);
    }

    private record Metadata(String product, String tier, List<String> features) {}

    /**
     * A plan as it is offered.
     *
     * @param amount a month, in the smallest unit of the currency; the mirrored price's when there is one
     * @param available whether Stripe has its price and sells it, and the hub does
     * @param sold whether the hub sells it, and Stripe has not withdrawn its price: else it belongs to those who have it
     */
    record Offer(
            String name,
            String priceId,
            long amount,
            String currency,
            int channels,
            int videosPerDay,
            Set<String> features,
            int trialDays,
            boolean available,
            @JsonIgnore boolean sold) {}
}
