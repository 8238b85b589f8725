package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.StripeException;
import com.stripe.model.Invoice;
import com.stripe.param.InvoiceCreateParams;
import com.stripe.param.InvoiceItemCreateParams;
import com.stripe.param.InvoicePayParams;
import com.stripe.param.InvoiceUpdateParams;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invoices in the sandbox's Stripe: how they advance by themselves, and how they end. */
class SandboxStripeInvoicesTest {

    private final Sandbox sandbox = Sandbox.start(0);
    private final StripeVendor stripe = sandbox.stripe();
    private final StripeClient client = StripeClients.of(sandbox);
    private String customer;
    private String subscription;

    @BeforeEach
    void subscribed() {
        customer = stripe.customerWithCard("ann@example.com").get("id").asText();
        String price = stripe.monthlyPrice("Starter", 9_700).get("id").asText();
        subscription = stripe.subscribe(customer, price).get("id").asText();
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private String status() {
        return stripe.find(subscription).orElseThrow().get("status").asText();
    }

    private Invoice latest() throws StripeException {
        return client.v1()
                .invoices()
                .retrieve(stripe.find(subscription)
                        .orElseThrow()
                        .get("latest_invoice")
                        .asText());
    }

    private void failRenewal() {
        stripe.declineCardOf(customer, "insufficient_funds");
        long end = stripe.find(subscription)
                .orElseThrow()
                .get("current_period_end")
                .asLong();
        sandbox.clock()
                .advance(Duration.ofSeconds(end - sandbox.clock().epochSecond()).plusHours(2));
    }

    private List<JsonNode> events(String type) {
        return stripe.events().stream()
                .map(JsonNode.class::cast)
                .filter(event -> event.get("type").asText().equals(type))
                .toList();
    }

    @Test
    void aRenewalIsADraftForAnHour() throws StripeException {
        long end = stripe.find(subscription)
                .orElseThrow()
                .get("current_period_end")
                .asLong();
        sandbox.clock()
                .advance(Duration.ofSeconds(end - sandbox.clock().epochSecond()).plusMinutes(10));
        Invoice draft = latest();
        assertThat(draft.getStatus()).isEqualTo("draft");
        assertThat(draft.getBillingReason()).isEqualTo("subscription_cycle");
        assertThat(draft.getAutomaticallyFinalizesAt()).isEqualTo(end + 3_600);
        client.v1()
                .invoiceItems()
                .create(InvoiceItemCreateParams.builder()
                        .setCustomer(customer)
                        .setInvoice(draft.getId())
                        .setAmount(500L)
                        .setCurrency("usd")
                        .setDescription("Extra")
                        .build());

        sandbox.clock().advance(Duration.ofHours(1));

        Invoice paid = latest();
        assertThat(paid.getStatus()).isEqualTo("paid");
        assertThat(paid.getAmountPaid()).isEqualTo(10_200L);
        assertThat(paid.getHostedInvoiceUrl()).startsWith("https://invoice.stripe.com/");
        assertThat(paid.getStatusTransitions().getFinalizedAt()).isEqualTo(end + 3_600);
        assertThat(client.v1().invoices().lineItems().list(paid.getId()).getData())
                .hasSize(2);
    }

    @Test
    void withoutStripesOwnRetriesTheHubCollects() throws StripeException {
        failRenewal();
        Invoice open = latest();
        assertThat(open.getStatus()).isEqualTo("open");
        assertThat(open.getAttemptCount()).isOne();
        assertThat(open.getNextPaymentAttempt()).isNull();
        assertThat(status()).isEqualTo("past_due");
        sandbox.clock().advance(Duration.ofDays(15));
        assertThat(events("invoice.payment_failed")).hasSize(1);

        CardException refusal = catchThrowableOfType(
                CardException.class, () -> client.v1().invoices().pay(open.getId()));
        assertThat(refusal.getStatusCode()).isEqualTo(402);
        assertThat(refusal.getDeclineCode()).isEqualTo("insufficient_funds");
        assertThat(refusal.getStripeError().getPaymentIntent().getId()).startsWith("pi_");
        assertThat(events("invoice.payment_failed")).hasSize(2);
        assertThat(latest().getAttemptCount())
                .as("Stripe counts its own plan's tries, and the first")
                .isOne();

        Invoice paid = client.v1()
                .invoices()
                .pay(
                        open.getId(),
                        InvoicePayParams.builder()
                                .setPaymentMethod("pm_card_visa")
                                .setOffSession(true)
                                .build());
        assertThat(paid.getStatus()).isEqualTo("paid");
        assertThat(status()).isEqualTo("active");
        assertThatThrownBy(() -> client.v1().invoices().pay(open.getId())).hasMessageContaining("already paid");
    }

    @ParameterizedTest
    @CsvSource({"past_due, past_due", "unpaid, unpaid", "canceled, canceled"})
    void stripesOwnRetriesEndAsTheAccountSays(String setting, String end) throws StripeException {
        stripe.smartRetries(true);
        stripe.afterRetries(setting);
        failRenewal();
        assertThat(latest().getNextPaymentAttempt())
                .isGreaterThan(sandbox.clock().epochSecond());

        sandbox.clock().advance(Duration.ofDays(15));

        assertThat(events("invoice.payment_failed")).hasSize(9);
        assertThat(latest().getAttemptCount()).isEqualTo(9);
        assertThat(latest().getNextPaymentAttempt()).isNull();
        assertThat(status()).isEqualTo(end);
    }

    @Test
    void aRetrySucceedsOnceTheCardWorks() throws StripeException {
        stripe.smartRetries(true);
        failRenewal();
        stripe.declineCardOf(customer, null);

        sandbox.clock().advance(Duration.ofDays(2));

        assertThat(latest().getStatus()).isEqualTo("paid");
        assertThat(status()).isEqualTo("active");
    }

    @Test
    void aStolenCardIsNotTriedAgain() throws StripeException {
        stripe.smartRetries(true);
        stripe.declineCardOf(customer, "stolen_card");
        sandbox.clock().advance(Duration.ofDays(32));

        assertThat(latest().getNextPaymentAttempt()).isNull();
        sandbox.clock().advance(Duration.ofDays(15));
        assertThat(events("invoice.payment_failed")).hasSize(1);
    }

    @Test
    void aRenewalMayAskTheCustomer() throws StripeException {
        stripe.declineCardOf(customer, StripeCards.ACTION_REQUIRED);
        sandbox.clock().advance(Duration.ofDays(32));
        assertThat(events("invoice.payment_action_required")).hasSize(1);
        assertThat(status()).isEqualTo("past_due");

        CardException asked = catchThrowableOfType(
                CardException.class, () -> client.v1().invoices().pay(latest().getId()));
        assertThat(asked.getCode()).isEqualTo("invoice_payment_intent_requires_action");
        stripe.authenticate(asked.getStripeError().getPaymentIntent().getId());

        assertThat(latest().getStatus()).isEqualTo("paid");
        assertThat(status()).isEqualTo("active");
    }

    @ParameterizedTest
    @ValueSource(strings = {"void", "mark_uncollectible"})
    void whatIsWrittenOffIsOwedNoMore(String how) throws StripeException {
        failRenewal();

        stripe.call("POST", "/v1/invoices/" + latest().getId() + "/" + how, Map.of());

        assertThat(latest().getStatus()).isEqualTo(how.equals("void") ? "void" : "uncollectible");
        assertThat(status()).isEqualTo("active");
    }

    @Test
    void aHandMadeInvoiceAdvancesOnlyWhenTold() throws StripeException {
        client.v1()
                .invoiceItems()
                .create(InvoiceItemCreateParams.builder()
                        .setCustomer(customer)
                        .setAmount(2_500L)
                        .setCurrency("usd")
                        .build());
        Invoice invoice = client.v1()
                .invoices()
                .create(InvoiceCreateParams.builder()
                        .setCustomer(customer)
                        .setPendingInvoiceItemsBehavior(InvoiceCreateParams.PendingInvoiceItemsBehavior.INCLUDE)
                        .build());
        assertThat(invoice.getAmountDue()).isEqualTo(2_500L);
        sandbox.clock().advance(Duration.ofHours(5));
        assertThat(client.v1().invoices().retrieve(invoice.getId()).getStatus()).isEqualTo("draft");

        client.v1()
                .invoices()
                .update(
                        invoice.getId(),
                        InvoiceUpdateParams.builder().setAutoAdvance(true).build());
        sandbox.clock().advance(Duration.ofHours(2));

        assertThat(client.v1().invoices().retrieve(invoice.getId()).getStatus()).isEqualTo("paid");
    }

    @Test
    void aYearPassesInOrder() {
        sandbox.clock().advance(Duration.ofDays(366));

        assertThat(stripe.all("invoice"))
                .hasSize(13)
                .allMatch(invoice -> invoice.get("status").asText().equals("paid"));
        List<Long> times = stripe.events().stream()
                .map(event -> event.get("created").asLong())
                .toList();
        assertThat(times).isSorted();
        List<Long> paid = stripe.all("invoice").stream()
                .map(invoice -> invoice.at("/status_transitions/paid_at").asLong())
                .toList();
        assertThat(paid).isSorted().doesNotHaveDuplicates();
    }
}
