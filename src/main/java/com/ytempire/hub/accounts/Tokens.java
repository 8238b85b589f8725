package com.ytempire.hub.accounts;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.ytempire.hub.platform.KeySource;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.stereotype.Component;

/**
 * Makes and reads the tokens of users: JWT (RFC 7519) signed with HS256 and nothing else. The claim {@code type} keeps
 * the two kinds apart, {@code sid} names the session, which is looked up at every use. Of several keys the first signs
 * and all prove, so that nobody has to log in again because a key is followed by another.
 */
@Component
class Tokens {

    private static final String ACCESS = "access";
    private static final String REFRESH = "refresh";
    private static final int RANDOM_BYTES = 32;

    /** @param id of a refresh token; null in an access token */
    record Claims(UUID userId, UUID session, String id) {}

    private final SecureRandom random = new SecureRandom();
    private final List<SecretKeySpec> keys;
    private final JwtEncoder encoder;
    private final List<NimbusJwtDecoder> decoders;

    @Autowired
    Tokens(AccountsSettings settings, KeySource keys, Clock clock) {
        this(keys.keys("JWT_SECRET_KEY", settings.jwtSecretKey()), clock);
    }

    Tokens(List<byte[]> secrets, Clock clock) {
        keys = secrets.stream()
                .map(secret -> new SecretKeySpec(secret, "HmacSHA256"))
                .toList();
        encoder = new NimbusJwtEncoder(new ImmutableSecret<>(keys.get(0)));
        decoders = keys.stream().map(key -> decoder(key, clock)).toList();
    }

    private static NimbusJwtDecoder decoder(SecretKeySpec key, Clock clock) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(key)
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        JwtTimestampValidator inTime = new JwtTimestampValidator(Duration.ZERO);
        inTime.setClock(clock);
        decoder.setJwtValidator(inTime);
        return decoder;
    }

    String access(UUID user, String email, UUID session, Instant from, Duration good) {
        return sign(claims(user, email, session, ACCESS, from, from.plus(good)).build());
    }

    String refresh(UUID user, String email, UUID session, String id, Instant from, Instant until) {
        return sign(claims(user, email, session, REFRESH, from, until).id(id).build());
    }

    /** Empty when it is not a good access token of ours. */
    Optional<Claims> readAccess(String token) {
        return read(token, ACCESS);
    }

    /** Empty when it is not a good refresh token of ours; whether it has been used is not known here. */
    Optional<Claims> readRefresh(String token) {
        return read(token, REFRESH);
    }

    private Optional<Claims> read(String token, String type) {
        return decoders.stream()
                .flatMap(decoder -> read(decoder, token, type).stream())
                .findFirst();
    }

    private static Optional<Claims> read(NimbusJwtDecoder decoder, String token, String type) {
        try {
            Jwt jwt = decoder.decode(token);
            return type.equals(jwt.getClaimAsString("type")) && jwt.getExpiresAt() != null
                    ? Optional.of(new Claims(uuid(jwt.getSubject()), uuid(jwt.getClaimAsString("sid")), jwt.getId()))
                    : Optional.empty();
        } catch (JwtException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static UUID uuid(String text) {
        if (text == null) {
            throw new IllegalArgumentException("a claim is missing");
        }
        return UUID.fromString(text);
    }

    private static JwtClaimsSet.Builder claims(
            UUID user, String email, UUID session, String type, Instant from, Instant until) {
        return JwtClaimsSet.builder()
                .subject(user.toString())
                .claim("email", email)
                .claim("type", type)
                .claim("sid", session.toString())
                .issuedAt(from)
                .expiresAt(until);
    }

    private String sign(JwtClaimsSet claims) {
        return encoder.encode(JwtEncoderParameters.from(
                        JwsHeader.with(MacAlgorithm.HS256).type("JWT").build(), claims))
                .getTokenValue();
    }

    /** 256 random bits, in the letters of a URL. */
    String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return text(bytes);
    }

    /**
     * The id of the refresh token that follows another: always the same, so that a request which is repeated because its
     * answer was lost, or which two windows send at once, gets the same answer and the family never branches.
     *
     * @return one for each key: the one to give now, and those that may have been given before the key was another
     */
    List<String> successors(String id) {
        return keys.stream().map(key -> successor(key, id)).toList();
    }

    private static String successor(SecretKeySpec key, String id) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            return text(mac.doFinal(("refresh token after " + id).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    /** What is kept of a random token; it needs no salt. */
    static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
