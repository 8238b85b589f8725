package com.ytempire.hub.platform;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * Lets the operator in, by HTTP Basic or by the form.
 *
 * <p>HTTP Basic sends the password with every request, and bcrypt is slow on purpose (about 100 ms): a console that
 * polls each second would keep a core busy. So the one password that bcrypt found right is remembered, as an HMAC under
 * a key that only this process knows; a wrong one always costs the full bcrypt. The memory ends with the process, as
 * does the password it stands for: changing it takes a restart.
 */
final class OperatorLogin implements AuthenticationProvider {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorLogin.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final OperatorAccount account;
    private final PasswordEncoder encoder;
    private final LoginAttempts attempts;
    private final SecretKeySpec key;
    private final ReentrantLock guessing = new ReentrantLock(true);
    private volatile byte[] verified = {};

    OperatorLogin(OperatorAccount account, PasswordEncoder encoder, LoginAttempts attempts) {
        this.account = account;
        this.encoder = encoder;
        this.attempts = attempts;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
    }

    @Override
    public Authentication authenticate(Authentication login) {
        String address =
                login.getDetails() instanceof WebAuthenticationDetails details ? details.getRemoteAddress() : "";
        String client = ClientNetwork.of(address);
        attempts.check(client);
        boolean nameRight = MessageDigest.isEqual(bytes(login.getName()), bytes(account.username()));
        boolean passwordRight = isRight(String.valueOf(login.getCredentials()), nameRight, client);
        if (!nameRight || !passwordRight) {
            LOG.warn("operator login refused, from {}", address);
            throw new BadCredentialsException("bad credentials");
        }
        UsernamePasswordAuthenticationToken operator = UsernamePasswordAuthenticationToken.authenticated(
                account.username(), null, List.of(new SimpleGrantedAuthority("ROLE_" + ApiAccess.OPERATOR)));
        operator.setDetails(login.getDetails());
        return operator;
    }

    /**
     * Another one for each name and password, and the same on all nodes with the same settings.
     *
     * @param setting as it stands there; empty when the password was generated, and is this node's alone
     */
    String fingerprint(String setting) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes(account.username() + "\n"));
            return HexFormat.of().formatHex(digest.digest(bytes(setting.isEmpty() ? account.passwordHash() : setting)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** One at a time: guessers keep one core busy at most, and who is right many times at once pays for one. */
    private boolean isRight(String password, boolean nameRight, String client) {
        byte[] digest = digest(password);
        if (nameRight && MessageDigest.isEqual(digest, verified)) {
            return true;
        }
        try {
            if (!guessing.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LoginAttempts.TooMany(Duration.ZERO);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoginAttempts.TooMany(Duration.ZERO);
        }
        try {
            if (nameRight && MessageDigest.isEqual(digest, verified)) {
                return true;
            }
            attempts.guess(client);
            boolean right = encoder.matches(password, account.passwordHash());
            if (right && nameRight) {
                attempts.wasRight(client);
                verified = digest;
            }
            return right;
        } finally {
            guessing.unlock();
        }
    }

    private byte[] digest(String password) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            return mac.doFinal(bytes(password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }
}
