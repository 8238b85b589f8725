package com.ytempire.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ytempire.hub.RouteConventions.Surroundings;
import com.ytempire.hub.RouteConventions.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file in {@code routes/} keeps the rules for routes; and the check itself sees what it is there to see: each
 * fixture in {@code conventions/} breaks one rule, named in its first line.
 */
class RouteConventionsTest {

    private static final Path ROUTES = Path.of("routes");
    private static final Path FIXTURES = Path.of("src/test/resources/conventions");
    private static final Path RESOURCES = Path.of("src/main/resources");

    @Test
    void allRoutesKeepTheRules() {
        List<Violation> violations = RouteConventions.violations(filesIn(ROUTES), new Hub());

        assertThat(violations)
                .withFailMessage(() -> "Rules for routes are broken:" + RouteConventions.list(violations))
                .isEmpty();
    }

    @Test
    void aFlowThatKeepsTheRulesIsNotRefused() {
        assertThat(RouteConventions.violations(documents(read(FIXTURES.resolve("good.yaml"))), new Sample()))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("badFixtures")
    void eachRuleIsSeenWhenItIsBroken(String fixture) {
        String text = read(FIXTURES.resolve(fixture));
        String[] expected = text.lines()
                .findFirst()
                .orElseThrow()
                .replaceFirst("# breaks ", "")
                .split(": ", 2);

        List<Violation> violations = RouteConventions.violations(documents(text), new Sample());

        assertThat(violations).singleElement().asString().contains(": rule " + expected[0] + ": ", expected[1]);
    }

    @Test
    void everyRuleThatATestCanSeeHasAFixture() {
        Set<String> rules = badFixtures().map(name -> name.substring(0, 3)).collect(Collectors.toSet());

        // 11, where routes are read from, is proven by starting the hub
        assertThat(rules)
                .containsExactlyInAnyOrder("r01", "r02", "r03", "r04", "r05", "r06", "r07", "r08", "r09", "r10", "r12");
    }

    @Test
    void whatJavaCallsMustExist() {
        Surroundings surroundings = new Sample() {
            @Override
            public JavaCalls java() {
                return JavaCalls.in(List.of("""
                        template.sendBody("direct:content-nowhere", body);
                        new EventHandler("stripe", List.of("customer.*"), "content-nothing");
                        """));
            }
        };

        assertThat(RouteConventions.violations(List.of(), surroundings))
                .extracting(Violation::what)
                .containsExactly(
                        "Java calls direct:content-nowhere, and no route has this id",
                        "an EventHandler is registered for 'content-nothing', and no direct: route has this id");
    }

    static Stream<String> badFixtures() {
        return list(FIXTURES).map(path -> path.getFileName().toString()).filter(name -> name.startsWith("r"));
    }

    private static List<RouteFile> filesIn(Path folder) {
        assumeTrue(Files.isDirectory(folder), "run from the project's folder");
        return list(folder)
                .filter(path ->
                        path.toString().endsWith(".yaml") || path.toString().endsWith(".yml"))
                .map(path -> RouteFile.parse(folder.relativize(path).toString().replace('\\', '/'), read(path)))
                .toList();
    }

    /** A fixture is one file or several, each begun by a line that says where it would lie. */
    private static List<RouteFile> documents(String text) {
        List<RouteFile> files = new ArrayList<>();
        for (String document : text.split("(?m)^---$")) {
            String at = document.lines()
                    .filter(line -> line.startsWith("# at "))
                    .findFirst()
                    .orElseThrow()
                    .substring("# at ".length());
            files.add(RouteFile.parse(at, document));
        }
        return files;
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the hub's own routes may refer to, read once. */
    private static final class Hub implements Surroundings {

        private final Set<String> configurationIds = RouteFile.parse(
                        RouteConventions.ERROR_HANDLING, read(ROUTES.resolve(RouteConventions.ERROR_HANDLING)))
                .entries()
                .stream()
                .map(entry -> RouteFile.text(entry.body().get("id")))
                .collect(Collectors.toSet());
        private final CommentedSettings settings = new CommentedSettings(read(RESOURCES.resolve("application.yml")));
        private final JavaCalls java = JavaCalls.in(list(Path.of("src/main/java"))
                .filter(path -> path.toString().endsWith(".java"))
                .map(RouteConventionsTest::read)
                .toList());

        @Override
        public Set<String> configurationIds() {
            return configurationIds;
        }

        @Override
        public CommentedSettings settings() {
            return settings;
        }

        @Override
        public JavaCalls java() {
            return java;
        }

        @Override
        public String resource(String path) {
            Path file = RESOURCES.resolve(path);
            return Files.isRegularFile(file) ? read(file) : null;
        }
    }

    /** What the fixtures may refer to. */
    private static class Sample implements Surroundings {

        @Override
        public Set<String> configurationIds() {
            return Set.of("entry", "work", "job", "link", "step");
        }

        @Override
        public CommentedSettings settings() {
            return new CommentedSettings("""
                    hub:
                      sample:
                        wait: 5s # how long the vendor may take
                        # three in the morning, when nobody waits
                        at: 0 0 3 * * ?
                        bare: 7
                      zone: UTC # business dates
                      sample.host: api.example.com # the vendor's address
                    """);
        }

        @Override
        public JavaCalls java() {
            return new JavaCalls(
                    Set.of(
                            "direct:content-sample",
                            "direct:content-other",
                            "direct:other-sample",
                            "direct:media-sample"),
                    Set.of(),
                    Set.of());
        }

        @Override
        public String resource(String path) {
            return Map.of(
                            "sql/content/sample.sql", "insert into content.sample values (:#id, :#name)",
                            "sql/media/sample.sql", "select 1")
                    .get(path);
        }
    }
}
