package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/** An open resumable upload: how much has come, its hash, and the bytes themselves while they are few. */
final class YoutubeSession {

    /** What the vendor stores is a multiple of this, unless it is the end. */
    static final long GRAIN = 256 * 1024;

    private static final long MOST_KEPT = 64L * 1024 * 1024;
    private static final int BUFFER = 64 * 1024;

    private final YoutubeChannel channel;
    private final ObjectNode metadata;
    private final Set<String> parts;
    private final long total;
    private final Instant opened;
    private final Path file;
    private final MessageDigest hash;
    private long stored;
    private byte[] beginning = {};
    private String videoId;
    private boolean gone;

    YoutubeSession(
            YoutubeChannel channel, ObjectNode metadata, Set<String> parts, long total, Instant opened, Path folder)
            throws IOException {
        this.channel = channel;
        this.metadata = metadata;
        this.parts = parts;
        this.total = total;
        this.opened = opened;
        this.file = total <= MOST_KEPT ? Files.createTempFile(folder, "video", ".mp4") : null;
        try {
            this.hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Stores what came, except what it has.
     *
     * @param from position of the first byte that came
     * @param length how many of them to take
     */
    void store(Path came, long from, long length) throws IOException {
        long skip = stored - from;
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(came);
                OutputStream out = file == null
                        ? OutputStream.nullOutputStream()
                        : Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            in.skipNBytes(skip);
            for (long left = length - skip; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(BUFFER, left));
                if (read < 0) {
                    throw new IOException("less came than was counted");
                }
                if (stored == 0 && beginning.length == 0) {
                    beginning = Arrays.copyOf(buffer, Math.min(read, 12));
                }
                hash.update(buffer, 0, read);
                out.write(buffer, 0, read);
                stored += read;
                left -= read;
            }
        }
    }

    /** Whether it begins as an MP4 does. */
    boolean looksLikeVideo() {
        return beginning.length >= 8 && new String(beginning, 4, 4, StandardCharsets.US_ASCII).equals("ftyp");
    }

    YoutubeChannel channel() {
        return channel;
    }

    ObjectNode metadata() {
        return metadata;
    }

    Set<String> parts() {
        return parts;
    }

    long total() {
        return total;
    }

    Instant opened() {
        return opened;
    }

    Path file() {
        return file;
    }

    long stored() {
        return stored;
    }

    String sha256() {
        return HexFormat.of().formatHex(hash.digest());
    }

    String videoId() {
        return videoId;
    }

    void made(String video) {
        videoId = video;
    }

    boolean gone() {
        return gone;
    }

    void end() {
        gone = true;
    }
}
