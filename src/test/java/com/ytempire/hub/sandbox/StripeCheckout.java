package com.ytempire.hub.sandbox;

import static com.ytempire.hub.sandbox.StripeObjects.newId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stripe's hosted pages: checkout, and the portal. What the customer does there is said by an order. */
final class StripeCheckout {

    private static final String TYPE = "checkout.session";
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final Duration SHORTEST = Duration.ofMinutes(30);

    /** A debit whose end nobody knows until an order tells. */
    private static final String DEBIT = "pm_usBankAccount_processing";

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeCatalog catalog;
    private final StripeDiscounts discounts;
    private final StripeCards cards;
    private final StripeSetups setups;
    private final StripePayments payments;
    private final StripeSubscriptions subscriptions;
    private final StripeTime time;

    StripeCheckout(
            StripeObjects objects,
            StripeChanges changes,
            StripeCatalog catalog,
            StripeDiscounts discounts,
            StripeCards cards,
            StripeSetups setups,
            StripePayments payments,
            StripeSubscriptions subscriptions,
            StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.catalog = catalog;
        this.discounts = discounts;
        this.cards = cards;
        this.setups = setups;
        this.payments = payments;
        this.subscriptions = subscriptions;
        this.time = time;
    }

    ObjectNode create(ObjectNode params) {
        String mode = StripeCatalog.required(params, "mode");
        refuse(params, mode);
        ObjectNode session = objects.draft(TYPE, "cs_test_" + newId(""));
        String id = session.get("id").asText();
        ObjectNode rest = params.deepCopy();
        rest.remove(List.of("line_items", "discounts", "expires_at"));
        StripeChanges.merge(session, rest);
        session.put("expires_at", expiry(params)).put("url", "https://checkout.stripe.com/c/pay/" + id);
        session.set("asked", params.deepCopy());
        addLines(session, params, mode);
        price(session, params.path("discounts"));
        objects.add(session);
        time.at(session.get("expires_at").asLong(), () -> {
            if (session.get("status").asText().equals("open")) {
                expire(id);
            }
        });
        return session;
    }

    private void refuse(ObjectNode params, String mode) {
        String ui = params.path("ui_mode").asText("hosted");
        if (ui.startsWith("hosted")) {
            StripeCatalog.required(params, "success_url");
        }
        if (!mode.equals("setup") && params.path("line_items").isEmpty()) {
            throw StripeError.missingParameter("line_items");
        }
        Json.text(params, "customer").ifPresent(id -> objects.get("customer", id, "customer"));
        if (params.has("customer") && params.has("customer_email")) {
            throw StripeError.invalid(
                    null, "You may only specify one of these parameters: customer, customer_email.", "customer_email");
        }
        if (params.has("discounts") && params.path("allow_promotion_codes").asBoolean()) {
            throw StripeError.invalid(
                    null,
                    "You may only specify one of these parameters: allow_promotion_codes, discounts.",
                    "discounts");
        }
        for (String data : List.of("subscription_data", "payment_intent_data", "setup_intent_data")) {
            String wanted = data.replace("_intent", "").replace("_data", "");
            if (params.has(data) && !mode.equals(wanted)) {
                throw StripeError.invalid(null, "You can not pass `" + data + "` in `" + mode + "` mode.", data);
            }
        }
        if (params.at("/invoice_creation/enabled").asBoolean()) {
            throw StripeError.invalid(
                    null, "The sandbox does not simulate invoices of one-time checkouts.", "invoice_creation");
        }
    }

    private long expiry(ObjectNode params) {
        long now = time.epochSecond();
        if (!params.has("expires_at")) {
            return now + LONGEST.toSeconds();
        }
        long expiry = params.get("expires_at").asLong();
        if (expiry < now + SHORTEST.toSeconds() || expiry > now + LONGEST.toSeconds()) {
            throw StripeError.invalid(
                    null,
                    "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session"
                            + " creation.",
                    "expires_at");
        }
        return expiry;
    }

    private void addLines(ObjectNode session, ObjectNode params, String mode) {
        ObjectNode lines = session.withObject("/line_items");
        lines.put("url", "/v1/checkout/sessions/" + session.get("id").asText() + "/line_items");
        boolean recurring = false;
        for (int i = 0; i < params.path("line_items").size(); i++) {
            JsonNode given = params.get("line_items").get(i);
            String at = "line_items[" + i + "]";
            ObjectNode price = given.get("price_data") instanceof ObjectNode data
                    ? catalog.createPrice(data.deepCopy())
                    : objects.get(
                            "price",
                            Json.text(given, "price").orElseThrow(() -> StripeError.missingParameter(at + "[price]")),
                            at + "[price]");
            boolean again = price.get("recurring").isObject();
            recurring |= again;
            if (again && !mode.equals("subscription")) {
                throw StripeError.invalid(
                        null,
                        "You specified `payment` mode but passed a recurring price. Either switch to `subscription`"
                                + " mode or use only one-time prices.",
                        at + "[price]");
            }
            lines.withArray("data").add(line(price, given.path("quantity").asLong(1)));
            session.set("currency", price.get("currency"));
        }
        if (mode.equals("subscription") && !recurring) {
            throw StripeError.invalid(
                    null, "You must provide at least one recurring price in `subscription` mode.", "line_items");
        }
    }

    private ObjectNode line(ObjectNode price, long quantity) {
        ObjectNode line = objects.draft("item", newId("li_"));
        long amount = price.get("unit_amount").asLong() * quantity;
        line.put("amount_subtotal", amount).put("amount_total", amount).put("quantity", quantity);
        line.set("currency", price.get("currency"));
        line.set("price", price.deepCopy());
        objects.find("product", price.get("product").asText())
                .ifPresent(product -> line.set("description", product.get("name")));
        return line;
    }

    /** What is to be paid now: nothing for what begins with a trial. */
    private void price(ObjectNode session, JsonNode given) {
        boolean trial = trial(session);
        long subtotal = 0;
        for (JsonNode line : session.get("line_items").get("data")) {
            boolean later = trial && line.at("/price/recurring").isObject();
            subtotal += later ? 0 : line.get("amount_subtotal").asLong();
        }
        long total = subtotal;
        ArrayNode off = session.putArray("discounts");
        List<ObjectNode> drafts =
                discounts.drafts(given, session.path("customer").asText());
        for (ObjectNode discount : drafts) {
            total -= StripeDiscounts.off(discount, total);
            ObjectNode shown = off.addObject();
            shown.set("coupon", discount.at("/source/coupon"));
            shown.set("promotion_code", discount.get("promotion_code"));
        }
        boolean pays = !session.get("mode").asText().equals("setup");
        session.put("amount_subtotal", pays ? subtotal : null).put("amount_total", pays ? total : null);
        session.withObject("/total_details").put("amount_discount", subtotal - total);
        session.put("payment_status", pays && total > 0 ? "unpaid" : "no_payment_required");
    }

    private boolean trial(JsonNode session) {
        JsonNode data = session.at("/asked/subscription_data");
        return data.path("trial_period_days").asLong() > 0
                || data.path("trial_end").asLong() > time.epochSecond();
    }

    ObjectNode update(String id, ObjectNode params) {
        ObjectNode session = objects.get(TYPE, id);
        StripeChanges.merge(session, params.deepCopy().retain("metadata"));
        return session;
    }

    ObjectNode expire(String id) {
        ObjectNode session = open(id);
        return changes.changed(
                session, expired -> expired.put("status", "expired").putNull("url"), "checkout.session.expired");
    }

    private ObjectNode open(String id) {
        ObjectNode session = objects.get(TYPE, id);
        String status = session.get("status").asText();
        if (!status.equals("open")) {
            throw StripeError.invalid(
                    null,
                    "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a"
                            + " status of " + status + ".",
                    null);
        }
        return session;
    }

    /**
     * What the customer does at the page.
     *
     * @param card name of a test card; a refused one leaves the session open
     * @param email of a customer who is new
     * @param code typed by the customer; null for none
     */
    ObjectNode pay(String id, String card, String email, String code) {
        ObjectNode session = open(id);
        redeem(session, code);
        String customer = customer(session, email);
        boolean free = session.get("payment_status").asText().equals("no_payment_required");
        boolean done = switch (session.get("mode").asText()) {
            case "payment" -> free || payOnce(session, card, customer);
            case "setup" -> setUp(session, card, customer);
            default -> subscribe(session, card, customer);
        };
        if (done) {
            session.put("status", "complete").putNull("url");
            if (!free && paid(session)) {
                session.put("payment_status", "paid");
            }
            changes.tell("checkout.session.completed", session);
        }
        return session;
    }

    /** The customer pays by a debit that takes days: the session is complete, but not paid. */
    ObjectNode payLater(String id, String email) {
        return pay(id, DEBIT, email, null);
    }

    private void redeem(ObjectNode session, String code) {
        if (code == null) {
            return;
        }
        String found = discounts
                .codeNamed(code)
                .filter(any -> session.path("allow_promotion_codes").asBoolean())
                .orElseThrow(() -> StripeError.invalid(null, "This code is invalid.", null));
        ArrayNode given = Json.array();
        given.addObject().put("promotion_code", found);
        session.withObject("/asked").set("discounts", given);
        price(session, given);
    }

    private String customer(ObjectNode session, String email) {
        Optional<String> known = Json.text(session, "customer");
        String address = Json.text(session, "customer_email").orElse(email);
        if (known.isEmpty()) {
            boolean wanted = !session.get("mode").asText().equals("payment")
                    || session.path("customer_creation").asText().equals("always");
            ObjectNode details = session.putObject("customer_details");
            details.put("email", address).put("name", address).put("tax_exempt", "none");
            if (!wanted) {
                return "";
            }
            ObjectNode params = Json.object().put("email", address).put("name", address);
            session.set("customer", catalog.createCustomer(params).get("id"));
        } else {
            ObjectNode customer = objects.get("customer", known.get());
            ObjectNode details = session.putObject("customer_details");
            for (String field : List.of("address", "email", "name", "phone", "tax_exempt")) {
                details.set(field, customer.get(field));
            }
        }
        return session.get("customer").asText();
    }

    private boolean payOnce(ObjectNode session, String card, String customer) {
        if (session.get("payment_intent").isNull()) {
            ObjectNode params = session.at("/asked/payment_intent_data") instanceof ObjectNode data
                    ? data.deepCopy()
                    : Json.object();
            params.set("amount", session.get("amount_total"));
            params.set("currency", session.get("currency"));
            if (!customer.isEmpty()) {
                params.put("customer", customer);
            }
            session.set("payment_intent", payments.create(params).get("id"));
        }
        return confirmed(session.get("payment_intent").asText(), card);
    }

    /** Confirms with the customer there, who passes 3-D Secure. */
    private boolean confirmed(String intent, String card) {
        try {
            ObjectNode tried = payments.confirm(intent, Json.object().put("payment_method", card));
            if (tried.get("status").asText().equals("requires_action")) {
                payments.authenticate(intent, true);
            }
            return List.of("succeeded", "processing", "requires_capture")
                    .contains(tried.get("status").asText());
        } catch (StripeError refused) {
            if (refused.status() != 402) {
                throw refused;
            }
            return false;
        }
    }

    private boolean setUp(ObjectNode session, String card, String customer) {
        ObjectNode params =
                session.at("/asked/setup_intent_data") instanceof ObjectNode data ? data.deepCopy() : Json.object();
        ObjectNode intent = setups.create(params.put("customer", customer));
        String id = intent.get("id").asText();
        try {
            setups.confirm(id, Json.object().put("payment_method", card));
        } catch (StripeError refused) {
            if (refused.status() != 402) {
                throw refused;
            }
            return false;
        }
        if (intent.get("status").asText().equals("requires_action")) {
            setups.authenticate(id, true);
        }
        session.put("setup_intent", id);
        return true;
    }

    private boolean subscribe(ObjectNode session, String card, String customer) {
        boolean cardless = trial(session)
                && session.at("/asked/payment_method_collection").asText().equals("if_required");
        ObjectNode method = cardless ? null : cards.resolveFor(customer, card);
        if (method != null && !card.equals(DEBIT) && refuses(method)) {
            refused(session, customer, method);
            return false;
        }
        ObjectNode params =
                session.at("/asked/subscription_data") instanceof ObjectNode data ? data.deepCopy() : Json.object();
        params.put("customer", customer);
        if (session.at("/asked/discounts").isArray()) {
            params.set("discounts", session.at("/asked/discounts"));
        }
        if (method != null) {
            cards.give(method, customer);
            cards.setUp(method.get("id").asText());
            params.set("default_payment_method", method.get("id"));
        }
        if (session.at("/automatic_tax/enabled").asBoolean()) {
            params.putObject("automatic_tax").put("enabled", true);
        }
        List<JsonNode> once = new ArrayList<>();
        ArrayNode items = params.putArray("items");
        for (JsonNode line : session.get("line_items").get("data")) {
            ObjectNode item = Json.object();
            item.set("price", line.at("/price/id"));
            item.set("quantity", line.get("quantity"));
            if (line.at("/price/recurring").isObject()) {
                items.add(item);
            } else {
                once.add(item);
            }
        }
        params.putArray("add_invoice_items").addAll(once);
        ObjectNode subscription = subscriptions.create(params);
        session.set("subscription", subscription.get("id"));
        session.set("invoice", subscription.get("latest_invoice"));
        passed(subscription);
        return true;
    }

    private boolean refuses(ObjectNode method) {
        return cards.behaviour(method.get("id").asText()).refusal() != null;
    }

    /** A payment that asked for 3-D Secure got it: the customer is there. */
    private void passed(ObjectNode subscription) {
        objects.find("invoice", subscription.get("latest_invoice").asText())
                .flatMap(invoice -> objects.find(
                        "payment_intent", invoice.path("payment_intent").asText()))
                .filter(intent -> intent.get("status").asText().equals("requires_action"))
                .ifPresent(intent -> payments.authenticate(intent.get("id").asText(), true));
    }

    private void refused(ObjectNode session, String customer, ObjectNode method) {
        ObjectNode params = Json.object().put("customer", customer).put("description", "Subscription creation");
        params.put("amount", Math.max(50, session.get("amount_total").asLong()));
        params.set("currency", session.get("currency"));
        confirmed(payments.create(params).get("id").asText(), method.get("id").asText());
    }

    private boolean paid(ObjectNode session) {
        return intent(session)
                .map(intent -> intent.get("status").asText().equals("succeeded"))
                .orElse(true);
    }

    private Optional<ObjectNode> intent(ObjectNode session) {
        return Json.text(session, "payment_intent")
                .or(() -> Json.text(session, "invoice")
                        .flatMap(id -> objects.find("invoice", id))
                        .flatMap(invoice -> Json.text(invoice, "payment_intent")))
                .flatMap(id -> objects.find("payment_intent", id));
    }

    /** The bank tells what became of the debit. */
    ObjectNode settle(String id, boolean worked) {
        ObjectNode session = objects.get(TYPE, id);
        ObjectNode intent = intent(session)
                .filter(each -> each.get("status").asText().equals("processing"))
                .orElseThrow(() -> StripeError.invalid(null, "This Checkout Session waits for no bank.", null));
        payments.settle(intent.get("id").asText(), worked ? null : "insufficient_funds");
        if (worked) {
            session.put("payment_status", "paid");
        }
        changes.tell(
                worked ? "checkout.session.async_payment_succeeded" : "checkout.session.async_payment_failed", session);
        return session;
    }

    /** A link to the portal; what is done there comes by the API's own requests. */
    ObjectNode portal(ObjectNode params) {
        String customer = StripeCatalog.required(params, "customer");
        objects.get("customer", customer, "customer");
        ObjectNode session = objects.draft("billing_portal.session", newId("bps_"));
        ObjectNode rest = params.deepCopy();
        rest.remove("flow_data");
        StripeChanges.merge(session, rest);
        session.put("url", "https://billing.stripe.com/p/session/test_" + newId(""));
        if (params.get("flow_data") instanceof ObjectNode flow) {
            session.set("flow", flow.deepCopy());
        }
        objects.add(session);
        return session;
    }
}
