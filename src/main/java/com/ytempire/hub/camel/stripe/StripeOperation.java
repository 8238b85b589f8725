package com.ytempire.hub.camel.stripe;

import static com.ytempire.hub.camel.stripe.StripeMethod.*;

import com.stripe.model.*;
import com.stripe.model.SubscriptionItem;
import com.stripe.model.SubscriptionItemCollection;
import com.stripe.model.checkout.Session;
import com.stripe.model.checkout.SessionCollection;
import com.stripe.net.ApiResource;
import com.stripe.net.ApiResource.RequestMethod;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The kinds of object the component reaches: path, model classes and the methods each of them knows. */
public enum StripeOperation {
    CHARGES(
            "charges",
            "/v1/charges",
            Charge.class,
            ChargeCollection.class,
            ChargeSearchResult.class,
            CREATE,
            RETRIEVE,
            UPDATE,
            LIST,
            SEARCH,
            CAPTURE),
    CUSTOMERS(
            "customers",
            "/v1/customers",
            Customer.class,
            CustomerCollection.class,
            CustomerSearchResult.class,
            CREATE,
            RETRIEVE,
            UPDATE,
            DELETE,
            LIST,
            SEARCH),
    PAYMENT_INTENTS(
            "paymentIntents",
            "/v1/payment_intents",
            PaymentIntent.class,
            PaymentIntentCollection.class,
            PaymentIntentSearchResult.class,
            CREATE,
            RETRIEVE,
            UPDATE,
            LIST,
            SEARCH,
            CANCEL,
            CAPTURE,
            CONFIRM),
    PAYMENT_METHODS(
            "paymentMethods",
            "/v1/payment_methods",
            PaymentMethod.class,
            PaymentMethodCollection.class,
            null,
            CREATE,
            RETRIEVE,
            UPDATE,
            LIST,
            ATTACH,
            DETACH),
    REFUNDS(
            "refunds",
            "/v1/refunds",
            Refund.class,
            RefundCollection.class,
            null,
            CREATE,
            RETRIEVE,
            UPDATE,
            LIST,
            CANCEL),
    SUBSCRIPTIONS(
            "subscriptions",
            "/v1/subscriptions",
            Subscription.class,
            SubscriptionCollection.class,
            SubscriptionSearchResult.class,
            CREATE,
            RETRIEVE,
            UPDATE,
            LIST,
            SEARCH,
            CANCEL,
            RESUME),
    SUBSCRIPTION_ITEMS(
            "subscriptionItems",
            "/v1/subscription_items",
            SubscriptionItem.class,
            SubscriptionItemCollection.class,
            null,
            CREATE,
            RETRIEVE,
            UPDATE,
            DELETE,
            LIST),
    INVOICES(
            "invoices",
            "/v1/invoices",
            Invoice.class,
            InvoiceCollection.class,
            InvoiceSearchResult.class,
            CREATE,
            RETRIEVE,
            UPDATE,
            DELETE,
            LIST,
            SEARCH,
            FINALIZE,
            PAY,
            SEND,
            LINES,
            VOID,
            MARK_UNCOLLECTIBLE,
            PREVIEW),
    PRODUCTS(
            "products",
            "/v1/products",
            Product.class,
            ProductCollection.class,
            ProductSearchResult.class,
            CREATE,
            RETRIEVE,
            UPDATE,
            DELETE,
            LIST,
            SEARCH),
    PRICES(
            "prices",
            "/v1/prices",
            Price.class,
            PriceCollection.class,
            PriceSearchResult.class,
            CREATE,
            RETRIEVE,
            UPDATE,
            LIST,
            SEARCH),
    BALANCE_TRANSACTIONS(
            "balanceTransactions",
            "/v1/balance_transactions",
            BalanceTransaction.class,
            BalanceTransactionCollection.class,
            null,
            RETRIEVE,
            LIST),
    CHECKOUT_SESSIONS(
            "checkoutSessions",
            "/v1/checkout/sessions",
            Session.class,
            SessionCollection.class,
            null,
            CREATE,
            RETRIEVE,
            UPDATE,
            LIST,
            EXPIRE),
    BILLING_PORTAL_SESSIONS(
            "billingPortalSessions",
            "/v1/billing_portal/sessions",
            com.stripe.model.billingportal.Session.class,
            null,
            null,
            CREATE),
    SETUP_INTENTS(
            "setupIntents",
            "/v1/setup_intents",
            SetupIntent.class,
            SetupIntentCollection.class,
            null,
            CREATE,
            RETRIEVE,
            UPDATE,
            LIST,
            CANCEL,
            CONFIRM),
    CREDIT_NOTES(
            "creditNotes",
            "/v1/credit_notes",
            CreditNote.class,
            CreditNoteCollection.class,
            null,
            CREATE,
            RETRIEVE,
            UPDATE,
            LIST,
            VOID),
    DISPUTES("disputes", "/v1/disputes", Dispute.class, DisputeCollection.class, null, RETRIEVE, UPDATE, LIST, CLOSE),
    EVENTS("events", "/v1/events", Event.class, EventCollection.class, null, RETRIEVE, LIST);

    /** Ids made by Stripe and those merchants choose for products, coupons and customers. */
    private static final Pattern OBJECT_ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.:-]{0,254}");

    private final String text;
    private final String path;
    private final Class<? extends StripeObject> model;
    private final Class<? extends StripeObject> list;
    private final Class<? extends StripeObject> searchResult;
    private final Set<StripeMethod> methods;

    StripeOperation(
            String text,
            String path,
            Class<? extends StripeObject> model,
            Class<? extends StripeObject> list,
            Class<? extends StripeObject> searchResult,
            StripeMethod... methods) {
        this.text = text;
        this.path = path;
        this.model = model;
        this.list = list;
        this.searchResult = searchResult;
        this.methods = Collections.unmodifiableSet(EnumSet.copyOf(Arrays.asList(methods)));
    }

    /**
     * The operation a URI or header names.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public static StripeOperation of(String text) {
        return Arrays.stream(values())
                .filter(operation -> operation.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown Stripe operation: " + text));
    }

    Set<StripeMethod> methods() {
        return methods;
    }

    /** @throws IllegalArgumentException when objects of this kind do not know the method */
    StripeMethod method(String name) {
        StripeMethod method = StripeMethod.of(name);
        if (!methods.contains(method)) {
            throw new IllegalArgumentException("Stripe has no method " + name + " for " + text);
        }
        return method;
    }

    RequestMethod verb(StripeMethod method) {
        return isDeletion(method) ? RequestMethod.DELETE : method.verb();
    }

    /**
     * The path of a call. An id cannot lead out of it: one with other characters than Stripe's ids have is refused.
     *
     * @throws IllegalArgumentException when the method needs an id and has none or one that cannot be
     */
    String path(StripeMethod method, String objectId) {
        if (!method.needsObjectId()) {
            return path + method.suffix();
        }
        if (objectId == null || objectId.isEmpty()) {
            throw new IllegalArgumentException(
                    text + " " + method + " needs an object id in header " + StripeConstants.OBJECT_ID);
        }
        if (!OBJECT_ID.matcher(objectId).matches()) {
            throw new IllegalArgumentException("Not an id of Stripe in header " + StripeConstants.OBJECT_ID);
        }
        return path + "/" + ApiResource.urlEncode(objectId) + (isDeletion(method) ? "" : method.suffix());
    }

    Type answerType(StripeMethod method) {
        return switch (method) {
            case LIST -> list;
            case LINES -> InvoiceLineItemCollection.class;
            case SEARCH -> searchResult;
            default -> model;
        };
    }

    private boolean isDeletion(StripeMethod method) {
        return method == DELETE || this == SUBSCRIPTIONS && method == CANCEL;
    }

    /** The name in URIs and headers. */
    @Override
    public String toString() {
        return text;
    }
}
