package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.billing.DunningSettings.AtStripe;
import com.ytempire.hub.billing.DunningSettings.Owner;
import com.ytempire.hub.camel.stripe.StripeSettings;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Dunning on a moved clock, against a Stripe that declines cards. */
class DunningIT extends EffectsIT {

    @Autowired
    private PlanLimits limits;

    @Autowired
    private ProducerTemplate routes;

    @Autowired
    private DunningMirror mirror;

    @Autowired
    private DunningCases cases;

    @Autowired
    private DunningTries tries;

    @Autowired
    private DunningSettings settings;

    @Autowired
    private StripeSettings stripe;

    @Autowired
    private PlatformTransactionManager transactions;

    @Autowired
    private Commands commands;

    @Autowired
    private BillingClosing closing;

    @AfterEach
    void noneIsDue() {
        forgetDunning();
    }

    /** A user whose renewal was declined. */
    private record Late(UUID user, String customer, String subscription, String invoice, Instant dayZero) {}

    private Late late(String declineCode) {
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

    private Map<String, Object> row(String invoice) {
        return jdbc.sql("select * from billing.dunning_case where invoice = :id")
                .param("id", invoice)
                .query()
                .singleRow();
    }

    private Instant time(String invoice, String column) {
        return ((Timestamp) row(invoice).get(column)).toInstant();
    }

    private void assertCase(Late late, String state, int failures, int tries) {
        assertThat(row(late.invoice()))
                .containsEntry("state", state)
                .containsEntry("failures", failures)
                .containsEntry("tries", tries);
    }

    /** Moves the clock to a time of the case and waits until the hub has done what is due. */
    private void day(Late late, Duration since) {
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

    private void day(Late late, int since) {
        day(late, Duration.ofDays(since));
    }

    private List<String> mails(UUID user) {
        return jdbc.sql("select payload->>'template' from notifications.outbox where channel = 'mail'"
                        + " and user_id = :user and payload->>'template' in ('payment-reminder',"
                        + " 'payment-update-request', 'suspension-warning', 'suspended', 'payment-action-required')"
                        + " order by id")
                .param("user", user)
                .query(String.class)
                .list();
    }

    private JsonNode mail(UUID user, String template) {
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
    private long charges(Late late) {
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

    private void payAsCustomer(Late late) {
        SANDBOX.stripe().declineCardOf(late.customer(), null);
        SANDBOX.stripe().call("POST", "/v1/invoices/" + late.invoice() + "/pay", Map.of());
        awaitQuiet();
    }

    @Test
    void theFullRunEndsInSuspensionOnDay22() {
        Late late = late("insufficient_funds");
        assertCase(late, "open", 1, 0);
        assertThat(mails(late.user())).containsExactly("payment-reminder");
        JsonNode reminder = mail(late.user(), "payment-reminder");
        assertThat(reminder.get("amount").toString()).isEqualTo("{\"amount\":29700,\"currency\":\"usd\"}");
        assertThat(reminder.get("plan").asText()).isEqualTo("growth");
        assertThat(reminder.get("card_page").asText()).endsWith("/billing/card");
        assertThat(limits.of(late.user()).status()).isEqualTo("past_due");
        assertThat(limits.grants(late.user(), "api_access")).isTrue();
        day(late, Duration.ofDays(3).minusMinutes(10));
        assertCase(late, "open", 1, 0);
        day(late, 3);
        assertCase(late, "open", 2, 1);
        assertThat(limits.grants(late.user(), "api_access")).isTrue();
        day(late, 8);
        assertCase(late, "open", 3, 2);
        assertThat(limits.of(late.user()).features()).containsExactly("priority_support");
        assertThat(limits.of(late.user()).channels()).isEqualTo(10);
        day(late, 15);
        assertCase(late, "open", 4, 3);
        day(late, Duration.ofDays(22).minusMinutes(10));
        assertCase(late, "open", 4, 3);
        day(late, 22);
        assertCase(late, "suspended", 4, 3);
        assertThat(mails(late.user()))
                .containsExactly(
                        "payment-reminder",
                        "payment-update-request",
                        "suspension-warning",
                        "suspension-warning",
                        "suspended");
        assertThat(charges(late)).isEqualTo(4);
        assertThat(limits.of(late.user())).isEqualTo(new PlanLimits.Limits("growth", "suspended", 0, 0, Set.of()));
        payAsCustomer(late);
        assertThat(row(late.invoice())).containsEntry("state", "ended").containsEntry("end_reason", "paid");
        assertThat(limits.of(late.user()).channels()).isEqualTo(10);
        assertThat(limits.grants(late.user(), "api_access")).isTrue();
    }

    /** Paid after so many failures: nothing is tried or written any more. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void paymentEndsItAtAnyPoint(int failures) {
        Late late = late("insufficient_funds");
        int[] days = {0, 3, 8, 15};
        IntStream.range(1, failures).forEach(number -> day(late, days[number]));
        assertCase(late, "open", failures, failures - 1);
        payAsCustomer(late);
        assertThat(row(late.invoice())).containsEntry("state", "ended").containsEntry("end_reason", "paid");
        long tried = charges(late);
        int mails = mails(late.user()).size();
        day(late, 23);
        assertThat(charges(late)).isEqualTo(tried);
        assertThat(mails(late.user())).hasSize(mails);
        assertThat(limits.of(late.user()).status()).isEqualTo("active");
    }

    @Test
    void aTryThatSucceedsEndsIt() {
        Late late = late("insufficient_funds");
        SANDBOX.stripe().declineCardOf(late.customer(), null);
        day(late, 3);
        assertThat(row(late.invoice()))
                .containsEntry("state", "ended")
                .containsEntry("end_reason", "paid")
                .containsEntry("tries", 1);
        assertThat(SANDBOX.stripe()
                        .find(late.invoice())
                        .orElseThrow()
                        .get("status")
                        .asText())
                .isEqualTo("paid");
    }

    @Test
    void aHardDeclineIsNotTriedAgainButAsksForAnotherCard() {
        Late late = late("lost_card");
        assertThat(mails(late.user())).containsExactly("payment-update-request");
        day(late, 15);
        assertCase(late, "open", 1, 0);
        assertThat(mails(late.user())).containsExactly("payment-update-request", "suspension-warning");
        day(late, 22);
        assertCase(late, "suspended", 1, 0);
        assertThat(charges(late)).isEqualTo(1);
        SANDBOX.stripe().giveCard(late.customer());
        assertThat(limits.of(late.user()).status()).isEqualTo("suspended");
    }

    @Test
    void anotherCardIsTriedAtOnceAndOnce() {
        Late late = late("lost_card");
        String good = newDefaultCard(late, "pm_card_visa");
        day(late, 1);
        assertThat(row(late.invoice()))
                .containsEntry("state", "ended")
                .containsEntry("end_reason", "paid")
                .containsEntry("tries", 1);
        assertThat(charges(late)).isEqualTo(2);
        assertThat(good).isNotNull();
    }

    @Test
    void anotherCardThatIsDeclinedTooLeavesThePlanAsItWas() {
        Late late = late("insufficient_funds");
        String bad = newDefaultCard(late, "pm_card_chargeCustomerFail");
        day(late, 1);
        assertCase(late, "open", 2, 1);
        SANDBOX.stripe().update("customers", late.customer(), Map.of("phone", "+15550000001"));
        SANDBOX.stripe()
                .update(
                        "customers",
                        late.customer(),
                        Map.of("invoice_settings", Map.of("default_payment_method", bad)));
        day(late, 2);
        assertCase(late, "open", 2, 1);
        day(late, 3);
        assertCase(late, "open", 3, 2);
        assertThat(mails(late.user()))
                .containsExactly("payment-reminder", "payment-update-request", "suspension-warning");
    }

    private String newDefaultCard(Late late, String testCard) {
        ObjectNode card = SANDBOX.stripe()
                .call("POST", "/v1/payment_methods/" + testCard + "/attach", Map.of("customer", late.customer()));
        String id = card.get("id").asText();
        SANDBOX.stripe()
                .update("customers", late.customer(), Map.of("invoice_settings", Map.of("default_payment_method", id)));
        awaitQuiet();
        return id;
    }

    @ParameterizedTest
    @ValueSource(strings = {"void", "mark_uncollectible"})
    void whatIsNoLongerOwedIsNotTried(String how) {
        Late late = late("insufficient_funds");
        SANDBOX.stripe().call("POST", "/v1/invoices/" + late.invoice() + "/" + how, Map.of());
        awaitQuiet();
        assertThat(row(late.invoice()))
                .containsEntry("state", "ended")
                .containsEntry("end_reason", how.equals("void") ? "voided" : "uncollectible");
        day(late, 23);
        assertThat(charges(late)).isEqualTo(1);
        assertThat(mails(late.user())).containsExactly("payment-reminder");
    }

    @Test
    void aCancelledSubscriptionIsLeftInPeace() {
        Late late = late("insufficient_funds");
        SANDBOX.stripe().cancel(late.subscription());
        awaitEnd(late, "cancelled");
        assertThat(told(late)).containsExactly("dunning_ended");
        day(late, 23);
        assertThat(charges(late)).isEqualTo(1);
    }

    /** Stripe is asked how the invoice stands before anybody is told. */
    private void awaitEnd(Late late, String reason) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(row(late.invoice()))
                        .containsEntry("state", "ended")
                        .containsEntry("end_reason", reason));
    }

    private List<String> told(Late late) {
        return jdbc.sql("select name from notifications.event where user_id = :user"
                        + " and name in ('dunning_ended', 'payment_recovered')")
                .param("user", late.user())
                .query(String.class)
                .list();
    }

    /** Of a payment and the cancellation after it, the hub may hear of the cancellation first, or alone. */
    @Test
    void whatWasPaidBeforeItsSubscriptionWasCancelledIsRecoveredWhateverIsToldFirst() {
        Late late = late("insufficient_funds");
        SANDBOX.stripe().declineCardOf(late.customer(), null);
        SANDBOX.stripe()
                .withoutEvents(
                        () -> SANDBOX.stripe().call("POST", "/v1/invoices/" + late.invoice() + "/pay", Map.of()));
        SANDBOX.stripe().cancel(late.subscription());
        awaitEnd(late, "paid");
        assertThat(told(late)).containsExactly("payment_recovered");
    }

    @Test
    void aPaymentToConfirmAsksTheCustomer() {
        Late late = late("authentication_required");
        assertThat(mails(late.user())).containsExactly("payment-action-required");
        day(late, 3);
        assertCase(late, "open", 1, 0);
        String intent = SANDBOX.stripe()
                .find(late.invoice())
                .orElseThrow()
                .get("payment_intent")
                .asText();
        SANDBOX.stripe().authenticate(intent);
        awaitQuiet();
        assertThat(row(late.invoice())).containsEntry("state", "ended").containsEntry("end_reason", "paid");
    }

    private Late suspended() {
        Late late = late("insufficient_funds");
        for (int day : new int[] {3, 8, 15, 22}) {
            day(late, day);
        }
        assertCase(late, "suspended", 4, 3);
        assertThat(limits.of(late.user())).isEqualTo(new PlanLimits.Limits("growth", "suspended", 0, 0, Set.of()));
        return late;
    }

    private void assertGrowthGranted(Late late) {
        assertThat(limits.of(late.user()))
                .isEqualTo(new PlanLimits.Limits(
                        "growth", "active", 10, 30, Set.of("advanced_analytics", "priority_support", "api_access")));
        JsonNode shown = data(operatorGet("/api/v1/billing/subscriptions/current?user_id=" + late.user()));
        assertThat(shown.get("status").asText()).isEqualTo("active");
        assertThat(shown.get("unpaid").isNull()).isTrue();
    }

    /** Whoever writes the debt off ends the suspension; Stripe, too, takes the subscription for active again. */
    @ParameterizedTest
    @ValueSource(strings = {"void", "mark_uncollectible"})
    void aDebtThatIsLetGoEndsTheSuspension(String how) {
        Late late = suspended();
        SANDBOX.stripe().call("POST", "/v1/invoices/" + late.invoice() + "/" + how, Map.of());
        awaitQuiet();
        assertThat(row(late.invoice()))
                .containsEntry("state", "ended")
                .containsEntry("end_reason", how.equals("void") ? "voided" : "uncollectible");
        assertGrowthGranted(late);
        int mails = mails(late.user()).size();
        day(late, 26);
        assertThat(charges(late)).isEqualTo(4);
        assertThat(mails(late.user())).hasSize(mails);
    }

    /** What can be collected after all, is: the customer pays what had been written off while he was suspended. */
    @Test
    void whatWasWrittenOffMayStillBePaid() {
        Late late = suspended();
        SANDBOX.stripe().call("POST", "/v1/invoices/" + late.invoice() + "/mark_uncollectible", Map.of());
        awaitQuiet();
        payAsCustomer(late);
        assertThat(row(late.invoice())).containsEntry("end_reason", "uncollectible");
        assertThat(number(
                        "select coalesce(sum(amount), 0) from billing.revenue_entry where customer = :customer",
                        Map.of("customer", late.customer())))
                .isEqualTo(2 * 29_700);
        assertGrowthGranted(late);
    }

    /** Two periods were not paid for: the new card pays both, and only then is everything granted again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aNewCardPaysWhatIsOwedAfterTheSuspensionAndRestoresThePlan(int periods) {
        Late late = suspended();
        if (periods == 2) {
            SANDBOX.stripe().renew(late.subscription());
            awaitQuiet();
            assertThat(number(
                            "select count(*) from billing.dunning_case where customer = :customer and state = 'suspended'",
                            Map.of("customer", late.customer())))
                    .isEqualTo(2);
        }
        newDefaultCard(late, "pm_card_visa");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                jdbc.sql("select end_reason from billing.dunning_case where customer = :customer")
                                        .param("customer", late.customer())
                                        .query(String.class)
                                        .list())
                        .hasSize(periods)
                        .containsOnly("paid"));
        awaitQuiet();
        assertGrowthGranted(late);
        assertThat(SANDBOX.stripe().all("charge").stream()
                        .filter(charge -> charge.get("customer").asText().equals(late.customer())
                                && charge.get("status").asText().equals("succeeded")))
                .as("the first period, and each of those owed once")
                .hasSize(1 + periods);
    }

    /** Where a suspended subscription is paused at Stripe, it goes on there when nothing is owed any more. */
    @ParameterizedTest
    @ValueSource(strings = {"pay", "void", "mark_uncollectible"})
    void whatWasPausedForTheSuspensionIsResumedWhenNothingIsOwed(String how) {
        Late late = suspended();
        DunningSettings pausing = with(Owner.HUB, AtStripe.PAUSE);
        DunningTries others = new DunningTries(jdbc, commands, pausing);
        TransactionTemplate transaction = new TransactionTemplate(transactions);
        transaction.executeWithoutResult(
                status -> others.suspend(cases.find(late.invoice()).orElseThrow()));
        awaitPaused(late, true);
        awaitQuiet();
        assertThat(limits.of(late.user()).features()).isEmpty();
        SANDBOX.stripe().declineCardOf(late.customer(), null);
        SANDBOX.stripe()
                .withoutEvents(
                        () -> SANDBOX.stripe().call("POST", "/v1/invoices/" + late.invoice() + "/" + how, Map.of()));
        Dunning dunning = new Dunning(mirror, cases, others, pausing, stripe, SANDBOX.clock());
        transaction.executeWithoutResult(status -> {
            jdbc.sql("update billing.invoice set status = :status where id = :id")
                    .param(
                            "status",
                            SANDBOX.stripe()
                                    .find(late.invoice())
                                    .orElseThrow()
                                    .get("status")
                                    .asText())
                    .param("id", late.invoice())
                    .update();
            dunning.follow(late.invoice(), late.user());
        });
        awaitPaused(late, false);
        awaitQuiet();
        assertThat(row(late.invoice())).containsEntry("state", "ended");
        assertGrowthGranted(late);
    }

    private static void awaitPaused(Late late, boolean paused) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> SANDBOX.stripe()
                                .find(late.subscription())
                                .orElseThrow()
                                .get("pause_collection")
                                .isObject()
                        == paused);
    }

    /** Two nodes find the same step due at the same moment. */
    @Test
    void twoNodesTryOnce() throws InterruptedException {
        Late late = late("insufficient_funds");
        CountDownLatch together = new CountDownLatch(1);
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        SANDBOX.clock()
                .advance(Duration.between(
                        SANDBOX.clock().instant(),
                        late.dayZero().plus(Duration.ofDays(3)).plusSeconds(1)));
        for (int node = 0; node < 4; node++) {
            nodes.submit(() -> {
                together.await();
                routes.sendBody("direct:billing-dunning-step", late.invoice());
                return null;
            });
        }
        together.countDown();
        nodes.shutdown();
        assertThat(nodes.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        day(late, Duration.ofDays(3).plusMinutes(1));
        assertCase(late, "open", 2, 1);
        assertThat(charges(late)).isEqualTo(2);
    }

    @Test
    void anOperatorSeesStopsAndTries() {
        Late stopped = late("insufficient_funds");
        Late tried = late("insufficient_funds");
        JsonNode shown = data(operatorGet("/api/v1/billing/dunning/" + stopped.invoice()));
        assertThat(shown.get("next_step").asText()).isEqualTo("try");
        assertThat(shown.get("amount").asLong()).isEqualTo(29_700);
        assertThat(shown.get("currency").asText()).isEqualTo("usd");
        assertThat(data(operatorGet("/api/v1/billing/dunning?state=open&per_page=100")))
                .anySatisfy(row -> assertThat(row.get("invoice").asText()).isEqualTo(stopped.invoice()));
        assertThat(data(operatorPost("/api/v1/billing/dunning/" + stopped.invoice() + "/stop", ""))
                        .get("end_reason")
                        .asText())
                .isEqualTo("stopped");
        Object triesBefore = row(tried.invoice()).get("tries");
        String key = unique("key");
        for (int i = 0; i < 2; i++) {
            assertThat(send(operator("/api/v1/billing/dunning/" + tried.invoice() + "/pay-now")
                                    .header("Idempotency-Key", key)
                                    .POST(HttpRequest.BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(402);
        }
        assertThat(row(tried.invoice()).get("tries"))
                .as("the same request tries once")
                .isEqualTo((Integer) triesBefore + 1);
        SANDBOX.stripe().declineCardOf(tried.customer(), null);
        assertThat(operatorPost("/api/v1/billing/dunning/" + tried.invoice() + "/pay-now", "")
                        .statusCode())
                .isEqualTo(200);
        awaitQuiet();
        assertThat(row(tried.invoice())).containsEntry("state", "ended").containsEntry("end_reason", "paid");
        day(stopped, 23);
        assertThat(charges(stopped)).isEqualTo(1);
        assertThat(operatorPost("/api/v1/billing/dunning/in_unknown/stop", "").statusCode())
                .isEqualTo(404);
    }

    /** With Stripe as the owner the hub follows and mails, and asks for nothing. */
    @Test
    void withStripeAsTheOwnerTheHubOnlyFollows() {
        Late late = late("insufficient_funds");
        jdbc.sql("delete from billing.dunning_case where invoice = :id")
                .param("id", late.invoice())
                .update();
        jdbc.sql("delete from billing.dunning_failure where invoice = :id")
                .param("id", late.invoice())
                .update();
        Dunning stripes =
                new Dunning(mirror, cases, tries, with(Owner.STRIPE, AtStripe.LEAVE), stripe, SANDBOX.clock());
        List<DunningMove> moves = new TransactionTemplate(transactions)
                .execute(transaction -> stripes.follow(late.invoice(), late.user()));
        assertThat(moves)
                .singleElement()
                .satisfies(move -> assertThat(move.name()).isEqualTo("FAILED"))
                .satisfies(move -> assertThat(move.kept().progress().nextAt()).isNull());
        assertThat(stripes.due()).isEmpty();
        jdbc.sql("update billing.dunning_case set state = 'ended', ended_at = now(), end_reason = 'paid'"
                        + " where invoice = :id")
                .param("id", late.invoice())
                .update();
    }

    private DunningSettings with(Owner owner, AtStripe become) {
        return new DunningSettings(
                owner,
                settings.gaps(),
                settings.grace(),
                become,
                settings.hardDeclines(),
                settings.featuresOffFrom(),
                settings.featuresOff());
    }

    @Test
    void theHubWarnsWhenStripeRetriesToo() {
        Late late = late("insufficient_funds");
        SANDBOX.clock().advance(Duration.ofSeconds(5));
        ObjectNode seen = SANDBOX.stripe().find(late.invoice()).orElseThrow().deepCopy();
        seen.put(
                "next_payment_attempt",
                SANDBOX.clock().instant().plus(Duration.ofDays(1)).getEpochSecond());
        SANDBOX.stripe().emit("invoice.updated", seen);
        awaitQuiet();
        assertThat(row(late.invoice()).get("two_owners_at")).isNotNull();
        assertThat(number("select count(*) from notifications.outbox where key like 'dunning-two-owners:%'", Map.of()))
                .isPositive();
    }

    /** The events of a declined try come late: the try's own answer makes the hub look, and the attempt counts once. */
    @Test
    void aLateEventIsNeitherALostNorASecondFailure() {
        Late late = late("insufficient_funds");
        SANDBOX.deliveries().hold("stripe");
        SANDBOX.clock()
                .advance(Duration.between(
                        SANDBOX.clock().instant(),
                        late.dayZero().plus(Duration.ofDays(3)).plusSeconds(1)));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertCase(late, "open", 2, 1));
        SANDBOX.deliveries().release("stripe");
        awaitQuiet();
        assertCase(late, "open", 2, 1);
        assertThat(mails(late.user())).containsExactly("payment-reminder", "payment-update-request");
    }

    @Test
    void nothingIsTriedWhileStripeCannotSayHowTheInvoiceStands() {
        Late late = late("insufficient_funds");
        SANDBOX.faults().fail("stripe", Fault.status(500).on("/v1/invoices/" + late.invoice()), 2);
        day(late, 3);
        assertCase(late, "open", 2, 1);
        assertThat(charges(late)).isEqualTo(2);
    }

    /** Paid, but the news of it is still on its way: the look before the try finds out. */
    @Test
    void whatWasPaidUnnoticedIsNotTried() {
        Late late = late("insufficient_funds");
        SANDBOX.stripe().declineCardOf(late.customer(), null);
        SANDBOX.stripe()
                .withoutEvents(
                        () -> SANDBOX.stripe().call("POST", "/v1/invoices/" + late.invoice() + "/pay", Map.of()));
        assertCase(late, "open", 1, 0);
        day(late, 3);
        assertThat(row(late.invoice()))
                .containsEntry("state", "ended")
                .containsEntry("end_reason", "paid")
                .containsEntry("tries", 0);
    }

    @Test
    void whatASuspendedSubscriptionBecomesAtStripeIsASetting() {
        for (AtStripe become : List.of(AtStripe.PAUSE, AtStripe.CANCEL)) {
            Late late = late("insufficient_funds");
            DunningTries others = new DunningTries(jdbc, commands, with(Owner.HUB, become));
            new TransactionTemplate(transactions)
                    .executeWithoutResult(transaction ->
                            others.suspend(cases.find(late.invoice()).orElseThrow()));
            await().atMost(Duration.ofSeconds(15)).until(() -> {
                JsonNode subscription =
                        SANDBOX.stripe().find(late.subscription()).orElseThrow();
                return become == AtStripe.PAUSE
                        ? subscription.get("pause_collection").isObject()
                        : subscription.get("status").asText().equals("canceled");
            });
        }
    }

    @Test
    void whoClosesHisAccountIsChargedAndWrittenToNoMore() {
        Late late = late("insufficient_funds");
        new TransactionTemplate(transactions).executeWithoutResult(transaction -> {
            closing.close(late.user());
            jdbc.sql("update accounts.account set closed_at = :now where id = :id")
                    .param("now", Timestamp.from(SANDBOX.clock().instant()))
                    .param("id", late.user())
                    .update();
        });
        await().atMost(Duration.ofSeconds(15))
                .until(() -> SANDBOX.stripe()
                        .find(late.subscription())
                        .orElseThrow()
                        .get("status")
                        .asText()
                        .equals("canceled"));
        awaitQuiet();
        day(late, 4);
        assertThat(row(late.invoice())).containsEntry("end_reason", "account_closed");
        assertThat(charges(late)).isEqualTo(1);
        assertThat(number(
                        "select count(*) from notifications.outbox where channel = 'mail' and user_id = :user"
                                + " and payload->>'template' in ('cancelled', 'retention')",
                        Map.of("user", late.user())))
                .isZero();
    }

    @Test
    void aUserSeesWhatHisSubscriptionGrants() {
        Late late = late("insufficient_funds");
        JsonNode shown = data(operatorGet("/api/v1/billing/subscriptions/current?user_id=" + late.user()));
        assertThat(shown.get("subscription_id").asText()).isEqualTo(late.subscription());
        assertThat(shown.get("status").asText()).isEqualTo("past_due");
        assertThat(shown.get("plan").asText()).isEqualTo("growth");
        assertThat(shown.get("amount").asLong()).isEqualTo(29_700);
        assertThat(shown.get("videos_per_day").asInt()).isEqualTo(30);
        assertThat(shown.get("features").toString()).contains("api_access");
        assertThat(shown.at("/unpaid/invoice").asText()).isEqualTo(late.invoice());
        assertThat(data(operatorGet("/api/v1/billing/subscriptions/current?user_id=" + newUser()))
                        .get("status")
                        .asText())
                .isEqualTo("none");
    }

    /** Its making was under way when the account was closed: it is told of only afterwards. */
    @Test
    void aSubscriptionThatComesAfterItsAccountWasClosedIsCancelled() {
        UUID user = newUser();
        String customer = customerOf(user);
        String price = monthly(product("payg", 1), 9_700);
        awaitQuiet();
        jdbc.sql("update accounts.account set closed_at = :now where id = :id")
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .param("id", user)
                .update();
        String late = SANDBOX.stripe().subscribe(customer, price).get("id").asText();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> SANDBOX.stripe()
                        .find(late)
                        .orElseThrow()
                        .get("status")
                        .asText()
                        .equals("canceled"));
    }
}
