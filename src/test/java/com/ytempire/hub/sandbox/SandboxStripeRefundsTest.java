package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.Refund;
import com.stripe.param.DisputeListParams;
import com.stripe.param.DisputeUpdateParams;
import com.stripe.param.RefundCreateParams;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Money that goes back in the sandbox's Stripe. */
class SandboxStripeRefundsTest {

    private final Sandbox sandbox = Sandbox.start(0);
    private final StripeVendor stripe = sandbox.stripe();
    private final StripeClient client = StripeClients.of(sandbox);
    private String customer;

    @BeforeEach
    void customer() {
        customer = stripe.create("customers", Map.of()).get("id").asText();
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private String pay(String card) {
        return stripe.create(
                        "payment_intents",
                        Map.of(
                                "customer",
                                customer,
                                "amount",
                                5_000,
                                "currency",
                                "usd",
                                "payment_method",
                                card,
                                "confirm",
                                true))
                .get("id")
                .asText();
    }

    private Refund refund(String intent, Long cents) throws StripeException {
        return client.v1()
                .refunds()
                .create(RefundCreateParams.builder()
                        .setPaymentIntent(intent)
                        .setAmount(cents)
                        .setReason(RefundCreateParams.Reason.REQUESTED_BY_CUSTOMER)
                        .build());
    }

    private Charge charge(String intent) throws StripeException {
        return client.v1()
                .charges()
                .retrieve(client.v1().paymentIntents().retrieve(intent).getLatestCharge());
    }

    private Dispute dispute(String intent) throws StripeException {
        return client.v1()
                .disputes()
                .list(DisputeListParams.builder().setPaymentIntent(intent).build())
                .getData()
                .get(0);
    }

    private List<String> eventTypes() {
        return stripe.events().stream().map(event -> event.get("type").asText()).toList();
    }

    @Test
    void moneyGoesBackInPartsUntilNothingIsLeft() throws StripeException {
        String intent = pay("pm_card_visa");
        refund(intent, 2_000L);
        assertThat(charge(intent).getRefunded()).isFalse();
        assertThatThrownBy(() -> refund(intent, 3_001L)).hasMessageContaining("greater than unrefunded amount");
        assertThatThrownBy(() -> refund(intent, 0L)).hasMessageContaining("Invalid positive integer");
        Refund rest = refund(intent, null);

        assertThat(rest.getAmount()).isEqualTo(3_000L);
        assertThat(charge(intent).getRefunded()).isTrue();
        assertThatThrownBy(() -> refund(intent, 1L))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("charge_already_refunded"));
    }

    @ParameterizedTest
    @CsvSource({"pm_card_refundFail, succeeded, failed, 0", "pm_card_pendingRefund, pending, succeeded, 5000"})
    void aRefundMayEndOtherwiseLater(String card, String first, String end, long refunded) throws StripeException {
        String intent = pay(card);
        Refund refund = refund(intent, null);
        assertThat(refund.getStatus()).isEqualTo(first);

        sandbox.clock().advance(Duration.ofDays(2));

        assertThat(client.v1().refunds().retrieve(refund.getId()).getStatus()).isEqualTo(end);
        assertThat(charge(intent).getAmountRefunded()).isEqualTo(refunded);
        assertThat(eventTypes()).contains(end.equals("failed") ? "refund.failed" : "refund.updated");
    }

    @ParameterizedTest
    @CsvSource({"winning_evidence, won", "losing_evidence, lost", "we delivered, under_review"})
    void evidenceDecidesADispute(String words, String end) throws StripeException {
        String intent = pay("pm_card_createDispute");
        Dispute dispute = dispute(intent);
        assertThat(dispute.getStatus()).isEqualTo("needs_response");
        assertThatThrownBy(() -> refund(intent, null)).hasMessageContaining("charged back");
        client.v1()
                .disputes()
                .update(
                        dispute.getId(),
                        DisputeUpdateParams.builder()
                                .setEvidence(DisputeUpdateParams.Evidence.builder()
                                        .setCustomerEmailAddress("ann@example.com")
                                        .build())
                                .setSubmit(false)
                                .build());
        assertThat(dispute(intent).getStatus()).isEqualTo("needs_response");
        assertThat(dispute(intent).getEvidenceDetails().getHasEvidence()).isTrue();

        client.v1()
                .disputes()
                .update(
                        dispute.getId(),
                        DisputeUpdateParams.builder()
                                .setEvidence(DisputeUpdateParams.Evidence.builder()
                                        .setUncategorizedText(words)
                                        .build())
                                .build());

        assertThat(dispute(intent).getStatus()).isEqualTo(end);
        assertThat(dispute(intent).getEvidence().getCustomerEmailAddress()).isEqualTo("ann@example.com");
        assertThat(dispute(intent).getEvidenceDetails().getSubmissionCount()).isOne();
        assertThat(eventTypes().contains("charge.dispute.closed")).isEqualTo(!end.equals("under_review"));
    }

    @Test
    void whoDoesNotAnswerHasLost() throws StripeException {
        String disputed = pay("pm_card_createDisputeProductNotReceived");
        String asked = pay("pm_card_createDisputeInquiry");
        assertThat(dispute(disputed).getReason()).isEqualTo("product_not_received");
        assertThat(dispute(asked).getStatus()).isEqualTo("warning_needs_response");
        assertThat(dispute(asked).getBalanceTransactions()).isEmpty();

        sandbox.clock().advance(Duration.ofDays(10));

        assertThat(dispute(disputed).getStatus()).isEqualTo("lost");
        assertThat(dispute(asked).getStatus()).isEqualTo("lost");
        assertThat(dispute(asked).getBalanceTransactions()).hasSize(1);
        assertThatThrownBy(() -> stripe.closeDispute(dispute(asked).getId(), "won"))
                .isInstanceOf(StripeError.class);
    }

    @Test
    void aRefundInTheDashboardNamesNoRequest() {
        String intent = pay("pm_card_visa");

        stripe.refund(intent, 1_000);

        JsonNode event = stripe.events().stream()
                .filter(each -> each.get("type").asText().equals("charge.refunded"))
                .findFirst()
                .orElseThrow();
        assertThat(event.at("/request/id").isNull()).isTrue();
    }
}
