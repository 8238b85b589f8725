package com.ytempire.hub.operations;

import com.ytempire.hub.platform.ApiAccess;
import com.ytempire.hub.platform.AuditLog;
import com.ytempire.hub.platform.AuditLog.Action;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Writes down each request by which an operator changes something through the API. Stands behind the login, and before
 * all that serves the request, so that no action can be forgotten; what was sent along is not kept, for it may hold
 * secrets.
 *
 * <p>A text, voice or picture an operator has made changes nothing: who asked and what it cost stands in the ledger of
 * spending, written down before the vendor is called.
 */
class AuditedRequests extends OncePerRequestFilter {

    private static final String CONTENT = "/api/v1/content/";
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final AuditLog audit;

    AuditedRequests(AuditLog audit) {
        this.audit = audit;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return READS.contains(request.getMethod())
                || !request.getRequestURI().startsWith("/api/")
                || request.getRequestURI().startsWith(CONTENT)
                || !request.isUserInRole(ApiAccess.OPERATOR);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long id = audit.begin(new Action(
                request.getUserPrincipal().getName(),
                "api",
                request.getMethod() + " " + request.getRequestURI(),
                null,
                null));
        boolean served = false;
        try {
            chain.doFilter(request, response);
            served = true;
        } finally {
            int status = served ? response.getStatus() : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
            audit.end(id, status < HttpServletResponse.SC_BAD_REQUEST, "HTTP " + status);
        }
    }
}
