package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** A setting that is called otherwise now is not passed over. */
class FormerSettingsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hub.operations.thresholds.alerts-by-mail",
                "hub.operations.thresholds.alerts-webhook",
                "hub.media.retention-at"
            })
    void itsFormerNameStopsTheStart(String former) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("a file", Map.of(former, "x")));

        assertThatThrownBy(() -> new FormerSettings(environment))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining(former);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUB_MEDIA_RETENTION_AT", "HUB_OPERATIONS_RETENTION_AT"})
    void ofTheEnvironmentItIsTheSame(String variable) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("the environment", Map.of(variable, "03:00")));

        assertThatCode(() -> new FormerSettings(environment)).doesNotThrowAnyException();
    }
}
