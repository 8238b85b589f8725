package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Accounts;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.Problem;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Users as Stripe's customers: one each, ever, made when it is needed first. */
@Component
class Customers {

    private final CustomerOwners owners;
    private final Accounts accounts;
    private final Commands commands;
    private final MirrorTables mirror;
    private final JdbcClient jdbc;
    private final BuyingSettings settings;

    Customers(
            CustomerOwners owners,
            Accounts accounts,
            Commands commands,
            MirrorTables mirror,
            JdbcClient jdbc,
            BuyingSettings settings) {
        this.owners = owners;
        this.accounts = accounts;
        this.commands = commands;
        this.mirror = mirror;
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /**
     * Whose affair a request is.
     *
     * @param asked the user the request names; only operators act for others
     * @throws Problem 403 when a user names another one; 422 when an operator names nobody
     */
    static UUID whose(Caller caller, UUID asked) {
        if (asked != null && !caller.isOperator() && !asked.equals(caller.userId())) {
            throw new Problem(HttpStatus.FORBIDDEN, "forbidden", "This is for operators", "user_id");
        }
        UUID user = asked == null ? caller.userId() : asked;
        if (user == null) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "Say whose affair it is", "user_id");
        }
        return user;
    }

    /**
     * The account of {@link #whose}.
     *
     * @throws Problem as there; 404 for an unknown user
     */
    Account account(Caller caller, UUID asked) {
        return account(whose(caller, asked));
    }

    /** @throws Problem 404 when there is no such user, or none any more */
    Account account(UUID user) {
        return accounts.find(user).filter(account -> account.closedAt() == null).orElseThrow(Customers::noSuchUser);
    }

    static Problem noSuchUser() {
        return new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such user", "user_id");
    }

    /**
     * The user's customer at Stripe, made now when there is none yet.
     *
     * @throws Problem 503 {@code billing_delayed} when it has to be made and Stripe is away
     */
    String ensure(Caller caller, Account account) {
        Optional<String> known = owners.customerOf(account.id());
        if (known.isPresent()) {
            return known.get();
        }
        CommandAnswer answer = create(caller, account, Details.NONE, null).orThrow();
        if (answer.isQueued()) {
            throw CommandFailures.delayed(settings.comeAgain());
        }
        return (String) answer.data().get("customer_id");
    }

    /** The user's customer, 201 when it is made now; 202 while Stripe is away. */
    CommandAnswer create(Caller caller, Account account, Details details, UUID request) {
        return commands.run(() -> {
            Optional<String> known = owners.customerOf(account.id());
            if (known.isPresent()) {
                return CommandAnswer.of(200, shown(known.get()));
            }
            return new CommandRequest(
                    CommandKind.CUSTOMER_CREATE,
                    "customer:" + account.id() + ":" + failedBefore(account.id()),
                    caller.name(),
                    account.id(),
                    null,
                    null,
                    parameters(account, details),
                    "customer:" + account.id(),
                    request);
        });
    }

    /** A refused one, for an address Stripe does not take, must not bar the user for ever. */
    private long failedBefore(UUID user) {
        return jdbc.sql("select count(*) from billing.command where kind = 'CUSTOMER_CREATE' and user_id = :user"
                        + " and state = 'failed'")
                .param("user", user)
                .query(Long.class)
                .single();
    }

    private static Map<String, Object> parameters(Account account, Details details) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(parameters, "email", details.email() == null ? account.email() : details.email());
        put(parameters, "name", details.name() == null ? account.name() : details.name());
        put(parameters, "phone", details.phone() == null ? account.phone() : details.phone());
        put(parameters, "address", details.address());
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("user_id", account.id().toString());
        metadata.put(
                "signup_date",
                account.createdAt().atZone(ZoneOffset.UTC).toLocalDate().toString());
        metadata.put("platform", "YTEMPIRE");
        metadata.put("source", details.source() == null ? "organic" : details.source());
        parameters.put("metadata", metadata);
        return parameters;
    }

    private static void put(Map<String, Object> parameters, String name, Object value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }

    /** Changes what is given and leaves the rest. */
    CommandAnswer update(Caller caller, String customer, Details details, UUID request) {
        mine(caller, customer);
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(parameters, "email", details.email());
        put(parameters, "name", details.name());
        put(parameters, "phone", details.phone());
        put(parameters, "address", details.address());
        if (details.source() != null) {
            parameters.put("metadata", Map.of("source", details.source()));
        }
        if (parameters.isEmpty()) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "There is nothing to change");
        }
        return commands.run(new CommandRequest(
                CommandKind.CUSTOMER_UPDATE,
                "customer-update:" + request,
                caller.name(),
                owner(customer),
                customer,
                customer,
                parameters,
                null,
                request));
    }

    /**
     * What the caller may touch: his own customer, or any for an operator.
     *
     * @throws Problem 404 for another's and for an unknown one, so that nobody learns which there are
     */
    void mine(Caller caller, String customer) {
        boolean known = owner(customer) != null
                || !mirror.held(MirrorKind.CUSTOMER, customer).isNothing();
        if (!known || !caller.isOperator() && !customer.equals(ofCaller(caller).orElse(null))) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such customer");
        }
    }

    /** The user's customer; empty when there is none yet. */
    Optional<String> of(UUID user) {
        return owners.customerOf(user);
    }

    /** The caller's own customer; empty for who has none. */
    Optional<String> ofCaller(Caller caller) {
        return caller.userId() == null ? Optional.empty() : owners.customerOf(caller.userId());
    }

    /** Whose customer it is; null when nobody's. */
    UUID owner(String customer) {
        return jdbc.sql("select user_id from billing.customer_owner where customer = :customer")
                .param("customer", customer)
                .query(UUID.class)
                .optional()
                .orElse(null);
    }

    private Map<String, Object> shown(String customer) {
        return mirror.object(MirrorKind.CUSTOMER, customer)
                .map(CommandAnswers::customer)
                .orElse(Map.of("customer_id", customer));
    }

    /**
     * What a customer is told apart by.
     *
     * @param address as Stripe has it: line1, line2, city, state, postal_code, country
     * @param source where the user came from
     */
    record Details(String email, String name, String phone, Map<String, String> address, String source) {

        static final Details NONE = new Details(null, null, null, null, null);
    }
}
