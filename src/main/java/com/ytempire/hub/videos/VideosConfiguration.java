package com.ytempire.hub.videos;

import com.ytempire.hub.webhooks.EventHandler;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class VideosConfiguration {

    @Bean
    EventHandler n8nHandler() {
        return new EventHandler("n8n", List.of("*"), "videos-n8n");
    }
}
