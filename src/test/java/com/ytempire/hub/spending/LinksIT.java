package com.ytempire.hub.spending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.VendorWindows.Allowance;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Links on two nodes: breakers are shared, kept over a restart, and tried again by one call of one node. */
class LinksIT extends HubIT {

    @Autowired
    private LinkSettings settings;

    @Autowired
    private VendorWindows windows;

    @Autowired
    private Clock clock;

    private String link;
    private Node one;
    private Node two;

    /** What a hub is, as far as links are concerned. */
    private record Node(Links links, CircuitBreaker breaker, LinkUse use) {

        /** A call of the link as a route makes it. */
        String call(String link, RuntimeException failure) {
            String refused = links.refusal(link);
            if (refused != null) {
                return refused;
            }
            try {
                breaker.executeRunnable(() -> {
                    if (failure != null) {
                        throw failure;
                    }
                });
                links.ended(link, Duration.ofMillis(10), null);
                return "answered";
            } catch (CallNotPermittedException e) {
                return "breaker";
            } catch (RuntimeException e) {
                links.ended(link, Duration.ofMillis(10), e);
                return "failed";
            }
        }
    }

    @BeforeEach
    void twoHubs() {
        link = unique("link");
        one = node();
        two = node();
    }

    private Node node() {
        LinkUse use = new LinkUse(jdbc, clock);
        Links links = new Links(
                List.of(() -> List.of(new LinkDefinition(link, "script", "openai", null))),
                new LinkStates(jdbc, clock, new NodeId(unique("node")), settings),
                use,
                settings,
                clock);
        CamelContext context = new DefaultCamelContext();
        links.beforeApplicationStart(context);
        return new Node(links, context.getRegistry().lookupByNameAndType(link, CircuitBreaker.class), use);
    }

    private static LinkFailure failure(Kind kind) {
        return new LinkFailure(kind, "the vendor said so", null);
    }

    private void open() {
        for (int i = 0; i < settings.failures(); i++) {
            assertThat(one.call(link, failure(Kind.UNAVAILABLE))).isEqualTo("failed");
        }
        one.links.refresh();
        two.links.refresh();
    }

    @Test
    void fiveFailuresInARowCloseTheWayOnAllNodesAndOverARestart() {
        assertThat(one.call(link, failure(Kind.UNAVAILABLE))).isEqualTo("failed");
        assertThat(one.call(link, null)).isEqualTo("answered");
        open();

        assertThat(one.call(link, null)).isEqualTo("breaker");
        assertThat(two.call(link, null)).isEqualTo("breaker");
        assertThat(node().call(link, null)).as("a restarted node").isEqualTo("breaker");
    }

    @Test
    void afterItsTimeOneCallOfOneNodeTriesAndEndsItForAll() {
        open();
        SANDBOX.clock().advance(settings.open());

        assertThat(two.links.refusal(link)).as("two has the probe").isNull();
        assertThat(one.call(link, null)).as("meanwhile").isEqualTo("breaker");
        two.breaker.executeRunnable(() -> {});
        one.links.refresh();

        assertThat(one.call(link, null)).isEqualTo("answered");
        assertThat(two.call(link, null)).isEqualTo("answered");
    }

    @Test
    void aFailedTryWaitsAgain() {
        open();
        SANDBOX.clock().advance(settings.open());

        assertThat(two.call(link, failure(Kind.TIMEOUT))).isEqualTo("failed");
        two.links.refresh();
        one.links.refresh();
        assertThat(one.call(link, null)).isEqualTo("breaker");
        assertThat(two.call(link, null)).isEqualTo("breaker");

        SANDBOX.clock().advance(settings.open());
        assertThat(one.call(link, null)).isEqualTo("answered");
    }

    @Test
    void aTryWhoseNodeDiedIsTakenUpByAnother() {
        open();
        SANDBOX.clock().advance(settings.open());
        assertThat(two.links.refusal(link)).isNull();

        SANDBOX.clock().advance(settings.probe());

        assertThat(one.call(link, null)).isEqualTo("answered");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"REFUSED", "BAD_REQUEST"})
    void whatIsNotTheVendorsFaultOpensNothing(Kind kind) {
        for (int i = 0; i < 3 * settings.failures(); i++) {
            assertThat(one.call(link, failure(kind))).isEqualTo("failed");
        }
        assertThat(one.call(link, null)).isEqualTo("answered");
    }

    @ParameterizedTest
    @CsvSource({"AUTHENTICATION, authentication", "UNFUNDED, unfunded", "RETIRED, retired"})
    void whatNoOtherTryCanMendSwitchesTheLinkOffForAll(Kind kind, String reason) {
        assertThat(one.call(link, failure(kind))).isEqualTo("failed");
        two.links.refresh();

        assertThat(one.call(link, null)).isEqualTo(reason);
        assertThat(two.call(link, null)).isEqualTo(reason);
        assertThat(troubles(two)).singleElement().satisfies(trouble -> {
            assertThat(trouble.message()).contains(link).contains(reason);
            assertThat(trouble.repeated()).isFalse();
        });

        one.links.switchOn(link);
        two.links.refresh();
        assertThat(two.call(link, null)).isEqualTo("answered");
        assertThat(troubles(two)).isEmpty();
    }

    private List<Trouble> troubles(Node node) {
        return new LinkTroubles(node.links)
                .troubles(SANDBOX.clock().instant()).stream()
                        .filter(trouble -> trouble.subject().equals(link))
                        .toList();
    }

    @Test
    void anUnfundedLinkComesBackWithTheNextPeriod() {
        one.call(link, new LinkFailure(Kind.UNFUNDED, "quota spent", Duration.ofDays(2)));
        assertThat(one.call(link, null)).isEqualTo("unfunded");

        SANDBOX.clock().advance(Duration.ofDays(2));

        assertThat(one.call(link, null)).isEqualTo("answered");
    }

    @Test
    void anOperatorSwitchesALinkOffAndOn() {
        one.links.switchOff(link, "operator");
        two.links.refresh();

        assertThat(two.call(link, null)).isEqualTo("off");
        assertThat(troubles(two)).as("who did it knows it").isEmpty();
        one.links.switchOn(link);
        two.links.refresh();
        assertThat(two.call(link, null)).isEqualTo("answered");
    }

    @Test
    void useOfAllNodesIsAddedUp() {
        one.call(link, null);
        one.call(link, failure(Kind.TIMEOUT));
        two.call(link, null);
        one.use.flush();
        one.use.flush();
        two.use.flush();

        assertThat(jdbc.sql("select sum(calls) || '/' || sum(errors) from spending.link_use where link = :link")
                        .param("link", link)
                        .query(String.class)
                        .single())
                .isEqualTo("3/1");
    }

    @Test
    void anUnknownLinkIsNotFound() {
        assertThat(operatorPost("/api/v1/providers/nobody/off", "").statusCode())
                .isEqualTo(404);
        assertThat(operatorGet("/api/v1/providers").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> one.links.refusal("nobody")).hasMessageContaining("no such link");
    }

    @Test
    void aVendorsAllowanceIsNeverPassedAndUsedUp() throws Exception {
        Allowance hour = new Allowance(unique("pexels"), "requests", Duration.ofHours(1), 50);
        ExecutorService callers = Executors.newFixedThreadPool(16);
        List<Future<Duration>> taken = IntStream.range(0, 120)
                .mapToObj(i -> callers.submit(() -> windows.take(hour, 1)))
                .toList();
        int granted = 0;
        for (Future<Duration> each : taken) {
            granted += each.get(30, TimeUnit.SECONDS) == null ? 1 : 0;
        }
        callers.shutdown();

        assertThat(granted).isEqualTo(50);
        assertThat(windows.used(hour)).isEqualTo(50);
        Duration wait = windows.take(hour, 1);
        assertThat(wait).isPositive().isLessThanOrEqualTo(Duration.ofHours(1));
        SANDBOX.clock().advance(wait);
        assertThat(windows.take(hour, 50)).isNull();
        assertThat(windows.take(new Allowance(hour.vendor(), "requests", Duration.ofHours(2), 10), 11))
                .as("more than a window holds")
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "PT1M, 2026-11-21T10:17:42Z, 2026-11-21T10:17:00Z",
        "PT1H, 2026-11-21T10:17:42Z, 2026-11-21T10:00:00Z",
        "P30D, 2026-11-21T10:17:42Z, 2026-11-01T00:00:00Z",
        "P30D, 2026-12-31T23:59:59Z, 2026-12-01T00:00:00Z"
    })
    void windowsBeginWithTheCalendar(Duration window, Instant now, Instant start) {
        assertThat(VendorWindows.start(window, now)).isEqualTo(start);
    }
}
