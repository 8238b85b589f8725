package com.ytempire.hub.content;

import com.ytempire.hub.platform.VendorStatus;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SpeechSettings.class)
class SpeechConfiguration {

    @Bean
    VendorStatus googleSpeechStatus(ContentSettings settings) {
        return ContentConfiguration.status(settings, "google_tts", "GOOGLE_TTS_API_KEY");
    }

    @Bean
    VendorStatus elevenLabsStatus(ContentSettings settings) {
        return ContentConfiguration.status(settings, "elevenlabs", "ELEVENLABS_API_KEY");
    }
}
