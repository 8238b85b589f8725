package com.ytempire.hub.videos;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * The files of videos. A file is written beside its place and renamed into it, complete and on the disk; only then does
 * it have a row. A row whose file is gone or cut short is no file: whoever made it makes it again.
 */
@Component("videoFiles")
class VideoFiles {

    private static final Map<String, String> ENDINGS = Map.of(
            "audio/mpeg", ".mp3",
            "audio/wav", ".wav",
            "video/mp4", ".mp4",
            "image/jpeg", ".jpg",
            "image/webp", ".webp",
            "application/x-subrip", ".srt");
    private static final int BUFFER = 1 << 16;

    private final VideoStorage storage;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final TransactionTemplate afterwards;
    private final Clock clock;

    VideoFiles(VideoStorage storage, JdbcClient jdbc, TransactionTemplate transaction, Clock clock) {
        this.storage = storage;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.afterwards = new TransactionTemplate(transaction.getTransactionManager());
        this.afterwards.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.clock = clock;
    }

    /** An empty folder for one run of work, on the disk of the store; the caller takes it away by {@link #delete}. */
    Path work(UUID video) {
        try {
            Path parent = Files.createDirectories(storage.folder().resolve("work"));
            return Files.createTempDirectory(parent, video + "-");
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Takes a folder of {@link #work} away, with all that is in it. */
    void delete(Path work) {
        try {
            FileSystemUtils.deleteRecursively(work);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** As {@link #keep(UUID, MediaKind, String, Path, String)}, for what is small enough to be in memory. */
    StoredFile keep(UUID video, MediaKind kind, byte[] content, String type) {
        Path work = work(video);
        try {
            return keep(video, kind, "", Files.write(work.resolve("content"), content), type);
        } catch (IOException e) {
            throw failed(e);
        } finally {
            delete(work);
        }
    }

    /**
     * Moves a file into the store. What the video had of that kind and name before is replaced.
     *
     * @param name tells files of one kind apart; empty where there is one
     * @param made lies in a folder of {@link #work}; it is gone afterwards
     * @param type of its content, as HTTP names it
     * @throws StorageFailed when it cannot be stored; nothing has changed then
     */
    StoredFile keep(UUID video, MediaKind kind, String name, Path made, String type) {
        Prepared prepared = prepare(made, type);
        return transaction.execute(status -> place(video, kind, name, prepared));
    }

    /** A file that only has to be put in its place. */
    record Prepared(Path made, String sha256, long bytes, String type) {}

    /** What takes long with a large file, done before a transaction begins: it is read and brought to the disk. */
    Prepared prepare(Path made, String type) {
        try {
            force(made);
            return new Prepared(
                    made, new DigestUtils(MessageDigestAlgorithms.SHA_256).digestAsHex(made), Files.size(made), type);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Moves a prepared file into the store, in the transaction of the caller, who holds the video. */
    @Transactional(propagation = Propagation.MANDATORY)
    public StoredFile place(UUID video, MediaKind kind, String name, Prepared prepared) {
        StoredFile file = new StoredFile(
                video,
                kind,
                name,
                prepared.sha256(),
                prepared.bytes(),
                prepared.type(),
                place(prepared.sha256(), prepared.type()));
        Optional<StoredFile> before = row(video, kind, name);
        lock(Stream.concat(Stream.of(file), before.stream()));
        try {
            Files.createDirectories(file.path().getParent());
            Files.move(prepared.made(), file.path(), StandardCopyOption.ATOMIC_MOVE);
            force(file.path().getParent());
        } catch (IOException e) {
            throw failed(e);
        }
        jdbc.sql("""
                        insert into videos.file (video_id, kind, name, sha256, bytes, type, created_at)
                        values (:video, :kind, :name, :hash, :bytes, :type, :now)
                        on conflict (video_id, kind, name) do update
                           set sha256 = excluded.sha256, bytes = excluded.bytes, type = excluded.type,
                               created_at = excluded.created_at
                        """)
                .param("video", file.video())
                .param("kind", file.kind().stored())
                .param("name", file.name())
                .param("hash", file.sha256())
                .param("bytes", file.bytes())
                .param("type", file.type())
                .param("now", Timestamp.from(clock.instant()))
                .update();
        before.filter(old -> !old.path().equals(file.path())).ifPresent(this::removeUnlessShared);
        return file;
    }

    /** The one file of its kind; empty when there is none, or it is lost. */
    Optional<StoredFile> find(UUID video, MediaKind kind) {
        return find(video, kind, "");
    }

    /** Empty when there is none, or it is lost. */
    Optional<StoredFile> find(UUID video, MediaKind kind, String name) {
        return row(video, kind, name).filter(VideoFiles::isWhole);
    }

    /** All that are there. */
    List<StoredFile> all(UUID video) {
        return rows(video).stream().filter(VideoFiles::isWhole).toList();
    }

    /** Takes all files of a video away, but for those that another one has as well. */
    @Transactional
    public int remove(UUID video) {
        List<StoredFile> files = rows(video);
        lock(files.stream());
        jdbc.sql("delete from videos.file where video_id = :video")
                .param("video", video)
                .update();
        files.forEach(this::removeUnlessShared);
        return files.size();
    }

    /**
     * Once the transaction has committed: what is rolled back keeps its file. A crash in between leaves it to the sweep.
     *
     * <p>Never to be called in the transaction of an event: that one commits without waiting for the disk (see
     * {@code WorkLedger}), so that a server that crashes could bring the row back when the file is gone for good.
     */
    private void removeUnlessShared(StoredFile file) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                afterwards.executeWithoutResult(status -> removeNow(file));
            }
        });
    }

    private void removeNow(StoredFile file) {
        lock(Stream.of(file));
        boolean shared = jdbc.sql("select exists (select 1 from videos.file where sha256 = :hash and type = :type)")
                .param("hash", file.sha256())
                .param("type", file.type())
                .query(Boolean.class)
                .single();
        if (!shared) {
            try {
                Files.deleteIfExists(file.path());
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    /** Nobody takes a content away while somebody else is given the same. In one order, so that no two wait for each other. */
    private void lock(Stream<StoredFile> files) {
        files.map(StoredFile::sha256)
                .distinct()
                .sorted()
                .forEach(hash -> jdbc.sql("select pg_advisory_xact_lock(hashtext('videos.file'), hashtext(:hash))")
                        .param("hash", hash)
                        .query((row, number) -> 0)
                        .list());
    }

    private Optional<StoredFile> row(UUID video, MediaKind kind, String name) {
        return rows(video).stream()
                .filter(file -> file.kind() == kind && file.name().equals(name))
                .findFirst();
    }

    private List<StoredFile> rows(UUID video) {
        return jdbc.sql("select kind, name, sha256, bytes, type from videos.file where video_id = :video"
                        + " order by kind, name")
                .param("video", video)
                .query((row, number) -> new StoredFile(
                        video,
                        MediaKind.of(row.getString("kind")),
                        row.getString("name"),
                        row.getString("sha256"),
                        row.getLong("bytes"),
                        row.getString("type"),
                        place(row.getString("sha256"), row.getString("type"))))
                .list();
    }

    private Path place(String hash, String type) {
        return storage.folder().resolve(hash.substring(0, 2)).resolve(hash + ENDINGS.getOrDefault(type, ""));
    }

    private static boolean isWhole(StoredFile file) {
        try {
            return Files.size(file.path()) == file.bytes();
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The failure of the store that this is. */
    static StorageFailed failed(IOException e) {
        boolean full = String.valueOf(e.getMessage()).contains("No space left")
                || String.valueOf(e.getMessage()).contains("Disk quota exceeded");
        return full
                ? new StorageFailed("disk_full", "The disk of the videos is full", e)
                : new StorageFailed(
                        "storage_failed",
                        "The folder of the videos failed (" + e.getClass().getSimpleName() + ")",
                        e);
    }

    /**
     * Files without a row and folders of work that no run uses any more, as a crash leaves them.
     *
     * @param age what has not been touched for so long may go
     * @return how many were taken away
     */
    int sweep(Duration age) {
        if (!Files.isDirectory(storage.folder())) {
            return 0; // no video was ever begun
        }
        int swept = 0;
        Instant before = diskTime().minus(age);
        try (Stream<Path> folders = Files.list(storage.folder())) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                try (Stream<Path> inside = Files.list(folder)) {
                    for (Path path : inside.toList()) {
                        if (isLeftOver(path, before)) {
                            FileSystemUtils.deleteRecursively(path);
                            swept++;
                        }
                    }
                }
            }
            return swept;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Files bear the time of the disk they lie on, which may be another machine's and is never the hub's. */
    private Instant diskTime() {
        try {
            Path mark = Files.createTempFile(storage.folder(), "time-", null);
            try {
                return Files.getLastModifiedTime(mark).toInstant();
            } finally {
                Files.delete(mark);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private boolean isLeftOver(Path path, Instant before) throws IOException {
        if (!Files.getLastModifiedTime(path).toInstant().isBefore(before)) {
            return false;
        }
        String name = path.getFileName().toString();
        String hash = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
        return jdbc.sql("select not exists (select 1 from videos.file where sha256 = :hash)")
                .param("hash", hash)
                .query(Boolean.class)
                .single();
    }
}
