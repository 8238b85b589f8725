package com.ytempire.hub.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.media.MediaSettings.Link;
import com.ytempire.hub.media.MediaSettings.Vendor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files are loaded from their vendor's hosts only, whatever a vendor's answer says. */
class StockAddressesTest {

    private final StockAddresses addresses = new StockAddresses(new MediaSettings(
            null,
            null,
            null,
            null,
            null,
            1,
            1,
            1,
            Map.of(
                    "pexels", new Vendor("l", "c", List.of("pexels.com"), null),
                    "pixabay", new Vendor("l", "c", List.of("pixabay.com"), null)),
            Map.of(
                    "videos-pexels",
                    new Link("videos", "pexels", "pexels", "http://127.0.0.1:8090/pexels/x", "k", null, "K", false),
                    "kept",
                    new Link("videos", null, null, null, null, null, null, false)),
            null));

    @ParameterizedTest
    @CsvSource({
        "https://pexels.com/1.mp4, true",
        "https://videos.PEXELS.com/1.mp4, true",
        "https://videos.pexels.com:443/1.mp4, true",
        "http://127.0.0.1:8090/files/1.mp4, true",
        "http://videos.pexels.com/1.mp4, false",
        "https://videos.pexels.com:8443/1.mp4, false",
        "https://evilpexels.com/1.mp4, false",
        "https://pexels.com.evil.example/1.mp4, false",
        "https://pexels.com@evil.example/1.mp4, false",
        "https://evil.example@pexels.com/1.mp4, false",
        "http://127.0.0.1:9999/1.mp4, false",
        "http://169.254.169.254/latest/meta-data, false",
        "file:///etc/passwd, false",
        "/1.mp4, false",
        "'https://pexels.com/ 1.mp4', false",
        "https://pixabay.com/1.mp4, false"
    })
    void onlyTheVendorsOwnHosts(String url, boolean may) {
        assertThat(addresses.mayLoad("pexels", url)).isEqualTo(may);
        assertThat(addresses.mayLoad("nobody", url)).isFalse();
    }

    /** The kept ones lie nowhere. */
    @Test
    void aLinkThatCallsNobodyHasNoHost() {
        assertThat(addresses.trustedHosts()).containsExactly("127.0.0.1");
    }
}
