package com.ytempire.hub.youtube;

import com.ytempire.hub.webhooks.EventHandler;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({YoutubeSettings.class, QuotaSettings.class, PoolSettings.class})
class YoutubeConfiguration {

    @Bean
    EventHandler youtubeVideoHandler() {
        return new EventHandler("youtube", List.of("video.updated", "video.deleted"), "youtube-video");
    }
}
