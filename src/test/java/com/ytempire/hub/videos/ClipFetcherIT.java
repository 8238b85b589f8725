package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.media.StockAddresses;
import com.ytempire.hub.platform.Ffmpeg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What vendors' addresses lead to: clips and photos that are kept, and what is refused. */
class ClipFetcherIT extends HubIT {

    @TempDir
    private Path folder;

    @Autowired
    private StockAddresses addresses;

    @Autowired
    private Ffmpeg ffmpeg;

    private FetchedClip fetch(String url) {
        // the settings of the tests: three megabytes are too much
        ClipFetcher fetcher = new ClipFetcher(addresses, ffmpeg, Studio.settings(360));
        return fetcher.fetch(List.of(new ClipSource("pexels_1", "pexels", url)), folder)
                .get(0);
    }

    private static String address(String file) {
        return SANDBOX.baseUrl() + "/pexels/files/" + file;
    }

    private List<String> kept() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void aClipIsLoadedOnceAndKeptUnderTheHashOfItsAddress() throws IOException {
        FetchedClip first = fetch(address("1000-1920.mp4"));
        Files.setLastModifiedTime(first.file(), FileTime.fromMillis(1000));
        FetchedClip again = fetch(address("1000-1920.mp4"));

        assertThat(first.refused()).isNull();
        assertThat(again.file()).isEqualTo(first.file());
        assertThat(Files.getLastModifiedTime(again.file()).toMillis()).isEqualTo(1000);
        assertThat(kept()).hasSize(1).allMatch(name -> name.matches("[0-9a-f]{64}\\.mp4"));
    }

    @Test
    void aPhotoIsOneAndARedirectIsFollowed() throws IOException {
        assertThat(fetch(address("7.jpeg")).file()).hasFileName(kept().get(0)).hasExtension("jpg");
        assertThat(fetch(address("moved.mp4")).isUsable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "astray.mp4, none of pexels's",
        "circle.mp4, too often",
        "page.mp4, neither a film nor a picture",
        "playlist.mp4, neither a film nor a picture",
        "broken.mp4, FFmpeg cannot show it",
        "gone.mp4, 404",
        "large.mp4, too large"
    })
    void whatIsNoClipOfThatVendorIsRefused(String file, String reason) throws IOException {
        FetchedClip clip = fetch(address(file));

        assertThat(clip.isUsable()).isFalse();
        assertThat(clip.refused()).contains(reason).doesNotContain(folder.toString());
        assertThat(kept()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:1/files/1.mp4",
        "file:///etc/passwd",
        "https://pexels.com.example.org/1.mp4",
        "not an address"
    })
    void otherAddressesAreNotEvenAsked(String url) {
        assertThat(fetch(url).refused()).contains("none of pexels's");
    }

    @Test
    void oneThatCannotBeHadDoesNotKeepTheOthers() {
        ClipFetcher fetcher = new ClipFetcher(addresses, ffmpeg, Studio.settings(360));

        List<FetchedClip> clips = fetcher.fetch(
                List.of(
                        new ClipSource("pexels_1", "pexels", address("gone.mp4")),
                        new ClipSource("pexels_2", "pexels", address("1002-1920.mp4"))),
                folder);

        assertThat(clips).extracting(FetchedClip::isUsable).containsExactly(false, true);
    }
}
