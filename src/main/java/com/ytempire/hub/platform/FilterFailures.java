package com.ytempire.hub.platform;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.filter.OncePerRequestFilter;

/** What fails before a controller is reached, for want of a database for instance, is a problem as well. */
final class FilterFailures extends OncePerRequestFilter {

    private final ProblemWriter problems;

    FilterFailures(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (AuthenticationException | AccessDeniedException e) {
            throw e;
        } catch (RuntimeException e) {
            if (response.isCommitted()) {
                throw e;
            }
            problems.write(e, request, response);
        }
    }
}
