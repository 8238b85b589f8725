package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.HubIT;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;

/** What tests of effects have in common: users with a customer at the sandbox's Stripe, and what the hub made of it. */
abstract class EffectsHubIT extends HubIT {

    @Autowired
    protected ObjectMapper json;

    @AfterEach
    void usualStripe() {
        SANDBOX.faults().clear();
        SANDBOX.deliveries().release("stripe");
    }

    /** Unpaid invoices of tests that are over wait for nothing any more, however far the clock is moved. */
    protected void forgetDunning() {
        jdbc.sql("update billing.dunning_case set next_at = null where state <> 'ended'")
                .update();
    }

    protected UUID newUser() {
        UUID user = UUID.randomUUID();
        jdbc.sql("insert into accounts.account (id, email, email_verified_at, name, role, created_at)"
                        + " values (:id, :email, :now, 'Test', 'user', :now)")
                .param("id", user)
                .param("email", user + "@example.com")
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        return user;
    }

    /** A customer of that user, with a card that works. */
    protected String customerOf(UUID user) {
        ObjectNode customer = SANDBOX.stripe()
                .create(
                        "customers",
                        Map.of("email", user + "@example.com", "metadata", Map.of("user_id", user.toString())));
        return SANDBOX.stripe().giveCard(customer.get("id").asText()).get("id").asText();
    }

    /** A product that gives so many credits; returns its id. */
    protected String product(String type, long credits) {
        return SANDBOX.stripe()
                .create(
                        "products",
                        Map.of("name", "Credits", "metadata", Map.of("credit_amount", credits, "credit_type", type)))
                .get("id")
                .asText();
    }

    protected String monthly(String product, long cents) {
        return SANDBOX.stripe()
                .recurringPrice(product, cents, "month")
                .get("id")
                .asText();
    }

    /** A one-time payment of a product, as the hub makes it; returns the payment intent. */
    protected ObjectNode buy(String customer, String product, long quantity, long cents) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("customer", customer);
        params.put("amount", cents);
        params.put("currency", "usd");
        params.put(
                "payment_method",
                SANDBOX.stripe()
                        .find(customer)
                        .orElseThrow()
                        .at("/invoice_settings/default_payment_method")
                        .asText());
        params.put("confirm", true);
        params.put("metadata", Map.of("product_id", product, "quantity", quantity));
        return SANDBOX.stripe().create("payment_intents", params);
    }

    /** A payment intent's payer disputes it, and the hub has heard of it; returns the dispute's id. */
    protected String disputed(ObjectNode payment) {
        String dispute = SANDBOX.stripe()
                .dispute(payment.get("latest_charge").asText(), "fraudulent")
                .get("id")
                .asText();
        awaitQuiet();
        return dispute;
    }

    /** Until all that was sent has taken effect. */
    protected void awaitQuiet() {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    SANDBOX.clock().advance(Duration.ofSeconds(1));
                    return SANDBOX.deliveries().idle()
                            && jdbc.sql("""
                                            select not exists (select 1 from webhooks.work where service = 'stripe'
                                                                and state in ('received', 'processing', 'retrying')
                                                                and object_key ~ '^(cus|prod|price|pi|ch|re|du)_')
                                               and not exists (select 1 from billing.open_effect)
                                            """).query(Boolean.class).single();
                });
    }

    protected long number(String sql, Map<String, ?> values) {
        return jdbc.sql(sql).params(values).query(Long.class).single();
    }

    protected long balance(UUID user) {
        return number(
                "select coalesce(sum(balance), 0) from billing.credit_account where user_id = :user",
                Map.of("user", user));
    }

    protected long owed(UUID user) {
        return number(
                "select coalesce(sum(owed), 0) from billing.credit_account where user_id = :user",
                Map.of("user", user));
    }

    /** The ledger re-adds: entries, lots and account say the same of every user. */
    protected void assertCreditsReAdd() {
        assertThat(jdbc.sql("""
                        select count(*) from billing.credit_account a
                         where a.balance <> (select coalesce(sum(amount), 0) from billing.credit_entry e where e.user_id = a.user_id)
                            or a.owed <> (select coalesce(sum(owed), 0) from billing.credit_entry e where e.user_id = a.user_id)
                            or a.balance <> (select coalesce(sum(remaining), 0) from billing.credit_lot l where l.user_id = a.user_id)
                            or exists (select 1 from billing.credit_lot l where l.user_id = a.user_id
                                        and l.remaining <> (select coalesce(sum(amount), 0) from billing.credit_entry e
                                                             where e.lot = l.id))
                        """).query(Long.class).single()).isZero();
    }
}
