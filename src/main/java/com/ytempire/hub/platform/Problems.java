package com.ytempire.hub.platform;

import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** What a failure is in the terms of RFC 9457, the same for routes, controllers and the security filters. */
final class Problems {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final int DATABASE_RETRY_SECONDS = 5;
    private static final int ROUTES_RETRY_SECONDS = 5;

    /** NUL in a text or in JSON: a legal character everywhere but in PostgreSQL. */
    private static final Set<String> UNSTORABLE = Set.of("22021", "22P05");

    /** A part of a request that does not hold, by its name in the request. */
    record Invalid(String field, String message) {}

    private Problems() {}

    /**
     * A problem says what it is; a database that does not answer is 503, as is a hub that starts or stops; all else is
     * our fault, is logged here, once, and tells the client nothing.
     */
    static Problem of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return problem;
            }
            if (cause instanceof SQLException refused && UNSTORABLE.contains(refused.getSQLState())) {
                return new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY,
                        "validation_failed",
                        "A text of the request has a character that cannot be kept");
            }
            if (cause instanceof RejectedExecutionException) { // the flows are not up yet, or no longer
                return Problem.retryLater("not_ready", "The hub is starting or stopping", ROUTES_RETRY_SECONDS);
            }
            if (isDatabaseAway(cause)) {
                LOG.warn(
                        "request refused, the database does not answer: {}",
                        cause.getClass().getSimpleName());
                return Problem.retryLater(
                        "database_unavailable", "The database does not answer", DATABASE_RETRY_SECONDS);
            }
        }
        LOG.error("request failed", failure);
        return new Problem(HttpStatus.INTERNAL_SERVER_ERROR, "internal_error", "The request failed");
    }

    private static boolean isDatabaseAway(Throwable cause) {
        return cause instanceof DataAccessResourceFailureException
                || cause instanceof TransientDataAccessException
                || cause instanceof RecoverableDataAccessException
                || cause instanceof CannotCreateTransactionException
                || cause instanceof TransactionSystemException;
    }

    /** @param path of the request; null leaves {@code instance} out */
    static ProblemDetail detail(Problem problem, String path) {
        return detail(problem, path, List.of());
    }

    static ProblemDetail detail(Problem problem, String path, List<Invalid> errors) {
        ProblemDetail detail = ProblemDetail.forStatusAndDetail(problem.status(), problem.getMessage());
        detail.setProperty("code", problem.code());
        problem.more().forEach(detail::setProperty);
        if (path != null) {
            detail.setInstance(URI.create(path));
        }
        if (problem.field() != null) {
            detail.setProperty("field", problem.field());
        }
        if (!errors.isEmpty()) {
            detail.setProperty("errors", errors);
        }
        if (MDC.get(RequestIds.MDC_KEY) != null) {
            detail.setProperty("request_id", MDC.get(RequestIds.MDC_KEY));
        }
        return detail;
    }

    /** The code of a status that needs no further word. */
    static String code(HttpStatus status) {
        return switch (status) {
            case BAD_REQUEST -> "malformed_request";
            case PAYLOAD_TOO_LARGE -> "payload_too_large";
            case UNPROCESSABLE_ENTITY -> "validation_failed";
            case INTERNAL_SERVER_ERROR -> "internal_error";
            default -> status.name().toLowerCase(Locale.ROOT);
        };
    }
}
