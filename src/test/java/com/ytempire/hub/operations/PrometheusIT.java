package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.spending.LinkDesk;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.File;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.yaml.snakeyaml.Yaml;

/** What the hub tells Prometheus and balancers, and what Prometheus tells people. */
@SuppressWarnings("unchecked")
class PrometheusIT extends HubIT {

    private static final Path RULES = Path.of("src/main/docker/prometheus-alerts.yml");

    @Autowired
    private BusinessGauges gauges;

    @Autowired
    private LinkDesk links;

    @Autowired
    private Measures measures;

    /** Spring Boot exports nothing in tests; the names are made as Prometheus' registry makes them. */
    @Autowired
    private MeterRegistry meters;

    @Autowired
    private ProducerTemplate routes;

    private String management(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/actuator/" + path))
                        .header("Authorization", basic(OPERATOR, PASSWORD)))
                .body();
    }

    @Test
    void everyFigureOfTheRulesIsTold() throws Exception {
        measures.record(Measures.VENDOR, "stripe", Duration.ofMillis(3), true);
        routes.requestBody("direct:operations-probe-now", "stripe");
        String event =
                "{\"id\":\"%s\",\"object\":\"event\",\"type\":\"hub.test\",\"created\":1,\"data\":{\"object\":{\"id\":\"x\"}}}"
                        .formatted(unique("evt"));
        postStripe(event);
        gauges.refresh();
        Set<String> told = meters.getMeters().stream()
                .map(meter ->
                        meter.getId().getName().replace('.', '_') + (meter instanceof Timer ? "_seconds_count" : ""))
                .collect(Collectors.toSet());

        List<Map<String, Object>> rules = ((List<Map<String, Object>>)
                        ((Map<String, Object>) new Yaml().load(Files.readString(RULES))).get("groups"))
                .stream()
                        .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                        .toList();
        assertThat(rules).hasSizeGreaterThanOrEqualTo(10).allSatisfy(rule -> {
            assertThat((Map<String, String>) rule.get("labels"))
                    .extractingByKey("severity")
                    .isIn("warning", "critical");
            assertThat((Map<String, String>) rule.get("annotations"))
                    .extractingByKey("page")
                    .asString()
                    .startsWith("/operations");
        });
        Set<String> names = rules.stream()
                .flatMap(rule -> Pattern.compile("hub_[a-z0-9_]+")
                        .matcher((String) rule.get("expr"))
                        .results()
                        .map(MatchResult::group))
                .collect(Collectors.toCollection(TreeSet::new));
        names.remove("hub_webhooks_dead"); // told only while there is one
        assertThat(names).isNotEmpty().isSubsetOf(told);
    }

    @Test
    void breakersQuotaAndVideosAreTold() {
        links.switchOn("text-premium");
        gauges.refresh();

        assertThat(meters.get("hub.breaker.open")
                        .tag("breaker", "text-premium")
                        .gauge()
                        .value())
                .isZero();
        assertThat(meters.get("hub.breaker.open")
                        .tag("breaker", "stripe")
                        .gauge()
                        .value())
                .isBetween(0.0, 1.0);
        assertThat(meters.get("hub.youtube.quota.used")
                        .tag("bucket", "general")
                        .gauge()
                        .value())
                .isNotNegative();
    }

    @Test
    void promtoolAgrees() throws Exception {
        Path promtool = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(promtool != null, "skipped: there is no promtool (apt-get install prometheus)");
        Process check = new ProcessBuilder(promtool.toString(), "check", "rules", RULES.toString())
                .redirectErrorStream(true)
                .start();
        String says = new String(check.getInputStream().readAllBytes());

        assertThat(check.waitFor()).as(says).isZero();
    }

    @Test
    void aVendorThatIsDownMakesNoHubUnready() {
        SANDBOX.faults().fail("stripe", Fault.status(500).on("/v1/events"), 1);
        routes.requestBody("direct:operations-probe-now", "stripe");

        assertThat(management("health/liveness")).contains("\"status\":\"UP\"").doesNotContain("vendors");
        assertThat(management("health/readiness")).contains("\"status\":\"UP\"").doesNotContain("vendors");
        SANDBOX.faults().clear();
        routes.requestBody("direct:operations-probe-now", "stripe");
    }
}
