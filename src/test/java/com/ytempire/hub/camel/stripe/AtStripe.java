package com.ytempire.hub.camel.stripe;

import static com.github.tomakehurst.wiremock.client.WireMock.*;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The component over real HTTP, against answers of the shape Stripe gives. */
abstract class AtStripe {

    static final String KEY = "sk_test_secret";

    @RegisterExtension
    static final WireMockExtension vendor = WireMockExtension.newInstance()
            .options(options().dynamicPort().dynamicHttpsPort())
            .build();

    final CamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        StripeComponent stripe = new StripeComponent();
        stripe.setApiKey(KEY);
        stripe.setApiBase(vendor.getRuntimeInfo().getHttpBaseUrl());
        camel.addComponent("stripe", stripe);
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    Exchange send(String uri, Object body, Map<String, Object> headers) {
        return camel.createProducerTemplate().send(uri, exchange -> {
            exchange.getIn().setHeaders(new HashMap<>(headers));
            exchange.getIn().setBody(body);
        });
    }

    static void answer(ResponseDefinitionBuilder answer) {
        vendor.stubFor(any(anyUrl()).willReturn(answer));
    }

    static void page(String query, String first, String second, boolean more) {
        var stub = get(urlPathEqualTo("/v1/events"));
        for (String parameter : query.split("&")) {
            stub.withQueryParam(parameter.split("=")[0], equalTo(parameter.split("=")[1]));
        }
        vendor.stubFor(stub.willReturn(okJson("""
                {"object":"list","url":"/v1/events","has_more":%s,
                 "data":[{"id":"%s","object":"event"},{"id":"%s","object":"event"}]}""".formatted(more, first, second))));
    }

    static String error(String type, String code) {
        return "{\"error\":{\"type\":\"%s\",\"code\":%s,\"message\":\"no\"}}"
                .formatted(type, code == null ? "null" : "\"" + code + "\"");
    }

    /** In the order they came. */
    static List<LoggedRequest> requests() {
        return vendor.findAll(anyRequestedFor(anyUrl()));
    }
}
