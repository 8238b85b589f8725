package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What a Stripe account consists of, put together. */
record StripeParts(
        StripeTime time,
        StripeAccount account,
        StripeObjects objects,
        StripeEvents events,
        StripeChanges changes,
        StripeLists lists,
        StripeCatalog catalog,
        StripeDiscounts discounts,
        StripeCards cards,
        StripeSetups setups,
        StripeRefunds refunds,
        StripePayments payments,
        StripeInvoices invoices,
        StripeRenewals renewals,
        StripeSubscriptions subscriptions,
        StripePreviews previews,
        StripeCheckout checkout,
        StripeSearch search) {

    static StripeParts of(MovableClock clock, Deliveries deliveries) {
        StripeTime time = new StripeTime(clock);
        StripeAccount account = new StripeAccount();
        StripeObjects objects = new StripeObjects(time);
        StripeEvents events = new StripeEvents(time, clock, deliveries);
        StripeChanges changes = new StripeChanges(objects, events);
        StripeLists lists = new StripeLists(objects, events);
        StripeCatalog catalog = new StripeCatalog(objects, changes, time);
        StripeDiscounts discounts = new StripeDiscounts(objects, changes, time);
        StripeCards cards = new StripeCards(objects, changes);
        StripeSetups setups = new StripeSetups(objects, changes, cards);
        StripeRefunds refunds = new StripeRefunds(objects, changes, cards, time);
        StripePayments payments = new StripePayments(objects, changes, cards, refunds, time);
        StripeLines lines = new StripeLines(objects);
        StripePlans plans = new StripePlans(objects, catalog, lines);
        StripeCollection collection = new StripeCollection(objects, changes, payments, cards, account, time);
        StripeInvoices invoices = new StripeInvoices(objects, changes, payments, collection, discounts, lines, time);
        StripeRenewals renewals = new StripeRenewals(objects, changes, invoices, collection, discounts, account, time);
        StripeSubscriptions subscriptions = new StripeSubscriptions(
                objects, changes, invoices, collection, cards, setups, plans, discounts, renewals, time);
        StripePreviews previews = new StripePreviews(objects, invoices, subscriptions, discounts, time);
        return new StripeParts(
                time,
                account,
                objects,
                events,
                changes,
                lists,
                catalog,
                discounts,
                cards,
                setups,
                refunds,
                payments,
                invoices,
                renewals,
                subscriptions,
                previews,
                new StripeCheckout(objects, changes, catalog, discounts, cards, setups, payments, subscriptions, time),
                new StripeSearch(objects));
    }

    /** @throws StripeError 402 when the customer comes with a card that can't be attached */
    ObjectNode newCustomer(ObjectNode params) {
        ObjectNode rest = params.deepCopy();
        ObjectNode settings = rest.withObject("/invoice_settings");
        Optional<String> named = Json.text(rest, "payment_method");
        Optional<String> card =
                named.map(method -> cards.attachable(method).get("id").asText());
        Json.text(settings, "default_payment_method").ifPresent(wanted -> {
            if (!wanted.equals(named.orElse(""))) {
                throw StripeError.invalid(
                        "resource_missing",
                        "The customer does not have a payment method with the ID " + wanted
                                + ". The payment method must be attached to the customer.",
                        "invoice_settings[default_payment_method]");
            }
            settings.put("default_payment_method", card.orElseThrow());
        });
        ObjectNode customer = catalog.createCustomer(rest);
        card.ifPresent(method -> cards.attach(method, customer.get("id").asText()));
        return customer;
    }

    ObjectNode updateCustomer(String id, ObjectNode params) {
        objects.get("customer", id);
        if (params.get("invoice_settings") instanceof ObjectNode settings) {
            Json.text(settings, "default_payment_method")
                    .map(wanted -> cards.attached(id, wanted, "invoice_settings[default_payment_method]"))
                    .ifPresent(method -> settings.put("default_payment_method", method));
        }
        return catalog.updateCustomer(id, params);
    }

    /** Ends the customer's subscriptions first, as Stripe does. */
    ObjectNode endCustomer(String id) {
        objects.get("customer", id);
        subscriptions.cancelAllOf(id);
        return catalog.deleteCustomer(id);
    }
}
