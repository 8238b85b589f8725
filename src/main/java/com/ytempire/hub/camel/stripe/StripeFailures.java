package com.ytempire.hub.camel.stripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.StripeException;
import java.util.Optional;
import java.util.Set;

/**
 * What a failed call to Stripe means.
 *
 * <p>All methods look for Stripe's exception in the failure itself and in its causes. Source of the rules:
 * docs.stripe.com/error-handling and docs.stripe.com/error-codes.
 */
public final class StripeFailures {

    /** The kinds routes treat differently. */
    public enum Kind {
        /** No answer, a time-out, a rate limit, a lock, an error at Stripe: the same call may succeed later. */
        TEMPORARY,
        /** No key, a wrong one, or one that may not do this: nothing succeeds until an operator acts. */
        AUTHENTICATION,
        /** The payment was refused; {@link #declineCode} tells why when it was the card's issuer. */
        CARD_DECLINED,
        /** The object of the call does not exist, or not in this account and mode. */
        MISSING,
        /** Stripe cannot do what was asked; asking again does not help. */
        INVALID_REQUEST,
        /** The idempotency key was used before for another call. */
        IDEMPOTENCY,
        /** Not a failure of a call to Stripe. */
        OTHER
    }

    private static final Set<String> TEMPORARY_CODES = Set.of("lock_timeout", "idempotency_key_in_use", "rate_limit");

    private StripeFailures() {}

    /** The kind of a failure; never null. */
    public static Kind kind(Throwable failure) {
        if (find(failure, StripeNotConfigured.class).isPresent()) {
            return Kind.AUTHENTICATION;
        }
        return stripe(failure).map(StripeFailures::kindOf).orElse(Kind.OTHER);
    }

    private static Kind kindOf(StripeException failure) {
        int status = failure.getStatusCode() == null ? 0 : failure.getStatusCode();
        if (failure instanceof ApiConnectionException
                || failure.getCode() != null && TEMPORARY_CODES.contains(failure.getCode())) {
            return Kind.TEMPORARY;
        }
        if (failure instanceof IdempotencyException) {
            return Kind.IDEMPOTENCY;
        }
        return switch (status) {
            case 401, 403 -> Kind.AUTHENTICATION;
            case 402 -> Kind.CARD_DECLINED;
            case 404 -> "resource_missing".equals(failure.getCode()) ? Kind.MISSING : Kind.INVALID_REQUEST;
            case 409, 429 -> Kind.TEMPORARY;
            // An answer that cannot be read leaves open what happened: the same key tells on the next try.
            default -> status >= 500 || status >= 200 && status < 300 ? Kind.TEMPORARY : Kind.INVALID_REQUEST;
        };
    }

    /** Whether the same call, under the same idempotency key, may succeed later. */
    public static boolean isTemporary(Throwable failure) {
        return kind(failure) == Kind.TEMPORARY;
    }

    /** Stripe's error code, such as {@code card_declined} or {@code resource_missing}. */
    public static Optional<String> code(Throwable failure) {
        return stripe(failure).map(StripeException::getCode);
    }

    /** Why the issuer declined the card, such as {@code insufficient_funds}. */
    public static Optional<String> declineCode(Throwable failure) {
        return find(failure, CardException.class).map(CardException::getDeclineCode);
    }

    /** Stripe's id of the failed request, for their support and the log in their dashboard. */
    public static Optional<String> requestId(Throwable failure) {
        return stripe(failure).map(StripeException::getRequestId);
    }

    private static Optional<StripeException> stripe(Throwable failure) {
        return find(failure, StripeException.class);
    }

    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
