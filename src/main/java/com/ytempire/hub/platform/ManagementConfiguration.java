package com.ytempire.hub.platform;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.system.ApplicationHome;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * What the management port needs besides Spring Boot's own. It is a web server of its own with a context of its own, so
 * filters and pages of the main one do not reach it; this class is named in {@code META-INF/spring}.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
class ManagementConfiguration {

    @Bean
    FilterRegistrationBean<RequestIdFilter> managementRequestId() {
        FilterRegistrationBean<RequestIdFilter> filter = new FilterRegistrationBean<>(new RequestIdFilter());
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    /**
     * Makes Hawtio read our {@code hawtio/hawtconfig.json} and logo. Hawtio asks for them under its own path and would
     * answer with the files in its jar; these two patterns are more specific than its {@code /**} and win. The folder
     * is found as the routes are (working directory, beside the jar, one above), so that the console can be changed
     * without a build; a jar that stands alone uses the copy packaged in it.
     */
    @Bean
    WebMvcConfigurer hawtioBranding(@Value("${hub.hawtio}") String setting) {
        return new WebMvcConfigurer() {
            @Override
            public void addResourceHandlers(ResourceHandlerRegistry registry) {
                String[] config = places(setting, "");
                String[] images = places(setting, "img/");
                registry.addResourceHandler(
                                "/actuator/hawtio/hawtconfig.*") // an exact path would be no pattern, and find nothing
                        .addResourceLocations(config)
                        .setCacheControl(CacheControl.noCache());
                registry.addResourceHandler("/actuator/hawtio/img/ytempire*").addResourceLocations(images);
            }
        };
    }

    private static String[] places(String setting, String folder) {
        Path home = new ApplicationHome(ManagementConfiguration.class)
                .getDir()
                .toPath()
                .toAbsolutePath();
        List<Path> candidates = setting.isBlank()
                ? List.of(Path.of("hawtio"), home.resolve("hawtio"), home.resolveSibling("hawtio"))
                : List.of(Path.of(setting));
        String packaged = "classpath:/hawtio/" + folder;
        return candidates.stream()
                .filter(place -> Files.isRegularFile(place.resolve("hawtconfig.json")))
                .findFirst()
                .map(place -> new String[] {"file:" + place.toAbsolutePath().normalize() + "/" + folder, packaged})
                .orElseGet(() -> new String[] {packaged});
    }
}
