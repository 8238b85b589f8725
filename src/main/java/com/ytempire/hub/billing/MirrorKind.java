package com.ytempire.hub.billing;

import static com.ytempire.hub.billing.StripeJson.flag;
import static com.ytempire.hub.billing.StripeJson.id;
import static com.ytempire.hub.billing.StripeJson.number;
import static com.ytempire.hub.billing.StripeJson.text;
import static com.ytempire.hub.billing.StripeJson.time;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The kinds of Stripe objects the hub mirrors: Stripe's name of the object, our table, the operation that reads it, and
 * the columns the business reads. The columns are read tolerantly, whatever API version the object is written in.
 */
enum MirrorKind {
    PRODUCT(
            "product",
            "product",
            "products",
            List.of(),
            column("name", object -> text(object, "name")),
            column("active", object -> flag(object, "active")),
            column("default_price", object -> id(object, "default_price"))),
    PRICE(
            "price",
            "price",
            "prices",
            List.of(),
            column("product", object -> id(object, "product")),
            column("active", object -> flag(object, "active")),
            column("currency", object -> text(object, "currency")),
            column("unit_amount", object -> number(object, "unit_amount")),
            column("recurring_interval", object -> text(object.path("recurring"), "interval")),
            column("recurring_count", object -> number(object.path("recurring"), "interval_count"))),
    CUSTOMER(
            "customer",
            "customer",
            "customers",
            List.of(),
            column("email", object -> text(object, "email")),
            column("name", object -> text(object, "name")),
            column("phone", object -> text(object, "phone")),
            column("default_payment_method", object -> id(object.path("invoice_settings"), "default_payment_method")),
            column("user_id", object -> text(object.path("metadata"), "user_id"))),
    SUBSCRIPTION(
            "subscription",
            "subscription",
            "subscriptions",
            List.of(
                    "incomplete",
                    "trialing",
                    "active",
                    "past_due",
                    "unpaid",
                    "paused",
                    "incomplete_expired",
                    "canceled"),
            column("customer", object -> id(object, "customer")),
            column("price", StripeJson::subscriptionPrice),
            column("quantity", StripeJson::subscriptionQuantity),
            column("currency", StripeJson::subscriptionCurrency),
            column("unit_amount", StripeJson::subscriptionUnitAmount),
            column("current_period_start", object -> StripeJson.subscriptionPeriod(object, "current_period_start")),
            column("current_period_end", object -> StripeJson.subscriptionPeriod(object, "current_period_end")),
            column("cancel_at_period_end", object -> flag(object, "cancel_at_period_end")),
            column("canceled_at", object -> time(object, "canceled_at")),
            column("ended_at", object -> time(object, "ended_at")),
            column("trial_end", object -> time(object, "trial_end")),
            column("default_payment_method", object -> id(object, "default_payment_method")),
            column("latest_invoice", object -> id(object, "latest_invoice"))),
    INVOICE(
            "invoice",
            "invoice",
            "invoices",
            List.of("draft", "open", "uncollectible", "paid", "void"),
            column("customer", object -> id(object, "customer")),
            column("subscription", StripeJson::invoiceSubscription),
            column("payment", StripeJson::invoicePayment),
            column("currency", object -> text(object, "currency")),
            column("total", object -> number(object, "total")),
            column("amount_due", object -> number(object, "amount_due")),
            column("amount_paid", object -> number(object, "amount_paid")),
            column("amount_remaining", object -> number(object, "amount_remaining")),
            column("attempt_count", object -> number(object, "attempt_count")),
            column("billing_reason", object -> text(object, "billing_reason")),
            column("period_start", object -> time(object, "period_start")),
            column("period_end", object -> time(object, "period_end"))),
    PAYMENT(
            "payment_intent",
            "payment",
            "paymentIntents",
            List.of(
                    "requires_payment_method",
                    "requires_confirmation",
                    "requires_action",
                    "processing",
                    "requires_capture",
                    "succeeded",
                    "canceled"),
            column("customer", object -> id(object, "customer")),
            column("currency", object -> text(object, "currency")),
            column("amount", object -> number(object, "amount")),
            column("amount_received", object -> number(object, "amount_received")),
            column("payment_method", object -> id(object, "payment_method")),
            column("latest_charge", StripeJson::latestCharge),
            column("error_code", object -> text(object.path("last_payment_error"), "code")),
            column("decline_code", object -> text(object.path("last_payment_error"), "decline_code"))),
    CHARGE(
            "charge",
            "charge",
            "charges",
            List.of("pending", "failed", "succeeded"),
            column("customer", object -> id(object, "customer")),
            column("payment", object -> id(object, "payment_intent")),
            column("currency", object -> text(object, "currency")),
            column("amount", object -> number(object, "amount")),
            column("amount_refunded", object -> number(object, "amount_refunded")),
            column("refunded", object -> flag(object, "refunded")),
            column("disputed", object -> flag(object, "disputed")),
            column("failure_code", object -> text(object, "failure_code"))),
    REFUND(
            "refund",
            "refund",
            "refunds",
            // a refund may fail after it had succeeded: docs.stripe.com/refunds#failed-refunds
            List.of("pending", "requires_action", "succeeded", "canceled", "failed"),
            column("charge", object -> id(object, "charge")),
            column("payment", object -> id(object, "payment_intent")),
            column("currency", object -> text(object, "currency")),
            column("amount", object -> number(object, "amount")),
            column("reason", object -> text(object, "reason")),
            column("failure_reason", object -> text(object, "failure_reason"))),
    DISPUTE(
            "dispute",
            "dispute",
            "disputes",
            List.of(
                    "warning_needs_response",
                    "needs_response",
                    "warning_under_review",
                    "under_review",
                    "warning_closed",
                    "prevented",
                    "won",
                    "lost"),
            column("charge", object -> id(object, "charge")),
            column("payment", object -> id(object, "payment_intent")),
            column("currency", object -> text(object, "currency")),
            column("amount", object -> number(object, "amount")),
            column("reason", object -> text(object, "reason")),
            column("evidence_due_by", object -> time(object.path("evidence_details"), "due_by"))),
    CREDIT_NOTE(
            "credit_note",
            "credit_note",
            "creditNotes",
            List.of("issued", "void"),
            column("customer", object -> id(object, "customer")),
            column("invoice", object -> id(object, "invoice")),
            column("currency", object -> text(object, "currency")),
            column("amount", object -> number(object, "amount")),
            column("out_of_band_amount", object -> number(object, "out_of_band_amount"))),
    PAYMENT_METHOD(
            "payment_method",
            "payment_method",
            "paymentMethods",
            List.of(),
            column("customer", object -> id(object, "customer")),
            column("type", object -> text(object, "type")),
            column("card_brand", object -> text(object.path("card"), "brand")),
            column("card_last4", object -> text(object.path("card"), "last4")),
            column("card_exp_month", object -> number(object.path("card"), "exp_month")),
            column("card_exp_year", object -> number(object.path("card"), "exp_year"))),
    SETUP_INTENT(
            "setup_intent",
            "setup_intent",
            "setupIntents",
            List.of(
                    "requires_payment_method",
                    "requires_confirmation",
                    "requires_action",
                    "processing",
                    "succeeded",
                    "canceled"),
            column("customer", object -> id(object, "customer")),
            column("payment_method", object -> id(object, "payment_method")),
            column("usage", object -> text(object, "usage"))),
    CHECKOUT_SESSION(
            "checkout.session",
            "checkout_session",
            "checkoutSessions",
            List.of("open", "expired", "complete"),
            column("customer", object -> id(object, "customer")),
            column("subscription", object -> id(object, "subscription")),
            column("payment", object -> id(object, "payment_intent")),
            column("mode", object -> text(object, "mode")),
            column("payment_status", object -> text(object, "payment_status")),
            column("currency", object -> text(object, "currency")),
            column("amount_total", object -> number(object, "amount_total")));

    private final String stripeName;
    private final String table;
    private final String operation;
    private final List<String> lifeCycle;
    private final List<Column> columns;

    MirrorKind(String stripeName, String table, String operation, List<String> lifeCycle, Column... columns) {
        this.stripeName = stripeName;
        this.table = table;
        this.operation = operation;
        this.lifeCycle = lifeCycle;
        this.columns = Stream.concat(
                        Arrays.stream(columns), Stream.of(column("created_at", object -> time(object, "created"))))
                .toList();
    }

    /** By the {@code object} field of the object, or the {@code type} of a thin event's related object. */
    static Optional<MirrorKind> of(String stripeName) {
        return Arrays.stream(values())
                .filter(kind -> kind.stripeName.equals(stripeName))
                .findFirst();
    }

    /** The table in the schema {@code billing}. */
    String table() {
        return table;
    }

    /** The operation of the {@code stripe:} component. */
    String operation() {
        return operation;
    }

    /** The field that Stripe leaves out of the object unless it is asked to expand it; null when there is none. */
    String expand() {
        return switch (this) {
            case INVOICE -> "payments";
            case SUBSCRIPTION -> "discounts.source.coupon";
            default -> null;
        };
    }

    /**
     * Whether an event's payload leaves out what the mirror holds: since 2025-03-31.basil an invoice names its payment
     * only where {@code payments} is expanded, and since 2024-04-10 a subscription names its discounts by id alone;
     * events expand nothing. Of an invoice's lines and a subscription's items Stripe shows ten, and of an item's
     * discounts the ids.
     */
    boolean isIncomplete(JsonNode payload) {
        return this == INVOICE && payload.has("parent") && !payload.has("payments")
                || isWithoutLines(payload)
                || isWithoutItems(payload)
                || this == SUBSCRIPTION && payload.path("discounts").path(0).isTextual();
    }

    /** Stripe's words for how far it has come; empty for what has no status. */
    List<String> statuses() {
        return lifeCycle;
    }

    /** Whether an invoice has more lines than the object shows. */
    boolean isWithoutLines(JsonNode object) {
        return this == INVOICE && object.path("lines").path("has_more").asBoolean();
    }

    /** Whether a subscription has more items than the object shows, or items with discounts it does not show. */
    boolean isWithoutItems(JsonNode object) {
        return this == SUBSCRIPTION
                && (object.path("items").path("has_more").asBoolean()
                        || StreamSupport.stream(
                                        object.path("items").path("data").spliterator(), false)
                                .anyMatch(item -> item.path("discounts").path(0).isTextual()));
    }

    List<Column> columns() {
        return columns;
    }

    /** How far an object has come in its life; a deleted one has come farthest. */
    int rank(String status, boolean deleted) {
        if (deleted) {
            return Integer.MAX_VALUE;
        }
        return status == null ? -1 : lifeCycle.indexOf(status); // a customer has no status
    }

    private static Column column(String name, Function<JsonNode, Object> value) {
        return new Column(name, value);
    }

    /** @param value reads it out of the object; null when the object does not say */
    record Column(String name, Function<JsonNode, Object> value) {}
}
