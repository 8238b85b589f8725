package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** With a database that is given; the embedded one needs an IT. */
class PlatformConfigurationTest {

    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    @TempDir
    Path data;

    @Test
    void aGivenDatabaseNeedsAGivenKey() {
        hub().run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("HUB_ENCRYPTION_KEY"));
    }

    @Test
    void aShortKeyStopsTheStart() {
        hub().withPropertyValues("hub.encryption-key=c2hvcnQ=")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("HUB_ENCRYPTION_KEY")
                        .hasMessageNotContaining("c2hvcnQ="));
    }

    @Test
    void aRefusedStartLetsTheDataFolderGo() {
        hub().run(context -> assertThat(context).hasFailed());

        hub().withPropertyValues("hub.encryption-key=" + KEY)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aGivenDatabaseStartsNoServer() {
        hub().withPropertyValues("hub.encryption-key=" + KEY).run(context -> {
            assertThat(context).hasSingleBean(Vault.class).hasSingleBean(NodeId.class);
            assertThat(context).doesNotHaveBean(EmbeddedPostgres.class);
            assertThat(data.resolve("postgres")).doesNotExist();
            assertThat(data.resolve("secrets")).doesNotExist();
        });
    }

    @Test
    void anotherClockGoesBeforeOurs() {
        Clock stands = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

        hub().withPropertyValues("hub.encryption-key=" + KEY)
                .withBean("otherClock", Clock.class, () -> stands)
                .run(context -> assertThat(context.getBean(Clock.class)).isSameAs(stands));
    }

    private ApplicationContextRunner hub() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PlatformConfiguration.class))
                .withPropertyValues(
                        "hub.data=" + data, "spring.datasource.url=jdbc:postgresql://127.0.0.1:1/elsewhere");
    }
}
