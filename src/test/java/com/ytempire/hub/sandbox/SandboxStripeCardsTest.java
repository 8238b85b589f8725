package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.InvoicePayment;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.model.SetupIntent;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.InvoicePaymentListParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentMethodAttachParams;
import com.stripe.param.PaymentMethodCreateParams;
import com.stripe.param.PaymentMethodListParams;
import com.stripe.param.SetupIntentConfirmParams;
import com.stripe.param.SetupIntentCreateParams;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Payment methods, setup intents and Stripe's test cards in the sandbox. */
class SandboxStripeCardsTest {

    private final Sandbox sandbox = Sandbox.start(0);
    private final StripeClient client = StripeClients.of(sandbox);

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private Customer customer() throws StripeException {
        return client.v1().customers().create(CustomerCreateParams.builder().build());
    }

    private List<String> eventTypes() {
        return sandbox.stripe().events().stream()
                .map(event -> event.get("type").asText())
                .toList();
    }

    private PaymentIntent pay(Customer customer, String card, boolean offSession) throws StripeException {
        PaymentIntentCreateParams.Builder params = PaymentIntentCreateParams.builder()
                .setAmount(9_700L)
                .setCurrency("usd")
                .setCustomer(customer.getId())
                .setPaymentMethod(card)
                .setConfirm(true);
        if (offSession) {
            params.setOffSession(true);
        }
        return client.v1().paymentIntents().create(params.build());
    }

    @Test
    void aCardIsAttachedMadeDefaultListedAndDetached() throws StripeException {
        Customer customer = customer();
        PaymentMethod card = client.v1()
                .paymentMethods()
                .attach(
                        "pm_card_mastercard",
                        PaymentMethodAttachParams.builder()
                                .setCustomer(customer.getId())
                                .build());
        assertThat(card.getCard().getLast4()).isEqualTo("4444");
        client.v1()
                .customers()
                .update(
                        customer.getId(),
                        CustomerUpdateParams.builder()
                                .setInvoiceSettings(CustomerUpdateParams.InvoiceSettings.builder()
                                        .setDefaultPaymentMethod(card.getId())
                                        .build())
                                .build());

        assertThat(client.v1()
                        .paymentMethods()
                        .list(PaymentMethodListParams.builder()
                                .setCustomer(customer.getId())
                                .build())
                        .getData())
                .extracting(PaymentMethod::getId)
                .containsExactly(card.getId());
        assertThat(client.v1()
                        .customers()
                        .paymentMethods()
                        .retrieve(customer.getId(), card.getId())
                        .getCustomer())
                .isEqualTo(customer.getId());

        client.v1().paymentMethods().detach(card.getId());
        assertThat(client.v1()
                        .customers()
                        .paymentMethods()
                        .list(customer.getId())
                        .getData())
                .isEmpty();
        assertThat(client.v1()
                        .customers()
                        .retrieve(customer.getId())
                        .getInvoiceSettings()
                        .getDefaultPaymentMethod())
                .isNull();
        assertThatThrownBy(() -> pay(customer, card.getId(), false)).hasMessageContaining("may not be used again");
        assertThat(eventTypes())
                .containsExactly(
                        "customer.created",
                        "payment_method.attached",
                        "customer.updated",
                        "customer.updated",
                        "payment_method.detached");
    }

    @Test
    void nobodyUsesTheCardOfSomebodyElse() throws StripeException {
        Customer ann = customer();
        Customer bob = customer();
        String card = client.v1()
                .paymentMethods()
                .create(PaymentMethodCreateParams.builder()
                        .setType(PaymentMethodCreateParams.Type.CARD)
                        .setCard(PaymentMethodCreateParams.Token.builder()
                                .setToken("tok_visa")
                                .build())
                        .build())
                .getId();
        PaymentMethodAttachParams toAnn =
                PaymentMethodAttachParams.builder().setCustomer(ann.getId()).build();
        client.v1().paymentMethods().attach(card, toAnn);

        assertThatThrownBy(() -> pay(bob, card, false)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> client.v1()
                        .paymentMethods()
                        .attach(
                                card,
                                PaymentMethodAttachParams.builder()
                                        .setCustomer(bob.getId())
                                        .build()))
                .hasMessageContaining("already been attached");
        assertThatThrownBy(() -> sandbox.stripe()
                        .update(
                                "customers",
                                bob.getId(),
                                Map.of("invoice_settings", Map.of("default_payment_method", card))))
                .hasMessageContaining("does not have a payment method");
        assertThat(client.v1().paymentMethods().attach(card, toAnn).getCustomer())
                .as("attached twice to the same customer")
                .isEqualTo(ann.getId());
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_chargeDeclined, card_declined, generic_decline",
        "pm_card_visa_chargeDeclined, card_declined, generic_decline",
        "pm_card_chargeDeclinedInsufficientFunds, card_declined, insufficient_funds",
        "pm_card_visa_chargeDeclinedLostCard, card_declined, lost_card",
        "pm_card_visa_chargeDeclinedStolenCard, card_declined, stolen_card",
        "pm_card_chargeDeclinedExpiredCard, expired_card, expired_card",
        "pm_card_chargeDeclinedIncorrectCvc, incorrect_cvc, incorrect_cvc",
        "pm_card_chargeDeclinedProcessingError, processing_error, processing_error",
        "pm_card_chargeDeclinedVelocityLimitExceeded, card_declined, card_velocity_exceeded"
    })
    void aRefusedCardCanNeitherPayNorBeAttached(String card, String code, String declineCode) throws StripeException {
        Customer customer = customer();

        CardException payment = catchThrowableOfType(CardException.class, () -> pay(customer, card, false));
        assertThat(payment.getStatusCode()).isEqualTo(402);
        assertThat(payment.getCode()).isEqualTo(code);
        assertThat(payment.getDeclineCode()).isEqualTo(declineCode);
        assertThat(payment.getCharge()).startsWith("ch_");
        assertThat(payment.getStripeError().getPaymentIntent().getStatus()).isEqualTo("requires_payment_method");

        CardException attachment = catchThrowableOfType(
                CardException.class,
                () -> client.v1()
                        .paymentMethods()
                        .attach(
                                card,
                                PaymentMethodAttachParams.builder()
                                        .setCustomer(customer.getId())
                                        .build()));
        assertThat(attachment.getDeclineCode()).isEqualTo(declineCode);
    }

    @Test
    void aCardMayFailAfterItWasAttached() throws StripeException {
        Customer customer = client.v1()
                .customers()
                .create(CustomerCreateParams.builder()
                        .setPaymentMethod("pm_card_chargeCustomerFail")
                        .setInvoiceSettings(CustomerCreateParams.InvoiceSettings.builder()
                                .setDefaultPaymentMethod("pm_card_chargeCustomerFail")
                                .build())
                        .build());
        String card = customer.getInvoiceSettings().getDefaultPaymentMethod();

        assertThat(card).startsWith("pm_");
        assertThatThrownBy(() -> pay(customer, card, true)).isInstanceOf(CardException.class);
        assertThatThrownBy(() -> client.v1()
                        .customers()
                        .create(CustomerCreateParams.builder()
                                .setPaymentMethod("pm_card_chargeDeclined")
                                .build()))
                .isInstanceOf(CardException.class);
        assertThat(sandbox.stripe().all("customer")).hasSize(1);
    }

    @Test
    void threeDSecureIsPassedOrNotAndNeedsTheCustomer() throws StripeException {
        Customer customer = customer();
        PaymentIntent asked = pay(customer, "pm_card_authenticationRequired", false);
        assertThat(asked.getStatus()).isEqualTo("requires_action");
        assertThat(asked.getClientSecret()).startsWith(asked.getId() + "_secret_");
        sandbox.stripe().authenticate(asked.getId());
        assertThat(client.v1().paymentIntents().retrieve(asked.getId()).getStatus())
                .isEqualTo("succeeded");

        PaymentIntent refused = pay(customer, "pm_card_authenticationRequired", false);
        sandbox.stripe().failAuthentication(refused.getId());
        PaymentIntent failed = client.v1().paymentIntents().retrieve(refused.getId());
        assertThat(failed.getStatus()).isEqualTo("requires_payment_method");
        assertThat(failed.getLastPaymentError().getCode()).isEqualTo("payment_intent_authentication_failure");

        CardException alone =
                catchThrowableOfType(CardException.class, () -> pay(customer, "pm_card_authenticationRequired", true));
        assertThat(alone.getCode()).isEqualTo("authentication_required");
        PaymentIntent poor = pay(customer, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", false);
        sandbox.stripe().authenticate(poor.getId());
        assertThat(client.v1()
                        .paymentIntents()
                        .retrieve(poor.getId())
                        .getLastPaymentError()
                        .getDeclineCode())
                .isEqualTo("insufficient_funds");
    }

    @Test
    void aCardThatWasSetUpPaysWithoutTheCustomer() throws StripeException {
        Customer customer = customer();
        SetupIntent setup = client.v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder()
                        .setCustomer(customer.getId())
                        .build());
        assertThat(setup.getStatus()).isEqualTo("requires_payment_method");
        assertThat(setup.getClientSecret()).startsWith(setup.getId() + "_secret_");

        setup = client.v1()
                .setupIntents()
                .confirm(
                        setup.getId(),
                        SetupIntentConfirmParams.builder()
                                .setPaymentMethod("pm_card_authenticationRequiredOnSetup")
                                .build());
        assertThat(setup.getStatus()).isEqualTo("requires_action");
        sandbox.stripe().authenticate(setup.getId());

        setup = client.v1().setupIntents().retrieve(setup.getId());
        assertThat(setup.getStatus()).isEqualTo("succeeded");
        assertThat(pay(customer, setup.getPaymentMethod(), true).getStatus()).isEqualTo("succeeded");
        assertThat(eventTypes())
                .containsSubsequence(
                        "setup_intent.created",
                        "setup_intent.requires_action",
                        "payment_method.attached",
                        "setup_intent.succeeded",
                        "payment_intent.succeeded");
    }

    @Test
    void aSetupIsRefusedOrCanceled() throws StripeException {
        SetupIntent setup = client.v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder().build());
        CardException refusal = catchThrowableOfType(
                CardException.class,
                () -> client.v1()
                        .setupIntents()
                        .confirm(
                                setup.getId(),
                                SetupIntentConfirmParams.builder()
                                        .setPaymentMethod("pm_card_chargeDeclinedStolenCard")
                                        .build()));
        assertThat(refusal.getDeclineCode()).isEqualTo("stolen_card");
        assertThat(refusal.getStripeError().getSetupIntent().getId()).isEqualTo(setup.getId());

        assertThat(client.v1().setupIntents().cancel(setup.getId()).getStatus()).isEqualTo("canceled");
        assertThatThrownBy(() -> client.v1().setupIntents().confirm(setup.getId()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("setup_intent_unexpected_state"));
    }

    @ParameterizedTest
    @CsvSource({"success, succeeded", "insufficientFunds, requires_payment_method", "processing, processing"})
    void aDebitTakesDays(String account, String end) throws StripeException {
        PaymentIntent debit = pay(customer(), "pm_usBankAccount_" + account, false);
        assertThat(debit.getStatus()).isEqualTo("processing");

        sandbox.clock().advance(Duration.ofDays(5));

        assertThat(client.v1().paymentIntents().retrieve(debit.getId()).getStatus())
                .isEqualTo(end);
    }

    @Test
    void someCardsAreDisputedAtOnce() throws StripeException {
        PaymentIntent paid = pay(customer(), "pm_card_createDispute", false);

        JsonNode dispute = sandbox.stripe().all("dispute").get(0);
        assertThat(dispute.get("charge").asText()).isEqualTo(paid.getLatestCharge());
        assertThat(eventTypes()).containsSubsequence("payment_intent.succeeded", "charge.dispute.created");
    }

    @Test
    void anUnknownTestCardIsNone() throws StripeException {
        Customer customer = customer();

        assertThatThrownBy(() -> pay(customer, "pm_card_gold", false)).hasMessageContaining("No such PaymentMethod");
    }

    @Test
    void aPaymentIsFoundByWhatItPays() throws StripeException {
        String price = sandbox.stripe().monthlyPrice("Starter", 9_700).get("id").asText();
        for (int i = 0; i < 2; i++) {
            String ann = sandbox.stripe()
                    .customerWithCard("ann@example.com")
                    .get("id")
                    .asText();
            sandbox.stripe().subscribe(ann, price);
        }
        JsonNode invoice = sandbox.stripe().all("invoice").get(0);

        assertThat(client.v1()
                        .invoicePayments()
                        .list(InvoicePaymentListParams.builder()
                                .setPayment(InvoicePaymentListParams.Payment.builder()
                                        .setType(InvoicePaymentListParams.Payment.Type.PAYMENT_INTENT)
                                        .setPaymentIntent(
                                                invoice.get("payment_intent").asText())
                                        .build())
                                .build())
                        .getData())
                .extracting(InvoicePayment::getInvoice)
                .containsExactly(invoice.get("id").asText());
    }

    @Test
    void aCustomerWhoIsGoneHoldsUpNoClock() throws StripeException {
        String price = sandbox.stripe().monthlyPrice("Starter", 9_700).get("id").asText();
        String gone =
                sandbox.stripe().customerWithCard("bob@example.com").get("id").asText();
        sandbox.stripe().subscribe(gone, price);
        sandbox.stripe().create("invoices", Map.of("customer", gone, "auto_advance", true));
        sandbox.stripe().delete("customers", gone);
        Customer other = customer();
        pay(other, "pm_usBankAccount_success", false);

        sandbox.clock().advance(Duration.ofDays(20));

        assertThat(eventTypes()).contains("payment_intent.succeeded");
    }
}
