package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a Stripe account consists of, put together. */
record StripeParts(
        StripeObjects objects,
        StripeEvents events,
        StripeChanges changes,
        StripeLists lists,
        StripeCatalog catalog,
        StripeCards cards,
        StripeRefunds refunds,
        StripePayments payments,
        StripeInvoices invoices,
        StripeSubscriptions subscriptions) {

    static StripeParts of(MovableClock clock, Deliveries deliveries) {
        StripeObjects objects = new StripeObjects(clock);
        StripeEvents events = new StripeEvents(clock, deliveries);
        StripeChanges changes = new StripeChanges(objects, events);
        StripeCards cards = new StripeCards(objects, changes);
        StripeRefunds refunds = new StripeRefunds(objects, changes, clock);
        StripePayments payments = new StripePayments(objects, changes, cards, refunds, clock);
        StripeInvoices invoices = new StripeInvoices(objects, changes, payments, cards, clock);
        return new StripeParts(
                objects,
                events,
                changes,
                new StripeLists(objects, events),
                new StripeCatalog(objects, changes, clock),
                cards,
                refunds,
                payments,
                invoices,
                new StripeSubscriptions(objects, changes, invoices, cards, clock));
    }

    ObjectNode newCustomer(ObjectNode params) {
        ObjectNode customer = catalog.createCustomer(params);
        Json.text(params, "payment_method")
                .ifPresent(method -> cards.attach(method, customer.get("id").asText()));
        return customer;
    }

    /** Ends the customer's subscriptions first, as Stripe does. */
    ObjectNode endCustomer(String id) {
        objects.get("customer", id);
        subscriptions.cancelAllOf(id);
        return catalog.deleteCustomer(id);
    }
}
