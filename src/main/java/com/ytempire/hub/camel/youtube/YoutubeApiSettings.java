package com.ytempire.hub.camel.youtube;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How YouTube is reached, {@code hub.youtube.api} in application.yml.
 *
 * @param baseUrl in front of {@code /youtube/v3} and {@code /upload/youtube/v3}
 * @param analyticsBaseUrl in front of {@code /v2/reports}
 * @param oauthBaseUrl in front of {@code /token} and {@code /revoke}
 * @param consentUrl the page where the owner of a channel agrees
 * @param connectTimeout longest wait for a connection
 * @param readTimeout longest silence while an answer is awaited
 * @param chunkTimeout the same after a chunk of an upload
 * @param chunkSize bytes sent in one request, a multiple of 256 KiB
 */
@ConfigurationProperties("hub.youtube.api")
public record YoutubeApiSettings(
        @DefaultValue("https://youtube.googleapis.com") String baseUrl,

        @DefaultValue("https://youtubeanalytics.googleapis.com")
        String analyticsBaseUrl,

        @DefaultValue("https://oauth2.googleapis.com") String oauthBaseUrl,

        @DefaultValue("https://accounts.google.com/o/oauth2/v2/auth")
        String consentUrl,

        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("30s") Duration readTimeout,
        @DefaultValue("2m") Duration chunkTimeout,
        @DefaultValue("50MB") DataSize chunkSize) {}
