package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.billing.DunningSettings.AtStripe;
import com.ytempire.hub.billing.DunningSettings.Owner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** Subscriptions that are suspended after dunning, and what ends that. */
class SuspensionIT extends DunningHubIT {

    @Autowired
    private Commands commands;

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
}
