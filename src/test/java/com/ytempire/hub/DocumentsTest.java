package com.ytempire.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README and the documents name tests as proof of what they say; each of these is there. */
class DocumentsTest {

    private static final Pattern TEST = Pattern.compile("\\b([A-Z]\\w+(?:IT|Test))\\b");

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Set<String> named = new TreeSet<>();
        try (Stream<Path> documents = Files.list(Path.of("docs"))) {
            for (Path document : Stream.concat(Stream.of(Path.of("README.md"), Path.of("hawtio/README.md")), documents)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList()) {
                Matcher test = TEST.matcher(Files.readString(document));
                while (test.find()) {
                    named.add(test.group(1));
                }
            }
        }

        assertThat(named).isNotEmpty();
        assertThat(classes()).containsAll(named);
    }

    private static Set<String> classes() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
            return sources.map(source -> source.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }
}
