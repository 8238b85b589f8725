package com.ytempire.hub.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.stereotype.Component;

/** Writes problems where no controller is: in the security filters, of both ports. */
@Component
public class ProblemWriter implements AuthenticationEntryPoint, AccessDeniedHandler {

    private final ObjectMapper json;

    ProblemWriter(ObjectMapper json) {
        this.json = json;
    }

    /** Answers with the problem; the path of the request is its instance. */
    public void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(problem.status().value());
        response.setContentType(Problems.MEDIA_TYPE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        if (problem.retryAfter() != null) {
            response.setHeader(HttpHeaders.RETRY_AFTER, problem.retryAfter().toString());
        }
        json.writeValue(response.getOutputStream(), Problems.detail(problem, request.getRequestURI()));
    }

    /** Answers with what a failure in a filter is: a problem, 503 for an absent database, else 500 without a word. */
    void write(Throwable failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        write(Problems.of(failure), request, response);
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        if (failure instanceof Refused refused) {
            write(refused.problem(), request, response);
            return;
        }
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"YTEMPIRE hub\", charset=\"UTF-8\"");
        write(
                new Problem(HttpStatus.UNAUTHORIZED, "unauthorized", "This needs a token or the operator's login"),
                request,
                response);
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException {
        write(new Problem(HttpStatus.FORBIDDEN, "forbidden", "This is not allowed here"), request, response);
    }
}
