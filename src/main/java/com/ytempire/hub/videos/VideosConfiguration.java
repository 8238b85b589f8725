package com.ytempire.hub.videos;

import com.ytempire.hub.platform.ClaimLoop;
import com.ytempire.hub.platform.Claimed;
import com.ytempire.hub.platform.Hands;
import com.ytempire.hub.platform.Leases;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.NodeRole;
import com.ytempire.hub.platform.TableLeases;
import com.ytempire.hub.platform.WakeUp;
import com.ytempire.hub.webhooks.EventHandler;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(VideosSettings.class)
class VideosConfiguration {

    @Bean
    EventHandler n8nHandler() {
        return new EventHandler("n8n", List.of("*"), "videos-n8n");
    }

    @Bean
    Leases<Video> videoLeases(JdbcClient jdbc, NodeId node, VideosSettings settings) {
        return new TableLeases<>(
                jdbc,
                node,
                settings.lease(),
                new TableLeases.Table("videos.video", "id", "uuid", "lease_until is not null", ""),
                Video::id,
                Video::attempt);
    }

    @Bean
    ClaimLoop<Video> videoLoop(
            VideoClaims claims, Leases<Video> leases, ProducerTemplate routes, VideosSettings settings, NodeRole role) {
        return new ClaimLoop<>(
                new ClaimLoop.Plan("videos", "direct:videos-work", settings.poll(), settings.renew()),
                leases,
                List.of(new Hands<>(
                        "videos-work", settings.threads(), most -> new Claimed<>(claims.claim(most), true))),
                video -> {}, // its step is done again
                routes,
                new WakeUp(),
                role);
    }
}
