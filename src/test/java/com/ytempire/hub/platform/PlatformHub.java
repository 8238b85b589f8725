package com.ytempire.hub.platform;

import com.ytempire.hub.platform.ApiAnswer.Pagination;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jmx.export.annotation.ManagedOperation;
import org.springframework.jmx.export.annotation.ManagedResource;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The platform without a database and without areas: both ports, one route, one controller, one console bean. */
@Profile(PlatformHub.PROFILE) // out of sight of the whole hub, which scans this package
@SpringBootConfiguration
@EnableAutoConfiguration(
        exclude = {
            DataSourceAutoConfiguration.class,
            DataSourceTransactionManagerAutoConfiguration.class,
            FlywayAutoConfiguration.class
        },
        excludeName = "com.ytempire.hub.platform.PlatformConfiguration")
@Import({
    SecurityConfiguration.class,
    ProblemWriter.class,
    ProblemHandler.class,
    ErrorPage.class,
    RequestIdFilter.class,
    JolokiaConfiguration.class,
    VendorsConfiguration.class,
    PlatformHub.Things.class,
    PlatformHub.Console.class
})
class PlatformHub {

    static final String PROFILE = "platform-hub";

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Vault vault() {
        return new Vault(new byte[Vault.KEY_BYTES]);
    }

    @Bean(destroyMethod = "close")
    DataFolder dataFolder() throws IOException {
        return DataFolder.open(Files.createTempDirectory("hub-data"));
    }

    @Bean
    VendorStatus stripe() {
        return new VendorStatus("stripe", true, "set STRIPE_SECRET_KEY");
    }

    @Bean
    VendorStatus resend() {
        return new VendorStatus("resend", false, "set RESEND_API_KEY");
    }

    @Bean
    RouteBuilder route() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:things-look").routeId("things-look").log("looked");
            }
        };
    }

    @Component
    @Profile(PROFILE)
    @ManagedResource(objectName = "com.ytempire.hub:type=Things")
    public static class Console {

        @ManagedOperation
        public String look(int limit) {
            return "looked at " + limit;
        }
    }

    record NewThing(@NotBlank String displayName, @Positive int itemCount) {}

    @RestController
    @Profile(PROFILE)
    @RequestMapping("/api/v1")
    static class Things {

        @GetMapping("/things")
        ApiAnswer<List<String>> list(
                @RequestParam(defaultValue = Paging.FIRST) int page,
                @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
            return ApiAnswer.of(new Page<>(List.of("a", "b"), 41, new Paging(page, perPage)));
        }

        @PostMapping("/things")
        ApiAnswer<Pagination> create(@Valid @RequestBody NewThing thing) {
            return ApiAnswer.of(new Pagination(1, thing.itemCount(), 1, 1));
        }

        @GetMapping("/things/broken")
        void broken() {
            throw new IllegalStateException("jdbc:postgresql://secret-host/hub?password=hunter2");
        }

        @GetMapping("/things/database")
        void databaseAway() {
            throw new DataAccessResourceFailureException("connection refused: secret-host");
        }

        @PostMapping("/webhooks/endpoints/{service}/close")
        ApiAnswer<String> operatorsOnly(@PathVariable String service) {
            return ApiAnswer.of(service);
        }

        @PostMapping("/webhooks/{service}")
        String intake(@PathVariable String service) {
            return "taken in: " + service;
        }
    }
}
