package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom an address counts for. */
class ClientNetworkTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "192.0.2.7, 192.0.2.7",
                "2001:db8:0:1:aaaa::1, 2001:db8:0:1::/64",
                "2001:0DB8:0000:0001:0:0:0:2, 2001:db8:0:1::/64",
                "2001:db8:0:2::1, 2001:db8:0:2::/64",
                "fe80:0:0:0:1:2:3:4%eth0, fe80:0:0:0::/64",
                "::ffff:192.0.2.7, 192.0.2.7",
                "0:0:0:0:0:0:0:1, 0:0:0:0::/64",
                "unknown, unknown",
                "no:address, no:address",
                "x:1, x:1",
                "::1, 0:0:0:0::/64",
                "1:2, 1:2",
                "'', ''",
                "-, -",
            })
    void anAddressOfIpv6CountsForItsNetwork(String address, String client) {
        assertThat(ClientNetwork.of(address)).isEqualTo(client);
    }
}
