package com.ytempire.hub.accounts;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The figures of {@code hub.accounts} in application.yml; each is explained there. */
@ConfigurationProperties("hub.accounts")
record AccountsSettings(
        String jwtSecretKey,
        Duration accessToken,
        Duration refreshToken,
        Duration refreshGrace,
        Duration oneUseToken,
        int bcryptStrength,
        int apiKeys,
        String verifyPath,
        String resetPath,
        Logins logins,
        Mails mails,
        Requests requests,
        Idempotency idempotency,
        Retention retention) {

    record Logins(Duration within, int ofAccountAndAddress, int ofAddress, int ofAccount) {}

    record Mails(int ofAddress, Duration within) {}

    record Requests(int perMinute, int perHour, int authPerMinute) {}

    record Idempotency(Duration lease, Duration patience) {}

    record Retention(Duration sessions, Duration unverified, Duration requests) {}
}
