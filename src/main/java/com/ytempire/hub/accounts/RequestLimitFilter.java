package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.ClientNetwork;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Keeps users within {@link RequestLimits}, and strangers where they log in. */
final class RequestLimitFilter extends OncePerRequestFilter {

    private final RequestLimits limits;
    private final ProblemWriter problems;

    RequestLimitFilter(RequestLimits limits, ProblemWriter problems) {
        this.limits = limits;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            count(request);
        } catch (Problem tooMany) {
            problems.write(tooMany, request, response);
            return;
        }
        chain.doFilter(request, response);
    }

    private void count(HttpServletRequest request) {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof UserLogin login) {
            if (!login.getPrincipal().isOperator()) {
                limits.ofUser(login.getPrincipal().userId());
            }
        } else if (UserAccess.LOGGING_IN.matches(request)) {
            limits.ofAuth(ClientNetwork.of(request.getRemoteAddr()));
        }
    }
}
