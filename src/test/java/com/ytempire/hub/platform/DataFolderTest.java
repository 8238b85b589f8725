package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    Path temporary;

    @Test
    void isReadableToTheOwnerAlone() throws IOException {
        try (DataFolder folder = DataFolder.open(temporary.resolve("data"))) {
            folder.secret("NAME", () -> "value");

            assertThat(modeOf(folder.path())).isEqualTo("rwx------");
            assertThat(modeOf(folder.path().resolve("secrets"))).isEqualTo("rw-------");
        }
    }

    @Test
    void closesASecretsFileThatWasOpenToOthers() throws IOException {
        Path secrets = temporary.resolve("secrets");
        Files.writeString(secrets, "NAME=value\n");
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-r--r--"));
        try (DataFolder folder = DataFolder.open(temporary)) {
            assertThat(folder.secret("NAME")).contains("value");
        }
        assertThat(modeOf(secrets)).isEqualTo("rw-------");
    }

    @Test
    void makesASecretOnceAndKeepsTheOthers() {
        try (DataFolder folder = DataFolder.open(temporary)) {
            assertThat(folder.secret("ONE", () -> "a=b")).isEqualTo("a=b");
            assertThat(folder.secret("TWO", () -> "2")).isEqualTo("2");
        }
        try (DataFolder folder = DataFolder.open(temporary)) {
            assertThat(folder.secret("ONE", () -> "another")).isEqualTo("a=b");
            assertThat(folder.secret("TWO")).contains("2");
            assertThat(folder.secret("THREE")).isEmpty();
        }
    }

    @Test
    void namesTheNodeOnceForAll() {
        NodeId first;
        try (DataFolder folder = DataFolder.open(temporary)) {
            first = folder.nodeId();
        }
        try (DataFolder folder = DataFolder.open(temporary)) {
            assertThat(folder.nodeId()).isEqualTo(first);
        }
        try (DataFolder other = DataFolder.open(temporary.resolve("other"))) {
            assertThat(other.nodeId()).isNotEqualTo(first);
        }
    }

    @Test
    void refusesASecondOwnerAndServesTheNextOne() {
        DataFolder first = DataFolder.open(temporary);
        assertThatThrownBy(() -> DataFolder.open(temporary))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining(first.path().toString());
        assertThatThrownBy(() -> DataFolder.open(temporary.resolve("../" + temporary.getFileName())))
                .isInstanceOf(StartRefused.class);
        first.close();
        first.close();
        DataFolder.open(temporary).close();
    }

    @Test
    void saysWhenItCannotBeWritten() throws IOException {
        Path file = Files.createFile(temporary.resolve("a-file"));

        assertThatThrownBy(() -> DataFolder.open(file.resolve("data")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("a-file");
    }

    @Test
    void aMissingKeyIsMadeOnceBesideTheEmbeddedDatabase() {
        try (DataFolder folder = DataFolder.open(temporary)) {
            byte[] made =
                    KeySource.keptIn(folder).keys("HUB_ENCRYPTION_KEY", "").get(0);

            assertThat(made).hasSize(32);
            assertThat(KeySource.keptIn(folder).keys("HUB_ENCRYPTION_KEY", null))
                    .containsExactly(made);
        }
    }

    @Test
    void aGivenKeyIsTakenAndNotKept() {
        String given = Base64.getEncoder().encodeToString(new byte[32]);
        try (DataFolder folder = DataFolder.open(temporary)) {
            assertThat(KeySource.keptIn(folder).keys("HUB_ENCRYPTION_KEY", given))
                    .containsExactly(new byte[32]);
            String other = Base64.getEncoder().encodeToString(new byte[] {
                1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
            });
            assertThat(KeySource.keptIn(folder).keys("HUB_ENCRYPTION_KEY", other + ", " + given))
                    .as("the newest first")
                    .hasSize(2)
                    .last()
                    .isEqualTo(new byte[32]);
            assertThat(folder.secret("HUB_ENCRYPTION_KEY")).isEmpty();
        }
    }

    @Test
    void aMissingKeyStopsTheStartBesideAnotherDatabase() {
        assertThatThrownBy(() -> KeySource.given().keys("HUB_ENCRYPTION_KEY", " "))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("HUB_ENCRYPTION_KEY");
    }

    @Test
    void aBadKeyAlwaysStopsTheStartAndIsNotShown() {
        String given = Base64.getEncoder().encodeToString(new byte[32]);
        try (DataFolder folder = DataFolder.open(temporary)) {
            for (String bad : new String[] {
                "c2hvcnQ=", "not base64!", given + ",", Base64.getEncoder().encodeToString(new byte[33])
            }) {
                assertThatThrownBy(() -> KeySource.keptIn(folder).keys("HUB_ENCRYPTION_KEY", bad))
                        .isInstanceOf(StartRefused.class)
                        .hasMessageContaining("HUB_ENCRYPTION_KEY")
                        .hasMessageNotContaining(bad);
            }
        }
    }

    private static String modeOf(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
