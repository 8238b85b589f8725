package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.ClaimLoop;
import com.ytempire.hub.platform.Claimed;
import com.ytempire.hub.platform.Hands;
import com.ytempire.hub.platform.Leases;
import com.ytempire.hub.platform.NodeClaims;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.NodeRole;
import com.ytempire.hub.platform.TableLeases;
import com.ytempire.hub.platform.WakeUp;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UploadSettings.class)
class UploadConfiguration {

    /** An upload goes on at once where a node that died stopped. */
    @Bean
    NodeClaims uploadsUnderWay() {
        return NodeClaims.of("youtube.upload", "lease_until is not null");
    }

    @Bean
    static Leases<UploadRun> uploadLeases(JdbcClient jdbc, NodeId node, UploadSettings settings) {
        return new TableLeases<>(
                jdbc,
                node,
                settings.lease(),
                new TableLeases.Table("youtube.upload", "id", "uuid", "lease_until is not null", ""),
                UploadRun::id,
                UploadRun::attempt);
    }

    /** Those that look after uploaded videos are not kept waiting by files under way. */
    @Bean
    ClaimLoop<UploadRun> uploadLoop(
            UploadClaims claims,
            Leases<UploadRun> leases,
            ProducerTemplate routes,
            UploadSettings settings,
            NodeRole role) {
        return new ClaimLoop<>(
                new ClaimLoop.Plan("uploads", "direct:youtube-upload", settings.poll(), settings.renew()),
                leases,
                List.of(
                        new Hands<>(
                                "youtube-upload",
                                settings.threads(),
                                most -> new Claimed<>(claims.sending(most), true)),
                        new Hands<>(
                                "youtube-uploaded",
                                settings.checks(),
                                most -> new Claimed<>(claims.afterwards(most), true))),
                UploadRun::stop, // after the part that is being sent
                routes,
                new WakeUp(),
                role);
    }
}
