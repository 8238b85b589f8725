package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.Vault;
import com.ytempire.hub.webhooks.OriginCheck;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Knows the secret behind the token of a live subscription. */
@Component
class SubscriptionOrigin implements OriginCheck {

    private final JdbcClient jdbc;
    private final Vault vault;

    SubscriptionOrigin(JdbcClient jdbc, Vault vault) {
        this.jdbc = jdbc;
        this.vault = vault;
    }

    @Override
    public String service() {
        return "youtube";
    }

    @Override
    public Optional<Origin> origin(String token) {
        byte[] hash = new Token(token).hash();
        return jdbc.sql("select channel_id, secret_sealed from youtube.subscription"
                        + " where token_hash = :hash and state in ('requested', 'verified', 'denied')")
                .param("hash", hash)
                .query((row, number) -> new Origin(
                        vault.open(Token.context(hash, "secret"), row.getString("secret_sealed")),
                        row.getString("channel_id")))
                .optional();
    }
}
