package com.ytempire.hub.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.ytempire.hub.sandbox.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is a good token. */
class TokensTest {

    private static final byte[] KEY = "a key of the tests with 32 bytes".getBytes();
    private static final byte[] OTHER_KEY = "another key that has 32 bytes!!!".getBytes();
    private static final Duration GOOD = Duration.ofMinutes(15);

    private final MovableClock clock = new MovableClock();
    private final Tokens tokens = new Tokens(List.of(KEY), clock);
    private final UUID user = UUID.randomUUID();
    private final UUID session = UUID.randomUUID();

    private JWTClaimsSet.Builder claims() {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .subject(user.toString())
                .claim("email", "a@example.com")
                .claim("type", "access")
                .claim("sid", session.toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(GOOD)));
    }

    private static String signed(JWTClaimsSet claims, JWSAlgorithm algorithm, byte[] key) {
        try {
            SignedJWT jwt = new SignedJWT(new JWSHeader(algorithm), claims);
            jwt.sign(new MACSigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ourOwnIsGoodUntilItsEnd() {
        String token = tokens.access(user, "a@example.com", session, clock.instant(), GOOD);
        assertThat(tokens.readAccess(token)).contains(new Tokens.Claims(user, session, null));
        clock.advance(GOOD.plusSeconds(1));
        assertThat(tokens.readAccess(token)).isEmpty();
    }

    @Test
    void anotherKeyAnotherAlgorithmAndNoneAtAllAreRefused() {
        assertThat(tokens.readAccess(signed(claims().build(), JWSAlgorithm.HS256, KEY)))
                .as("so the rest fails for the one reason")
                .isPresent();
        assertThat(tokens.readAccess(signed(claims().build(), JWSAlgorithm.HS256, OTHER_KEY)))
                .isEmpty();
        byte[] longKey = new byte[64];
        System.arraycopy(KEY, 0, longKey, 0, KEY.length);
        assertThat(tokens.readAccess(signed(claims().build(), JWSAlgorithm.HS512, longKey)))
                .isEmpty();
        assertThat(tokens.readAccess(new PlainJWT(claims().build()).serialize()))
                .isEmpty();
    }

    @Test
    void whileOneKeyIsFollowedByAnotherBothProve_andTheNewOneSigns() {
        String old = tokens.access(user, "a@example.com", session, clock.instant(), GOOD);
        Tokens both = new Tokens(List.of(OTHER_KEY, KEY), clock);
        assertThat(both.readAccess(old)).isPresent();
        String fresh = both.access(user, "a@example.com", session, clock.instant(), GOOD);
        assertThat(tokens.readAccess(fresh)).isEmpty();
        assertThat(new Tokens(List.of(OTHER_KEY), clock).readAccess(fresh)).isPresent();
        assertThat(new Tokens(List.of(OTHER_KEY), clock).readAccess(old)).isEmpty();
    }

    @Test
    void aChangedOneIsRefused() {
        String token = tokens.access(user, "a@example.com", session, clock.instant(), GOOD);
        String other = tokens.access(UUID.randomUUID(), "b@example.com", session, clock.instant(), GOOD);
        String[] parts = token.split("\\.");
        assertThat(tokens.readAccess(parts[0] + "." + other.split("\\.")[1] + "." + parts[2]))
                .isEmpty();
        assertThat(tokens.readAccess(parts[0] + "." + parts[1] + ".")).isEmpty();
        assertThat(tokens.readAccess("")).isEmpty();
        assertThat(tokens.readAccess("no token")).isEmpty();
    }

    @Test
    void theTypeKeepsTheKindsApart() {
        Instant now = clock.instant();
        String refresh = tokens.refresh(user, "a@example.com", session, "id", now, now.plusSeconds(60));
        assertThat(tokens.readRefresh(refresh)).contains(new Tokens.Claims(user, session, "id"));
        assertThat(tokens.readAccess(refresh)).isEmpty();
        assertThat(tokens.readRefresh(tokens.access(user, "a@example.com", session, now, GOOD)))
                .isEmpty();
        assertThat(tokens.readAccess(signed(claims().claim("type", null).build(), JWSAlgorithm.HS256, KEY)))
                .isEmpty();
        assertThat(tokens.readAccess(signed(claims().claim("type", "ACCESS").build(), JWSAlgorithm.HS256, KEY)))
                .isEmpty();
    }

    @Test
    void aTokenWithoutAnEndOrWithoutASessionIsRefused() {
        assertThat(tokens.readAccess(signed(claims().expirationTime(null).build(), JWSAlgorithm.HS256, KEY)))
                .isEmpty();
        assertThat(tokens.readAccess(signed(claims().claim("sid", null).build(), JWSAlgorithm.HS256, KEY)))
                .isEmpty();
        assertThat(tokens.readAccess(signed(claims().subject("somebody").build(), JWSAlgorithm.HS256, KEY)))
                .isEmpty();
    }

    @Test
    void theSuccessorIsKnownToUsAlone() {
        assertThat(tokens.successors("id")).isEqualTo(tokens.successors("id")).isNotEqualTo(tokens.successors("other"));
        assertThat(new Tokens(List.of(OTHER_KEY), clock).successors("id")).isNotEqualTo(tokens.successors("id"));
        assertThat(new Tokens(List.of(OTHER_KEY, KEY), clock).successors("id"))
                .as("the one that was given before the key was another is found again")
                .containsAll(tokens.successors("id"));
    }
}
