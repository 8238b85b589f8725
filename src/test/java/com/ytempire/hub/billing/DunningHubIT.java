package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.billing.DunningSettings.AtStripe;
import com.ytempire.hub.billing.DunningSettings.Owner;
import com.ytempire.hub.camel.stripe.StripeSettings;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;

/** What tests of dunning have in common: customers who are late, and what becomes of them. */
abstract class DunningHubIT extends EffectsHubIT {

    @Autowired
    PlanLimits limits;

    @Autowired
    DunningMirror mirror;

    @Autowired
    DunningCases cases;

    @Autowired
    DunningTries tries;

    @Autowired
    DunningSettings settings;

    @Autowired
    StripeSettings stripe;

    @Autowired
    PlatformTransactionManager transactions;

    @AfterEach
    void noneIsDue() {
        forgetDunning();
    }

    /** A user whose renewal was declined. */
    record Late(UUID user, String customer, String subscription, String invoice, Instant dayZero) {}

    Late late(String declineCode) {
        UUID user = newUser();
        String customer = customerOf(user);
        String product = SANDBOX.stripe()
                .create("products", Map.of("name", "Growth", "metadata", Map.of("plan_tier", "growth")))
                .get("id")
                .asText();
        String subscription = SANDBOX.stripe()
                .subscribe(customer, monthly(product, 29_700))
                .get("id")
                .asText();
        awaitQuiet();
        SANDBOX.stripe().declineCardOf(customer, declineCode);
        String invoice =
                SANDBOX.stripe().renew(subscription).get("latest_invoice").asText();
        awaitQuiet();
        return new Late(user, customer, subscription, invoice, time(invoice, "started_at"));
    }

    Map<String, Object> row(String invoice) {
        return jdbc.sql("select * from billing.dunning_case where invoice = :id")
                .param("id", invoice)
                .query()
                .singleRow();
    }

    Instant time(String invoice, String column) {
        return ((Timestamp) row(invoice).get(column)).toInstant();
    }

    void assertCase(Late late, String state, int failures, int tries) {
        assertThat(row(late.invoice()))
                .containsEntry("state", state)
                .containsEntry("failures", failures)
                .containsEntry("tries", tries);
    }

    /** Moves the clock to a time of the case and waits until the hub has done what is due. */
    void day(Late late, Duration since) {
        Duration by = Duration.between(SANDBOX.clock().instant(), late.dayZero().plus(since));
        SANDBOX.clock().advance(by.plusSeconds(1));
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> jdbc.sql("""
                                select not exists (select 1 from billing.dunning_case where invoice = :id
                                                    and state = 'open' and next_at <= :now)
                                   and not exists (select 1 from billing.command where object_id = :id
                                                    and state in ('waiting', 'sending'))
                                """)
                        .param("id", late.invoice())
                        .param("now", Timestamp.from(SANDBOX.clock().instant()))
                        .query(Boolean.class)
                        .single());
        awaitQuiet();
    }

    void day(Late late, int since) {
        day(late, Duration.ofDays(since));
    }

    List<String> mails(UUID user) {
        return jdbc.sql("select payload->>'template' from notifications.outbox where channel = 'mail'"
                        + " and user_id = :user and payload->>'template' in ('payment-reminder',"
                        + " 'payment-update-request', 'suspension-warning', 'suspended', 'payment-action-required')"
                        + " order by id")
                .param("user", user)
                .query(String.class)
                .list();
    }

    JsonNode mail(UUID user, String template) {
        return jdbc
                .sql("select payload->>'values' from notifications.outbox where channel = 'mail'"
                        + " and user_id = :user and payload->>'template' = :template order by id limit 1")
                .param("user", user)
                .param("template", template)
                .query(String.class)
                .list()
                .stream()
                .map(text -> {
                    try {
                        return json.readTree(text);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .findFirst()
                .orElseThrow();
    }

    /** Charges Stripe tried for the invoice. */
    long charges(Late late) {
        return SANDBOX.stripe().all("charge").stream()
                .filter(charge -> charge.get("payment_intent")
                        .asText()
                        .equals(SANDBOX.stripe()
                                .find(late.invoice())
                                .orElseThrow()
                                .get("payment_intent")
                                .asText()))
                .count();
    }

    void payAsCustomer(Late late) {
        SANDBOX.stripe().declineCardOf(late.customer(), null);
        SANDBOX.stripe().call("POST", "/v1/invoices/" + late.invoice() + "/pay", Map.of());
        awaitQuiet();
    }

    String newDefaultCard(Late late, String testCard) {
        ObjectNode card = SANDBOX.stripe()
                .call("POST", "/v1/payment_methods/" + testCard + "/attach", Map.of("customer", late.customer()));
        String id = card.get("id").asText();
        SANDBOX.stripe()
                .update("customers", late.customer(), Map.of("invoice_settings", Map.of("default_payment_method", id)));
        awaitQuiet();
        return id;
    }

    Late suspended() {
        Late late = late("insufficient_funds");
        for (int day : new int[] {3, 8, 15, 22}) {
            day(late, day);
        }
        assertCase(late, "suspended", 4, 3);
        assertThat(limits.of(late.user())).isEqualTo(new PlanLimits.Limits("growth", "suspended", 0, 0, Set.of()));
        return late;
    }

    DunningSettings with(Owner owner, AtStripe become) {
        return new DunningSettings(
                owner,
                settings.gaps(),
                settings.grace(),
                become,
                settings.hardDeclines(),
                settings.featuresOffFrom(),
                settings.featuresOff());
    }
}
