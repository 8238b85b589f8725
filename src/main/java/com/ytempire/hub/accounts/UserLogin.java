package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.ApiAccess;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** A user of whom is proven who he is, by the access token of a session or by an API key. */
final class UserLogin extends AbstractAuthenticationToken {

    /** The role of everybody who has an account. */
    static final String USER = "USER";

    private static final SimpleGrantedAuthority USER_ROLE = new SimpleGrantedAuthority("ROLE_" + USER);
    private static final SimpleGrantedAuthority OPERATOR_ROLE =
            new SimpleGrantedAuthority("ROLE_" + ApiAccess.OPERATOR);

    private final transient Caller caller;
    private final UUID session;

    /** @param session null when an API key was shown */
    UserLogin(UUID userId, boolean isOperator, UUID session) {
        super(isOperator ? List.of(USER_ROLE, OPERATOR_ROLE) : List.of(USER_ROLE));
        this.caller = new Caller(userId, userId.toString(), isOperator);
        this.session = session;
        setAuthenticated(true);
    }

    /** Null when an API key was shown. */
    UUID session() {
        return session;
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    @Override
    public Object getCredentials() {
        return null;
    }

    /** As {@link Caller#name}. */
    @Override
    public String getName() {
        return caller.name();
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other) && other instanceof UserLogin login && Objects.equals(session, login.session);
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + Objects.hashCode(session);
    }
}
