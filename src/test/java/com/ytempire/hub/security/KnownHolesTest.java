package com.ytempire.hub.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;

/** What docs/security.md says of the known holes of Camel is true of what is on the class path. */
class KnownHolesTest {

    private static final Pattern COMPONENT = Pattern.compile("\\bcamel-[a-z0-9-]*[a-z0-9]");

    @Test
    void noComponentWithAKnownHoleIsPartOfTheHub() throws IOException {
        String page = Files.readString(Path.of("docs/security.md"));
        String others = page.substring(page.indexOf("The others are in components"), page.indexOf("## What is left"));
        Set<String> named = new TreeSet<>();
        Matcher component = COMPONENT.matcher(others);
        while (component.find()) {
            named.add(component.group());
        }
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(named).filteredOn(this::isThere).isEmpty();
        assertThat(isThere("camel-http")).as("the way to find out").isTrue();
    }

    private boolean isThere(String component) {
        return getClass().getResource("/META-INF/maven/org.apache.camel/" + component + "/pom.properties") != null;
    }

    @Test
    void thePageIsAboutTheCamelThatIsUsed() throws IOException {
        String version = CamelContext.class.getPackage().getImplementationVersion();
        assertThat(Files.readString(Path.of("docs/security.md"))).contains("**" + version + "**");
    }
}
