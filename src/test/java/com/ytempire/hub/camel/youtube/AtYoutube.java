package com.ytempire.hub.camel.youtube;

import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.YoutubeChannel;
import com.ytempire.hub.sandbox.YoutubeVendor;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** What tests of the component's calls have in common: the sandbox's YouTube with a channel, and the component. */
abstract class AtYoutube {

    static Sandbox sandbox;

    final CamelContext camel = new DefaultCamelContext();
    final YoutubeComponent component = new YoutubeComponent();
    YoutubeChannel channel;
    String token;
    int refused;

    @BeforeAll
    static void open() {
        sandbox = Sandbox.start(0);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    /** @param scopes of the channel's token */
    void start(String title, String... scopes) {
        channel = sandbox.youtube().newChannel(title);
        token = sandbox.youtube()
                .grant(channel.id(), YoutubeVendor.CLIENT_ID, scopes)
                .access();
        component.setRootUrl(sandbox.baseUrl() + "/youtube");
        component.setAnalyticsRootUrl(sandbox.baseUrl() + "/youtube/analytics");
        component.setAccess(new YoutubeAccess() {
            @Override
            public String accessToken(String id) {
                return token;
            }

            @Override
            public void refused(String id) {
                refused++;
            }
        });
        camel.addComponent("google-youtube", component);
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
        sandbox.youtube().recover();
        sandbox.faults().clear();
    }

    /** @param headers names of parameters, each with its value behind it */
    <T> T call(String uri, Object body, Class<T> type, Object... headers) {
        FluentProducerTemplate template = camel.createFluentProducerTemplate()
                .to("google-youtube:" + uri)
                .withHeader(YoutubeConstants.CHANNEL, channel.id())
                .withBody(body);
        for (int i = 0; i < headers.length; i += 2) {
            template.withHeader(YoutubeConstants.PROPERTY_PREFIX + headers[i], headers[i + 1]);
        }
        try {
            return template.request(type);
        } catch (CamelExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
