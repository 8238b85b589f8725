package com.ytempire.hub;

import com.ytempire.hub.webhooks.ClaimedEvent;
import com.ytempire.hub.webhooks.EventHandler;
import com.ytempire.hub.webhooks.WorkLedger;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.Policy;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A flow for tests of the work loop, in the shape every area's flow has: prepare, then apply in one transaction. What
 * prepare does is up to the test; apply writes one row of effect for each run that commits.
 */
@TestConfiguration(proxyBeanMethods = false)
public class TestFlow {

    /** Stripe events of these types take this flow. */
    public static final String TYPES = "test.flow.*";

    private final Map<String, Consumer<ClaimedEvent>> prepares = new ConcurrentHashMap<>();
    private final Map<String, Consumer<ClaimedEvent>> applies = new ConcurrentHashMap<>();

    /** Says what happens within the transaction, after the effect and before the end of the work. */
    public void onApply(String type, Consumer<ClaimedEvent> apply) {
        applies.put(type, apply);
    }

    /** Says what prepare does for one type. */
    public void onPrepare(String type, Consumer<ClaimedEvent> prepare) {
        prepares.put(type, prepare);
    }

    @Bean
    EventHandler testHandler() {
        return new EventHandler("stripe", List.of(TYPES), "test-flow");
    }

    @Bean
    RouteBuilder testRoutes(JdbcClient jdbc, WorkLedger ledger, @Qualifier("one-transaction") Policy transaction) {
        jdbc.sql("create table if not exists public.test_effect (event_id text not null, attempt integer not null)")
                .update();
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:test-flow")
                        .routeId("test-flow")
                        .routeConfigurationId("step")
                        .process(exchange -> {
                            ClaimedEvent event = exchange.getMessage().getBody(ClaimedEvent.class);
                            prepares.getOrDefault(event.type(), any -> {}).accept(event);
                        })
                        .to("direct:test-flow-apply");
                from("direct:test-flow-apply")
                        .routeId("test-flow-apply")
                        .routeConfigurationId("step")
                        .policy(transaction)
                        .process(exchange -> {
                            ClaimedEvent event = exchange.getMessage().getBody(ClaimedEvent.class);
                            jdbc.sql("insert into public.test_effect values (:event, :attempt)")
                                    .param("event", event.eventId())
                                    .param("attempt", event.attempt())
                                    .update();
                            applies.getOrDefault(event.type(), any -> {}).accept(event);
                            ledger.processed(event, "took effect");
                        })
                        .end();
            }
        };
    }
}
