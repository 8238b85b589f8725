package com.ytempire.hub.camel.youtube;

import java.time.Duration;
import java.util.Set;

/**
 * What Google's token endpoint gave.
 *
 * @param accessToken good for {@code expiresIn}
 * @param refreshToken null when the one used stays good
 * @param expiresIn from the answer on
 * @param scopes what the owner has agreed to
 */
public record YoutubeTokens(String accessToken, String refreshToken, Duration expiresIn, Set<String> scopes) {

    public YoutubeTokens {
        scopes = Set.copyOf(scopes);
    }

    /** Without the tokens. */
    @Override
    public String toString() {
        return "YoutubeTokens[expiresIn=%s, scopes=%s, rotated=%s]".formatted(expiresIn, scopes, refreshToken != null);
    }
}
