package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.Refused;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;

/** Lets in whoever shows an access token. */
@Component
class TokenLogin implements AuthenticationManager {

    private final Tokens tokens;
    private final Sessions sessions;

    TokenLogin(Tokens tokens, Sessions sessions) {
        this.tokens = tokens;
        this.sessions = sessions;
    }

    /** @throws Refused 401 {@code invalid_token} */
    @Override
    public Authentication authenticate(Authentication shown) {
        String token = ((BearerTokenAuthenticationToken) shown).getToken();
        return tokens.readAccess(token).flatMap(sessions::login).orElseThrow(TokenLogin::invalid);
    }

    private static Refused invalid() {
        return new Refused(
                new Problem(HttpStatus.UNAUTHORIZED, "invalid_token", "This token is not, or no longer, good"));
    }
}
