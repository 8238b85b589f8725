package com.ytempire.hub.platform;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps foreign web sites from acting as the operator. A browser that has once been given the operator's password sends
 * it along with every request to this address, also with those another site makes it send; there is no session a CSRF
 * token could belong to. (A bearer token is never sent by itself.) But the browser says where a request comes from: in {@code Sec-Fetch-Site}, and in
 * {@code Origin} with everything that changes something. Programs send neither, and no foreign site controls them.
 * Reading is safe because nobody is given CORS headers, and because Jolokia's policy refuses GET.
 */
final class SameOriginFilter extends OncePerRequestFilter {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final ProblemWriter problems;

    SameOriginFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (SAFE.contains(request.getMethod()) || !hasPassword(request) || isOwn(request)) {
            chain.doFilter(request, response);
        } else {
            problems.write(
                    new Problem(HttpStatus.FORBIDDEN, "foreign_origin", "Another web site sent this request"),
                    request,
                    response);
        }
    }

    private static boolean hasPassword(HttpServletRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        return authorization != null && authorization.regionMatches(true, 0, "Basic", 0, 5);
    }

    private static boolean isOwn(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return OWN.contains(site);
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin == null || hostAndPort(origin).equals(request.getHeader(HttpHeaders.HOST));
    }

    /** The scheme is left aside: a proxy in front may speak TLS where we do not. */
    private static String hostAndPort(String origin) {
        try {
            return String.valueOf(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
