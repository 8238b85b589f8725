package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.Refused;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;

/** Lets in whoever shows an access token or an API key. */
@Component
class TokenLogin implements AuthenticationManager {

    private final Tokens tokens;
    private final Sessions sessions;
    private final ApiKeys keys;

    TokenLogin(Tokens tokens, Sessions sessions, ApiKeys keys) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.keys = keys;
    }

    /** @throws Refused 401 {@code invalid_token}; 403 {@code feature_not_in_plan} for the key of a plan without keys */
    @Override
    public Authentication authenticate(Authentication shown) {
        String token = ((BearerTokenAuthenticationToken) shown).getToken();
        Optional<UserLogin> login = token.startsWith(ApiKeys.PREFIX)
                ? keys.login(token)
                : tokens.readAccess(token).flatMap(sessions::login);
        return login.orElseThrow(TokenLogin::invalid);
    }

    private static Refused invalid() {
        return new Refused(
                new Problem(HttpStatus.UNAUTHORIZED, "invalid_token", "This token is not, or no longer, good"));
    }
}
