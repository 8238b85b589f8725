package com.ytempire.hub.notifications;

import com.ytempire.hub.platform.Problem;
import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where the link in a mail leads: no login, for the link itself says who it is and allows nothing else. A look changes
 * nothing, as mail programs look at every link; a mail program's own button posts (RFC 8058), and so does the page.
 */
@Hidden
@RestController
@RequestMapping(Preferences.UNSUBSCRIBE)
class UnsubscribeController {

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>YTEMPIRE</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 15vh auto; padding: 0 1rem; }
            button { font: inherit; font-weight: 600; padding: 0.7rem 1.4rem; border: 0; border-radius: 6px;
              background: #5b21b6; color: #fff; }
            </style>
            </head>
            <body>
            %s
            </body>
            </html>
            """;

    private final Preferences preferences;

    UnsubscribeController(Preferences preferences) {
        this.preferences = preferences;
    }

    @GetMapping("{token}")
    ResponseEntity<String> ask(@PathVariable String token) {
        known(token);
        return page("""
                <h1>No more mails of this kind?</h1>
                <p>Mails about your account and your payments still come.</p>
                <form method="post"><button type="submit">No more of these</button></form>""");
    }

    /** The same again changes nothing. */
    @PostMapping("{token}")
    ResponseEntity<String> unsubscribe(@PathVariable String token) {
        known(token);
        preferences.unsubscribe(token);
        return page("""
                <h1>Done</h1>
                <p>You get no more mails of this kind. In your account you can change that at any time.</p>""");
    }

    private void known(String token) {
        if (!preferences.isKnown(token)) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such link");
        }
    }

    private static ResponseEntity<String> page(String content) {
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("text/html;charset=UTF-8"))
                .header("Referrer-Policy", "no-referrer")
                .body(PAGE.formatted(content));
    }

    /** Stands before the API's login. */
    @Configuration(proxyBeanMethods = false)
    static class OpenToAll {

        @Bean
        @Order(0)
        SecurityFilterChain unsubscribeLinks(HttpSecurity http) throws Exception {
            return http.securityMatcher(PathPatternRequestMatcher.withDefaults().matcher(Preferences.UNSUBSCRIBE + "*"))
                    .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                    .csrf(AbstractHttpConfigurer::disable)
                    .requestCache(AbstractHttpConfigurer::disable)
                    .logout(AbstractHttpConfigurer::disable)
                    .headers(
                            headers -> headers.contentSecurityPolicy(
                                    csp -> csp.policyDirectives(
                                            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")))
                    .build();
        }
    }
}
