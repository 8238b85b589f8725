package com.ytempire.hub.videos;

import com.ytempire.hub.webhooks.EventHandler;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(VideosSettings.class)
class VideosConfiguration {

    @Bean
    EventHandler n8nHandler() {
        return new EventHandler("n8n", List.of("*"), "videos-n8n");
    }
}
