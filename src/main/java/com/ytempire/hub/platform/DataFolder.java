package com.ytempire.hub.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The folder of all that a hub keeps on its own disk. It belongs to one living hub at a time: a lock, which the
 * operating system releases when the process ends in whatever way, says whether the owner lives.
 *
 * <p>The folder is created with mode 0700, the file {@code secrets} with mode 0600; it has one {@code NAME=value} a line
 * and is replaced as a whole, so that a crash leaves the old one or the new one.
 */
public final class DataFolder implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNER_ONLY_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_ONLY_FILE = PosixFilePermissions.fromString("rw-------");

    /**
     * Folders held by this JVM. POSIX drops all locks of a process on a file as soon as it closes any channel to that
     * file, so a second attempt in the same JVM must not even open it.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path path;
    private final FileChannel lockFile;

    private DataFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes the folder if need be, and takes it.
     *
     * @throws StartRefused when another living hub has it, or this user must not write there
     */
    public static DataFolder open(Path folder) {
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY_FOLDER));
            Path path = folder.toRealPath();
            synchronized (HELD) {
                if (!HELD.add(path)) {
                    throw inUse(path);
                }
                try {
                    return new DataFolder(path, lock(path));
                } catch (IOException | RuntimeException e) {
                    HELD.remove(path);
                    throw e;
                }
            }
        } catch (IOException e) {
            throw new StartRefused(
                    "The data folder " + folder.toAbsolutePath() + " cannot be used: " + e,
                    "Give the user who runs the hub the right to write there, or name another folder in hub.data.");
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve("lock"),
                EnumSet.of(CREATE, READ, WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY_FILE));
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw inUse(path);
        }
        return channel;
    }

    private static StartRefused inUse(Path path) {
        return new StartRefused(
                "The data folder " + path + " belongs to a hub that is running.",
                "Stop that hub, or give this one a folder of its own in hub.data.");
    }

    /** The folder's absolute path, without symbolic links. */
    public Path path() {
        return path;
    }

    /** A stable name for this hub; made at the first call. */
    public NodeId nodeId() {
        Path file = path.resolve("node-id");
        if (Files.exists(file)) {
            String value = read(file).strip();
            if (!value.matches("[A-Za-z0-9-]{1,40}")) {
                throw new StartRefused(
                        file + " holds no name for this hub.",
                        "Delete the file, then a new name is made, or write one of letters, digits and dashes.");
            }
            return new NodeId(value);
        }
        byte[] bytes = new byte[6];
        new SecureRandom().nextBytes(bytes);
        NodeId made = new NodeId("hub-" + HexFormat.of().formatHex(bytes));
        replace(file, made.value() + "\n");
        return made;
    }

    /** The secret of that name, if there is one. */
    public synchronized Optional<String> secret(String name) {
        String prefix = name + "=";
        return secretLines().stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst();
    }

    /** The secret of that name; when there is none, it is made and has reached the disk before this returns. */
    public synchronized String secret(String name, Supplier<String> maker) {
        return secret(name).orElseGet(() -> {
            String made = maker.get();
            List<String> lines = new ArrayList<>(secretLines());
            lines.add(name + "=" + made);
            replace(path.resolve("secrets"), String.join("\n", lines) + "\n");
            return made;
        });
    }

    private List<String> secretLines() {
        Path file = path.resolve("secrets");
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            if (!OWNER_ONLY_FILE.containsAll(Files.getPosixFilePermissions(file))) {
                Files.setPosixFilePermissions(file, OWNER_ONLY_FILE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read(file).lines().toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replace(Path file, String content) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            try (FileChannel channel = FileChannel.open(
                    fresh, EnumSet.of(CREATE, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY_FILE))) {
                ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(path, READ)) {
                folder.force(true); // the new name, too
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the folder go. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (!lockFile.isOpen()) {
                return;
            }
            try {
                lockFile.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                HELD.remove(path);
            }
        }
    }
}
