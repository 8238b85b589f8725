package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Accounts;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which user a customer of Stripe belongs to. A user has one customer, ever; a customer may be nobody's yet. */
@Component("customerOwners")
class CustomerOwners {

    /** What belongs to a customer, in the order in which effects follow when its user becomes known. */
    private static final List<MirrorKind> OWNED = List.of(
            MirrorKind.SUBSCRIPTION,
            MirrorKind.INVOICE,
            MirrorKind.PAYMENT,
            MirrorKind.CHARGE,
            MirrorKind.CHECKOUT_SESSION);

    private static final List<MirrorKind> ON_A_CHARGE = List.of(MirrorKind.REFUND, MirrorKind.DISPUTE);

    private final JdbcClient jdbc;
    private final Accounts accounts;
    private final History history;
    private final Clock clock;

    CustomerOwners(JdbcClient jdbc, Accounts accounts, History history, Clock clock) {
        this.jdbc = jdbc;
        this.accounts = accounts;
        this.history = history;
        this.clock = clock;
    }

    /**
     * The user behind an object. Locks the user's customer until the transaction ends, so that effects of one customer
     * come one after the other.
     *
     * @return null when nobody owns it, or when it belongs to no customer, as products do
     */
    public UUID lock(@Body Mirrored object) {
        return switch (object.kind()) {
            case PRODUCT, PRICE -> null;
            case CUSTOMER ->
                jdbc.sql("select billing.customer_turn(:id)")
                        .param("id", object.id())
                        .query(UUID.class)
                        .optional()
                        .orElse(null);
            default ->
                jdbc.sql("select billing.customer_turn(customer) from (" + customerOf(object) + ") found")
                        .param("id", object.id())
                        .query(UUID.class)
                        .optional()
                        .orElse(null);
        };
    }

    /**
     * The turn of whoever lets the effects of an object follow: {@link #lock}, and for an invoice or a payment the turn
     * with its payment as well, see {@link MoneyMirror#facts}.
     */
    public Turn turn(@Body Mirrored object) {
        return switch (object.kind()) {
            case INVOICE, PAYMENT ->
                jdbc.sql("select owner, payment from billing.money_turn(:table, :id)")
                        .param("table", object.table())
                        .param("id", object.id())
                        .query((row, number) -> new Turn(row.getObject("owner", UUID.class), row.getString("payment")))
                        .single();
            default -> new Turn(lock(object), null);
        };
    }

    /**
     * Whose turn it is until the transaction ends.
     *
     * @param user null when nobody owns the object
     * @param payment of an invoice or a payment; null for an invoice without one, and for any other object
     */
    record Turn(UUID user, String payment) {}

    /** The same for an invoice by its id. */
    public UUID lockInvoice(@Body String invoice) {
        return lock(new Mirrored(MirrorKind.INVOICE, invoice));
    }

    /**
     * By the customer and not by its owner's row, which may not be there: an object that comes while its customer is
     * given away would otherwise be seen by nobody.
     */
    private void lockCustomer(String customer) {
        jdbc.sql("select 1 from (select pg_advisory_xact_lock(hashtextextended(:customer, 0))) locked")
                .param("customer", customer)
                .query(Integer.class)
                .single();
    }

    /** The customer an object belongs to, as far as the mirror knows. */
    Optional<String> customer(Mirrored object) {
        return switch (object.kind()) {
            case CUSTOMER -> Optional.of(object.id());
            case PRODUCT, PRICE -> Optional.empty();
            default ->
                jdbc.sql(customerOf(object))
                        .param("id", object.id())
                        .query(String.class)
                        .optional();
        };
    }

    /** What was given back belongs to whoever paid: by the charge, or the payment where the charge is not known. */
    private static String customerOf(Mirrored object) {
        return switch (object.kind()) {
            case REFUND, DISPUTE ->
                "select coalesce(c.customer, p.customer) as customer from billing." + object.table()
                        + " o left join billing.charge c on c.id = o.charge left join billing.payment p on p.id = o.payment"
                        + " where o.id = :id";
            default -> "select customer from billing." + object.table() + " where id = :id";
        };
    }

    /**
     * Gives a customer that is nobody's to the user its metadata names, if there is such an account and it has no
     * customer.
     *
     * @param user whose it is already; null while it is nobody's
     * @return what belongs to the customer when it was given away just now, for their effects follow; else empty
     */
    public List<Mirrored> adopt(@Body Mirrored customer, @Variable("user") UUID user) {
        if (user != null) {
            return List.of();
        }
        return jdbc
                .sql("select user_id from billing.customer where id = :id and deleted_at is null")
                .param("id", customer.id())
                .query(String.class)
                .list()
                .stream()
                .filter(named -> named != null)
                .flatMap(named -> account(named).stream())
                .filter(account -> assign(customer.id(), account.id(), "stripe"))
                .findFirst()
                .map(account -> objectsOf(customer.id()))
                .orElse(List.of());
    }

    private Optional<Account> account(String user) {
        try {
            return accounts.find(UUID.fromString(user));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // another system's user id
        }
    }

    /** @return false when the customer or the user has been given away before */
    boolean assign(String customer, UUID user, String actor) {
        lockCustomer(customer);
        boolean assigned = jdbc.sql("""
                                insert into billing.customer_owner (customer, user_id, assigned_at, assigned_by)
                                values (:customer, :user, :now, :actor) on conflict do nothing
                                """)
                        .param("customer", customer)
                        .param("user", user)
                        .param("now", Timestamp.from(clock.instant()))
                        .param("actor", actor)
                        .update()
                == 1;
        if (assigned) {
            history.append(new History.Entry(
                    actor, user, "customer", customer, "assigned", null, Map.of("user_id", user.toString()), null));
        }
        return assigned;
    }

    /**
     * Gives a customer to a user, because an operator says so.
     *
     * @return what belongs to the customer, for their effects follow
     * @throws Problem 404 for an unknown customer; 409 when the customer or the user has been given away before
     */
    public List<Mirrored> give(@Body Assignment wanted) {
        boolean known = jdbc.sql("select exists (select 1 from billing.customer where id = :id)")
                .param("id", wanted.customer())
                .query(Boolean.class)
                .single();
        if (!known) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such customer");
        }
        if (!assign(wanted.customer(), wanted.userId(), wanted.actor())) {
            throw new Problem(
                    HttpStatus.CONFLICT, "customer_assigned", "The customer has a user, or the user has a customer");
        }
        return objectsOf(wanted.customer());
    }

    /** The user of a customer; empty while it is nobody's. */
    Optional<UUID> ownerOf(String customer) {
        return jdbc.sql("select user_id from billing.customer_owner where customer = :customer")
                .param("customer", customer)
                .query(UUID.class)
                .optional();
    }

    /** The customer of a user; empty when there is none yet. */
    Optional<String> customerOf(UUID user) {
        return jdbc.sql("select customer from billing.customer_owner where user_id = :user")
                .param("user", user)
                .query(String.class)
                .optional();
    }

    /** All that belongs to a customer and can have effects. */
    List<Mirrored> objectsOf(String customer) {
        return Stream.concat(
                        OWNED.stream()
                                .flatMap(kind -> objects(
                                        kind,
                                        "select id from billing." + kind.table()
                                                + " where customer = :customer order by created_at, id",
                                        customer)),
                        ON_A_CHARGE.stream()
                                .flatMap(kind -> objects(
                                        kind,
                                        "select o.id from billing." + kind.table() + " o join billing.charge c"
                                                + " on c.id = o.charge where c.customer = :customer"
                                                + " order by o.created_at, o.id",
                                        customer)))
                .toList();
    }

    private Stream<Mirrored> objects(MirrorKind kind, String sql, String customer) {
        return jdbc.sql(sql).param("customer", customer).query(String.class).list().stream()
                .map(id -> new Mirrored(kind, id));
    }
}
