package com.ytempire.hub.operations;

import com.ytempire.hub.webhooks.TestDeliveries;
import com.ytempire.hub.webhooks.TestDeliveries.TestDelivery;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Sends the hub a signed event as a vendor would, by HTTP, and waits until it has been worked on. */
@Component
class SelfTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Set<String> DONE = Set.of("processed", "ignored");

    private final TestDeliveries deliveries;
    private final ObjectProvider<ProducerTemplate> routes;
    private volatile int port;

    SelfTest(TestDeliveries deliveries, ObjectProvider<ProducerTemplate> routes) {
        this.deliveries = deliveries;
        this.routes = routes;
    }

    /** The management port is a server of its own, and has a name. */
    @EventListener
    void listensAt(WebServerInitializedEvent event) {
        if (event.getApplicationContext().getServerNamespace() == null) {
            port = event.getWebServer().getPort();
        }
    }

    /** @return how the service's endpoint does: its answer, and what became of the event; empty when it is closed */
    Optional<String> endpoint(String service) {
        return deliveries
                .make(service, "http://127.0.0.1:" + port, "selftest_" + UUID.randomUUID())
                .map(this::send);
    }

    private String send(TestDelivery delivery) {
        Exchange answer = routes.getObject()
                .request(
                        "direct:operations-http",
                        exchange -> exchange.getMessage().setBody(delivery.call()));
        if (answer.getException() != null) {
            return "no answer: " + answer.getException().getClass().getSimpleName();
        }
        int status = answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        if (status != 200) {
            return "HTTP " + status;
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        String state = deliveries.state(delivery);
        while (!DONE.contains(state) && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK.toNanos());
            state = deliveries.state(delivery);
        }
        return "stored, then " + state;
    }

    static boolean isWell(String outcome) {
        return DONE.contains(outcome.replace("stored, then ", ""));
    }
}
