package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import org.yaml.snakeyaml.Yaml;

/** No Docker runs with the tests, so this reads what Docker would: everything that is referred to must exist. */
@SuppressWarnings("unchecked")
class ComposeFileTest {

    private static final Path DOCKERFILE = Path.of("src/main/docker/Dockerfile");
    private static final Path PROXY_FILE = Path.of("src/main/docker/haproxy.cfg");
    private static final String PROXY = text(PROXY_FILE);

    /** A version to the patch: {@code 18}, {@code latest} or nothing may be another program tomorrow. */
    private static final Pattern PINNED = Pattern.compile(".+:v?\\d+\\.\\d+[\\d._-]*.*");

    private final Map<String, Object> compose = yaml(Path.of("docker-compose.yml"));
    private final Map<String, Map<String, Object>> services =
            (Map<String, Map<String, Object>>) compose.get("services");

    private static Map<String, Object> yaml(Path file) {
        return new Yaml().load(text(file));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }

    private static List<String> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static List<String> strings(Map<String, Object> service, String key) {
        return (List<String>) service.getOrDefault(key, List.of());
    }

    private static Map<String, Object> environment(Map<String, Object> service) {
        return (Map<String, Object>) service.getOrDefault("environment", Map.of());
    }

    @Test
    void theServicesAreThereAndComeAndGoTogether() {
        assertThat(services).containsOnlyKeys("proxy", "hub", "postgres", "n8n", "prometheus");
        services.forEach((name, service) -> {
            assertThat(service.get("restart")).as(name).isEqualTo("unless-stopped");
            ((Map<String, Map<String, String>>) service.getOrDefault("depends_on", Map.of()))
                    .forEach((other, condition) -> {
                        assertThat(services).as(name).containsKey(other);
                        assertThat(condition).containsEntry("condition", "service_healthy");
                        assertThat(
                                        other.equals("hub")
                                                ? text(DOCKERFILE)
                                                : services.get(other).toString())
                                .as("%s waits for the health of %s", name, other)
                                .containsIgnoringCase("healthcheck");
                    });
        });
    }

    @Test
    void imagesArePinned() {
        services.forEach((name, service) ->
                assertThat(service.get("image").toString()).as(name).matches(PINNED));
        assertThat(find("(?<=^FROM )\\S+", text(DOCKERFILE)))
                .hasSize(2)
                .allSatisfy(image -> assertThat(image).matches(PINNED));
        assertThat(services.get("postgres").get("image").toString())
                .as("the version that the tests run on")
                .isEqualTo("postgres:"
                        + find("(?<=binaries.version>)\\d+\\.\\d+", text(Path.of("pom.xml")))
                                .get(0));
    }

    /** At the first start the image runs a server on a socket alone, which must not pass for the one hubs wait for. */
    @Test
    void theDatabaseIsHealthyWhenHubsReachIt() {
        assertThat(services.get("postgres").get("healthcheck").toString()).contains("pg_isready, --host=127.0.0.1");
    }

    /** Its {@code /healthz} is well while it makes its database still, and without a database later. */
    @Test
    void n8nIsWellWhenItTakesWebhooks() {
        String well = ":5678/healthz/readiness";
        assertThat(services.get("n8n").get("healthcheck").toString()).contains("'http://127.0.0.1" + well + "'");
        assertThat(environment(services.get("hub"))).containsEntry("HUB_N8N_PROBE_URL", "http://n8n" + well);
    }

    /** Three that start at once with everything else took more than two minutes; then compose started no proxy. */
    @Test
    void aHubThatTakesLongToStartIsNotUnhealthy() {
        assertThat(Integer.parseInt(
                        find("(?<=--start-period=)\\d+(?=m )", text(DOCKERFILE)).get(0)))
                .isGreaterThanOrEqualTo(5);
    }

    @Test
    void theImageBearsTheVersionOfTheBuild() {
        String version =
                find("(?<=^  <version>)[^<]+", text(Path.of("pom.xml"))).get(0);
        assertThat(services.get("hub").get("image")).isEqualTo("ytempire-hub:" + version);
    }

    @Test
    void theBenchmarkMeasuresTheJvmAsTheImageHasIt() {
        String option = "(?<=\")-XX:\\+Use\\w+(?=\")";
        assertThat(find(option, text(Path.of("src/test/java/com/ytempire/hub/benchmark/ServerProcess.java"))))
                .isNotEmpty()
                .isEqualTo(find(option, text(DOCKERFILE)));
    }

    /** Every builder knows what the file uses; a syntax line would fetch another image, which is not pinned. */
    @Test
    void theImageIsBuiltFromTheTwoImagesNamedAlone() {
        assertThat(text(DOCKERFILE)).doesNotContainIgnoringCase("syntax=");
    }

    @Test
    void portsArePublishedOnLoopbackOnly() {
        services.forEach((name, service) -> assertThat(strings(service, "ports"))
                .as(name)
                .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:")));
        Map<String, Object> settings = yaml(Path.of("src/main/resources/application.yml"));
        String api = ((Map<String, Object>) settings.get("server")).get("port").toString();
        Map<String, Object> management = (Map<String, Object>) settings.get("management");
        String managementPort =
                ((Map<String, Object>) management.get("server")).get("port").toString();
        assertThat(strings(services.get("proxy"), "ports")).containsExactly("127.0.0.1:" + api + ":" + api);
        assertThat(PROXY)
                .contains("bind \"${HUB_BIND-:" + api + "}\"", "\"${HUB_NAME-hub}\":" + api)
                .as("asked for readiness, and nothing else is there to reach it by")
                .contains("check port " + managementPort)
                .doesNotContain(":" + managementPort);
        assertThat(strings(services.get("hub"), "ports"))
                .as("each hub takes one of the range")
                .singleElement()
                .asString()
                .matches("127\\.0\\.0\\.1:" + managementPort + "-\\d+:" + managementPort);
        assertThat(text(DOCKERFILE)).contains("EXPOSE " + api + " " + managementPort);
        assertThat(text(DOCKERFILE)).contains("/dev/tcp/127.0.0.1/" + managementPort);
        assertThat(text(Path.of("src/main/docker/prometheus.yml"))).contains("port: " + managementPort);
    }

    /** {@code --scale hub=3}: nothing there may be only once. */
    @Test
    void theHubCanBeThereSeveralTimes() {
        Map<String, Object> hub = services.get("hub");
        assertThat(hub).doesNotContainKeys("container_name", "hostname");
        assertThat(((Map<String, Object>) hub.get("deploy")).get("replicas")).isEqualTo("${HUB_NODES:-1}");
        assertThat(text(DOCKERFILE)).as("data is a volume of each container").contains("VOLUME /hub/data\n");
        String media = environment(hub).get("STORAGE_PATH").toString();
        assertThat(strings(hub, "volumes"))
                .as("what is mounted is shared, and data must not be")
                .singleElement()
                .asString()
                .endsWith(":" + media);
        assertThat(text(DOCKERFILE))
                .as("the user of the image may write there")
                .contains("chown hub /hub/data " + media);
        assertThat(environment(hub))
                .as("what is made by a node itself would be another on each")
                .containsKeys("HUB_ENCRYPTION_KEY", "JWT_SECRET_KEY", "HUB_OPERATOR_PASSWORD", "SPRING_DATASOURCE_URL");
        int connections = Integer.parseInt(find(
                        "(?<=max_connections=)\\d+",
                        services.get("postgres").get("command").toString())
                .get(0));
        List<String> ports =
                find("(?<=127\\.0\\.0\\.1:)\\d+-\\d+", strings(hub, "ports").toString());
        String[] range = ports.get(0).split("-");
        int most = Integer.parseInt(range[1]) - Integer.parseInt(range[0]) + 1;
        assertThat(PROXY).as("as many as have a port for their Hawtio").contains("server-template hub " + most + " ");
        int each = Integer.parseInt(
                find("(?<=HUB_DATABASE_CONNECTIONS:)\\d+", text(Path.of("src/main/resources/application.yml")))
                        .get(0));
        assertThat(connections)
                .as("room for all of them, each with two more for its budgets, n8n and people")
                .isGreaterThan(most * (each + 2) + 50);
    }

    @Test
    void theProxyNamesWhoAsks_andTheHubsBelieveNobodyElse() {
        assertThat(strings(services.get("proxy"), "networks")).containsExactly("front");
        services.forEach(
                (name, service) -> assertThat(strings(service, "networks").contains("front"))
                        .as(name)
                        .isEqualTo(Set.of("proxy", "hub").contains(name)));
        Map<String, Object> front = (Map<String, Object>) ((Map<String, Object>) compose.get("networks")).get("front");
        String subnet = ((Map<String, List<Map<String, String>>>) front.get("ipam"))
                .get("config")
                .get(0)
                .get("subnet");
        String trusted =
                environment(services.get("hub")).get("HUB_TRUSTED_PROXIES").toString();
        assertThat(subnet).endsWith(".0/24");
        assertThat(subnet.replace(".0/24", ".17")).matches(trusted);
        assertThat("172.18.0.2").doesNotMatch(trusted);
        assertThat(PROXY)
                .contains("option forwardfor", "http-request del-header X-Forwarded-For if !outer")
                .contains("acl outer src \"${HUB_OUTER_PROXIES-127.0.0.1/32}\"");
    }

    @Test
    void theProxyAsksEveryHubOfTheMoment_andHoldsNoStreamBack() {
        assertThat(PROXY)
                .contains("resolvers docker", "balance roundrobin")
                .contains("option httpchk GET /actuator/health/readiness")
                .as("what was sent is not sent again")
                .contains("retry-on conn-failure\n")
                .as("compressed is what ends")
                .doesNotContain("text/event-stream");
        assertThat(Long.parseLong(find("(?<=content-length\\) gt )\\d+", PROXY).get(0)))
                .as("larger than a narration")
                .isGreaterThan(DataSize.ofMegabytes(50).toBytes());
        assertThat(text(Path.of("src/main/resources/application.yml"))).contains("most-audio: 50MB");
        assertThat(services.get("proxy").get("volumes").toString())
                .contains("haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro");
    }

    @Test
    void haproxyAgrees() throws Exception {
        Path haproxy = Path.of("/usr/sbin/haproxy");
        assumeTrue(Files.isExecutable(haproxy), "skipped: there is no " + haproxy);
        Process check = new ProcessBuilder(haproxy.toString(), "-c", "-f", PROXY_FILE.toString())
                .redirectErrorStream(true)
                .start();
        String says = new String(check.getInputStream().readAllBytes());

        assertThat(check.waitFor()).as(says).isZero();
    }

    @Test
    void everyFileReferredToExists() {
        Map<String, String> build = (Map<String, String>) services.get("hub").get("build");
        assertThat(Path.of(build.get("context")).resolve(build.get("dockerfile")))
                .isRegularFile();
        for (String line : find("^COPY (?!--from).+", text(DOCKERFILE))) {
            List<String> words = List.of(line.split("\\s+"));
            for (String source : words.subList(1, words.size() - 1)) {
                assertThat(Path.of(source)).as(line).exists();
                assertThat(text(Path.of(".dockerignore"))).as(line).contains("!" + source);
            }
        }
        assertThat(text(DOCKERFILE))
                .contains("target/"
                        + find("(?<=<finalName>)[^<]+", text(Path.of("pom.xml")))
                                .get(0) + ".jar");
    }

    @Test
    void everyVolumeIsDeclaredOrAFile() {
        Set<String> declared = ((Map<String, Object>) compose.get("volumes")).keySet();
        Set<String> used = new TreeSet<>();
        services.forEach((name, service) -> strings(service, "volumes").forEach(volume -> {
            String source = volume.split(":")[0];
            if (source.startsWith("./")) {
                assertThat(Path.of(source)).as(name).isRegularFile();
            } else {
                used.add(source);
            }
        }));
        assertThat(used).isEqualTo(new TreeSet<>(declared));
    }

    @Test
    void theHubKnowsEveryVariableItIsGiven() {
        String settings = text(Path.of("src/main/resources/application.yml"));
        Set<String> ofSpringBoot =
                Set.of("SPRING_DATASOURCE_URL", "SPRING_DATASOURCE_USERNAME", "SPRING_DATASOURCE_PASSWORD");
        assertThat(environment(services.get("hub")).keySet())
                .allSatisfy(name -> assertThat(ofSpringBoot.contains(name) || settings.contains("${" + name))
                        .as(name)
                        .isTrue());
        assertThat(environment(services.get("hub")).get("SPRING_DATASOURCE_URL").toString())
                .endsWith(
                        "postgres:5432/" + environment(services.get("postgres")).get("POSTGRES_DB"));
    }

    /** Addresses of vendors, and what is of a machine rather than of a container. */
    @Test
    void whatTheDocumentsNameCanBeSet() {
        Set<String> ofMachines = Set.of(
                "HUB_DATA",
                "HUB_ROUTES",
                "HUB_HAWTIO",
                "HUB_FFMPEG",
                "HUB_FONTS",
                "HUB_VIDEO_SIZE",
                "HUB_YOUTUBE_CALLBACK",
                "HUB_DATABASE_CONNECTIONS",
                "HUB_TRACING_SHARE",
                "HUB_OPERATOR_USERNAME",
                "STRIPE_API_BASE");
        List<String> named = find("(?<=`)[A-Z][A-Z0-9_]+(?=`[^|]*\\|)", text(Path.of("docs/settings.md")));
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(named)
                .filteredOn(name -> !name.endsWith("_BASE_URL") || name.equals("HUB_BASE_URL"))
                .filteredOn(name -> !ofMachines.contains(name))
                .isSubsetOf(environment(services.get("hub")).keySet());
    }

    @Test
    void everyVariableStandsInTheExampleAndNoSecretInTheFile() {
        List<String> wanted = new ArrayList<>(find("(?<=\\$\\{)[A-Z0-9_]+", text(Path.of("docker-compose.yml"))));
        assertThat(find("^[A-Z0-9_]+(?==)", text(Path.of(".env.example"))))
                .containsExactlyInAnyOrderElementsOf(new TreeSet<>(wanted));
        services.values()
                .forEach(service -> environment(service).forEach((name, value) -> {
                    if (name.matches(".*(PASSWORD|KEY|SECRET).*")) {
                        assertThat(value.toString()).as(name).startsWith("${");
                    }
                }));
        assertThat(text(Path.of(".gitignore")).lines()).contains(".env");
    }

    /** A model that changed in one place only would be the former one in containers. */
    @Test
    void whatNobodySetsIsAsWithoutCompose() {
        Set<String> ofCompose = Set.of("HUB_BASE_URL"); // the hub's own names its port
        String settings = text(Path.of("src/main/resources/application.yml"));
        Pattern usual = Pattern.compile("\\$\\{([A-Z0-9_]+):-([^}]+)}");
        environment(services.get("hub")).values().forEach(value -> {
            Matcher found = usual.matcher(value.toString());
            if (found.matches() && !ofCompose.contains(found.group(1))) {
                assertThat(settings).contains("${" + found.group(1) + ":" + found.group(2) + "}");
            }
        });
    }

    @Test
    void prometheusReadsTheHubAsTheOperator() {
        Map<String, Object> prometheus = yaml(Path.of("src/main/docker/prometheus.yml"));
        Map<String, Object> job = ((List<Map<String, Object>>) prometheus.get("scrape_configs")).get(0);
        assertThat(job).containsEntry("metrics_path", "/actuator/prometheus").doesNotContainKey("static_configs");
        assertThat(((List<Map<String, Object>>) job.get("dns_sd_configs")).get(0))
                .as("each hub by itself")
                .containsEntry("names", List.of("hub"))
                .containsEntry("type", "A");
        Map<String, String> login = (Map<String, String>) job.get("basic_auth");
        String secret = Path.of(login.get("password_file")).getFileName().toString();
        assertThat(login.get("password_file")).isEqualTo("/run/secrets/" + secret);
        assertThat(strings(services.get("prometheus"), "secrets")).contains(secret);
        assertThat(((Map<String, Map<String, String>>) compose.get("secrets")).get(secret))
                .containsEntry("environment", "HUB_OPERATOR_PASSWORD");
        assertThat(text(Path.of("src/main/resources/application.yml")))
                .contains("${HUB_OPERATOR_USERNAME:" + login.get("username") + "}");
        assertThat(environment(services.get("hub"))).doesNotContainKey("HUB_OPERATOR_USERNAME");
    }

    @Test
    void theImageDoesNotRunAsRoot() {
        String file = text(DOCKERFILE);
        assertThat(find("^USER .+", file)).containsExactly("USER hub");
        assertThat(file.indexOf("USER hub")).isLessThan(file.indexOf("ENTRYPOINT"));
    }
}
