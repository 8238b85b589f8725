package com.ytempire.hub.billing;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.Account;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.billing.Plans.Offer;
import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What users and operators do to subscriptions. Whether it may be done is decided under the customer's lock. */
@Component
class SubscriptionCommands {

    private static final List<String> SHOWN = List.of("latest_invoice.confirmation_secret", "pending_setup_intent");

    /** By so much the clock of the node that made a preview may be ahead of ours. */
    private static final Duration OTHER_NODES_CLOCK = Duration.ofSeconds(5);

    private final Buying buying;
    private final Customers customers;
    private final Commands commands;
    private final Plans plans;
    private final MirrorTables mirror;
    private final JdbcClient jdbc;
    private final BuyingSettings settings;
    private final Clock clock;

    SubscriptionCommands(
            Buying buying,
            Customers customers,
            Commands commands,
            Plans plans,
            MirrorTables mirror,
            JdbcClient jdbc,
            BuyingSettings settings,
            Clock clock) {
        this.buying = buying;
        this.customers = customers;
        this.commands = commands;
        this.plans = plans;
        this.mirror = mirror;
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A plan, sold or not: who has it may ask for it.
     *
     * @throws Problem 422 when there is none
     */
    Offer offer(String plan) {
        return plans.offers().stream()
                .filter(offer -> offer.name().equals(plan))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "There is no such plan", "plan"));
    }

    /** @throws Problem 422 {@code plan_retired} when nobody can begin to have it */
    static void mustBeSold(Offer offer) {
        if (!offer.sold()) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY, "plan_retired", "This plan is not sold any more", "plan");
        }
    }

    /**
     * Subscribes a user, or shows the subscription there is.
     *
     * @param card null for one the customer hands in with the client's secret
     * @param trialDays null for the plan's; others only by an operator
     * @throws Problem 409 {@code subscription_exists} when there is one of another plan
     */
    CommandAnswer create(Caller caller, Account account, String plan, String card, Integer trialDays, UUID request) {
        Offer offer = offer(plan);
        if (trialDays != null && !caller.isOperator()) {
            throw new Problem(HttpStatus.FORBIDDEN, "forbidden", "Only an operator gives another trial", "trial_days");
        }
        String customer = customers.ensure(caller, account);
        return buying.purchase(
                caller,
                account,
                customer,
                () -> buying.live(customer)
                        .<Decision>map(live -> existing(live, offer))
                        .orElseGet(() -> {
                            mustBeSold(offer);
                            return new CommandRequest(
                                    CommandKind.SUBSCRIPTION_CREATE,
                                    "subscription:" + request,
                                    caller.name(),
                                    account.id(),
                                    customer,
                                    null,
                                    parameters(account, customer, offer, card, trialDays),
                                    Buying.exclusive(customer),
                                    request);
                        }));
    }

    /** @throws Problem 409 when the subscription there is has another plan */
    CommandAnswer existing(JsonNode live, Offer offer) {
        if (!hasPlan(live, offer)) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "subscription_exists",
                    "There is a subscription of another plan; change that one");
        }
        Map<String, Object> answer = new LinkedHashMap<>(CommandAnswers.subscription(live));
        if ("incomplete".equals(answer.get("status"))) {
            answer.put("client_secret", secretOf((String) answer.get("subscription_id")));
        }
        return CommandAnswer.of(200, answer);
    }

    /** Also at a price the plan is no longer sold at: who has it keeps it. */
    private boolean hasPlan(JsonNode subscription, Offer offer) {
        String price = StripeJson.subscriptionPrice(subscription);
        return offer.priceId().equals(price)
                || plans.of(price, StripeJson.subscriptionProduct(subscription))
                        .name()
                        .equals(offer.name());
    }

    /** As it was answered when the subscription was made; null when it was made elsewhere. */
    private String secretOf(String subscription) {
        return jdbc
                .sql("select answer->>'client_secret' from billing.command"
                        + " where kind = 'SUBSCRIPTION_CREATE' and result_id = :id")
                .param("id", subscription)
                .query(String.class)
                .list()
                .stream()
                .filter(secret -> secret != null)
                .findFirst()
                .orElse(null);
    }

    private Map<String, Object> parameters(
            Account account, String customer, Offer offer, String card, Integer trialDays) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("customer", customer);
        parameters.put("items", List.of(Map.of("price", offer.priceId())));
        parameters.put("payment_behavior", "default_incomplete");
        parameters.put("payment_settings", Map.of("save_default_payment_method", "on_subscription"));
        if (card != null) {
            parameters.put("default_payment_method", card);
        }
        int trial = trial(customer, offer, trialDays);
        if (trial > 0) {
            parameters.put("trial_period_days", trial);
        }
        if (settings.automaticTax()) {
            parameters.put("automatic_tax", Map.of("enabled", true));
        }
        parameters.put("metadata", metadata(account.id(), offer));
        parameters.put("expand", SHOWN);
        return parameters;
    }

    /** Days on trial; 0 for none. */
    int trial(String customer, Offer offer, Integer byOperator) {
        if (byOperator != null) {
            return byOperator;
        }
        return buying.hadTrial(customer) ? 0 : offer.trialDays();
    }

    /** What stands on the subscription at Stripe. */
    static Map<String, Object> metadata(UUID user, Offer offer) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (user != null) {
            metadata.put("user_id", user.toString());
        }
        metadata.put("plan", offer.name());
        metadata.put("channels", String.valueOf(offer.channels()));
        metadata.put("videos_per_day", String.valueOf(offer.videosPerDay()));
        return metadata;
    }

    /**
     * To another plan; a pending cancellation is lifted. One that has the plan already keeps the price it has.
     *
     * @param at that of a preview, whose price it then is; null for the moment at which Stripe does it
     * @throws Problem 422 {@code preview_expired} when that preview holds no longer
     */
    CommandAnswer change(Caller caller, String id, String plan, Proration proration, Instant at, UUID request) {
        Offer offer = offer(plan);
        Instant priced = at == null ? null : prorationDate(at);
        return onLive(caller, id, request, "subscription-change", subscription -> {
            mustBeComplete(subscription);
            if (hasPlan(subscription, offer)) {
                return subscription.path("cancel_at_period_end").asBoolean()
                        ? Map.of("cancel_at_period_end", false)
                        : null;
            }
            mustBeSold(offer);
            Map<String, Object> parameters = new LinkedHashMap<>();
            parameters.put("items", List.of(item(subscription, offer)));
            parameters.put("proration_behavior", proration.stripes());
            if (priced != null && proration != Proration.NONE) {
                parameters.put("proration_date", priced.getEpochSecond());
            }
            parameters.put("cancel_at_period_end", false);
            parameters.put("metadata", metadata(null, offer));
            return parameters;
        });
    }

    private static Map<String, Object> item(JsonNode subscription, Offer offer) {
        JsonNode item = subscription.path("items").path("data").path(0);
        return Map.of("id", item.path("id").asText(), "price", offer.priceId());
    }

    private static void mustBeComplete(JsonNode subscription) {
        if ("incomplete".equals(StripeJson.text(subscription, "status"))) {
            throw new Problem(
                    HttpStatus.CONFLICT, "subscription_incomplete", "Its first payment has to be completed first");
        }
    }

    /**
     * The moment a change is priced at, which Stripe takes as {@code proration_date}: to the second, and of lately, for
     * an earlier one would give back too much of a plan and a later one take too little for it.
     *
     * @param wanted null for now
     * @throws Problem 422 {@code preview_expired}
     */
    Instant prorationDate(Instant wanted) {
        Instant now = clock.instant();
        if (wanted == null) {
            return now.truncatedTo(ChronoUnit.SECONDS);
        }
        if (wanted.isBefore(now.minus(settings.previewHolds())) || wanted.isAfter(now.plus(OTHER_NODES_CLOCK))) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "preview_expired",
                    "The price shown holds no longer; ask for another preview",
                    "proration_date");
        }
        return wanted.truncatedTo(ChronoUnit.SECONDS);
    }

    /** What a change at that moment would cost, in Stripe's terms for a preview of the next invoice. */
    Map<String, Object> previewParameters(Caller caller, String id, String plan, Proration proration, Instant at) {
        Offer offer = offer(plan);
        JsonNode subscription = mine(caller, id);
        Map<String, Object> details = new LinkedHashMap<>();
        if (hasPlan(subscription, offer)) {
            details.put("cancel_at_period_end", false);
        } else {
            mustBeSold(offer);
            details.put("items", List.of(item(subscription, offer)));
            details.put("proration_behavior", proration.stripes());
            if (proration != Proration.NONE) {
                details.put("proration_date", at.getEpochSecond());
            }
        }
        return Map.of(
                "customer",
                StripeJson.id(subscription, "customer"),
                "subscription",
                id,
                "subscription_details",
                details);
    }

    /** At the end of what is paid, or now; the reason shows in churn figures. */
    CommandAnswer cancel(Caller caller, String id, boolean atPeriodEnd, String reason, UUID request) {
        if (atPeriodEnd) {
            return onLive(caller, id, request, "subscription-cancel", subscription -> {
                mustBeComplete(subscription);
                if (subscription.path("cancel_at_period_end").asBoolean()) {
                    return null;
                }
                Map<String, Object> parameters = new LinkedHashMap<>();
                parameters.put("cancel_at_period_end", true);
                parameters.put("cancellation_details", Map.of("comment", reason));
                return parameters;
            });
        }
        JsonNode known = mine(caller, id);
        String customer = StripeJson.id(known, "customer");
        return commands.run(() -> {
            buying.lock(customer);
            JsonNode subscription = mine(caller, id);
            if (isOver(subscription)) {
                return CommandAnswer.of(200, CommandAnswers.subscription(subscription));
            }
            return new CommandRequest(
                    CommandKind.SUBSCRIPTION_CANCEL,
                    "subscription-cancel:" + request,
                    caller.name(),
                    customers.owner(customer),
                    customer,
                    id,
                    Map.of("cancellation_details", Map.of("comment", reason)),
                    null,
                    request);
        });
    }

    /** Invoices that come due meanwhile are voided: nothing is collected, nothing is owed. */
    CommandAnswer pause(Caller caller, String id, UUID request) {
        return onLive(caller, id, request, "subscription-pause", subscription -> {
            mustBeComplete(subscription);
            return subscription.path("pause_collection").isObject()
                    ? null
                    : Map.of("pause_collection", Map.of("behavior", "void"));
        });
    }

    /** Ends a pause and lifts a pending cancellation. */
    CommandAnswer resume(Caller caller, String id, UUID request) {
        JsonNode known = mine(caller, id);
        if (!"paused".equals(StripeJson.text(known, "status"))) {
            return onLive(caller, id, request, "subscription-resume", subscription -> {
                Map<String, Object> parameters = new LinkedHashMap<>();
                if (subscription.path("pause_collection").isObject()) {
                    parameters.put("pause_collection", null);
                }
                if (subscription.path("cancel_at_period_end").asBoolean()) {
                    parameters.put("cancel_at_period_end", false);
                }
                return parameters.isEmpty() ? null : parameters;
            });
        }
        String customer = StripeJson.id(known, "customer");
        return commands.run(new CommandRequest(
                CommandKind.SUBSCRIPTION_RESUME,
                "subscription-resume:" + request,
                caller.name(),
                customers.owner(customer),
                customer,
                id,
                Map.of("billing_cycle_anchor", "now"),
                null,
                request));
    }

    /** @param change Stripe's parameters; null when there is nothing to change */
    private CommandAnswer onLive(
            Caller caller, String id, UUID request, String key, Function<JsonNode, Map<String, Object>> change) {
        String customer = StripeJson.id(mine(caller, id), "customer");
        return commands.run(() -> {
            buying.lock(customer);
            JsonNode subscription = mine(caller, id);
            if (isOver(subscription)) {
                throw new Problem(HttpStatus.CONFLICT, "subscription_ended", "The subscription is over");
            }
            Map<String, Object> parameters = change.apply(subscription);
            if (parameters == null) {
                return CommandAnswer.of(200, CommandAnswers.subscription(subscription));
            }
            return new CommandRequest(
                    CommandKind.SUBSCRIPTION_UPDATE,
                    key + ":" + request,
                    caller.name(),
                    customers.owner(customer),
                    customer,
                    id,
                    parameters,
                    null,
                    request);
        });
    }

    private static boolean isOver(JsonNode subscription) {
        return List.of("canceled", "incomplete_expired").contains(StripeJson.text(subscription, "status"));
    }

    /** @throws Problem 404 for an unknown one and for another's */
    private JsonNode mine(Caller caller, String id) {
        return mirror.object(MirrorKind.SUBSCRIPTION, id)
                .filter(subscription ->
                        caller.isOperator() || caller.maySee(customers.owner(StripeJson.id(subscription, "customer"))))
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such subscription"));
    }

    /** What becomes of the part of a period that is paid and not used. */
    enum Proration {
        /** It is counted in with the next invoice. */
        @JsonProperty("next_invoice")
        NEXT_INVOICE("create_prorations"),
        /** It is invoiced at once. */
        @JsonProperty("now")
        NOW("always_invoice"),
        /** It is not. */
        @JsonProperty("none")
        NONE("none");

        private final String stripes;

        Proration(String stripes) {
            this.stripes = stripes;
        }

        String stripes() {
            return stripes;
        }
    }
}
