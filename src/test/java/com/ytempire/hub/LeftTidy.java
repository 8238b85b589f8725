package com.ytempire.hub;

import static org.awaitility.Awaitility.await;

import com.ytempire.hub.sandbox.Sandbox;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Between two classes of tests, which share one hub: what the one has ordered of the vendors is taken back, and what it
 * has set going has ended before the next begins. Otherwise the next one's faults and waits would meet it. And nothing
 * of it may have told a secret.
 */
final class LeftTidy implements TestExecutionListener, Ordered {

    /** What is under way or due now; what waits for a later time waits on. */
    private static final String UNDER_WAY = """
            select 'event ' || service || ' ' || object_key || ' ' || state from webhooks.work
             where state in ('received', 'processing') or state = 'retrying' and due_at <= :now
            union all
            select 'command ' || kind || ' ' || state from billing.command
             where state = 'sending' or state = 'waiting' and due_at <= :now
            union all
            select 'effect of ' || object_id from billing.open_effect where due_at <= :now
            union all
            select channel || ' ' || key || ' ' || state from notifications.outbox
             where state = 'sending' or state = 'waiting' and due_at <= :now
            """;

    /** As if their owners cancelled them: films nobody will ask for again would go on with the next class' vendors. */
    private static final List<String> GIVEN_UP = List.of("""
            update videos.video set state = 'cancelled', attempt = attempt + 1, node = null, lease_until = null
             where state in ('queued', 'processing', 'upload_queued', 'uploading')
            """, """
            update youtube.upload
               set state = 'cancelled', attempt = attempt + 1, node = null, lease_until = null, due_at = null,
                   ended_at = now()
             where state not in ('published', 'failed', 'cancelled')
            """);

    @Override
    public void afterTestClass(TestContext test) {
        if (!test.hasApplicationContext()) {
            return; // it did not start: that is told elsewhere
        }
        ApplicationContext hub = test.getApplicationContext();
        JdbcClient jdbc = hub.getBean(JdbcClient.class);
        Sandbox sandbox = HubIT.SANDBOX;
        sandbox.recover();
        hub.getBeansOfType(CircuitBreaker.class).values().forEach(CircuitBreaker::reset);
        jdbc.sql("delete from notifications.channel").update();
        GIVEN_UP.forEach(update -> jdbc.sql(update).update());
        await("what " + test.getTestClass().getSimpleName() + " has set going ends")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> underWay(jdbc, sandbox), List::isEmpty);
        List<String> secrets = SecretWatch.found();
        if (!secrets.isEmpty()) {
            throw new AssertionError("what nobody may read:\n" + String.join("\n", secrets));
        }
    }

    private static List<String> underWay(JdbcClient jdbc, Sandbox sandbox) {
        if (!sandbox.deliveries().idle()) {
            return List.of("a delivery");
        }
        return jdbc.sql(UNDER_WAY)
                .param("now", Timestamp.from(sandbox.clock().instant()))
                .query(String.class)
                .list();
    }

    /** Before the context may be closed. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }
}
