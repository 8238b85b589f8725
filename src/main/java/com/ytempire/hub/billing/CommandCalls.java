package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeObject;
import com.ytempire.hub.billing.CommandOutcome.End;
import com.ytempire.hub.camel.stripe.StripeConstants;
import com.ytempire.hub.camel.stripe.StripeFailures;
import com.ytempire.hub.camel.stripe.StripeNotConfigured;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What a command's calls ask of Stripe, and what Stripe's answers and failures mean for it. */
@Component("commandCalls")
class CommandCalls {

    private static final Logger LOG = LoggerFactory.getLogger(CommandCalls.class);

    /** Clocks differ: what Stripe created for a command may be a little older than our first sending of it. */
    private static final long SLACK_SECONDS = 300;

    private final StripeMirror mirror;
    private final CircuitBreaker breaker;
    private final MeterRegistry meters;
    private final Clock clock;

    CommandCalls(StripeMirror mirror, CircuitBreaker stripeBreaker, MeterRegistry meters, Clock clock) {
        this.mirror = mirror;
        this.breaker = stripeBreaker;
        this.meters = meters;
        this.clock = clock;
    }

    /** How Stripe is asked what it has: the object itself, or all that were created since the first sending. */
    public Map<String, Object> query(@Variable("command") Command command) {
        if (!command.kind().isListed()) {
            return command.parameters().get("expand") instanceof List<?> fields ? Map.of("expand", fields) : Map.of();
        }
        Map<String, Object> query = new LinkedHashMap<>();
        query.put("limit", 100);
        query.put("created", Map.of("gte", command.createdAt().getEpochSecond() - SLACK_SECONDS));
        for (String filter : List.of("customer", "payment_intent", "charge")) {
            if (command.parameters().get(filter) != null && knowsFilter(command.kind(), filter)) {
                query.put(filter, command.parameters().get(filter));
            }
        }
        if (command.kind() == CommandKind.SUBSCRIPTION_CREATE) {
            query.put("status", "all");
        }
        if (command.parameters().get("expand") instanceof List<?> fields) {
            query.put("expand", fields.stream().map(field -> "data." + field).toList());
        }
        return query;
    }

    /** Refunds are listed by payment, all else by customer. */
    private static boolean knowsFilter(CommandKind kind, String filter) {
        return (kind == CommandKind.REFUND_CREATE) != filter.equals("customer");
    }

    /** @return Stripe's object when it shows that the command has taken effect; else null */
    public StripeObject found(@Body Object answer, @Variable("command") Command command) {
        Iterable<?> objects = answer instanceof Iterable<?> all ? all : List.of(answer);
        for (Object object : objects) {
            if (hasTakenEffect((StripeObject) object, command)) {
                return (StripeObject) object;
            }
        }
        return null;
    }

    private boolean hasTakenEffect(StripeObject object, Command command) {
        return command.kind().hasTakenEffect(mirror.object(object), command.id().toString());
    }

    /** Stripe did what was asked, now or before. */
    public CommandOutcome answered(
            @Body StripeObject answer,
            @Header(StripeConstants.DATE) Instant date,
            @Header(StripeConstants.REQUEST_ID) String requestId,
            @Variable("command") Command command) {
        JsonNode object = mirror.object(answer);
        if (isDeclined(object, command)) {
            return declined(object, command, requestId);
        }
        return CommandOutcome.done(command, object, date == null ? clock.instant() : date, requestId);
    }

    /** The refusal got lost, and all that is found is the payment it left: no money has moved. */
    private static boolean isDeclined(JsonNode object, Command command) {
        return command.kind() == CommandKind.PAYMENT_CREATE
                && "requires_payment_method".equals(StripeJson.text(object, "status"));
    }

    private static CommandOutcome declined(JsonNode payment, Command command, String requestId) {
        JsonNode error = payment.path("last_payment_error");
        String code = StripeJson.text(error, "code");
        return new CommandOutcome(
                command,
                End.REFUSED,
                null,
                null,
                code == null ? "card_declined" : code,
                StripeJson.text(error, "decline_code"),
                "Found declined",
                true,
                false,
                requestId);
    }

    /**
     * What a failure means; the failure itself ends here.
     *
     * @param failure null when an open breaker kept the call back: it never ran, so nothing failed (Camel 4.18.0)
     */
    public CommandOutcome failed(
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure, @Variable("command") Command command) {
        if (failure == null || failure instanceof CallNotPermittedException) {
            return CommandOutcome.keptBack(command);
        }
        StripeFailures.Kind kind = StripeFailures.kind(failure);
        String code = StripeFailures.code(failure).orElse(kind.name().toLowerCase(Locale.ROOT));
        String declineCode = StripeFailures.declineCode(failure).orElse(null);
        meters.counter(
                        "hub.billing.command.failures",
                        "command",
                        command.kind().name().toLowerCase(Locale.ROOT),
                        "code",
                        code,
                        "decline_code",
                        String.valueOf(declineCode))
                .increment();
        LOG.info(
                "{} failed: {} {}",
                command,
                code,
                StripeFailures.requestId(failure).orElse(""));
        return switch (kind) {
            case TEMPORARY -> open(command, failure, "stripe_unavailable", !isStripeDown(), isSaved(failure));
            case AUTHENTICATION ->
                open(
                        command,
                        failure,
                        failure instanceof StripeNotConfigured ? "stripe_off" : "stripe_authentication",
                        false,
                        false);
            case CARD_DECLINED, MISSING, INVALID_REQUEST -> refused(command, failure, code, declineCode);
            case IDEMPOTENCY ->
                new CommandOutcome(
                        command,
                        End.UNCLEAR,
                        null,
                        null,
                        code,
                        null,
                        "Stripe knows the idempotency key with other parameters",
                        true,
                        true,
                        StripeFailures.requestId(failure).orElse(null));
            // a fault of our own: were it thrown, the claim would run out again and again, and bar the customer
            case OTHER -> open(command, failure, "hub_failure", true, true);
        };
    }

    /** Throws what went wrong once more, for a caller who tells it to a person. */
    public void again(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) throws Exception {
        throw failure == null ? CallNotPermittedException.createCallNotPermittedException(breaker) : failure;
    }

    /** The breaker opens after failures of several calls: then it is not this command's fault. */
    private boolean isStripeDown() {
        return breaker.getState() != CircuitBreaker.State.CLOSED;
    }

    /** Stripe keeps a failure of its own for as long as the key, and would repeat it (idempotent requests). */
    private static boolean isSaved(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StripeException answer && !(answer instanceof ApiConnectionException)) {
                int status = answer.getStatusCode() == null ? 0 : answer.getStatusCode();
                return status >= 500;
            }
        }
        return false;
    }

    private static CommandOutcome open(
            Command command, Exception failure, String code, boolean counts, boolean lookUp) {
        return new CommandOutcome(
                command,
                End.OPEN,
                null,
                null,
                code,
                null,
                describe(failure),
                counts,
                lookUp,
                StripeFailures.requestId(failure).orElse(null));
    }

    private static CommandOutcome refused(Command command, Exception failure, String code, String declineCode) {
        return new CommandOutcome(
                command,
                End.REFUSED,
                null,
                null,
                code,
                declineCode,
                describe(failure),
                true,
                false,
                StripeFailures.requestId(failure).orElse(null));
    }

    /** Type and code alone: Stripe's messages repeat what was sent. */
    private static String describe(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof StripeException)) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName()
                + StripeFailures.code(failure).map(code -> ": " + code).orElse("");
    }
}
