package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.sandbox.Faults.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Invoices that could not be collected, from the first failure to the end of the case. */
class DunningIT extends DunningHubIT {

    @Autowired
    private ProducerTemplate routes;

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

    /** The other way round: heard of the payment first, or of it alone. */
    @Test
    void whatIsPaidAfterItsSubscriptionWasCancelledIsNotRecoveredWhateverIsToldFirst() {
        Late late = late("insufficient_funds");
        SANDBOX.stripe().declineCardOf(late.customer(), null);
        SANDBOX.stripe().withoutEvents(() -> SANDBOX.stripe().cancel(late.subscription()));
        SANDBOX.clock().advance(Duration.ofSeconds(2));
        SANDBOX.stripe().call("POST", "/v1/invoices/" + late.invoice() + "/pay", Map.of());
        awaitEnd(late, "cancelled");
        assertThat(told(late)).containsExactly("dunning_ended");
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
}
