package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.filter.CorsFilter;

/** The filters in front of the API, one at a time. */
class ApiFiltersTest {

    private static final String SITE = "https://app.example.com";

    private final ProblemWriter problems = new ProblemWriter(new ObjectMapper());

    private static MockHttpServletResponse through(Filter filter, MockHttpServletRequest request, FilterChain chain)
            throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        filter.doFilter(request, response, chain);
        return response;
    }

    private static MockHttpServletRequest from(String site, String method) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/api/v1/users/me");
        request.addHeader("Origin", site);
        return request;
    }

    @Test
    void anAllowedSiteMayAskWithATokenAndSeesTheRequestId() throws Exception {
        CorsFilter cors = new CorsFilter(new ApiCors(List.of(SITE)));
        MockHttpServletRequest preflight = from(SITE, "OPTIONS");
        preflight.addHeader("Access-Control-Request-Method", "PATCH");
        preflight.addHeader("Access-Control-Request-Headers", "authorization, idempotency-key");
        MockHttpServletResponse allowed = through(cors, preflight, (request, response) -> {});
        assertThat(allowed.getStatus()).isEqualTo(200);
        assertThat(allowed.getHeader("Access-Control-Allow-Origin")).isEqualTo(SITE);
        assertThat(allowed.getHeader("Access-Control-Allow-Credentials")).isNull();
        MockHttpServletResponse answer = through(cors, from(SITE, "GET"), (request, response) -> {});
        assertThat(answer.getHeader("Access-Control-Expose-Headers")).contains("X-Request-Id", "Retry-After");
    }

    @Test
    void anotherSiteMayNot() throws Exception {
        CorsFilter cors = new CorsFilter(new ApiCors(List.of(SITE)));
        MockHttpServletResponse refused = through(cors, from("https://evil.example", "GET"), (request, response) -> {});
        assertThat(refused.getStatus()).isEqualTo(403);
        assertThat(refused.getHeader("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void aTokenMayComeFromAnotherSiteAndAPasswordMayNot() throws Exception {
        SameOriginFilter filter = new SameOriginFilter(problems);
        for (String authorization : List.of("Bearer abc", "Basic abc", "basic abc")) {
            MockHttpServletRequest request = from(SITE, "POST");
            request.addHeader("Host", "hub.example.com");
            request.addHeader("Authorization", authorization);
            assertThat(through(filter, request, (in, out) -> {}).getStatus())
                    .as(authorization)
                    .isEqualTo(authorization.startsWith("Bearer") ? 200 : 403);
        }
    }

    @Test
    void anAbsentDatabaseIsToldWhereNoControllerIsReached() throws Exception {
        MockHttpServletResponse answer = through(new FilterFailures(problems), from(SITE, "GET"), (in, out) -> {
            throw new DataAccessResourceFailureException("secret-host refused");
        });
        assertThat(answer.getStatus()).isEqualTo(503);
        assertThat(answer.getHeader("Retry-After")).isNotNull();
        assertThat(answer.getContentAsString()).contains("database_unavailable").doesNotContain("secret-host");
    }
}
