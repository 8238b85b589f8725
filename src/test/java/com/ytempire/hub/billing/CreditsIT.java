package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** Credits follow from money, once, in whichever order it is told of. */
class CreditsIT extends EffectsHubIT {

    @Autowired
    private CreditLedger ledger;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private ProducerTemplate routes;

    @AfterEach
    void theLedgerReAdds() {
        assertCreditsReAdd();
    }

    private boolean spend(UUID user, long amount) {
        return Boolean.TRUE.equals(transactions.execute(
                status -> ledger.spend(user, amount, "spend", UUID.randomUUID().toString(), "test", "test")));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aPaidPeriodGrantsOnceInAnyOrder(long seed) {
        UUID user = newUser();
        SANDBOX.deliveries().hold("stripe");
        SANDBOX.deliveries().duplicate("stripe", 1, 25);
        String customer = customerOf(user);
        String price = monthly(product("subscription", 100), 9_700);
        SANDBOX.stripe().subscribe(customer, price);
        SANDBOX.deliveries().releasePermuted("stripe", seed);
        awaitQuiet();
        assertThat(balance(user)).isEqualTo(100);
    }

    /** An invoice is told of before its payment is known: the payment's own effects grant what it waited with. */
    @Test
    void anInvoiceThatWaitedForItsPaymentWaitsNoLonger() {
        UUID user = newUser();
        String customer = unique("cus");
        String invoice = unique("in");
        String payment = unique("pi");
        String product = unique("prod");
        jdbc.sql("""
                        with owner as (
                            insert into billing.customer_owner (customer, user_id, assigned_at, assigned_by)
                            values (:customer, :user, :now, 'test')
                        ), product as (
                            insert into billing.product (id, version, state_at, verified, object)
                            values (:product, 1, :now, true, '{"metadata": {"credit_amount": "7", "credit_type": "payg"}}')
                        ), payment as (
                            insert into billing.payment (id, version, state_at, status, verified, object, customer, currency,
                                                         amount, amount_received, created_at)
                            values (:payment, 1, :now, 'succeeded', true, '{}', :customer, 'usd', 900, 900, :now)
                        ), waiting as (
                            insert into billing.open_effect (kind, object_id, missing_kind, missing_id, since, due_at)
                            values ('INVOICE', :invoice, 'PAYMENT', :payment, :now, :later)
                        )
                        insert into billing.invoice (id, version, state_at, status, verified, object, customer, payment,
                                                     currency, amount_paid, created_at)
                        values (:invoice, 1, :now, 'paid', true, :object::jsonb, :customer, :payment, 'usd', 900, :now)
                        """)
                .param("customer", customer)
                .param("user", user)
                .param("product", product)
                .param("payment", payment)
                .param("invoice", invoice)
                .param("object", """
                        {"lines": {"data": [{"id": "il_1", "amount": 900, "quantity": 2, "price": {"product": "%s"}}]}}
                        """.formatted(product))
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .param("later", Timestamp.from(SANDBOX.clock().instant().plus(Duration.ofDays(365))))
                .update();

        follow(new Mirrored(MirrorKind.PAYMENT, payment));
        assertThat(balance(user)).isEqualTo(14);
        assertThat(number("select count(*) from billing.open_effect where object_id = :id", Map.of("id", invoice)))
                .isZero();

        follow(new Mirrored(MirrorKind.INVOICE, invoice));
        assertThat(balance(user)).isEqualTo(14);
        assertThat(number(
                        "select count(*) from billing.history where user_id = :user and object_kind = 'credit'",
                        Map.of("user", user)))
                .isOne();
    }

    /** What a command's answer brought into the mirror was followed by its effects; the event of it only ends. */
    @Test
    void anEventOfAPaymentThatIsHeldHasNoEffectsButWhenItIsReplayed() {
        UUID user = newUser();
        String customer = unique("cus");
        String payment = unique("pi");
        String product = unique("prod");
        String event = unique("evt");
        long now = SANDBOX.clock().instant().getEpochSecond();
        String object = """
                {"id":"%s","object":"payment_intent","amount":900,"amount_received":900,"currency":"usd","customer":"%s",
                 "created":%d,"status":"succeeded","metadata":{"product_id":"%s","quantity":"1"}}""".formatted(payment, customer, now, product);
        jdbc.sql("""
                        with owner as (
                            insert into billing.customer_owner (customer, user_id, assigned_at, assigned_by)
                            values (:customer, :user, :now, 'test')
                        ), product as (
                            insert into billing.product (id, version, state_at, verified, object)
                            values (:product, 1, :now, true, '{"metadata": {"credit_amount": "7", "credit_type": "payg"}}')
                        )
                        insert into billing.payment (id, version, state_at, status, verified, object, customer, currency,
                                                     amount, amount_received, created_at)
                        values (:payment, 1, :now, 'succeeded', true, :object::jsonb, :customer, 'usd', 900, 900, :now)
                        """)
                .param("customer", customer)
                .param("user", user)
                .param("product", product)
                .param("payment", payment)
                .param("object", object)
                .param("now", Timestamp.from(Instant.ofEpochSecond(now)))
                .update();

        postStripe("""
                {"id":"%s","object":"event","type":"payment_intent.succeeded","created":%d,"livemode":false,
                 "api_version":"2023-10-16","data":{"object":%s}}""".formatted(event, now, object));
        awaitState("stripe", event, "processed");
        assertThat(balance(user)).isZero();

        assertThat(operatorPost("/api/v1/webhooks/events/stripe/" + event + "/replay", "")
                        .statusCode())
                .isBetween(200, 299);
        await().atMost(Duration.ofSeconds(20)).until(() -> balance(user) == 7);
    }

    private void follow(Mirrored object) {
        transactions.executeWithoutResult(status -> routes.sendBody("direct:billing-effects", object));
    }

    /** What fails on the way leaves nothing: neither the mirror nor any effect, and the event takes effect later. */
    @Test
    void aFailureInTheEffectsRollsEverythingBack() {
        UUID user = newUser();
        String customer = customerOf(user);
        String product = product("payg", 10);
        awaitQuiet();
        jdbc.sql("alter table billing.revenue_entry add constraint test_failure check (customer <> '" + customer
                        + "') not valid")
                .update();
        String payment;
        try {
            payment = buy(customer, product, 1, 2_500).get("id").asText();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> number(
                                    "select count(*) from webhooks.work w join webhooks.event e using (event_no)"
                                            + " where w.object_key = :customer and w.state in ('retrying', 'dead')"
                                            + " and e.type = 'payment_intent.succeeded'",
                                    Map.of("customer", customer))
                            == 1);
            assertThat(balance(user)).isZero();
            assertThat(number(
                            "select count(*) from billing.payment where id = :id and status = 'succeeded'",
                            Map.of("id", payment)))
                    .isZero();
        } finally {
            jdbc.sql("alter table billing.revenue_entry drop constraint test_failure")
                    .update();
        }
        jdbc.sql(
                        "update webhooks.work set state = 'retrying', due_at = now() where object_key = :customer and state = 'dead'")
                .param("customer", customer)
                .update();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    SANDBOX.clock().advance(Duration.ofMinutes(1));
                    return balance(user) == 10;
                });
    }

    @Test
    void aProductNobodyToldOfIsFetched() {
        UUID user = newUser();
        String[] price = new String[1];
        SANDBOX.stripe().withoutEvents(() -> price[0] = monthly(product("subscription", 70), 9_700));
        SANDBOX.stripe().subscribe(customerOf(user), price[0]);
        awaitQuiet();
        assertThat(balance(user)).isEqualTo(70);
    }

    @Test
    void aCustomersCreditsFollowWhenHisUserBecomesKnown() {
        UUID user = newUser();
        String customer = SANDBOX.stripe()
                .customerWithCard(unique("late") + "@example.com")
                .get("id")
                .asText();
        buy(customer, product("payg", 10), 3, 2_500);
        awaitQuiet();
        assertThat(balance(user)).isZero();
        SANDBOX.stripe().update("customers", customer, Map.of("metadata", Map.of("user_id", user.toString())));
        awaitQuiet();
        assertThat(balance(user)).isEqualTo(30);
    }

    @Test
    void aTrialGrantsNothing() {
        UUID user = newUser();
        String price = monthly(product("subscription", 100), 9_700);
        SANDBOX.stripe()
                .create(
                        "subscriptions",
                        Map.of(
                                "customer",
                                customerOf(user),
                                "items",
                                List.of(Map.of("price", price)),
                                "trial_period_days",
                                14));
        awaitQuiet();
        assertThat(balance(user)).isZero();
    }

    @Test
    void aRefundTakesItsShareBackWhateverWasSpent() {
        UUID user = newUser();
        String customer = customerOf(user);
        String product = product("payg", 100);
        ObjectNode first = buy(customer, product, 1, 3_000);
        awaitQuiet();
        SANDBOX.stripe().refund(first.get("id").asText(), 1_000);
        awaitQuiet();
        assertThat(balance(user)).as("a third, rounded down").isEqualTo(67);
        assertThat(spend(user, 60)).isTrue();
        ObjectNode rest = SANDBOX.stripe().refund(first.get("id").asText(), 2_000);
        awaitQuiet();
        assertThat(balance(user)).isZero();
        assertThat(owed(user)).as("spent before it went back").isEqualTo(60);
        buy(customer, product, 1, 3_000);
        awaitQuiet();
        assertThat(balance(user)).as("what is owed is paid first").isEqualTo(40);
        assertThat(owed(user)).isZero();
        SANDBOX.stripe().failRefund(rest.get("id").asText(), "lost_or_stolen_card");
        awaitQuiet();
        assertThat(balance(user)).as("the refund failed").isEqualTo(107);
    }

    @Test
    void aDisputeFreezesAndItsEndDecides() {
        UUID user = newUser();
        String customer = customerOf(user);
        String product = product("payg", 100);
        ObjectNode payment = buy(customer, product, 1, 3_000);
        awaitQuiet();
        String dispute = disputed(payment);
        assertThat(spend(user, 1)).as("frozen").isFalse();
        SANDBOX.clock().advance(Duration.ofMinutes(1));
        SANDBOX.stripe().closeDispute(dispute, "won");
        awaitQuiet();
        assertThat(spend(user, 1)).isTrue();
        ObjectNode second = buy(customer, product, 1, 3_000);
        awaitQuiet();
        String lost = disputed(second);
        SANDBOX.clock().advance(Duration.ofMinutes(1));
        SANDBOX.stripe().closeDispute(lost, "lost");
        awaitQuiet();
        assertThat(balance(user)).isEqualTo(99);
    }

    /** Whatever happens to lots in whatever order, the ledger re-adds and no balance is wrong. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void everySequenceReAdds(long seed) {
        Random random = new Random(seed);
        UUID user = newUser();
        for (int step = 0; step < 120; step++) {
            String payment = "pi_" + user + "_" + random.nextInt(8);
            int choice = random.nextInt(4);
            transactions.executeWithoutResult(status -> {
                switch (choice) {
                    case 0 ->
                        ledger.grant(new CreditLedger.Grant(
                                user,
                                random.nextBoolean() ? "payg" : "subscription",
                                random.nextInt(100),
                                "payment:" + payment,
                                payment,
                                null,
                                null,
                                random.nextBoolean()
                                        ? null
                                        : SANDBOX.clock().instant().plusSeconds(random.nextInt(120)),
                                null,
                                "test",
                                null));
                    case 1 -> ledger.spend(user, 1 + random.nextInt(60), "spend", "op", "test", "test");
                    case 2 ->
                        ledger.lotsOf(payment)
                                .forEach(lot ->
                                        ledger.takeBack(lot, random.nextInt((int) lot.amount() + 1), "test", null));
                    default -> ledger.expire(user);
                }
            });
            SANDBOX.clock().advance(Duration.ofSeconds(random.nextInt(20)));
        }
        assertThat(balance(user)).isNotNegative();
        assertThat(number(
                        "select count(*) from billing.credit_account where user_id = :user and owed > 0 and exists"
                                + " (select 1 from billing.credit_lot where user_id = :user and taken_back < charged)",
                        Map.of("user", user)))
                .isZero();
    }

    /** Stripe shows ten lines of an invoice and lists the rest. */
    @ParameterizedTest
    @ValueSource(strings = {"2023-10-16", "2025-03-31.basil"})
    void everyLineOfALongInvoiceGrants(String apiVersion) {
        SANDBOX.stripe().apiVersion(apiVersion);
        try {
            UUID user = newUser();
            String customer = customerOf(user);
            for (int i = 0; i < 12; i++) {
                String price = SANDBOX.stripe()
                        .create(
                                "prices",
                                Map.of("currency", "usd", "unit_amount", 100, "product", product("payg", 10 + i)))
                        .get("id")
                        .asText();
                SANDBOX.stripe()
                        .create("invoiceitems", Map.of("customer", customer, "pricing", Map.of("price", price)));
            }
            SANDBOX.stripe().subscribe(customer, monthly(product("subscription", 1000), 9_700));
            awaitQuiet();
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(balance(user)).isEqualTo(1000 + 12 * 10 + 66));
        } finally {
            SANDBOX.stripe().apiVersion("2023-10-16");
        }
    }
}
