package com.ytempire.hub.crash;

import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.platform.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.springframework.util.FileSystemUtils;

/**
 * The packaged jar, unpacked with its own tool, and an archive of its loaded classes: a start that does not unpack and
 * check thirty thousand classes takes half the time, and the crash tests start some twenty hubs. Both are made once for
 * a jar; what runs is the same code.
 */
final class HubLayout {

    static final Path PACKAGED = Path.of(System.getProperty("hub.jar"));

    private static final Path FOLDER = Path.of("target", "unpacked").toAbsolutePath();
    private static final Path JAR = FOLDER.resolve("app").resolve(PACKAGED.getFileName());
    private static final Path MADE_OF = FOLDER.resolve("made-of");
    private static final Path ARCHIVE = FOLDER.resolve("classes.jsa");

    private HubLayout() {}

    /** What starts the hub quickly: options of the JVM and the jar. */
    static synchronized List<String> quick() {
        try {
            String packaged = checksum();
            if (!Files.exists(MADE_OF) || !Files.readString(MADE_OF).equals(packaged)) {
                make();
                Files.writeString(MADE_OF, packaged);
            }
            return List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-jar", JAR.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Its time says nothing: every build gives the jar the same. */
    private static String checksum() throws IOException {
        CRC32C sum = new CRC32C();
        try (FileChannel jar = FileChannel.open(PACKAGED)) {
            sum.update(jar.map(FileChannel.MapMode.READ_ONLY, 0, jar.size()));
        }
        return Long.toHexString(sum.getValue());
    }

    private static void make() throws IOException, InterruptedException {
        FileSystemUtils.deleteRecursively(FOLDER);
        Files.createDirectories(FOLDER);
        Process unpack = new ProcessBuilder(
                        HubProcess.JAVA,
                        "-Djarmode=tools",
                        "-jar",
                        PACKAGED.toString(),
                        "extract",
                        "--destination",
                        JAR.getParent().toString())
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("unpack.log").toFile())
                .start();
        if (!unpack.waitFor(60, TimeUnit.SECONDS) || unpack.exitValue() != 0) {
            throw new IllegalStateException("The jar cannot be unpacked, see " + FOLDER.resolve("unpack.log"));
        }
        TestPostgres postgres = TestDatabase.server();
        new HubProcess("first", FOLDER.resolve("data"))
                .with("HUB_ENCRYPTION_KEY", TestDatabase.ENCRYPTION_KEY)
                .with("JWT_SECRET_KEY", TestDatabase.JWT_KEY)
                .with("SPRING_DATASOURCE_URL", postgres.freshDatabase())
                .with("SPRING_DATASOURCE_USERNAME", postgres.user())
                .with("SPRING_DATASOURCE_PASSWORD", postgres.password())
                .start(List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE, "-jar", JAR.toString()))
                .stop();
        if (!Files.exists(ARCHIVE)) {
            throw new IllegalStateException("There is no archive, see " + FOLDER.resolve("first.log"));
        }
    }
}
