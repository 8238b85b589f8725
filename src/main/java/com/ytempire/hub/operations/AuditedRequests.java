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
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Writes down each request by which an operator changes something through the API. Stands behind the login, and before
 * all that serves the request, so that no action can be forgotten; what was sent along is not kept, for it may hold
 * secrets. The page's actions write themselves down, and know more of it.
 *
 * <p>A text, voice or picture an operator has made changes nothing: who asked and what it cost stands in the ledger of
 * spending, written down before the vendor is called.
 */
class AuditedRequests extends OncePerRequestFilter {

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    /** In whatever way the path is written: a letter may be percent-encoded. */
    private static final RequestMatcher API =
            PathPatternRequestMatcher.withDefaults().matcher("/api/**");

    /** These write the audit log themselves. */
    private static final RequestMatcher ACTIONS =
            PathPatternRequestMatcher.withDefaults().matcher(ActionController.PATH + "/**");

    private static final RequestMatcher CONTENT =
            PathPatternRequestMatcher.withDefaults().matcher("/api/v1/content/**");

    private final AuditLog audit;

    AuditedRequests(AuditLog audit) {
        this.audit = audit;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return READS.contains(request.getMethod())
                || !API.matches(request)
                || ACTIONS.matches(request)
                || CONTENT.matches(request)
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
