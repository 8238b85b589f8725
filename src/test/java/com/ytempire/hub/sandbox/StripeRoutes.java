package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.annotations.SerializedName;
import com.stripe.param.BalanceTransactionListParams;
import com.stripe.param.ChargeListParams;
import com.stripe.param.ChargeSearchParams;
import com.stripe.param.ChargeUpdateParams;
import com.stripe.param.CouponCreateParams;
import com.stripe.param.CouponListParams;
import com.stripe.param.CouponUpdateParams;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerListParams;
import com.stripe.param.CustomerListPaymentMethodsParams;
import com.stripe.param.CustomerRetrieveParams;
import com.stripe.param.CustomerSearchParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.DisputeCloseParams;
import com.stripe.param.DisputeListParams;
import com.stripe.param.DisputeUpdateParams;
import com.stripe.param.EventListParams;
import com.stripe.param.InvoiceCreateParams;
import com.stripe.param.InvoiceCreatePreviewParams;
import com.stripe.param.InvoiceFinalizeInvoiceParams;
import com.stripe.param.InvoiceItemCreateParams;
import com.stripe.param.InvoiceItemListParams;
import com.stripe.param.InvoiceLineItemListParams;
import com.stripe.param.InvoiceListParams;
import com.stripe.param.InvoiceMarkUncollectibleParams;
import com.stripe.param.InvoicePayParams;
import com.stripe.param.InvoicePaymentListParams;
import com.stripe.param.InvoiceSearchParams;
import com.stripe.param.InvoiceUpdateParams;
import com.stripe.param.InvoiceVoidInvoiceParams;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentIntentSearchParams;
import com.stripe.param.PaymentIntentUpdateParams;
import com.stripe.param.PaymentMethodAttachParams;
import com.stripe.param.PaymentMethodCreateParams;
import com.stripe.param.PaymentMethodDetachParams;
import com.stripe.param.PaymentMethodListParams;
import com.stripe.param.PaymentMethodUpdateParams;
import com.stripe.param.PriceCreateParams;
import com.stripe.param.PriceListParams;
import com.stripe.param.PriceSearchParams;
import com.stripe.param.PriceUpdateParams;
import com.stripe.param.ProductCreateParams;
import com.stripe.param.ProductListParams;
import com.stripe.param.ProductSearchParams;
import com.stripe.param.ProductUpdateParams;
import com.stripe.param.PromotionCodeCreateParams;
import com.stripe.param.PromotionCodeListParams;
import com.stripe.param.PromotionCodeUpdateParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.RefundUpdateParams;
import com.stripe.param.SetupIntentCancelParams;
import com.stripe.param.SetupIntentConfirmParams;
import com.stripe.param.SetupIntentCreateParams;
import com.stripe.param.SetupIntentListParams;
import com.stripe.param.SetupIntentUpdateParams;
import com.stripe.param.SubscriptionCancelParams;
import com.stripe.param.SubscriptionCreateParams;
import com.stripe.param.SubscriptionItemListParams;
import com.stripe.param.SubscriptionListParams;
import com.stripe.param.SubscriptionResumeParams;
import com.stripe.param.SubscriptionSearchParams;
import com.stripe.param.SubscriptionUpdateParams;
import com.stripe.param.checkout.SessionExpireParams;
import com.stripe.param.checkout.SessionListLineItemsParams;
import com.stripe.param.checkout.SessionListParams;
import com.stripe.param.checkout.SessionUpdateParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Which request does what: method, path, the parameters Stripe knows there, and the part that does the work. */
final class StripeRoutes {

    /**
     * One of the API's requests.
     *
     * @param path with {@code {id}} where the object's id stands, other names in braces for what does not matter
     * @param params stripe-java's class that declares the parameters
     */
    record Route(String method, String path, Class<?> params, BiFunction<String, ObjectNode, ObjectNode> work) {

        /** The id in a path this route serves ("" when it has none). */
        Optional<String> match(String wantedMethod, String given) {
            if (!method.equals(wantedMethod)) {
                return Optional.empty();
            }
            String[] parts = path.split("/");
            String[] asked = given.split("/");
            if (parts.length != asked.length) {
                return Optional.empty();
            }
            String id = "";
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].equals("{id}")) {
                    id = asked[i];
                } else if (!parts[i].startsWith("{") && !parts[i].equals(asked[i])) {
                    return Optional.empty();
                }
            }
            return Optional.of(id);
        }
    }

    /** What Stripe's command-line client asks when an event is to be sent again; no library declares it. */
    private static final class EventRetryParams {
        @SerializedName("webhook_endpoint")
        private String webhookEndpoint;

        @SerializedName("account")
        private String account;
    }

    private final List<Route> routes = new ArrayList<>();

    StripeRoutes(StripeParts stripe) {
        StripeLists lists = stripe.lists();
        StripeObjects objects = stripe.objects();

        StripeSearch search = stripe.search();
        search("customer", CustomerSearchParams.class, search);
        search("product", ProductSearchParams.class, search);
        search("price", PriceSearchParams.class, search);
        search("subscription", SubscriptionSearchParams.class, search);
        search("invoice", InvoiceSearchParams.class, search);
        search("payment_intent", PaymentIntentSearchParams.class, search);
        search("charge", ChargeSearchParams.class, search);

        list("customer", CustomerListParams.class, lists);
        get(
                "/v1/customers/{id}",
                (id, params) ->
                        objects.find("customer", id).orElseThrow(() -> StripeError.missing("customer", id, "id")));
        post("/v1/customers", CustomerCreateParams.class, (id, params) -> stripe.newCustomer(params));
        post("/v1/customers/{id}", CustomerUpdateParams.class, stripe::updateCustomer);
        delete("/v1/customers/{id}", CustomerRetrieveParams.class, (id, params) -> stripe.endCustomer(id));
        route("GET", "/v1/customers/{id}/payment_methods", CustomerListPaymentMethodsParams.class, (id, params) -> {
            objects.get("customer", id);
            return lists.list("payment_method", params.put("customer", id));
        });
        route(
                "GET",
                "/v1/customers/{customer}/payment_methods/{id}",
                CustomerRetrieveParams.class,
                (id, params) -> objects.get("payment_method", id));

        list("product", ProductListParams.class, lists);
        retrieve("product", objects);
        post(
                "/v1/products",
                ProductCreateParams.class,
                (id, params) -> stripe.catalog().createProduct(params));
        post("/v1/products/{id}", ProductUpdateParams.class, stripe.catalog()::updateProduct);
        delete(
                "/v1/products/{id}",
                CustomerRetrieveParams.class,
                (id, params) -> stripe.catalog().deleteProduct(id));

        list("price", PriceListParams.class, lists);
        retrieve("price", objects);
        post(
                "/v1/prices",
                PriceCreateParams.class,
                (id, params) -> stripe.catalog().createPrice(params));
        post("/v1/prices/{id}", PriceUpdateParams.class, stripe.catalog()::updatePrice);

        list("subscription", SubscriptionListParams.class, lists);
        retrieve("subscription", objects);
        StripeSubscriptions subscriptions = stripe.subscriptions();
        post("/v1/subscriptions", SubscriptionCreateParams.class, (id, params) -> subscriptions.create(params));
        post("/v1/subscriptions/{id}", SubscriptionUpdateParams.class, subscriptions::update);
        post("/v1/subscriptions/{id}/resume", SubscriptionResumeParams.class, subscriptions::resume);
        delete(
                "/v1/subscriptions/{id}/discount",
                CustomerRetrieveParams.class,
                (id, params) -> subscriptions.endDiscount(id));
        route(
                "GET",
                "/v1/subscription_items",
                SubscriptionItemListParams.class,
                (id, params) -> lists.items(StripeCatalog.required(params, "subscription"), params));
        delete("/v1/subscriptions/{id}", SubscriptionCancelParams.class, subscriptions::cancel);

        list("invoice", InvoiceListParams.class, lists);
        retrieve("invoice", objects);
        StripeInvoices invoices = stripe.invoices();
        post(
                "/v1/invoices/create_preview",
                InvoiceCreatePreviewParams.class,
                (id, params) -> stripe.previews().preview(params));
        route(
                "GET",
                "/v1/invoices/{id}/lines",
                InvoiceLineItemListParams.class,
                (id, params) -> lists.lines(
                        id.startsWith("upcoming_in_") ? stripe.previews().made(id) : objects.get("invoice", id),
                        params));
        post("/v1/invoices", InvoiceCreateParams.class, (id, params) -> invoices.create(params));
        post("/v1/invoices/{id}", InvoiceUpdateParams.class, invoices::update);
        post("/v1/invoices/{id}/finalize", InvoiceFinalizeInvoiceParams.class, (id, params) -> invoices.finish(id));
        post("/v1/invoices/{id}/pay", InvoicePayParams.class, invoices::pay);
        post("/v1/invoices/{id}/void", InvoiceVoidInvoiceParams.class, (id, params) -> invoices.end(id, "void"));
        post(
                "/v1/invoices/{id}/mark_uncollectible",
                InvoiceMarkUncollectibleParams.class,
                (id, params) -> invoices.end(id, "uncollectible"));
        delete("/v1/invoices/{id}", CustomerRetrieveParams.class, (id, params) -> invoices.delete(id));
        list("invoice_payment", InvoicePaymentListParams.class, lists);

        list("invoiceitem", InvoiceItemListParams.class, lists);
        retrieve("invoiceitem", objects);
        post("/v1/invoiceitems", InvoiceItemCreateParams.class, (id, params) -> invoices.createItem(params));
        delete("/v1/invoiceitems/{id}", CustomerRetrieveParams.class, (id, params) -> invoices.deleteItem(id));

        StripeDiscounts discounts = stripe.discounts();
        list("coupon", CouponListParams.class, lists);
        retrieve("coupon", objects);
        post("/v1/coupons", CouponCreateParams.class, (id, params) -> discounts.createCoupon(params));
        post("/v1/coupons/{id}", CouponUpdateParams.class, discounts::updateCoupon);
        delete("/v1/coupons/{id}", CustomerRetrieveParams.class, (id, params) -> discounts.deleteCoupon(id));
        list("promotion_code", PromotionCodeListParams.class, lists);
        retrieve("promotion_code", objects);
        post("/v1/promotion_codes", PromotionCodeCreateParams.class, (id, params) -> discounts.createCode(params));
        post("/v1/promotion_codes/{id}", PromotionCodeUpdateParams.class, discounts::updateCode);

        list("payment_intent", PaymentIntentListParams.class, lists);
        retrieve("payment_intent", objects);
        StripePayments payments = stripe.payments();
        post("/v1/payment_intents", PaymentIntentCreateParams.class, (id, params) -> payments.create(params));
        post("/v1/payment_intents/{id}", PaymentIntentUpdateParams.class, payments::update);
        post("/v1/payment_intents/{id}/confirm", PaymentIntentConfirmParams.class, payments::confirm);
        post("/v1/payment_intents/{id}/capture", PaymentIntentCaptureParams.class, payments::capture);
        post("/v1/payment_intents/{id}/cancel", PaymentIntentCancelParams.class, payments::cancel);

        list("charge", ChargeListParams.class, lists);
        retrieve("charge", objects);
        post("/v1/charges/{id}", ChargeUpdateParams.class, payments::updateCharge);

        StripeRefunds refunds = stripe.refunds();
        list("refund", RefundListParams.class, lists);
        retrieve("refund", objects);
        post("/v1/refunds", RefundCreateParams.class, (id, params) -> refunds.refund(params));
        post("/v1/refunds/{id}", RefundUpdateParams.class, refunds::update);

        list("dispute", DisputeListParams.class, lists);
        retrieve("dispute", objects);
        post("/v1/disputes/{id}", DisputeUpdateParams.class, refunds::updateDispute);
        post("/v1/disputes/{id}/close", DisputeCloseParams.class, (id, params) -> refunds.closeDispute(id, "lost"));

        StripeCards cards = stripe.cards();
        list("payment_method", PaymentMethodListParams.class, lists);
        retrieve("payment_method", objects);
        post("/v1/payment_methods", PaymentMethodCreateParams.class, (id, params) -> cards.create(params));
        post("/v1/payment_methods/{id}", PaymentMethodUpdateParams.class, cards::update);
        post(
                "/v1/payment_methods/{id}/attach",
                PaymentMethodAttachParams.class,
                (id, params) -> cards.attach(id, StripeCatalog.required(params, "customer")));
        post("/v1/payment_methods/{id}/detach", PaymentMethodDetachParams.class, (id, params) -> cards.detach(id));

        StripeSetups setups = stripe.setups();
        list("setup_intent", SetupIntentListParams.class, lists);
        retrieve("setup_intent", objects);
        post("/v1/setup_intents", SetupIntentCreateParams.class, (id, params) -> setups.create(params));
        post("/v1/setup_intents/{id}", SetupIntentUpdateParams.class, setups::update);
        post("/v1/setup_intents/{id}/confirm", SetupIntentConfirmParams.class, setups::confirm);
        post("/v1/setup_intents/{id}/cancel", SetupIntentCancelParams.class, setups::cancel);

        StripeCheckout checkout = stripe.checkout();
        list("checkout.session", SessionListParams.class, lists);
        retrieve("checkout.session", objects);
        route(
                "GET",
                "/v1/checkout/sessions/{id}/line_items",
                SessionListLineItemsParams.class,
                (id, params) -> lists.lineItems(objects.get("checkout.session", id), params));
        post(
                "/v1/checkout/sessions",
                com.stripe.param.checkout.SessionCreateParams.class,
                (id, params) -> checkout.create(params));
        post("/v1/checkout/sessions/{id}", SessionUpdateParams.class, checkout::update);
        post("/v1/checkout/sessions/{id}/expire", SessionExpireParams.class, (id, params) -> checkout.expire(id));
        post(
                "/v1/billing_portal/sessions",
                com.stripe.param.billingportal.SessionCreateParams.class,
                (id, params) -> checkout.portal(params));

        list("balance_transaction", BalanceTransactionListParams.class, lists);
        retrieve("balance_transaction", objects);

        route("GET", "/v1/events", EventListParams.class, (id, params) -> lists.events(params));
        get("/v1/events/{id}", (id, params) -> lists.event(id));
        post(
                "/v1/events/{id}/retry",
                EventRetryParams.class,
                (id, params) -> stripe.events().again(id));
        get("/v2/core/events/{id}", (id, params) -> lists.event(id));
        get(
                "/v1/account",
                (id, params) -> Json.object()
                        .put("id", "acct_sandbox")
                        .put("object", "account")
                        .put("country", "US")
                        .put("default_currency", "usd"));
    }

    List<Route> all() {
        return routes;
    }

    private void search(String type, Class<?> params, StripeSearch search) {
        route("GET", "/v1/" + StripeVendor.plural(type) + "/search", params, (id, given) -> search.search(type, given));
    }

    private void list(String type, Class<?> params, StripeLists lists) {
        route("GET", "/v1/" + StripeVendor.plural(type), params, (id, given) -> lists.list(type, given));
    }

    private void retrieve(String type, StripeObjects objects) {
        get("/v1/" + StripeVendor.plural(type) + "/{id}", (id, params) -> objects.get(type, id));
    }

    /** All of Stripe's retrievals take {@code expand} and nothing else. */
    private void get(String path, BiFunction<String, ObjectNode, ObjectNode> work) {
        route("GET", path, CustomerRetrieveParams.class, work);
    }

    private void post(String path, Class<?> params, BiFunction<String, ObjectNode, ObjectNode> work) {
        route("POST", path, params, work);
    }

    private void delete(String path, Class<?> params, BiFunction<String, ObjectNode, ObjectNode> work) {
        route("DELETE", path, params, work);
    }

    private void route(String method, String path, Class<?> params, BiFunction<String, ObjectNode, ObjectNode> work) {
        routes.add(new Route(method, path, params, work));
    }
}
