package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** No Docker runs with the tests, so this reads what Docker would: everything that is referred to must exist. */
@SuppressWarnings("unchecked")
class ComposeFileTest {

    private static final Path DOCKERFILE = Path.of("src/main/docker/Dockerfile");

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
    void theFourServicesAreThereAndComeAndGoTogether() {
        assertThat(services).containsOnlyKeys("hub", "postgres", "n8n", "prometheus");
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
        assertThat(strings(services.get("hub"), "ports"))
                .containsExactly("127.0.0.1:" + api + ":" + api, "127.0.0.1:" + managementPort + ":" + managementPort);
        assertThat(text(DOCKERFILE)).contains("EXPOSE " + api + " " + managementPort);
        assertThat(text(DOCKERFILE)).contains("/dev/tcp/127.0.0.1/" + managementPort);
        assertThat(text(Path.of("src/main/docker/prometheus.yml"))).contains("hub:" + managementPort);
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

    @Test
    void prometheusReadsTheHubAsTheOperator() {
        Map<String, Object> prometheus = yaml(Path.of("src/main/docker/prometheus.yml"));
        Map<String, Object> job = ((List<Map<String, Object>>) prometheus.get("scrape_configs")).get(0);
        assertThat(job).containsEntry("metrics_path", "/actuator/prometheus");
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
