package com.ytempire.hub.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

/** Turns a failure in an entry route into the answer the client gets. */
@Component("problemAnswer")
public class ProblemAnswer {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswer.class);

    private final ObjectMapper json;

    ProblemAnswer(ObjectMapper json) {
        this.json = json;
    }

    /** A problem says what it is; a database that does not answer is 503; all else is 500 and tells nothing. */
    public Answer of(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        Problem problem = problem(failure);
        ObjectNode body = json.createObjectNode()
                .put("type", "about:blank")
                .put("title", problem.status().getReasonPhrase())
                .put("status", problem.status().value())
                .put("detail", problem.getMessage())
                .put("code", problem.code());
        if (problem.field() != null) {
            body.put("field", problem.field());
        }
        String requestId = MDC.get("request_id");
        if (requestId != null) {
            body.put("request_id", requestId);
        }
        return new Answer(
                problem.status().value(),
                "application/problem+json",
                problem.retryAfter() == null
                        ? Map.of()
                        : Map.of("Retry-After", problem.retryAfter().toString()),
                body.toString());
    }

    private static Problem problem(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return problem;
            }
            if (cause instanceof DataAccessException || cause instanceof CannotCreateTransactionException) {
                LOG.warn(
                        "request refused, the database does not answer: {}",
                        cause.getClass().getSimpleName());
                return Problem.retryLater("database_unavailable", "The database does not answer", 5);
            }
        }
        LOG.error("request failed", failure);
        return new Problem(HttpStatus.INTERNAL_SERVER_ERROR, "internal_error", "The request failed");
    }
}
