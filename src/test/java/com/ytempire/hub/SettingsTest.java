package com.ytempire.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.yaml.snakeyaml.Yaml;

/**
 * The hub's own settings are read by somebody: by a record of settings, or by their name in Java, a route or another
 * setting. What Spring is told to leave out is there to be left out.
 */
class SettingsTest {

    private static final Path MAIN = Path.of("src/main");

    @Test
    void everySettingIsRead() throws Exception {
        List<Class<?>> records = records();
        String text = text();

        assertThat(settings())
                .isNotEmpty()
                .allSatisfy(path -> assertThat(
                                records.stream().anyMatch(record -> isBound(record, path)) || isNamed(text, path))
                        .as("somebody reads %s", String.join(".", path))
                        .isTrue());
    }

    /** Spring passes silently over a name it does not know; a version that renames a class would bring it back. */
    @Test
    void everyAutoConfigurationThatIsLeftOutIsThere() throws IOException {
        Map<?, ?> spring = (Map<?, ?>) application().get("spring");
        List<?> leftOut = (List<?>) ((Map<?, ?>) spring.get("autoconfigure")).get("exclude");

        assertThat(ImportCandidates.load(AutoConfiguration.class, null).getCandidates())
                .containsAll(leftOut.stream().map(Object::toString).toList());
    }

    private static Map<String, Object> application() throws IOException {
        return new Yaml().load(Files.readString(MAIN.resolve("resources/application.yml")));
    }

    private static List<List<String>> settings() throws IOException {
        List<List<String>> paths = new ArrayList<>();
        collect(List.of("hub"), application().get("hub"), paths);
        return paths;
    }

    private static void collect(List<String> path, Object value, List<List<String>> into) {
        if (value instanceof Map<?, ?> group) {
            group.forEach((key, each) -> collect(
                    Stream.concat(path.stream(), Stream.of(key.toString())).toList(), each, into));
        } else {
            into.add(path);
        }
    }

    private static List<Class<?>> records() throws ClassNotFoundException {
        ClassPathScanningCandidateComponentProvider scan = new ClassPathScanningCandidateComponentProvider(false);
        scan.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        List<Class<?>> records = new ArrayList<>();
        for (var found : scan.findCandidateComponents("com.ytempire.hub")) {
            records.add(Class.forName(found.getBeanClassName()));
        }
        return records;
    }

    private static boolean isBound(Class<?> record, List<String> path) {
        List<String> prefix = List.of(
                record.getAnnotation(ConfigurationProperties.class).value().split("\\."));
        return path.size() > prefix.size()
                && path.subList(0, prefix.size()).equals(prefix)
                && isBound((Type) record, path.subList(prefix.size(), path.size()));
    }

    private static boolean isBound(Type type, List<String> path) {
        if (path.isEmpty()) {
            return true;
        }
        List<String> rest = path.subList(1, path.size());
        if (type instanceof ParameterizedType of && of.getRawType() == Map.class) {
            return isBound(of.getActualTypeArguments()[1], rest);
        }
        return type instanceof Class<?> record
                && record.isRecord()
                && Arrays.stream(record.getRecordComponents())
                        .anyMatch(part ->
                                part.getName().equalsIgnoreCase(path.get(0).replace("-", ""))
                                        && isBound(part.getGenericType(), rest));
    }

    private static boolean isNamed(String text, List<String> path) {
        return Pattern.compile(Pattern.quote(String.join(".", path)) + "[^\\w-]")
                .matcher(text)
                .find();
    }

    private static String text() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path folder : List.of(MAIN, Path.of("routes"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(each -> each.toString().matches(".*\\.(java|ya?ml|html)"))
                        .toList()) {
                    text.append(Files.readString(file)).append('\n');
                }
            }
        }
        return text.toString();
    }
}
