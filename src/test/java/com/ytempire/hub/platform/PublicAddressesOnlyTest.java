package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesOnlyTest {

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "93.184.216.34", "192.0.1.1", "100.128.0.1", "2606:4700::1111"})
    void publicOnesAreFound(String address) throws UnknownHostException {
        assertThat(PublicAddressesOnly.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "0.1.2.3",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.127.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "198.18.0.1",
                "198.51.100.7",
                "203.0.113.9",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001:0:1234::1",
                "2001:db8::1"
            })
    void othersAreNot(String address) throws UnknownHostException {
        assertThat(PublicAddressesOnly.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @Test
    void aNameThatLeadsInsideLeadsNowhere() {
        assertThatThrownBy(() -> new PublicAddressesOnly(Set.of()).resolve("localhost"))
                .isInstanceOf(UnknownHostException.class);
        assertThatThrownBy(() -> new PublicAddressesOnly(Set.of()).resolve("127.0.0.1"))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void whatASettingNamesMayLieAnywhere() throws UnknownHostException {
        PublicAddressesOnly addresses = new PublicAddressesOnly(Set.of("localhost"));
        assertThat(addresses.resolve("LOCALHOST")).isNotEmpty();
        assertThatThrownBy(() -> addresses.resolve("127.0.0.1")).isInstanceOf(UnknownHostException.class);
    }
}
