package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadFilesTest {

    private static final String OF_ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2

    private final UploadFiles files = new UploadFiles();

    @Test
    void aFileIsReadOnceAndAgainWhenItHasChanged(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("film.mp4"), "abc");
        FileTime time = Files.getLastModifiedTime(file);
        assertThat(files.sha256(file)).isEqualTo(OF_ABC);

        Files.writeString(file, "xyz");
        Files.setLastModifiedTime(file, time);
        assertThat(files.sha256(file)).as("not read again").isEqualTo(OF_ABC);

        Files.setLastModifiedTime(file, FileTime.from(time.toInstant().plus(Duration.ofSeconds(1))));
        assertThat(files.sha256(file)).as("of another time").isNotEqualTo(OF_ABC);

        Files.writeString(file, "abc");
        Files.setLastModifiedTime(file, FileTime.from(time.toInstant().plus(Duration.ofSeconds(2))));
        assertThat(files.sha256(file)).isEqualTo(OF_ABC);

        Files.delete(file);
        Files.writeString(file, "abcd");
        Files.setLastModifiedTime(file, FileTime.from(time.toInstant().plus(Duration.ofSeconds(2))));
        assertThat(files.sha256(file)).as("of another size").isNotEqualTo(OF_ABC);
    }
}
