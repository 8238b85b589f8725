package com.ytempire.hub.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.boot.system.ApplicationHome;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Tells Camel where the flows are: the folder of {@code hub.routes}, else {@code routes/} in the working directory,
 * beside the jar, or one folder above it.
 */
class RouteFolder implements EnvironmentPostProcessor {

    /** @throws IllegalStateException when there is no such folder: a hub without flows must not start */
    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String setting = environment.getProperty("hub.routes", "");
        Path folder = setting.isBlank() ? find() : Path.of(setting).toAbsolutePath();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IllegalStateException("no folder with routes"
                    + (folder == null ? " in the working directory, beside the jar or above it" : " at " + folder)
                    + "; set HUB_ROUTES");
        }
        environment
                .getPropertySources()
                .addLast(new MapPropertySource(
                        "routes",
                        Map.of("camel.main.routes-include-pattern", "file:" + real(folder) + "/**/*.camel.yaml")));
    }

    private static Path find() {
        Path home = new ApplicationHome(RouteFolder.class).getDir().toPath().toAbsolutePath();
        return List.of(Path.of("").toAbsolutePath(), home, home.resolve("..")).stream()
                .map(place -> place.resolve("routes"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(null);
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the routes at " + folder, e);
        }
    }
}
