package com.ytempire.hub.camel.stripe;

import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.ReadLimits;
import com.ytempire.hub.platform.VendorStatus;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The component as routes find it: Camel looks up a bean by the name of the scheme. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StripeSettings.class)
class StripeBeans {

    @Bean
    StripeComponent stripe(
            StripeSettings settings, ObjectProvider<StripePace> pace, Measures measures, ReadLimits bounds) {
        StripeComponent stripe = new StripeComponent();
        stripe.setApiKey(settings.secretKey());
        stripe.setApiBase(settings.apiBase());
        stripe.setConnectTimeout(settings.connectTimeout());
        stripe.setReadTimeout(settings.readTimeout());
        stripe.setPace(pace.getIfAvailable());
        stripe.setMeter((took, failed) -> measures.record(Measures.VENDOR, "stripe", took, failed));
        stripe.setBounds(bounds);
        return stripe;
    }

    @Bean
    VendorStatus stripeVendor(StripeSettings settings) {
        return new VendorStatus(
                "stripe",
                settings.configured(),
                "set STRIPE_SECRET_KEY; until then events are taken from their payload alone");
    }
}
