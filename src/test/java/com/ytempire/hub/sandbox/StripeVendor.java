package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripeEvents.Cause;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A Stripe account that keeps state. Whatever changes makes the events Stripe makes. Objects are handed out as the
 * account's own API version writes them; they are copies.
 */
public final class StripeVendor {

    static final String NAME = "stripe";

    private final ReentrantLock lock = new ReentrantLock();
    private final StripeObjects objects;
    private final StripeEvents events;
    private final StripeChanges changes;
    private final StripeLists lists;
    private final StripeCatalog catalog;
    private final StripeCards cards;
    private final StripeRefunds refunds;
    private final StripePayments payments;
    private final StripeInvoices invoices;
    private final StripeSubscriptions subscriptions;
    private final StripeApi api;

    StripeVendor(MovableClock clock, Deliveries deliveries) {
        objects = new StripeObjects(clock);
        events = new StripeEvents(clock, deliveries);
        changes = new StripeChanges(objects, events);
        lists = new StripeLists(objects, events);
        catalog = new StripeCatalog(objects, changes, clock);
        cards = new StripeCards(objects, changes);
        refunds = new StripeRefunds(objects, changes, clock);
        payments = new StripePayments(objects, changes, cards, refunds, clock);
        invoices = new StripeInvoices(objects, changes, payments, cards, clock);
        subscriptions = new StripeSubscriptions(objects, changes, invoices, cards, clock);
        api = new StripeApi(this, clock);
        clock.onMove(() -> locked(() -> {
            subscriptions.timePassed();
            return null;
        }));
    }

    /** Where the hub takes events; null: they are only listed. */
    public void endpoint(URI url) {
        run(() -> events.endpoint(url));
    }

    /** Secrets the account signs with: more than one while a secret is being rolled. whsec_sandbox at first. */
    public void secrets(String... current) {
        run(() -> events.secrets(List.of(current)));
    }

    /** The account's API version: events are written in it. 2023-10-16 at first. */
    public void apiVersion(String version) {
        run(() -> events.apiVersion(version));
    }

    public String apiVersion() {
        return events.apiVersion();
    }

    /** Whether events with data are sent (they are listed anyhow). On at first. */
    public void snapshotEvents(boolean on) {
        run(() -> events.snapshot(on));
    }

    /** Whether notifications without data ({@code v1.…}) are sent. Off at first. */
    public void thinEvents(boolean on) {
        run(() -> events.thin(on));
    }

    /** What objects and events say of themselves from now on. False at first. */
    public void livemode(boolean live) {
        run(() -> events.livemode(live));
    }

    /** Requests a second (of real time) that are answered, the rest gets 429; 0 for no limit, as at first. */
    public void rateLimit(int perSecond) {
        run(() -> api.rateLimit(perSecond));
    }

    /** Changes of which Stripe makes no event, neither sent nor listed: rare, but documented. */
    public void withoutEvents(Runnable work) {
        run(() -> {
            events.muted(true);
            try {
                work.run();
            } finally {
                events.muted(false);
            }
        });
    }

    /**
     * Does what a request to the API would do.
     *
     * @param path like /v1/customers
     * @throws IllegalArgumentException when Stripe would refuse it, with Stripe's words
     */
    public ObjectNode call(String method, String path, Map<String, ?> params) {
        return locked(() -> {
            try {
                return shown(api.call(method, path, Json.tree(params)));
            } catch (StripeError e) {
                throw new IllegalArgumentException(e.status() + " " + e.body(), e);
            }
        });
    }

    /** Creates an object: {@code create("customers", Map.of("email", "a@example.com"))}. */
    public ObjectNode create(String resource, Map<String, ?> params) {
        return call("POST", "/v1/" + resource, params);
    }

    public ObjectNode update(String resource, String id, Map<String, ?> params) {
        return call("POST", "/v1/" + resource + "/" + id, params);
    }

    /** Deletes a customer, product or draft invoice; cancels a subscription. */
    public ObjectNode delete(String resource, String id) {
        return call("DELETE", "/v1/" + resource + "/" + id, Map.of());
    }

    /** An object by its id; a deleted customer as Stripe answers it. */
    public Optional<ObjectNode> find(String id) {
        return locked(() -> byId(id).map(this::shown));
    }

    /** All objects of a type (customer, payment_intent …) in the order of their creation. */
    public List<ObjectNode> all(String type) {
        return locked(() -> objects.oldestFirst(type).stream().map(this::shown).toList());
    }

    /** All events of the last 30 days, oldest first. */
    public List<ObjectNode> events() {
        return locked(() -> {
            List<ObjectNode> all = new ArrayList<>(events.newestFirst(Json.object()));
            Collections.reverse(all);
            return all;
        });
    }

    /** A customer who pays with a card that works. */
    public ObjectNode customerWithCard(String email) {
        return locked(() -> {
            String id = create("customers", Map.of("email", email, "name", email))
                    .get("id")
                    .asText();
            return giveCard(id);
        });
    }

    /** Attaches a card that works, as the customer's default, unless there is one already. */
    public ObjectNode giveCard(String customer) {
        return locked(() -> {
            if (cards.defaultOf(customer).isPresent()) {
                return find(customer).orElseThrow();
            }
            String card = cards.attach("pm_card_visa", customer).get("id").asText();
            return update("customers", customer, Map.of("invoice_settings", Map.of("default_payment_method", card)));
        });
    }

    /** A product with one monthly price in US cents; returns the price. */
    public ObjectNode monthlyPrice(String product, long cents) {
        return create(
                "prices",
                Map.of(
                        "currency",
                        "usd",
                        "unit_amount",
                        cents,
                        "recurring",
                        Map.of("interval", "month"),
                        "product_data",
                        Map.of("name", product)));
    }

    /** Begins a subscription and pays its first invoice with the customer's card. */
    public ObjectNode subscribe(String customer, String price) {
        return create("subscriptions", Map.of("customer", customer, "items", List.of(Map.of("price", price))));
    }

    /** Begins the next period at once and tries to collect its invoice. */
    public ObjectNode renew(String subscription) {
        return locked(() -> shown(subscriptions.renew(subscription)));
    }

    /** Cancels now. */
    public ObjectNode cancel(String subscription) {
        return delete("subscriptions", subscription);
    }

    /** As when a trial ends without a card. */
    public ObjectNode pause(String subscription) {
        return locked(() -> shown(subscriptions.pause(subscription)));
    }

    public ObjectNode resume(String subscription) {
        return locked(() -> shown(subscriptions.resume(subscription)));
    }

    public ObjectNode trialWillEnd(String subscription) {
        return locked(() -> shown(subscriptions.trialWillEnd(subscription)));
    }

    /** A customer's default card is refused from now on with this decline code; null: it works again. */
    public void declineCardOf(String customer, String code) {
        run(() -> cards.behave(cards.defaultOf(customer).orElseThrow(), code));
    }

    /** Charges a customer's card at once; returns the payment intent. */
    public ObjectNode pay(String customer, long cents) {
        return locked(() -> create(
                "payment_intents",
                Map.of(
                        "customer",
                        customer,
                        "amount",
                        cents,
                        "currency",
                        "usd",
                        "payment_method",
                        cards.defaultOf(customer).orElseThrow(),
                        "confirm",
                        true)));
    }

    /** Confirms a payment intent with one of Stripe's test cards, which may refuse. */
    void tryToConfirm(String paymentIntent, String testCard) {
        run(() -> {
            ObjectNode intent = objects.get("payment_intent", paymentIntent);
            intent.set(
                    "payment_method", cards.resolve(testCard, "payment_method").get("id"));
            payments.attempt(intent, false);
        });
    }

    /** The customer passes 3-D Secure. */
    public ObjectNode authenticate(String paymentIntent) {
        return locked(() -> shown(payments.authenticate(paymentIntent)));
    }

    public ObjectNode refund(String paymentIntent, long cents) {
        return create("refunds", Map.of("payment_intent", paymentIntent, "amount", cents));
    }

    /** A refund that had succeeded comes back from the bank. */
    public ObjectNode failRefund(String refund, String reason) {
        return locked(() -> shown(refunds.fail(refund, reason)));
    }

    /** The customer's bank disputes a charge, for a reason like fraudulent. */
    public ObjectNode dispute(String charge, String reason) {
        return locked(() -> shown(refunds.dispute(charge, reason)));
    }

    /** @param status won or lost */
    public ObjectNode closeDispute(String dispute, String status) {
        return locked(() -> shown(refunds.closeDispute(dispute, status)));
    }

    /** Deletes a price, as the dashboard can. */
    public ObjectNode deletePrice(String price) {
        return locked(() -> shown(catalog.deletePrice(price)));
    }

    /** Makes an event of any type with any object, known to Stripe or not. */
    public void emit(String type, Object object) {
        run(() -> changes.tell(type, Json.tree(object)));
    }

    static String plural(String type) {
        return type.replace('.', '_') + "s";
    }

    StripeObjects objects() {
        return objects;
    }

    StripeLists lists() {
        return lists;
    }

    StripeCatalog catalog() {
        return catalog;
    }

    StripeCards cards() {
        return cards;
    }

    StripeRefunds refunds() {
        return refunds;
    }

    StripePayments payments() {
        return payments;
    }

    StripeInvoices invoices() {
        return invoices;
    }

    StripeSubscriptions subscriptions() {
        return subscriptions;
    }

    StripeApi api() {
        return api;
    }

    void cause(Cause cause) {
        events.cause(cause);
    }

    ObjectNode newCustomer(ObjectNode params) {
        ObjectNode customer = catalog.createCustomer(params);
        Json.text(params, "payment_method")
                .ifPresent(method -> cards.attach(method, customer.get("id").asText()));
        return customer;
    }

    ObjectNode endCustomer(String id) {
        objects.get("customer", id);
        subscriptions.cancelAllOf(id);
        return catalog.deleteCustomer(id);
    }

    Optional<ObjectNode> byId(String id) {
        return objects.byId(id);
    }

    ObjectNode render(ObjectNode object, StripeShape shape) {
        return events.render(object, shape);
    }

    /** Ids of the events since the last call. */
    List<String> takeEventIds() {
        return locked(events::takeNoted);
    }

    /** How many objects of each type there are, and how many events. */
    Map<String, Integer> counts() {
        return locked(() -> {
            Map<String, Integer> counts = objects.counts();
            counts.put("event", events.count());
            return counts;
        });
    }

    private ObjectNode shown(ObjectNode object) {
        return render(object, StripeShape.of(events.apiVersion()));
    }

    /** Does the work while nobody else changes or reads the account. */
    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void run(Runnable work) {
        locked(() -> {
            work.run();
            return null;
        });
    }
}
