package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.ApiAccess;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.ProblemWriter;
import com.ytempire.hub.platform.Refused;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.stereotype.Component;

/**
 * What of the API is for users, who come with a token. A controller behind one of these paths looks itself at whose the
 * object is; a path that is not listed here is refused to them.
 */
@Component
class UserAccess implements ApiAccess {

    /** Where one logs in, in whatever way the path is written: a letter may be percent-encoded. */
    static final RequestMatcher LOGGING_IN = path("/api/v1/auth/**");

    private static final String API_KEY = "X-Api-Key";

    private static final List<String> BILLING = List.of(
            "config",
            "payment-methods",
            "portal-sessions",
            "checkout-sessions",
            "subscriptions",
            "payments",
            "refunds",
            "commands",
            "credits",
            "invoices",
            "plans",
            "catalogue",
            "customers",
            "history",
            "exports",
            "disputes");

    /** Below what is for users, and yet for operators: they are told before anything of the request is looked at. */
    private static final List<String> OPERATORS = List.of(
            "/api/v1/billing/customers/*/assign",
            "/api/v1/billing/commands/*/*",
            "/api/v1/billing/credits/adjustments",
            "/api/v1/billing/refunds/*/approve",
            "/api/v1/billing/refunds/*/reject",
            "/api/v1/billing/disputes/*/evidence",
            "/api/v1/billing/exports/revenue.csv",
            "/api/v1/billing/exports/mrr.csv",
            "/api/v1/youtube/channels/*/out",
            "/api/v1/youtube/channels/*/back");

    private final TokenLogin tokens;
    private final RequestLimits limits;
    private final ProblemWriter problems;

    UserAccess(TokenLogin tokens, RequestLimits limits, ProblemWriter problems) {
        this.tokens = tokens;
        this.limits = limits;
        this.problems = problems;
    }

    @Override
    public void secure(HttpSecurity http) throws Exception {
        http.oauth2ResourceServer(bearer -> bearer.bearerTokenResolver(resolver())
                        .authenticationManagerResolver(request -> tokens)
                        .authenticationEntryPoint(refusal())
                        .accessDeniedHandler(problems))
                .addFilterAfter(new RequestLimitFilter(limits, problems), BasicAuthenticationFilter.class);
    }

    @Override
    public void open(AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry paths) {
        paths.requestMatchers(LOGGING_IN).permitAll();
        paths.requestMatchers(path("/api/v1/users/me/**")).hasRole(UserLogin.USER);
        for (String path : OPERATORS) {
            paths.requestMatchers(path(path)).hasRole(OPERATOR);
        }
        for (String path : BILLING) {
            paths.requestMatchers(path("/api/v1/billing/" + path + "/**")).hasAnyRole(UserLogin.USER, OPERATOR);
        }
        paths.requestMatchers(path("/api/v1/youtube/uploads/**")).hasAnyRole(UserLogin.USER, OPERATOR);
        paths.requestMatchers(path("/api/v1/channels/**"), path("/api/v1/youtube/channels/**"))
                .hasAnyRole(UserLogin.USER, OPERATOR);
        paths.requestMatchers(watching()).permitAll();
        paths.requestMatchers(path("/api/v1/videos/**")).hasAnyRole(UserLogin.USER, OPERATOR);
        // to be fetched by whose it is; what costs money is asked for through videos
        paths.requestMatchers(PathPatternRequestMatcher.withDefaults()
                        .matcher(HttpMethod.GET, "/api/v1/content/thumbnails/*"))
                .hasAnyRole(UserLogin.USER, OPERATOR);
    }

    /** A browser that watches a video can send no header: a ticket in its address lets it in. */
    private static RequestMatcher watching() {
        RequestMatcher events =
                PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, "/api/v1/videos/*/events");
        return request -> request.getParameter("ticket") != null && events.matches(request);
    }

    private static RequestMatcher path(String pattern) {
        return PathPatternRequestMatcher.withDefaults().matcher(pattern);
    }

    /** Where one logs in, an old token in the request must not be in the way. */
    private static BearerTokenResolver resolver() {
        DefaultBearerTokenResolver standard = new DefaultBearerTokenResolver();
        return request -> {
            if (LOGGING_IN.matches(request)) {
                return null;
            }
            String key = request.getHeader(API_KEY);
            return key == null ? standard.resolve(request) : key;
        };
    }

    /** Says what is wrong with a token (RFC 6750); no browser is made to ask for a password. */
    private AuthenticationEntryPoint refusal() {
        return (request, response, failure) -> {
            Problem problem = failure instanceof Refused refused
                    ? refused.problem()
                    : new Problem(HttpStatus.UNAUTHORIZED, "invalid_token", "This is not a bearer token");
            if (problem.status() == HttpStatus.UNAUTHORIZED) {
                response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
            }
            problems.write(problem, request, response);
        };
    }
}
