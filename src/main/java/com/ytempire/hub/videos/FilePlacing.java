package com.ytempire.hub.videos;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Puts finished files where they are looked for: whole, or not at all, also when the machine dies in between. */
final class FilePlacing {

    private FilePlacing() {}

    /**
     * Moves a file; one that is there already under this name is replaced.
     *
     * @param made no longer there afterwards
     */
    static void place(Path made, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        force(made);
        try {
            Files.move(made, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Path beside = target.resolveSibling("." + UUID.randomUUID() + ".part"); // another disk
            try {
                Files.copy(made, beside);
                force(beside);
                Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(beside);
            }
            Files.delete(made);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
