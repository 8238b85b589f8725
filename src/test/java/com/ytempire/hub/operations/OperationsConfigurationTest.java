package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host that the hub's own setting names for alerts. */
class OperationsConfigurationTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'', -",
                "https://alerts.example.com/hook, alerts.example.com",
                "http://alert_manager:9093/api, alert_manager",
                "http://alert_manager, alert_manager",
                "http://who:what@alert_manager:9093, alert_manager"
            })
    void isReadOfAnyAddress(String address, String host) {
        assertThat(OperationsConfiguration.hostOf(address)).isEqualTo(Optional.ofNullable(host));
    }
}
