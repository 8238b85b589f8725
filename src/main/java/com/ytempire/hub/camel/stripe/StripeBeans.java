package com.ytempire.hub.camel.stripe;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The component as routes find it: Camel looks up a bean by the name of the scheme. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StripeSettings.class)
class StripeBeans {

    @Bean
    StripeComponent stripe(StripeSettings settings) {
        StripeComponent stripe = new StripeComponent();
        stripe.setApiKey(settings.secretKey());
        stripe.setApiBase(settings.apiBase());
        stripe.setConnectTimeout(settings.connectTimeout());
        stripe.setReadTimeout(settings.readTimeout());
        return stripe;
    }
}
