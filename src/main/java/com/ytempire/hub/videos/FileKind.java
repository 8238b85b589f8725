package com.ytempire.hub.videos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a file is by its first bytes, whatever it is called. Only these are given to FFmpeg, and it is told which: left
 * to itself it would take a text for a list of other files to open.
 */
enum FileKind {
    MP4("mov", "mp4", "^.{4}ftyp"),
    MATROSKA("matroska", "webm", "^\u001A\u0045\u00DF\u00A3"),
    JPEG("jpeg_pipe", "jpg", "^\u00FF\u00D8\u00FF"),
    PNG("png_pipe", "png", "^\u0089PNG"),
    WEBP("webp_pipe", "webp", "^RIFF.{4}WEBP"),
    WAV("wav", "wav", "^RIFF.{4}WAVE"),
    OGG("ogg", "ogg", "^OggS"),
    FLAC("flac", "flac", "^fLaC"),
    MP3("mp3", "mp3", "^(ID3|\u00FF[\u00F2\u00F3\u00FA\u00FB\u00E2\u00E3])");

    private static final int LONGEST = 12;

    private final String format;
    private final String ending;
    private final Pattern begins;

    FileKind(String format, String ending, String begins) {
        this.format = format;
        this.ending = ending;
        this.begins = Pattern.compile(begins, Pattern.DOTALL);
    }

    /** As FFmpeg calls it. */
    String format() {
        return format;
    }

    /** Of file names, without the dot. */
    String ending() {
        return ending;
    }

    boolean isPhoto() {
        return this == JPEG || this == PNG || this == WEBP;
    }

    /** @return empty for what is nothing of the kind */
    static Optional<FileKind> of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String first = new String(in.readNBytes(LONGEST), ISO_8859_1);
            return Stream.of(values())
                    .filter(kind -> kind.begins.matcher(first).find())
                    .findFirst();
        }
    }
}
