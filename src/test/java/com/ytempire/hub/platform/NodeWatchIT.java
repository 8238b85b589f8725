package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Nodes that notice that another is gone; the hub of the tests itself does not look. */
class NodeWatchIT extends HubIT {

    private static final Duration SILENT = Duration.ofSeconds(20);

    @Autowired
    private PlatformTransactionManager transactions;

    @Autowired
    private ObjectProvider<NodeClaims> claims;

    private final String job = unique("job");
    private final String dead = unique("dead");
    private final AtomicLong nanos = new AtomicLong();

    private NodeWatch watch(String name) {
        return new NodeWatch(
                jdbc,
                new TransactionTemplate(transactions),
                List.of(NodeClaims.of("operations.job_run", "state = 'running' and job = '" + job + "'")),
                new NodeId(name),
                NodeRole.BOTH,
                "2.0.0",
                Duration.ofMillis(50),
                SILENT,
                nanos::get);
    }

    private JobRun begins(String name) {
        Clock clock = Clock.fixed(Instant.parse("2026-11-21T04:00:00Z"), ZoneOffset.UTC);
        return new JobRuns(jdbc, clock, new NodeId(name), ZoneId.of("UTC"), Duration.ofMinutes(30)).begin(job, "03:15");
    }

    private void wasHeard(String name, int secondsAgo) {
        jdbc.sql("update operations.node set beat_at = now() - make_interval(secs => :ago) where node = :node")
                .param("ago", secondsAgo)
                .param("node", name)
                .update();
    }

    private boolean isKnown(String name) {
        return jdbc.sql("select exists (select from operations.node where node = :node)")
                .param("node", name)
                .query(Boolean.class)
                .single();
    }

    private int secondsSilent(String name) {
        return jdbc.sql("select extract(epoch from now() - beat_at)::int from operations.node where node = :node")
                .param("node", name)
                .query(Integer.class)
                .single();
    }

    private void secondsPass(NodeWatch watch, int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
        watch.beat();
    }

    @Test
    void whatADeadNodeHeldIsFree_longBeforeItsLeaseEnds() {
        watch(dead).begin();
        assertThat(begins(dead)).isNotNull();
        NodeWatch living = watch(unique("living"));
        living.begin();
        wasHeard(dead, 21);

        secondsPass(living, 5);
        assertThat(isKnown(dead)).as("a node that has just come judges nobody").isTrue();
        for (int i = 0; i < 3; i++) {
            secondsPass(living, 5);
        }
        assertThat(isKnown(dead)).isFalse();
        assertThat(begins("another")).isNotNull();
        living.destroy();
    }

    @Test
    void whoIsHeardKeepsWhatItHolds() {
        watch(dead).begin();
        assertThat(begins(dead)).isNotNull();
        NodeWatch living = watch(unique("living"));
        living.begin();
        wasHeard(dead, 15);
        for (int i = 0; i < 6; i++) {
            secondsPass(living, 5);
        }
        assertThat(begins("another")).isNull();
        living.destroy();
        watch(dead).destroy();
    }

    /** Spring stops its scheduler first of all, and the work after it. */
    @Test
    void aNodeIsHeardWithoutTheScheduler_untilItIsDestroyed() {
        NodeWatch stopping = watch(dead);
        stopping.start();
        wasHeard(dead, 19);
        await().atMost(Duration.ofSeconds(5)).until(() -> secondsSilent(dead) < 10);
        stopping.destroy();
        assertThat(isKnown(dead)).isFalse();
    }

    @Test
    void afterTheDatabaseWasAwayNobodyIsDead() {
        NodeWatch living = watch(unique("living"));
        living.begin();
        for (int i = 0; i < 4; i++) {
            secondsPass(living, 5);
        }
        watch(dead).begin();
        wasHeard(dead, 60); // nobody could say anything for a minute
        secondsPass(living, 60);
        secondsPass(living, 5);
        assertThat(isKnown(dead)).isTrue();
        living.destroy();
        watch(dead).destroy();
    }

    @Test
    void aNodeThatComesAgainFreesWhatItsFormerLifeHeld_andOneThatStopsLeavesNothing() {
        watch(dead).begin();
        assertThat(begins(dead)).isNotNull();
        NodeWatch again = watch(dead);
        again.begin();
        assertThat(begins("another")).as("killed, and started again").isNotNull();
        jdbc.sql("update operations.job_run set node = :node where job = :job")
                .param("node", dead)
                .param("job", job)
                .update();
        again.destroy();
        assertThat(isKnown(dead)).isFalse();
        assertThat(begins("a third")).as("stopped").isNotNull();
    }

    /** Also those of no node: that the statements fit their tables is what this is about. */
    @Test
    void everyAreasClaimsCanBeFreed() {
        NodeWatch all = new NodeWatch(
                jdbc,
                new TransactionTemplate(transactions),
                claims.stream().toList(),
                new NodeId(dead),
                NodeRole.BOTH,
                "2.0.0",
                Duration.ofMillis(50),
                SILENT,
                nanos::get);
        all.begin();
        assertThat(isKnown(dead)).isTrue();
        all.begin();
        all.destroy();
        assertThat(isKnown(dead)).isFalse();
        assertThat(claims.stream().map(NodeClaims::table))
                .contains("operations.job_run", "billing.command", "notifications.outbox", "spending.attempt");
    }

    /** As shipped: silence, the look for it, and the look for the job that was its. */
    @Test
    void theWorkOfADeadNodeIsTakenUpWithinAMinute() throws Exception {
        PropertySource<?> shipped = new YamlPropertySourceLoader()
                .load("shipped", new ClassPathResource("application.yml"))
                .get(0);
        Duration silent = DurationStyle.detectAndParse(String.valueOf(shipped.getProperty("hub.nodes.silent")));
        long beat = Long.parseLong(String.valueOf(shipped.getProperty("hub.nodes.beat")));
        long look = Long.parseLong(String.valueOf(shipped.getProperty("hub.jobs.look")));
        assertThat(silent.plusMillis(beat + look)).isLessThan(Duration.ofMinutes(1));
        assertThat(silent.toMillis())
                .as("one or two lost beats make nobody dead")
                .isGreaterThan(3 * beat);
    }

    @Test
    void failedLoginsOfAnOperatorCountOnAllNodesTogether(
            @Autowired LoginFailures failures, @Value("${hub.operator.login-window}") Duration window) {
        String address = unique("address");
        LoginAttempts one = new LoginAttempts(3, window, System::nanoTime, failures);
        LoginAttempts two = new LoginAttempts(3, window, System::nanoTime, failures);
        one.guess(address);
        two.guess(address);
        assertThatCode(() -> one.check(address)).doesNotThrowAnyException();
        one.guess(address);
        assertThatThrownBy(() -> two.check(address))
                .isInstanceOfSatisfying(
                        LoginAttempts.TooMany.class,
                        refused -> assertThat(refused.problem().retryAfter()).isBetween(55, 61));
        jdbc.sql("update operations.login_failure set began_at = now() - interval '2 minutes' where address = :address")
                .param("address", address)
                .update();
        assertThatCode(() -> two.check(address)).doesNotThrowAnyException();
        two.guess(address);
        assertThatCode(() -> two.check(address)).doesNotThrowAnyException();
    }
}
