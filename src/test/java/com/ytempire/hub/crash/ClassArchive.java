package com.ytempire.hub.crash;

import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.springframework.util.FileSystemUtils;

/**
 * The classes the packaged hub loads at its start, as the JVM archives them: a start that reads and checks none of them
 * again takes half the time, and the crash tests start some twenty hubs. Made once for a jar; what runs is the same code.
 */
final class ClassArchive {

    private static final Path FOLDER = Path.of("target", "class-archive").toAbsolutePath();
    private static final Path ARCHIVE = FOLDER.resolve("classes.jsa");
    private static final Path MADE_OF = FOLDER.resolve("made-of");

    private ClassArchive() {}

    /** The option that makes a JVM use it; a JVM that brings no archive of its own makes none, and starts without. */
    static synchronized String option() {
        try {
            String packaged = checksum();
            if (!Files.exists(MADE_OF) || !Files.readString(MADE_OF).equals(packaged)) {
                make();
                Files.writeString(MADE_OF, packaged);
            }
            return Files.exists(ARCHIVE) ? "-XX:SharedArchiveFile=" + ARCHIVE : "-Xshare:auto";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The jar's time says nothing: every build gives it the same. */
    private static String checksum() throws IOException {
        CRC32C sum = new CRC32C();
        try (FileChannel jar = FileChannel.open(HubProcess.JAR)) {
            sum.update(jar.map(FileChannel.MapMode.READ_ONLY, 0, jar.size()));
        }
        return Long.toHexString(sum.getValue());
    }

    private static void make() throws IOException {
        FileSystemUtils.deleteRecursively(FOLDER);
        TestPostgres postgres = TestDatabase.server();
        new HubProcess("first", FOLDER.resolve("data"))
                .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                .on(postgres, postgres.freshDatabase())
                .start(List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE))
                .stop();
    }
}
