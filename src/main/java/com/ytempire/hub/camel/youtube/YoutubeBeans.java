package com.ytempire.hub.camel.youtube;

import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.ReadLimits;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The component as routes find it: Camel looks up a bean by the name of the scheme. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(YoutubeApiSettings.class)
class YoutubeBeans {

    @Bean("google-youtube")
    YoutubeComponent googleYoutube(
            YoutubeApiSettings settings, ObjectProvider<YoutubeAccess> access, Measures measures, ReadLimits bounds) {
        YoutubeComponent youtube = new YoutubeComponent();
        youtube.setAccess(new LateAccess(access));
        youtube.setRootUrl(settings.baseUrl());
        youtube.setAnalyticsRootUrl(settings.analyticsBaseUrl());
        youtube.setConnectTimeout(settings.connectTimeout());
        youtube.setReadTimeout(settings.readTimeout());
        youtube.setChunkTimeout(settings.chunkTimeout());
        youtube.setChunkSize(Math.toIntExact(settings.chunkSize().toBytes()));
        youtube.setMeter((took, failed) -> measures.record(Measures.VENDOR, "youtube", took, failed));
        youtube.setBounds(bounds);
        return youtube;
    }

    @Bean(destroyMethod = "close")
    YoutubeOauth youtubeOauth(YoutubeApiSettings settings, ReadLimits bounds) {
        return new YoutubeOauth(settings, bounds);
    }

    /** Looked for when a call is made: whoever knows the tokens may itself need Camel. */
    private record LateAccess(ObjectProvider<YoutubeAccess> access) implements YoutubeAccess {

        @Override
        public String accessToken(String channel) {
            YoutubeAccess found = access.getIfAvailable();
            if (found == null) {
                throw new YoutubeFailure("youtube", Reason.NO_TOKEN);
            }
            return found.accessToken(channel);
        }

        @Override
        public void refused(String channel) {
            access.ifAvailable(found -> found.refused(channel));
        }
    }
}
