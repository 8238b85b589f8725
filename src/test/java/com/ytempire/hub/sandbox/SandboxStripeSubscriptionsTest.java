package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Coupon;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceLineItem;
import com.stripe.model.PromotionCode;
import com.stripe.model.Subscription;
import com.stripe.param.CouponCreateParams;
import com.stripe.param.InvoiceCreatePreviewParams;
import com.stripe.param.PromotionCodeCreateParams;
import com.stripe.param.SubscriptionCancelParams;
import com.stripe.param.SubscriptionCreateParams;
import com.stripe.param.SubscriptionUpdateParams;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A subscription's life in the sandbox's Stripe, as Stripe's own Java client sees it. */
class SandboxStripeSubscriptionsTest {

    private final Sandbox sandbox = Sandbox.start(0);
    private final StripeVendor stripe = sandbox.stripe();
    private final StripeClient client = StripeClients.of(sandbox);
    private String starter;
    private String growth;
    private String customer;

    @BeforeEach
    void catalogue() {
        starter = id(stripe.monthlyPrice("Starter", 9_700));
        growth = id(stripe.monthlyPrice("Growth", 29_700));
        customer = id(stripe.customerWithCard("ann@example.com"));
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private static String id(JsonNode object) {
        return object.get("id").asText();
    }

    private SubscriptionCreateParams.Builder params(String of) {
        return SubscriptionCreateParams.builder()
                .setCustomer(of)
                .addItem(SubscriptionCreateParams.Item.builder()
                        .setPrice(starter)
                        .build());
    }

    private Subscription find(Subscription subscription) throws StripeException {
        return client.v1().subscriptions().retrieve(subscription.getId());
    }

    private static SubscriptionUpdateParams.Builder to(String price, Subscription subscription) {
        return SubscriptionUpdateParams.builder()
                .addItem(SubscriptionUpdateParams.Item.builder()
                        .setId(subscription.getItems().getData().get(0).getId())
                        .setPrice(price)
                        .build());
    }

    private List<String> eventTypes() {
        return stripe.events().stream().map(event -> event.get("type").asText()).toList();
    }

    private long count(String type) {
        return eventTypes().stream().filter(type::equals).count();
    }

    @Test
    void anIncompleteOneBecomesActiveWhenTheBrowserPays() throws StripeException {
        String cardless = id(stripe.create("customers", Map.of()));
        Subscription subscription = client.v1()
                .subscriptions()
                .create(params(cardless)
                        .setPaymentBehavior(SubscriptionCreateParams.PaymentBehavior.DEFAULT_INCOMPLETE)
                        .setPaymentSettings(SubscriptionCreateParams.PaymentSettings.builder()
                                .setSaveDefaultPaymentMethod(
                                        SubscriptionCreateParams.PaymentSettings.SaveDefaultPaymentMethod
                                                .ON_SUBSCRIPTION)
                                .build())
                        .addExpand("latest_invoice.confirmation_secret")
                        .addExpand("latest_invoice.payments")
                        .addExpand("pending_setup_intent")
                        .build());
        assertThat(subscription.getStatus()).isEqualTo("incomplete");
        Invoice invoice = subscription.getLatestInvoiceObject();
        String intent = invoice.getPayments().getData().get(0).getPayment().getPaymentIntent();
        assertThat(invoice.getConfirmationSecret().getClientSecret()).startsWith(intent + "_secret_");

        assertThat(stripe.confirm(intent, "pm_card_visa_chargeDeclined")
                        .get("status")
                        .asText())
                .isEqualTo("requires_payment_method");
        assertThat(find(subscription).getStatus()).isEqualTo("incomplete");
        stripe.confirm(intent, "pm_card_visa");

        Subscription paid = find(subscription);
        assertThat(paid.getStatus()).isEqualTo("active");
        assertThat(paid.getDefaultPaymentMethod()).startsWith("pm_");
        assertThat(stripe.find(paid.getDefaultPaymentMethod())
                        .orElseThrow()
                        .get("customer")
                        .asText())
                .isEqualTo(cardless);
    }

    @Test
    void aTrialIsWarnedOfOnceAndBilledWhenItEnds() throws StripeException {
        Subscription subscription = client.v1()
                .subscriptions()
                .create(params(customer).setTrialPeriodDays(14L).build());
        assertThat(subscription.getStatus()).isEqualTo("trialing");
        assertThat(subscription.getItems().getData().get(0).getCurrentPeriodEnd())
                .isEqualTo(subscription.getTrialEnd());
        assertThat(client.v1()
                        .invoices()
                        .retrieve(subscription.getLatestInvoice())
                        .getTotal())
                .isZero();

        sandbox.clock().advance(Duration.ofDays(10));
        assertThat(count("customer.subscription.trial_will_end")).isZero();
        sandbox.clock().advance(Duration.ofDays(2));
        sandbox.clock().advance(Duration.ofDays(1));
        assertThat(count("customer.subscription.trial_will_end")).isOne();
        sandbox.clock().advance(Duration.ofDays(1).plusMinutes(30));

        Subscription active = find(subscription);
        assertThat(active.getStatus()).isEqualTo("active");
        assertThat(client.v1().invoices().retrieve(active.getLatestInvoice()).getStatus())
                .isEqualTo("draft");
        sandbox.clock().advance(Duration.ofMinutes(31));
        Invoice paid = client.v1().invoices().retrieve(active.getLatestInvoice());
        assertThat(paid.getStatus()).isEqualTo("paid");
        assertThat(paid.getAmountPaid()).isEqualTo(9_700L);
        assertThat(stripe.events().stream()
                        .filter(event -> event.get("type").asText().equals("customer.subscription.trial_will_end"))
                        .findFirst()
                        .orElseThrow()
                        .get("created")
                        .asLong())
                .as("told at its own time")
                .isEqualTo(subscription.getTrialEnd() - Duration.ofDays(3).toSeconds());
    }

    @ParameterizedTest
    @CsvSource({"cancel, canceled", "pause, paused", "create_invoice, past_due"})
    void aTrialWithoutACardEndsAsAsked(String behavior, String status) throws StripeException {
        String cardless = id(stripe.create("customers", Map.of()));
        Subscription subscription = client.v1()
                .subscriptions()
                .create(params(cardless)
                        .setTrialPeriodDays(2L)
                        .setTrialSettings(SubscriptionCreateParams.TrialSettings.builder()
                                .setEndBehavior(SubscriptionCreateParams.TrialSettings.EndBehavior.builder()
                                        .setMissingPaymentMethod(
                                                SubscriptionCreateParams.TrialSettings.EndBehavior.MissingPaymentMethod
                                                        .valueOf(behavior.toUpperCase()))
                                        .build())
                                .build())
                        .build());
        assertThat(subscription.getPendingSetupIntent()).startsWith("seti_");
        assertThat(count("customer.subscription.trial_will_end")).isOne();

        sandbox.clock().advance(Duration.ofDays(3));

        assertThat(find(subscription).getStatus()).isEqualTo(status);
    }

    @Test
    void aCardSetUpDuringTheTrialIsChargedAfterIt() throws StripeException {
        String cardless = id(stripe.create("customers", Map.of()));
        Subscription subscription = client.v1()
                .subscriptions()
                .create(params(cardless).setTrialPeriodDays(7L).build());

        stripe.confirm(subscription.getPendingSetupIntent(), "pm_card_visa");
        sandbox.clock().advance(Duration.ofDays(8));

        Subscription active = find(subscription);
        assertThat(active.getStatus()).isEqualTo("active");
        assertThat(active.getPendingSetupIntent()).isNull();
        assertThat(client.v1().invoices().retrieve(active.getLatestInvoice()).getStatus())
                .isEqualTo("paid");
    }

    @ParameterizedTest
    @EnumSource(value = SubscriptionUpdateParams.ProrationBehavior.class)
    void whatThePreviewSaysIsWhatTheChangeCosts(SubscriptionUpdateParams.ProrationBehavior behavior)
            throws StripeException {
        Subscription subscription =
                client.v1().subscriptions().create(params(customer).build());
        sandbox.clock().advance(Duration.ofDays(10));
        long at = sandbox.clock().epochSecond();
        String item = subscription.getItems().getData().get(0).getId();
        Invoice preview = client.v1()
                .invoices()
                .createPreview(InvoiceCreatePreviewParams.builder()
                        .setCustomer(customer)
                        .setSubscription(subscription.getId())
                        .setSubscriptionDetails(InvoiceCreatePreviewParams.SubscriptionDetails.builder()
                                .addItem(InvoiceCreatePreviewParams.SubscriptionDetails.Item.builder()
                                        .setId(item)
                                        .setPrice(growth)
                                        .build())
                                .setProrationBehavior(
                                        InvoiceCreatePreviewParams.SubscriptionDetails.ProrationBehavior.valueOf(
                                                behavior.name()))
                                .setProrationDate(at)
                                .build())
                        .build());
        int before = stripe.all("invoice").size();

        Subscription changed = client.v1()
                .subscriptions()
                .update(
                        subscription.getId(),
                        to(growth, subscription)
                                .setProrationBehavior(behavior)
                                .setProrationDate(at)
                                .build());
        assertThat(changed.getItems().getData().get(0).getPrice().getId()).isEqualTo(growth);
        boolean atOnce = behavior == SubscriptionUpdateParams.ProrationBehavior.ALWAYS_INVOICE;
        assertThat(stripe.all("invoice")).hasSize(atOnce ? before + 1 : before);
        if (!atOnce) {
            sandbox.clock().advance(Duration.ofDays(22));
        }

        Invoice charged = client.v1().invoices().retrieve(find(subscription).getLatestInvoice());
        assertThat(charged.getStatus()).isEqualTo("paid");
        assertThat(charged.getAmountPaid()).isEqualTo(preview.getAmountDue());
        assertThat(charged.getLines().getData())
                .extracting(InvoiceLineItem::getAmount)
                .containsExactlyElementsOf(preview.getLines().getData().stream()
                        .map(InvoiceLineItem::getAmount)
                        .toList());
        long prorations = charged.getLines().getData().stream()
                .filter(line -> line.getParent().getSubscriptionItemDetails().getProration())
                .count();
        assertThat(prorations).isEqualTo(behavior == SubscriptionUpdateParams.ProrationBehavior.NONE ? 0 : 2);
        long whole = prorations == 0 ? 29_700 : 29_700 + Math.round(20_000 * 20 / 30.0);
        if (!atOnce) {
            assertThat(charged.getAmountPaid()).isBetween(whole - 700, whole + 700);
        }
    }

    @Test
    void aDowngradeAtOnceIsMoneyOnTheBalance() throws StripeException {
        Subscription subscription = client.v1()
                .subscriptions()
                .create(SubscriptionCreateParams.builder()
                        .setCustomer(customer)
                        .addItem(SubscriptionCreateParams.Item.builder()
                                .setPrice(growth)
                                .build())
                        .build());
        sandbox.clock().advance(Duration.ofDays(15));

        client.v1()
                .subscriptions()
                .update(
                        subscription.getId(),
                        to(starter, subscription)
                                .setProrationBehavior(SubscriptionUpdateParams.ProrationBehavior.ALWAYS_INVOICE)
                                .build());

        long balance = client.v1().customers().retrieve(customer).getBalance();
        assertThat(balance).isBetween(-10_700L, -9_300L);
        sandbox.clock().advance(Duration.ofDays(17));
        Invoice next = client.v1().invoices().retrieve(find(subscription).getLatestInvoice());
        assertThat(next.getAmountDue()).isEqualTo(Math.max(0, 9_700 + balance));
        assertThat(next.getStatus()).isEqualTo("paid");
        assertThat(next.getStartingBalance()).isEqualTo(balance);
    }

    @Test
    void aYearlyPriceBeginsANewPeriodAtOnce() throws StripeException {
        String yearly = id(stripe.create(
                "prices",
                Map.of(
                        "currency",
                        "usd",
                        "unit_amount",
                        97_000,
                        "recurring",
                        Map.of("interval", "year"),
                        "product_data",
                        Map.of("name", "Starter yearly"))));
        Subscription subscription =
                client.v1().subscriptions().create(params(customer).build());
        sandbox.clock().advance(Duration.ofDays(15));

        Subscription changed = client.v1()
                .subscriptions()
                .update(subscription.getId(), to(yearly, subscription).build());

        Invoice invoice = client.v1().invoices().retrieve(changed.getLatestInvoice());
        assertThat(invoice.getBillingReason()).isEqualTo("subscription_update");
        assertThat(invoice.getStatus()).isEqualTo("paid");
        assertThat(invoice.getTotal()).isBetween(97_000L - 5_300, 97_000L - 4_400);
        assertThat(changed.getItems().getData().get(0).getCurrentPeriodEnd())
                .isGreaterThan(
                        sandbox.clock().epochSecond() + Duration.ofDays(364).toSeconds());
    }

    @Test
    void anUpgradeThatCantBePaidIsRefusedWholeWhenAsked() throws StripeException {
        Subscription subscription =
                client.v1().subscriptions().create(params(customer).build());
        stripe.declineCardOf(customer, "insufficient_funds");
        sandbox.clock().advance(Duration.ofDays(3));
        int events = stripe.events().size();

        assertThatThrownBy(() -> client.v1()
                        .subscriptions()
                        .update(
                                subscription.getId(),
                                to(growth, subscription)
                                        .setProrationBehavior(SubscriptionUpdateParams.ProrationBehavior.ALWAYS_INVOICE)
                                        .setPaymentBehavior(
                                                SubscriptionUpdateParams.PaymentBehavior.ERROR_IF_INCOMPLETE)
                                        .build()))
                .isInstanceOf(CardException.class);

        assertThat(find(subscription).getItems().getData().get(0).getPrice().getId())
                .isEqualTo(starter);
        assertThat(stripe.events()).hasSize(events);
    }

    @Test
    void cancellationsTellTheirReason() throws StripeException {
        Subscription subscription =
                client.v1().subscriptions().create(params(customer).build());
        Subscription ending = client.v1()
                .subscriptions()
                .update(
                        subscription.getId(),
                        SubscriptionUpdateParams.builder()
                                .setCancelAtPeriodEnd(true)
                                .setCancellationDetails(SubscriptionUpdateParams.CancellationDetails.builder()
                                        .setFeedback(
                                                SubscriptionUpdateParams.CancellationDetails.Feedback.TOO_EXPENSIVE)
                                        .build())
                                .build());
        assertThat(ending.getCancelAt())
                .isEqualTo(ending.getItems().getData().get(0).getCurrentPeriodEnd());
        assertThat(ending.getCancellationDetails().getReason()).isEqualTo("cancellation_requested");
        assertThat(client.v1()
                        .subscriptions()
                        .update(
                                subscription.getId(),
                                SubscriptionUpdateParams.builder()
                                        .setCancelAtPeriodEnd(false)
                                        .build())
                        .getCancelAt())
                .isNull();

        Subscription canceled = client.v1()
                .subscriptions()
                .cancel(
                        subscription.getId(),
                        SubscriptionCancelParams.builder()
                                .setCancellationDetails(SubscriptionCancelParams.CancellationDetails.builder()
                                        .setComment("no time")
                                        .build())
                                .build());
        assertThat(canceled.getStatus()).isEqualTo("canceled");
        assertThat(canceled.getCancellationDetails().getComment()).isEqualTo("no time");
        assertThatThrownBy(() -> client.v1().subscriptions().cancel(subscription.getId()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("resource_missing"));
    }

    @Test
    void collectionIsPausedAndGoesOnByItself() throws StripeException {
        Subscription subscription =
                client.v1().subscriptions().create(params(customer).build());
        client.v1()
                .subscriptions()
                .update(
                        subscription.getId(),
                        SubscriptionUpdateParams.builder()
                                .setPauseCollection(SubscriptionUpdateParams.PauseCollection.builder()
                                        .setBehavior(SubscriptionUpdateParams.PauseCollection.Behavior.VOID)
                                        .setResumesAt(sandbox.clock().epochSecond()
                                                + Duration.ofDays(40).toSeconds())
                                        .build())
                                .build());

        sandbox.clock().advance(Duration.ofDays(33));
        assertThat(client.v1()
                        .invoices()
                        .retrieve(find(subscription).getLatestInvoice())
                        .getStatus())
                .isEqualTo("void");
        assertThat(find(subscription).getStatus()).isEqualTo("active");
        sandbox.clock().advance(Duration.ofDays(31));

        assertThat(find(subscription).getPauseCollection()).isNull();
        assertThat(client.v1()
                        .invoices()
                        .retrieve(find(subscription).getLatestInvoice())
                        .getStatus())
                .isEqualTo("paid");
    }

    @Test
    void discountsHoldAsLongAsTheirCouponSays() throws StripeException {
        Coupon half = client.v1()
                .coupons()
                .create(CouponCreateParams.builder()
                        .setPercentOff(BigDecimal.valueOf(50))
                        .setDuration(CouponCreateParams.Duration.ONCE)
                        .build());
        PromotionCode code = client.v1()
                .promotionCodes()
                .create(PromotionCodeCreateParams.builder()
                        .setCode("HELLO")
                        .setPromotion(PromotionCodeCreateParams.Promotion.builder()
                                .setType(PromotionCodeCreateParams.Promotion.Type.COUPON)
                                .setCoupon(half.getId())
                                .build())
                        .build());
        Coupon ten = client.v1()
                .coupons()
                .create(CouponCreateParams.builder()
                        .setAmountOff(1_000L)
                        .setCurrency("usd")
                        .setDuration(CouponCreateParams.Duration.REPEATING)
                        .setDurationInMonths(2L)
                        .build());

        Subscription subscription = client.v1()
                .subscriptions()
                .create(params(customer)
                        .addDiscount(SubscriptionCreateParams.Discount.builder()
                                .setPromotionCode(code.getId())
                                .build())
                        .addDiscount(SubscriptionCreateParams.Discount.builder()
                                .setCoupon(ten.getId())
                                .build())
                        .addExpand("discounts")
                        .build());

        assertThat(total(subscription)).isEqualTo(9_700 / 2 - 1_000);
        assertThat(client.v1().promotionCodes().retrieve(code.getId()).getTimesRedeemed())
                .isOne();
        sandbox.clock().advance(Duration.ofDays(33));
        assertThat(total(find(subscription))).isEqualTo(8_700);
        sandbox.clock().advance(Duration.ofDays(62));
        assertThat(total(find(subscription))).isEqualTo(9_700);
        assertThat(find(subscription).getDiscounts()).isEmpty();
        assertThatThrownBy(() -> client.v1()
                        .subscriptions()
                        .create(params(customer)
                                .addDiscount(SubscriptionCreateParams.Discount.builder()
                                        .setCoupon("gone")
                                        .build())
                                .build()))
                .hasMessageContaining("No such coupon");
    }

    private long total(Subscription subscription) throws StripeException {
        return client.v1().invoices().retrieve(subscription.getLatestInvoice()).getTotal();
    }

    @Test
    void periodsKeepTheirDayOfTheMonth() {
        ObjectNode subscription = Json.object();
        long anchor = 1_769_817_600L; // 2026-01-31
        subscription.put("billing_cycle_anchor", anchor);
        subscription
                .putObject("items")
                .putArray("data")
                .addObject()
                .putObject("price")
                .putObject("recurring")
                .put("interval", "month")
                .put("interval_count", 1);

        long february = StripePlans.periodEnd(subscription, anchor);
        assertThat(Duration.ofSeconds(february - anchor)).isEqualTo(Duration.ofDays(28));
        long march = StripePlans.periodEnd(subscription, february);
        assertThat(Duration.ofSeconds(march - anchor)).isEqualTo(Duration.ofDays(59));
    }
}
