package com.ytempire.hub.platform;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;

/**
 * Keeps the operator's login in a cookie that only the hub can write and read, so that every node knows him and none has
 * to be gone to twice. It ends after some hours and with the browser; on all nodes, copies as well, when he logs out or
 * his name or password is another one.
 */
final class SealedLogins implements SecurityContextRepository {

    private static final String COOKIE = "hub-operator";
    private static final String CONTEXT = "platform.login";

    private final Vault vault;
    private final Clock clock;
    private final Duration lasts;
    private final String seal;
    private final LoginEnds ends;

    /**
     * @param account tells one name and password from another; nothing of it can be read from the cookie
     * @param ends null without a database: then a copy of the cookie outlives the logout
     */
    SealedLogins(Vault vault, Clock clock, Duration lasts, String account, LoginEnds ends) {
        this.vault = vault;
        this.clock = clock;
        this.lasts = lasts;
        this.seal = CONTEXT + "/" + account;
        this.ends = ends;
    }

    @Override
    @Deprecated // its successor is used below; the interface still asks for this one
    public SecurityContext loadContext(HttpRequestResponseHolder holder) {
        return read(holder.getRequest()).orElseGet(SecurityContextImpl::new);
    }

    private Optional<SecurityContext> read(HttpServletRequest request) {
        return cookie(request).flatMap(this::open).map(operator -> {
            Authentication login = UsernamePasswordAuthenticationToken.authenticated(
                    operator, null, List.of(new SimpleGrantedAuthority("ROLE_" + ApiAccess.OPERATOR)));
            return new SecurityContextImpl(login);
        });
    }

    private static Optional<String> cookie(HttpServletRequest request) {
        return request.getCookies() == null
                ? Optional.empty()
                : Arrays.stream(request.getCookies())
                        .filter(cookie -> cookie.getName().equals(COOKIE))
                        .map(Cookie::getValue)
                        .findFirst();
    }

    /** Empty when it was changed, made by another hub or for another password, is too old, or was ended. */
    private Optional<String> open(String sealed) {
        try {
            String[] parts = vault.open(seal, sealed).split("\n", 2);
            Instant begun = Instant.ofEpochMilli(Long.parseLong(parts[0]));
            boolean lives = clock.instant().isBefore(begun.plus(lasts));
            return lives && (ends == null || !ends.hasEnded(parts[1], begun))
                    ? Optional.of(parts[1])
                    : Optional.empty();
        } catch (Vault.Unreadable e) {
            return Optional.empty();
        }
    }

    @Override
    public void saveContext(SecurityContext context, HttpServletRequest request, HttpServletResponse response) {
        Authentication login = context.getAuthentication();
        if (login != null && login.isAuthenticated()) {
            String value = vault.seal(seal, clock.instant().toEpochMilli() + "\n" + login.getName());
            write(value, Duration.ofSeconds(-1), request, response);
        } else if (containsContext(request)) {
            if (ends != null) {
                cookie(request).flatMap(this::open).ifPresent(operator -> ends.end(operator, clock.instant()));
            }
            write("", Duration.ZERO, request, response);
        }
    }

    private static void write(String value, Duration age, HttpServletRequest request, HttpServletResponse response) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(COOKIE, value)
                        .path("/")
                        .httpOnly(true)
                        .secure(request.isSecure())
                        .sameSite("Lax")
                        .maxAge(age)
                        .build()
                        .toString());
    }

    @Override
    public boolean containsContext(HttpServletRequest request) {
        return cookie(request).isPresent();
    }
}
