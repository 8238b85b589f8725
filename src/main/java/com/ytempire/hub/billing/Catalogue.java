package com.ytempire.hub.billing;

import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.util.List;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Products and prices as Stripe sells them. They flow from Stripe to the hub only. */
@Component("catalogue")
class Catalogue {

    private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

    private final JdbcClient jdbc;
    private final Plans plans;
    private final PlanTable table;
    private final Outbox outbox;

    Catalogue(JdbcClient jdbc, Plans plans, PlanTable table, Outbox outbox) {
        this.jdbc = jdbc;
        this.plans = plans;
        this.table = table;
        this.outbox = outbox;
    }

    /** Tells the operators, once for each fault, when the table of plans no longer fits what Stripe sells. */
    public void check(@Body Mirrored object) {
        switch (object.kind()) {
            case PRICE -> checkPrice(object.id());
            case PRODUCT -> checkProduct(object.id());
            default -> throw new IllegalArgumentException("not of the catalogue: " + object);
        }
    }

    private void checkPrice(String id) {
        boolean gone = jdbc.sql("select deleted_at is not null or not coalesce(active, true) from billing.price"
                        + " where id = :id")
                .param("id", id)
                .query(Boolean.class)
                .optional()
                .orElse(false);
        boolean ofPlan = table.plans().values().stream()
                .anyMatch(terms -> terms.sold() && terms.price().equals(id));
        if (gone && ofPlan) {
            tell("catalogue-price:" + id, "The price of a plan is no longer sold", "Price " + id);
        }
    }

    private void checkProduct(String id) {
        jdbc
                .sql(
                        "select object->'metadata'->>'plan_tier' from billing.product where id = :id and deleted_at is null")
                .param("id", id)
                .query(String.class)
                .list()
                .stream()
                .filter(tier -> tier != null && !tier.isBlank() && !plans.isKnown(tier.strip()))
                .findFirst()
                .ifPresent(tier -> tell(
                        "catalogue-tier:" + id + ":" + tier,
                        "A product names a plan nobody knows",
                        "Product " + id + ", plan_tier " + tier));
    }

    private void tell(String key, String subject, String text) {
        LOG.warn("{}: {}", subject, text);
        outbox.tell(new Notice(key, Notice.Audience.OPERATORS, subject, text + ". See hub.billing.plans.", null));
    }

    /** What is sold: each active price of each active product. */
    Page<Item> list(Paging paging) {
        String sold = " from billing.price x join billing.product p on p.id = x.product"
                + " where x.active and p.active and x.deleted_at is null and p.deleted_at is null";
        List<Item> items = jdbc.sql("select p.id as product_id, p.name, p.object->>'description' as description,"
                        + " p.object->'metadata'->>'credit_amount' as credits,"
                        + " p.object->'metadata'->>'credit_type' as credit_type, x.id as price_id, x.unit_amount,"
                        + " x.currency, x.recurring_interval, x.recurring_count" + sold
                        + " order by p.name, x.unit_amount, x.id limit :limit offset :offset")
                .param("limit", paging.perPage())
                .param("offset", paging.offset())
                .query((row, number) -> new Item(
                        row.getString("product_id"),
                        row.getString("name"),
                        row.getString("description"),
                        row.getString("price_id"),
                        (Long) row.getObject("unit_amount"),
                        row.getString("currency"),
                        row.getString("recurring_interval"),
                        (Integer) row.getObject("recurring_count"),
                        plans.of(row.getString("price_id"), row.getString("product_id")),
                        row.getString("credits"),
                        row.getString("credit_type")))
                .list();
        long total = jdbc.sql("select count(*)" + sold).query(Long.class).single();
        return new Page<>(items, total, paging);
    }

    /** The plans that are sold; what they cost comes from the mirror. */
    List<Plans.Offer> plans() {
        return plans.offers().stream().filter(Plans.Offer::sold).toList();
    }

    /**
     * @param amount in the smallest unit of the currency; null when the price has tiers
     * @param interval null for what is paid once
     * @param plan what a subscription to it promises; null for what is paid once
     * @param creditAmount credits a payment grants; null for none
     */
    record Item(
            String productId,
            String name,
            String description,
            String priceId,
            Long amount,
            String currency,
            String interval,
            Integer intervalCount,
            Plan plan,
            String creditAmount,
            String creditType) {

        Item {
            plan = interval == null ? null : plan;
        }
    }
}
