package com.ytempire.hub.videos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The folder all nodes share. It holds a probe file with an id that the database knows: a node that mounted nothing, or
 * something else, sees an empty folder that looks well, and must not work there.
 */
@Component
class VideoStorage {

    static final String NO_SPACE = "disk_space";
    static final String UNAVAILABLE = "storage_unavailable";

    private static final Logger LOG = LoggerFactory.getLogger(VideoStorage.class);
    private static final String PROBE = ".ytempire-media";

    private final Path folder;
    private final VideosSettings settings;
    private final JdbcClient jdbc;

    private boolean prepared;
    private volatile String lastProblem;

    VideoStorage(VideosSettings settings, JdbcClient jdbc) {
        this.settings = settings;
        this.folder = settings.storage().toAbsolutePath().normalize();
        this.jdbc = jdbc;
    }

    Path folder() {
        return folder;
    }

    /** Why this node can do nothing for any video; empty when it can. */
    Optional<String> problem() {
        Optional<String> problem = isOurs() ? Optional.empty() : Optional.of(UNAVAILABLE);
        told(problem.orElse(null));
        return problem;
    }

    /** Why no further video may begin here; empty when one may. */
    Optional<String> problemOfStarting() {
        Optional<String> problem = problem();
        return problem.isPresent() || freeBytes() >= settings.leastFree().toBytes() ? problem : Optional.of(NO_SPACE);
    }

    private void told(String problem) {
        if (problem != null && !problem.equals(lastProblem)) {
            LOG.error(
                    "no videos are made by this node: {} is not the folder of this database's videos, whose file {} holds {}",
                    folder,
                    PROBE,
                    probe().map(UUID::toString).orElse("an id"));
        }
        lastProblem = problem;
    }

    private boolean isOurs() {
        try {
            prepare();
            Path file = folder.resolve(PROBE);
            return Files.exists(file)
                    && probe().map(UUID::toString)
                            .equals(Optional.of(Files.readString(file).strip()));
        } catch (IOException e) {
            return false;
        }
    }

    /** The first node of a new database makes the folder its own; later ones only look. */
    private synchronized void prepare() throws IOException {
        if (prepared) {
            return;
        }
        if (probe().isEmpty()) {
            Files.createDirectories(folder);
            Path file = folder.resolve(PROBE);
            if (!Files.exists(file)) {
                write(file);
            }
            jdbc.sql("insert into videos.storage (probe) values (:probe) on conflict do nothing")
                    .param("probe", UUID.fromString(Files.readString(file).strip()))
                    .update();
        }
        prepared = true;
    }

    /** On a full disk an empty file would be left, which is nobody's. */
    private static void write(Path file) throws IOException {
        try {
            Files.writeString(file, UUID.randomUUID() + "\n", StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw e; // another node's, made this moment
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private Optional<UUID> probe() {
        return jdbc.sql("select probe from videos.storage").query(UUID.class).optional();
    }

    long freeBytes() {
        try {
            FileStore store = Files.getFileStore(folder);
            return store.getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
