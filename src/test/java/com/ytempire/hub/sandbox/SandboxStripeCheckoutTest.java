package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Subscription;
import com.stripe.model.checkout.Session;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionCreateParams.LineItem;
import com.stripe.param.checkout.SessionCreateParams.Mode;
import com.stripe.param.checkout.SessionListParams;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stripe's hosted pages in the sandbox, and what customers do there. */
class SandboxStripeCheckoutTest {

    private final Sandbox sandbox = Sandbox.start(0);
    private final StripeVendor stripe = sandbox.stripe();
    private final StripeClient client = StripeClients.of(sandbox);
    private String monthly;
    private String credits;

    @BeforeEach
    void catalogue() {
        monthly = stripe.monthlyPrice("Starter", 9_700).get("id").asText();
        credits = stripe.create(
                        "prices",
                        Map.of("currency", "usd", "unit_amount", 500, "product_data", Map.of("name", "Credits")))
                .get("id")
                .asText();
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private static SessionCreateParams.Builder params(Mode mode, String price, long quantity) {
        return SessionCreateParams.builder()
                .setMode(mode)
                .addLineItem(
                        LineItem.builder().setPrice(price).setQuantity(quantity).build())
                .setClientReferenceId("user-7")
                .setSuccessUrl("http://localhost/success")
                .setCancelUrl("http://localhost/cancel");
    }

    private Session create(SessionCreateParams params) throws StripeException {
        return client.v1().checkout().sessions().create(params);
    }

    private Session find(Session session) throws StripeException {
        return client.v1().checkout().sessions().retrieve(session.getId());
    }

    private List<String> eventTypes() {
        return stripe.events().stream().map(event -> event.get("type").asText()).toList();
    }

    @Test
    void aSubscriptionIsBought() throws StripeException {
        Session session = create(params(Mode.SUBSCRIPTION, monthly, 1)
                .setSubscriptionData(SessionCreateParams.SubscriptionData.builder()
                        .putMetadata("plan", "starter")
                        .build())
                .build());
        assertThat(session.getStatus()).isEqualTo("open");
        assertThat(session.getUrl()).startsWith("https://checkout.stripe.com/");
        assertThat(session.getAmountTotal()).isEqualTo(9_700L);
        assertThat(session.getExpiresAt())
                .isEqualTo(session.getCreated() + Duration.ofHours(24).toSeconds());

        stripe.completeCheckout(session.getId(), "pm_card_visa_chargeDeclined");
        assertThat(find(session).getStatus()).as("refused card").isEqualTo("open");
        stripe.completeCheckout(session.getId(), "pm_card_authenticationRequired");

        Session bought = find(session);
        assertThat(bought.getStatus()).isEqualTo("complete");
        assertThat(bought.getPaymentStatus()).isEqualTo("paid");
        Subscription subscription = client.v1().subscriptions().retrieve(bought.getSubscription());
        assertThat(subscription.getStatus()).isEqualTo("active");
        assertThat(subscription.getMetadata()).containsEntry("plan", "starter");
        assertThat(subscription.getCustomer()).isEqualTo(bought.getCustomer());
        assertThat(eventTypes())
                .containsSubsequence("customer.subscription.created", "invoice.paid", "checkout.session.completed");
        assertThat(client.v1()
                        .checkout()
                        .sessions()
                        .list(SessionListParams.builder()
                                .setCustomer(bought.getCustomer())
                                .build())
                        .getData())
                .hasSize(1);
        assertThat(client.v1()
                        .checkout()
                        .sessions()
                        .lineItems()
                        .list(session.getId())
                        .getData()
                        .get(0)
                        .getPrice()
                        .getId())
                .isEqualTo(monthly);
    }

    @Test
    void aTrialNeedsNoPayment() throws StripeException {
        Session session = create(params(Mode.SUBSCRIPTION, monthly, 1)
                .setSubscriptionData(SessionCreateParams.SubscriptionData.builder()
                        .setTrialPeriodDays(14L)
                        .build())
                .build());
        assertThat(session.getAmountTotal()).isZero();

        JsonNode done = stripe.completeCheckout(session.getId(), "pm_card_visa");

        assertThat(done.get("payment_status").asText()).isEqualTo("no_payment_required");
        Subscription subscription =
                client.v1().subscriptions().retrieve(done.get("subscription").asText());
        assertThat(subscription.getStatus()).isEqualTo("trialing");
        assertThat(subscription.getDefaultPaymentMethod()).startsWith("pm_");
    }

    @Test
    void aPromotionCodeIsTypedAtThePage() throws StripeException {
        String coupon = stripe.create("coupons", Map.of("percent_off", 20, "duration", "forever"))
                .get("id")
                .asText();
        stripe.create(
                "promotion_codes", Map.of("code", "HELLO", "promotion", Map.of("type", "coupon", "coupon", coupon)));
        Session session = create(
                params(Mode.PAYMENT, credits, 4).setAllowPromotionCodes(true).build());

        stripe.completeCheckout(session.getId(), "pm_card_visa", "ann@example.com", "hello");

        Session bought = find(session);
        assertThat(bought.getAmountSubtotal()).isEqualTo(2_000L);
        assertThat(bought.getAmountTotal()).isEqualTo(1_600L);
        assertThat(bought.getCustomer()).isNull();
        assertThat(bought.getCustomerDetails().getEmail()).isEqualTo("ann@example.com");
        assertThat(client.v1()
                        .paymentIntents()
                        .retrieve(bought.getPaymentIntent())
                        .getAmountReceived())
                .isEqualTo(1_600L);
    }

    @Test
    void whatIsPaidLaterIsCompleteButUnpaid() throws StripeException {
        Session works = create(params(Mode.PAYMENT, credits, 1).build());
        Session fails = create(params(Mode.SUBSCRIPTION, monthly, 1).build());
        stripe.completeCheckoutUnpaid(works.getId());
        stripe.completeCheckoutUnpaid(fails.getId());
        assertThat(find(works).getStatus()).isEqualTo("complete");
        assertThat(find(works).getPaymentStatus()).isEqualTo("unpaid");
        assertThat(client.v1()
                        .subscriptions()
                        .retrieve(find(fails).getSubscription())
                        .getStatus())
                .isEqualTo("incomplete");

        stripe.settleCheckout(works.getId(), true);
        stripe.settleCheckout(fails.getId(), false);

        assertThat(find(works).getPaymentStatus()).isEqualTo("paid");
        assertThat(find(fails).getPaymentStatus()).isEqualTo("unpaid");
        assertThat(eventTypes())
                .contains("checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed");
    }

    @Test
    void aCardIsHandedIn() throws StripeException {
        String customer = stripe.create("customers", Map.of()).get("id").asText();
        Session session = create(SessionCreateParams.builder()
                .setMode(Mode.SETUP)
                .setCustomer(customer)
                .setCurrency("usd")
                .setSuccessUrl("http://localhost/success")
                .build());

        stripe.completeCheckout(session.getId(), "pm_card_mastercard");

        assertThat(client.v1()
                        .setupIntents()
                        .retrieve(find(session).getSetupIntent())
                        .getStatus())
                .isEqualTo("succeeded");
        assertThat(client.v1().customers().paymentMethods().list(customer).getData())
                .hasSize(1);
    }

    @Test
    void sessionsExpire() throws StripeException {
        Session first = create(params(Mode.PAYMENT, credits, 1).build());
        Session second = create(params(Mode.PAYMENT, credits, 1)
                .setExpiresAt(
                        sandbox.clock().epochSecond() + Duration.ofHours(2).toSeconds())
                .build());
        client.v1().checkout().sessions().expire(first.getId());
        sandbox.clock().advance(Duration.ofHours(3));

        assertThat(find(first).getStatus()).isEqualTo("expired");
        assertThat(find(second).getStatus()).isEqualTo("expired");
        assertThat(eventTypes().stream().filter("checkout.session.expired"::equals))
                .hasSize(2);
        assertThatThrownBy(() -> client.v1().checkout().sessions().expire(first.getId()))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> create(params(Mode.PAYMENT, monthly, 1).build()))
                .hasMessageContaining("recurring price");
        assertThatThrownBy(() -> create(params(Mode.SUBSCRIPTION, credits, 1).build()))
                .hasMessageContaining("at least one recurring price");
        assertThatThrownBy(() -> create(SessionCreateParams.builder()
                        .setMode(Mode.PAYMENT)
                        .setSuccessUrl("http://localhost")
                        .build()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("parameter_missing"));
    }

    @Test
    void aLinkToThePortalIsMade() throws StripeException {
        String customer = stripe.create("customers", Map.of()).get("id").asText();

        assertThat(client.v1()
                        .billingPortal()
                        .sessions()
                        .create(com.stripe.param.billingportal.SessionCreateParams.builder()
                                .setCustomer(customer)
                                .setReturnUrl("http://localhost/account")
                                .build())
                        .getUrl())
                .startsWith("https://billing.stripe.com/p/session/");
    }
}
