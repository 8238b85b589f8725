package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.SealedColumn;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where this area keeps what is sealed. */
@Configuration(value = "youtubeSealedTexts", proxyBeanMethods = false)
class SealedTexts {

    private static final String TOKEN = "encode(token_hash, 'hex')";
    private static final String CHANNEL = "channel_id::text";

    @Bean
    SealedColumn subscriptionTokens() {
        return new SealedColumn("youtube.subscription", "token_sealed", TOKEN, hash -> Token.context(hash, "token"));
    }

    @Bean
    SealedColumn subscriptionSecrets() {
        return new SealedColumn("youtube.subscription", "secret_sealed", TOKEN, hash -> Token.context(hash, "secret"));
    }

    @Bean
    SealedColumn refreshTokens() {
        return new SealedColumn(
                "youtube.channel_token",
                "refresh_sealed",
                CHANNEL,
                channel -> ChannelTokens.context(channel, "refresh"));
    }

    @Bean
    SealedColumn accessTokens() {
        return new SealedColumn(
                "youtube.channel_token", "access_sealed", CHANNEL, channel -> ChannelTokens.context(channel, "access"));
    }

    @Bean
    SealedColumn withdrawnTokens() {
        return new SealedColumn(
                "youtube.withdrawal", "token_sealed", CHANNEL, channel -> ChannelTokens.context(channel, "refresh"));
    }

    @Bean
    SealedColumn consentVerifiers() {
        return new SealedColumn("youtube.consent", "verifier_sealed", "encode(state_hash, 'hex')", Consents::context);
    }

    @Bean
    SealedColumn uploadSessions() {
        return new SealedColumn(
                "youtube.upload",
                "session_sealed",
                "id::text",
                upload -> UploadClaims.context(UUID.fromString(upload)));
    }
}
