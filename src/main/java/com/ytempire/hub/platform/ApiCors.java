package com.ytempire.hub.platform;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;

/** Which web sites' scripts may use the API, with a token; a password no browser sends along for them. */
final class ApiCors implements CorsConfigurationSource {

    private final CorsConfiguration allowed;

    /** @param origins none: no site but the hub's own */
    ApiCors(List<String> origins) {
        allowed = new CorsConfiguration();
        allowed.setAllowedOrigins(origins);
        allowed.setAllowedMethods(List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
        allowed.setAllowedHeaders(List.of(
                HttpHeaders.AUTHORIZATION,
                HttpHeaders.CONTENT_TYPE,
                RequestIds.HEADER,
                "X-Api-Key",
                IdempotencyKey.HEADER));
        allowed.setExposedHeaders(List.of(RequestIds.HEADER, HttpHeaders.RETRY_AFTER));
        allowed.setMaxAge(Duration.ofHours(1));
    }

    /** Without an allowed site nothing is looked at: the same-origin rule of the browser holds. */
    @Override
    public CorsConfiguration getCorsConfiguration(HttpServletRequest request) {
        return allowed.getAllowedOrigins().isEmpty() ? null : allowed;
    }
}
