package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.StripeEvents.Cause;
import java.net.URI;
import java.util.HashMap;
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
    private final StripeParts parts;
    private final StripeObjects objects;
    private final StripeEvents events;
    private final StripeCards cards;
    private final StripeApi api;

    StripeVendor(MovableClock clock, Deliveries deliveries) {
        parts = StripeParts.of(clock, deliveries);
        objects = parts.objects();
        events = parts.events();
        cards = parts.cards();
        api = new StripeApi(this, clock);
        clock.onMove(() -> run(parts.time()::pass));
    }

    /** Time brings nothing more to what there is now: no renewal, no end of a trial, no lost dispute. */
    public void forgetWhatIsToCome() {
        run(parts.time()::forget);
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
        run(() -> api.limits().perSecond(perSecond));
    }

    /** The same for each endpoint by itself: Stripe's own limit is 25. */
    public void endpointRateLimit(int perSecond) {
        run(() -> api.limits().perEndpoint(perSecond));
    }

    /** Whether Stripe tries refused renewals again by itself, eight times in two weeks. Off at first. */
    public void smartRetries(boolean on) {
        run(() -> parts.account().smartRetries(on));
    }

    /** What becomes of a subscription after the last of Stripe's own tries: past_due (at first), unpaid or canceled. */
    public void afterRetries(String status) {
        run(() -> parts.account().afterRetries(status));
    }

    /**
     * Changes of which Stripe makes no event, neither sent nor listed: rare, but documented. What other threads, and so
     * the hub, do at Stripe meanwhile makes its events.
     */
    public void withoutEvents(Runnable work) {
        events.muted(true);
        try {
            work.run();
        } finally {
            events.muted(false);
        }
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
        return locked(() -> events.after(0).toList());
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
        return price(cents, Map.of("product_data", Map.of("name", product), "recurring", Map.of("interval", "month")));
    }

    /**
     * Another price of a product, in US cents.
     *
     * @param interval month or year
     */
    public ObjectNode recurringPrice(String product, long cents, String interval) {
        return price(cents, Map.of("product", product, "recurring", Map.of("interval", interval)));
    }

    /** A product that is sold once, with its price in US cents; returns the price. */
    public ObjectNode singlePrice(String product, long cents) {
        return price(cents, Map.of("product_data", Map.of("name", product)));
    }

    private ObjectNode price(long cents, Map<String, ?> more) {
        Map<String, Object> price = new HashMap<>(more);
        price.put("currency", "usd");
        price.put("unit_amount", cents);
        return create("prices", price);
    }

    /** Begins a subscription and pays its first invoice with the customer's card. */
    public ObjectNode subscribe(String customer, String price) {
        return create("subscriptions", Map.of("customer", customer, "items", List.of(Map.of("price", price))));
    }

    /** Begins the next period at once and tries to collect its invoice. */
    public ObjectNode renew(String subscription) {
        return locked(() -> shown(parts.renewals().renew(subscription)));
    }

    /** Cancels now. */
    public ObjectNode cancel(String subscription) {
        return delete("subscriptions", subscription);
    }

    /** As when a trial ends without a card. */
    public ObjectNode pause(String subscription) {
        return locked(() -> shown(parts.renewals().pause(subscription)));
    }

    /** Goes on in the period that was paused. */
    public ObjectNode resume(String subscription) {
        ObjectNode goesOn = Json.object().put("billing_cycle_anchor", "unchanged");
        return locked(() -> shown(parts.subscriptions().resume(subscription, goesOn)));
    }

    public ObjectNode trialWillEnd(String subscription) {
        return locked(() -> shown(parts.renewals().trialWillEnd(subscription)));
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

    /**
     * Confirms a payment or setup intent as the customer does in the browser, with a payment method or one of Stripe's
     * test names like pm_card_visa, which may refuse: the intent then says so.
     */
    public ObjectNode confirm(String intent, String paymentMethod) {
        return locked(() -> {
            Map<String, String> card = Map.of("payment_method", paymentMethod);
            try {
                return shown(api.call("POST", "/v1/" + pathOf(intent) + "/confirm", Json.tree(card)));
            } catch (StripeError refused) {
                if (refused.status() != 402) {
                    throw new IllegalArgumentException(refused.getMessage(), refused);
                }
                return find(intent).orElseThrow();
            }
        });
    }

    private static String pathOf(String intent) {
        return (intent.startsWith("seti_") ? "setup_intents/" : "payment_intents/") + intent;
    }

    /** The customer passes 3-D Secure for a payment or setup intent. */
    public ObjectNode authenticate(String intent) {
        return authenticate(intent, true);
    }

    /** The customer fails 3-D Secure, or gives up. */
    public ObjectNode failAuthentication(String intent) {
        return authenticate(intent, false);
    }

    private ObjectNode authenticate(String intent, boolean passed) {
        return locked(() -> shown(
                intent.startsWith("seti_")
                        ? parts.setups().authenticate(intent, passed)
                        : parts.payments().authenticate(intent, passed)));
    }

    /** The bank says that a payment that was {@code processing} worked. */
    public ObjectNode settle(String paymentIntent) {
        return locked(() -> shown(parts.payments().settle(paymentIntent, null)));
    }

    /** The bank refuses a payment that was {@code processing}, for a reason like insufficient_funds. */
    public ObjectNode failSettlement(String paymentIntent, String code) {
        return locked(() -> shown(parts.payments().settle(paymentIntent, code)));
    }

    /** The customer pays at the hosted page of a checkout session; a refused test card leaves it open. */
    public ObjectNode completeCheckout(String session, String testCard) {
        return completeCheckout(session, testCard, "customer@example.com", null);
    }

    /**
     * The same with what the customer types there.
     *
     * @param email of a customer Stripe does not know yet
     * @param promotionCode null for none
     */
    public ObjectNode completeCheckout(String session, String testCard, String email, String promotionCode) {
        return locked(() -> shown(parts.checkout().pay(session, testCard, email, promotionCode)));
    }

    /** The customer pays by a debit that takes days: complete, but unpaid until {@link #settleCheckout}. */
    public ObjectNode completeCheckoutUnpaid(String session) {
        return locked(() -> shown(parts.checkout().payLater(session, "customer@example.com")));
    }

    /** The bank tells whether the debit of a completed session worked. */
    public ObjectNode settleCheckout(String session, boolean worked) {
        return locked(() -> shown(parts.checkout().settle(session, worked)));
    }

    public ObjectNode refund(String paymentIntent, long cents) {
        return create("refunds", Map.of("payment_intent", paymentIntent, "amount", cents));
    }

    /** A refund that had succeeded comes back from the bank. */
    public ObjectNode failRefund(String refund, String reason) {
        return locked(() -> shown(parts.refunds().fail(refund, reason)));
    }

    /** A refund that was pending has arrived. */
    public ObjectNode settleRefund(String refund) {
        return locked(() -> shown(parts.refunds().settle(refund)));
    }

    /**
     * The customer's bank disputes a charge.
     *
     * @param reason like fraudulent; inquiry for a question that takes no money yet
     */
    public ObjectNode dispute(String charge, String reason) {
        return locked(() -> shown(parts.refunds().dispute(charge, reason)));
    }

    /** @param status won or lost */
    public ObjectNode closeDispute(String dispute, String status) {
        return locked(() -> shown(parts.refunds().closeDispute(dispute, status)));
    }

    /** Deletes a price, as the dashboard can. */
    public ObjectNode deletePrice(String price) {
        return locked(() -> shown(parts.catalog().deletePrice(price)));
    }

    /** Makes an event of any type with any object, known to Stripe or not. */
    public void emit(String type, Object object) {
        run(() -> parts.changes().tell(type, Json.tree(object)));
    }

    static String plural(String type) {
        return type.replace('.', '/') + "s";
    }

    StripeParts parts() {
        return parts;
    }

    StripeApi api() {
        return api;
    }

    void cause(Cause cause) {
        events.cause(cause);
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
