package com.ytempire.hub.billing;

import com.ytempire.hub.camel.stripe.StripeSettings;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Problem;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the browser needs to talk to Stripe itself, so that card data never come here. */
@RestController
@RequestMapping("/api/v1/billing/config")
class ConfigController {

    private final BuyingSettings settings;
    private final StripeSettings stripe;

    ConfigController(BuyingSettings settings, StripeSettings stripe) {
        this.settings = settings;
        this.stripe = stripe;
    }

    /** @param livemode whether payments are real */
    record Config(String publishableKey, boolean livemode) {}

    @GetMapping
    ApiAnswer<Config> show() {
        if (settings.publishableKey().isBlank()) {
            throw new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE, "stripe_off", "Stripe is off; set STRIPE_PUBLISHABLE_KEY");
        }
        return ApiAnswer.of(new Config(settings.publishableKey(), stripe.livemode()));
    }
}
