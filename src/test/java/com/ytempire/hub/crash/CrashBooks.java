package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** What the shop and its vendors have written down once all customers have lived; both must say the same, and once. */
record CrashBooks(CrashShop shop, List<CrashCustomer> customers) {

    void awaitQuiet() {
        Awaitility.await("all has taken effect")
                .atMost(CrashShop.BOUND)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    shop.sandbox().deliveries().redeliverNow();
                    return shop.sandbox().deliveries().idle()
                            && shop.jdbc().sql("""
                                            select not exists (select 1 from webhooks.work
                                                                where state in ('received', 'processing', 'retrying'))
                                               and not exists (select 1 from billing.command
                                                                where state in ('waiting', 'sending'))
                                               and not exists (select 1 from billing.open_effect)
                                               and not exists (select 1 from billing.dunning_case
                                                                where state = 'open')
                                               and not exists (select 1 from notifications.outbox
                                                                where state in ('waiting', 'sending'))
                                            """).query(Boolean.class).single();
                });
    }

    void assertOnce() {
        assertThat(shop.accepted().get()).isEqualTo(customers.size() * CrashCustomer.COMMANDS);
        assertThat(shop.sandbox().stripe().all("customer")).hasSameSizeAs(customers);
        customers.forEach(CrashCustomer::assertOnce);
        assertThat(shop.sandbox().resend().mails())
                .as("no mail but theirs")
                .hasSize(customers.stream()
                        .mapToInt(customer -> customer.mails().size())
                        .sum());
        assertThat(shop.jdbc()
                        .sql("select kind || ' ' || state from billing.command where state not in ('done', 'failed')")
                        .query(String.class)
                        .list())
                .as("commands nobody knows the end of")
                .isEmpty();
        assertThat(shop.jdbc()
                        .sql("select error from webhooks.work where state = 'dead'")
                        .query(String.class)
                        .list())
                .as("dead letters")
                .isEmpty();
        assertMirrored(
                "customer",
                "customer",
                "default_payment_method",
                object -> object.at("/invoice_settings/default_payment_method").asText());
        assertMirrored(
                "payment_method",
                "payment_method",
                "customer",
                object -> object.get("customer").asText());
        assertMirrored(
                "subscription",
                "subscription",
                "status || ' ' || price || ' ' || cancel_at_period_end || ' ' || latest_invoice",
                object -> String.join(
                        " ",
                        object.get("status").asText(),
                        object.at("/items/data/0/price/id").asText(),
                        object.get("cancel_at_period_end").asText(),
                        object.get("latest_invoice").asText()));
        assertMirrored(
                "invoice",
                "invoice",
                "status || ' ' || amount_paid || ' ' || amount_remaining",
                object -> String.join(
                        " ",
                        object.get("status").asText(),
                        object.get("amount_paid").asText(),
                        object.get("amount_remaining").asText()));
        assertMirrored(
                "payment_intent",
                "payment",
                "status || ' ' || amount || ' ' || amount_received",
                object -> String.join(
                        " ",
                        object.get("status").asText(),
                        object.get("amount").asText(),
                        object.get("amount_received").asText()));
        assertMirrored(
                "refund",
                "refund",
                "status || ' ' || amount || ' ' || payment",
                object -> String.join(
                        " ",
                        object.get("status").asText(),
                        object.get("amount").asText(),
                        object.get("payment_intent").asText()));
        assertRevenue();
        assertTracked();
    }

    /** The mirror holds every object of that type, each as Stripe has it, and no other. */
    private void assertMirrored(String type, String table, String columns, Function<JsonNode, String> facts) {
        Map<String, String> theirs = shop.sandbox().stripe().all(type).stream()
                .collect(Collectors.toMap(object -> object.get("id").asText(), facts));
        Awaitility.await()
                .atMost(Duration.ofSeconds(15)) // what events of one second left in doubt is asked once more
                .untilAsserted(() -> assertThat(shop
                                .jdbc()
                                .sql("select id, (" + columns + ")::text as facts from billing." + table
                                        + " where id not like 'pm\\_card\\_%'") // names for Stripe's test cards
                                .query()
                                .listOfRows()
                                .stream()
                                .collect(Collectors.toMap(
                                        row -> (String) row.get("id"), row -> String.valueOf(row.get("facts")))))
                        .as("the mirror's " + table)
                        .isEqualTo(theirs));
    }

    /** As the operator reads it, over HTTP. */
    private void assertRevenue() {
        LocalDate today = LocalDate.ofInstant(shop.sandbox().clock().instant(), ZoneOffset.UTC);
        JsonNode revenue = CrashShop.tree(CrashShop.send(
                        HttpRequest.newBuilder(URI.create(shop.hubs().get(0).url() + "/api/v1/billing/revenue?from="
                                        + today.minusDays(1) + "&to=" + today.plusDays(1)))
                                .header("Authorization", CrashShop.OPERATOR)
                                .GET()))
                .at("/data/currencies");
        assertThat(revenue).hasSize(1);
        List<ObjectNode> charges = shop.charged();
        long gross = CrashShop.sum(charges, "amount");
        long packs = CrashShop.sum(
                charges.stream()
                        .filter(charge -> charge.get("invoice").isNull())
                        .toList(),
                "amount");
        long back = CrashShop.sum(charges, "amount_refunded");
        JsonNode usd = revenue.get(0);
        assertThat(usd.get("gross_total_revenue").asLong()).isEqualTo(gross);
        assertThat(usd.get("gross_one_time_revenue").asLong()).isEqualTo(packs);
        assertThat(usd.get("gross_subscription_revenue").asLong()).isEqualTo(gross - packs);
        assertThat(usd.get("refunds").asLong()).isEqualTo(back).isEqualTo(customers.size() * CrashCustomer.BACK);
        assertThat(usd.get("total_revenue").asLong()).isEqualTo(gross - back);
        assertThat(usd.get("one_time_revenue").asLong()).isEqualTo(packs - back);
        assertThat(usd.get("paid_orders").asLong()).isEqualTo(charges.size());
        assertThat(usd.get("customer_count").asLong()).isEqualTo(customers.size());
    }

    /** Both vendors have every event the hub has, and each once. */
    private void assertTracked() {
        for (Map<String, Object> row : shop.jdbc()
                .sql("select name, count(*) as number from notifications.event group by name")
                .query()
                .listOfRows()) {
            String name = (String) row.get("name");
            int number = ((Number) row.get("number")).intValue();
            assertThat(shop.sandbox().mixpanel().events(name))
                    .as("Mixpanel: " + name)
                    .hasSize(number);
            assertThat(shop.sandbox().amplitude().events(name))
                    .as("Amplitude: " + name)
                    .hasSize(number);
        }
    }
}
