package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.platform.VendorSettings.Vendor;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose address is called. */
class VendorSettingsTest {

    private final VendorSettings vendors = new VendorSettings(Map.of(
            "far", vendor("https://api.example", "https://api.example/ping"),
            "near", vendor("https://api.example/near", ""),
            "none", vendor("", "")));

    private static Vendor vendor(String base, String probe) {
        return new Vendor("text", Duration.ofMinutes(5), List.of(base), probe, "", "", "", false);
    }

    @Test
    void theLongestBeginningWins() {
        assertThat(vendors.owner(URI.create("https://api.example/near/v1?x=1"))).contains("near");
        assertThat(vendors.owner(URI.create("https://api.example/v1"))).contains("far");
        assertThat(vendors.owner(URI.create("https://other.example/v1"))).isEmpty();
    }

    @Test
    void aProbeIsNoCallOfTheBusiness() {
        assertThat(vendors.owner(URI.create("https://api.example/ping"))).isEmpty();
    }
}
