package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.VendorStatus;
import com.ytempire.hub.webhooks.EventHandler;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    YoutubeSettings.class,
    QuotaSettings.class,
    PoolSettings.class,
    OauthSettings.class,
    AnalyticsSettings.class
})
class YoutubeConfiguration {

    @Bean
    EventHandler youtubeVideoHandler() {
        return new EventHandler("youtube", List.of("video.updated", "video.deleted"), "youtube-video");
    }

    @Bean
    VendorStatus youtubeVendor(OauthSettings settings) {
        return new VendorStatus(
                "youtube",
                settings.projects().values().stream().anyMatch(OauthSettings.Project::isConfigured),
                "set YOUTUBE_CLIENT_ID and YOUTUBE_CLIENT_SECRET; until then no channel can be connected");
    }
}
