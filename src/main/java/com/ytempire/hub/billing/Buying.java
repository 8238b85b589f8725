package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What ways of paying have in common: nobody pays twice, and nobody pays what he says himself. */
@Component
class Buying {

    private static final int MOST_PAGES = 10;

    private static final String ONE_TIME = """
            select price.id, price.currency, price.unit_amount, product.name
              from billing.product product
              join billing.price price on price.product = product.id
             where product.id = :product and product.active and product.deleted_at is null
               and price.active and price.deleted_at is null and price.recurring_interval is null
               and price.unit_amount is not null and price.currency is not null
             order by price.id = product.default_price desc nulls last, price.created_at desc, price.id
             limit 1
            """;

    /** Of a customer {@code c}. */
    private static final String DEFAULT_CARD = """
            coalesce(c.default_payment_method, (select s.default_payment_method from billing.subscription s
                                                 where s.customer = c.id and s.default_payment_method is not null
                                                   and s.deleted_at is null order by s.created_at desc limit 1))""";

    private static final List<String> ENDED = List.of("canceled", "incomplete_expired");

    private final CustomerOwners owners;
    private final Commands commands;
    private final MirrorTables mirror;
    private final StripeReading stripe;
    private final JdbcClient jdbc;
    private final BuyingSettings settings;

    Buying(
            CustomerOwners owners,
            Commands commands,
            MirrorTables mirror,
            StripeReading stripe,
            JdbcClient jdbc,
            BuyingSettings settings) {
        this.owners = owners;
        this.commands = commands;
        this.mirror = mirror;
        this.stripe = stripe;
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /** One decision about a customer at a time, until the transaction ends. */
    void lock(String customer) {
        owners.lock(new Mirrored(MirrorKind.CUSTOMER, customer));
    }

    /** Of commands with it one may be open: whoever is subscribing subscribes once. */
    static String exclusive(String customer) {
        return "purchase:" + customer;
    }

    /** The subscription that is not over; a customer has one at most. */
    Optional<JsonNode> live(String customer) {
        return jdbc.sql("select id from billing.subscription where customer = :customer and deleted_at is null"
                        + " and status is not null and status not in (:ended) order by created_at desc limit 1")
                .param("customer", customer)
                .param("ended", ENDED)
                .query(String.class)
                .optional()
                .flatMap(id -> mirror.object(MirrorKind.SUBSCRIPTION, id));
    }

    /** Whether the customer has had a trial: there is one for each, ever. */
    boolean hadTrial(String customer) {
        return jdbc.sql("select exists (select 1 from billing.subscription where customer = :customer"
                        + " and trial_end is not null)")
                .param("customer", customer)
                .query(Boolean.class)
                .single();
    }

    /**
     * Decides on a purchase under the customer's lock, and anew when his open checkout pages have been ended, so that
     * what is bought now is not bought there as well.
     *
     * @throws Problem 409 {@code checkout_completed} when one was completed meanwhile; 503 while Stripe is away
     */
    CommandAnswer purchase(Caller caller, Account account, String customer, Supplier<Decision> decision) {
        for (int tries = 0; tries < MOST_PAGES; tries++) {
            try {
                return commands.run(() -> {
                    lock(customer);
                    Decision decided = decision.get();
                    if (decided instanceof CommandRequest
                            && !openCheckouts(customer).isEmpty()) {
                        throw new CheckoutOpened();
                    }
                    return decided;
                });
            } catch (CheckoutOpened e) {
                closeCheckouts(caller, account, customer); // of two at once the page of the other one, too
            }
        }
        throw CommandFailures.inProgress();
    }

    /** A page on which something can be bought meanwhile. */
    private static class CheckoutOpened extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    private List<String> openCheckouts(String customer) {
        return jdbc.sql("select id from billing.checkout_session where customer = :customer"
                        + " and status = 'open' and deleted_at is null")
                .param("customer", customer)
                .query(String.class)
                .list();
    }

    private void closeCheckouts(Caller caller, Account account, String customer) {
        for (String session : openCheckouts(customer)) {
            CommandAnswer answer = commands.run(new CommandRequest(
                    CommandKind.CHECKOUT_SESSION_EXPIRE,
                    "checkout-expire:" + session,
                    caller.name(),
                    account.id(),
                    customer,
                    session,
                    Map.of()));
            if (answer.isQueued()) {
                throw CommandFailures.delayed(settings.comeAgain());
            }
            if (answer.problem() != null) {
                mustNotBeCompleted(session);
            }
        }
    }

    /** Stripe closes a page only while it is open: it was completed, or it has run out by itself. */
    private void mustNotBeCompleted(String session) {
        boolean completed = stripe.fresh(MirrorKind.CHECKOUT_SESSION, session)
                .filter(now -> "complete".equals(StripeJson.text(now, "status")))
                .isPresent();
        if (completed) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "checkout_completed",
                    "The customer has just completed a checkout page; look what was bought there");
        }
    }

    /**
     * What one of a product costs, bought once.
     *
     * @throws Problem 422 when it is not for sale
     */
    Price oneTime(String product) {
        return jdbc.sql(ONE_TIME)
                .param("product", product)
                .query(Price.class)
                .optional()
                .orElseThrow(Buying::notForSale);
    }

    /**
     * All that is to be known before a user buys one of a product: that there is such a user, as by {@link
     * Customers#account(UUID)}, {@link #oneTime}, his customer and {@link #defaultCard}. It is asked with each payment, so
     * in one round trip.
     *
     * @throws Problem 404 when there is no such user, or none any more; 422 when it is not for sale
     */
    Purchase purchase(UUID user, String product) {
        Purchase purchase = jdbc.sql("""
                        select owner.customer, price.id, price.currency, price.unit_amount, price.name, %s as card
                          from accounts.account a
                          left join (%s) price on true
                          left join billing.customer_owner owner on owner.user_id = a.id
                          left join billing.customer c on c.id = owner.customer
                         where a.id = :user and a.closed_at is null
                        """.formatted(DEFAULT_CARD, ONE_TIME))
                .param("user", user)
                .param("product", product)
                .query((row, number) -> new Purchase(
                        new Price(
                                row.getString("id"),
                                row.getString("currency"),
                                row.getLong("unit_amount"),
                                row.getString("name")),
                        row.getString("customer"),
                        row.getString("card")))
                .optional()
                .orElseThrow(Customers::noSuchUser);
        if (purchase.price().id() == null) {
            throw notForSale();
        }
        return purchase;
    }

    private static Problem notForSale() {
        return new Problem(
                HttpStatus.UNPROCESSABLE_ENTITY,
                "product_unavailable",
                "There is no such product for sale",
                "product_id");
    }

    /** What the customer pays with when nothing else is said. */
    Optional<String> defaultCard(String customer) {
        return jdbc
                .sql("select " + DEFAULT_CARD + " from billing.customer c where c.id = :customer")
                .param("customer", customer)
                .query(String.class)
                .list()
                .stream()
                .filter(card -> card != null)
                .findFirst();
    }

    /** The metadata by which a user's objects are told apart at Stripe. */
    static Map<String, Object> metadata(UUID user) {
        return Map.of("user_id", user.toString());
    }

    /**
     * @param unitAmount in the smallest unit of the currency
     * @param name the product's
     */
    record Price(String id, String currency, long unitAmount, String name) {}

    /**
     * @param customer the user's; null when there is none yet
     * @param card the customer's default; null when there is none
     */
    record Purchase(Price price, String customer, String card) {}
}
