package com.ytempire.hub.platform;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.ytempire.hub.platform.FfmpegFailed.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * A folder in which FFmpeg makes something, in one run or in several. All files of a run lie in it or are named by
 * {@link #input}; all of it is gone when it is closed. The folder's name stands on the command line of each run, so that
 * one which outlives its hub is found at the next start.
 */
public final class FfmpegWork implements AutoCloseable {

    /**
     * What may be read from a file: what is not listed here, such as a playlist, could make FFmpeg open other files. The
     * last one only the hub itself writes.
     */
    private static final String FORMATS =
            "mov,mp4,m4a,matroska,webm,mp3,wav,ogg,flac,aac,jpeg_pipe,png_pipe,webp_pipe,concat";

    /** A picture that claims to be larger is not decoded. */
    private static final String MOST_PIXELS = "67108864";

    /** What of the hub's surroundings a program gets to know; no keys, for instance. */
    private static final Set<String> SURROUNDINGS = Set.of("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH");

    private static final String PROGRESS = "progress";
    private static final String LOG = "log";
    private static final Pattern FRAMES = Pattern.compile("(?m)^frame=\\s*(\\d+)$");
    private static final Pattern MICROS = Pattern.compile("(?m)^out_time_(?:us|ms)=\\s*(\\d+)$");
    private static final long POLL_MILLIS = 100;
    private static final int LONGEST_REASON = 500;
    private static final int TAIL = 4096;

    /** An exit above it is a signal's number added to it. */
    private static final int SIGNALS = 128;

    /** Where files lie is nobody's business who reads why something failed. */
    private static final Pattern PATH = Pattern.compile("(?:file:)?/[^\\s:']*/");

    private static final int LONGEST_REPORT = 1 << 20;

    private final Ffmpeg ffmpeg;
    private final Path folder;
    private final long deadline;
    private final Duration limit;
    private final long mostBytes;

    /** Who is told how far a run is. */
    @FunctionalInterface
    public interface Watcher {

        /** Lets it go on to its end. */
        Watcher NOBODY = progress -> true;

        /**
         * Told several times a second, in the thread that waits for the run; what is thrown here ends the run.
         *
         * @return whether it is to go on; false kills it
         */
        boolean goesOn(Progress progress);
    }

    /**
     * How far a run is.
     *
     * @param frames made of a film; 0 for a sound
     * @param micros of what was made, in microseconds
     */
    public record Progress(long frames, long micros) {}

    FfmpegWork(Ffmpeg ffmpeg, Path folder, Duration limit, long mostBytes) {
        this.ffmpeg = ffmpeg;
        this.folder = folder;
        this.limit = limit;
        this.deadline = System.nanoTime() + limit.toNanos();
        this.mostBytes = mostBytes;
    }

    /** Where the runs have their working directory: arguments name files in it without a path. */
    public Path folder() {
        return folder;
    }

    /** A file in the folder. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /**
     * The arguments that make FFmpeg read this file and, whatever is in it, no other. Options of the input go before.
     *
     * @param format as FFmpeg names it
     */
    public static List<String> input(Path file, String format) {
        return List.of(
                "-protocol_whitelist",
                "file",
                "-format_whitelist",
                FORMATS,
                "-max_pixels",
                MOST_PIXELS,
                "-f",
                format,
                "-i",
                "file:" + file.toAbsolutePath());
    }

    /**
     * Runs FFmpeg once.
     *
     * @param arguments as on its command line
     * @throws FfmpegFailed when it ends with an error; is killed because it takes too long or makes too much, the
     *     watcher wants no more of it, or the hub stops
     */
    public void run(List<String> arguments, Watcher watcher) {
        run("error", arguments, Redirect.PIPE, Redirect.DISCARD, watcher);
    }

    /**
     * As {@link #run}, and tells what FFmpeg says about its work.
     *
     * @return its words, as it writes them for people
     */
    public String report(List<String> arguments, Watcher watcher) {
        run("info", arguments, Redirect.PIPE, Redirect.DISCARD, watcher);
        try {
            if (Files.size(file(LOG)) > LONGEST_REPORT) {
                throw new FfmpegFailed(Kind.FAILED, "FFmpeg has more to say of it than anybody would read");
            }
            return Files.readString(file(LOG), ISO_8859_1);
        } catch (IOException e) {
            throw FfmpegFailed.of(Kind.FAILED, "FFmpeg's report cannot be read", e);
        }
    }

    void run(String level, List<String> arguments, Redirect in, Redirect out, Watcher watcher) {
        try {
            Files.deleteIfExists(file(PROGRESS));
            Process process = start(level, arguments, in, out);
            try {
                await(process, watcher);
            } finally {
                end(process);
                ffmpeg.ended(process);
            }
            if (process.exitValue() != 0) {
                throw failure(process.exitValue());
            }
        } catch (IOException e) {
            throw FfmpegFailed.of(Kind.FAILED, "FFmpeg could not be run", e);
        }
    }

    private Process start(String level, List<String> arguments, Redirect in, Redirect out) {
        List<String> command = new ArrayList<>(List.of(
                ffmpeg.program().toString(),
                "-progress",
                "file:" + file(PROGRESS), // first, so that the folder is seen however long the line becomes
                "-hide_banner",
                "-nostdin",
                "-nostats",
                "-y",
                "-loglevel",
                level));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(in)
                .redirectOutput(out)
                .redirectError(file(LOG).toFile());
        surroundings(builder.environment());
        try {
            return ffmpeg.started(builder);
        } catch (IOException e) {
            throw new FfmpegFailed(Kind.MISSING, "FFmpeg is not there or cannot be run", e);
        }
    }

    private void surroundings(Map<String, String> environment) {
        environment.keySet().retainAll(SURROUNDINGS);
        environment.put("HOME", folder.toString());
        environment.put(
                "FONTCONFIG_FILE", file("fonts.conf").toString()); // the machine's fonts are none of its business
    }

    private void await(Process process, Watcher watcher) throws IOException {
        try {
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (ffmpeg.isStopping()) {
                    throw new FfmpegFailed(Kind.STOPPED, "the hub is being stopped");
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new FfmpegFailed(Kind.TOO_LONG, "FFmpeg took longer than " + limit.toSeconds() + " s");
                }
                if (bytes() > mostBytes) {
                    throw tooLarge();
                }
                if (!watcher.goesOn(progress())) {
                    throw new FfmpegFailed(Kind.CANCELLED, "it is no longer wanted");
                }
            }
            if (bytes() > mostBytes) {
                throw tooLarge();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FfmpegFailed(Kind.STOPPED, "FFmpeg was interrupted", e);
        }
    }

    private FfmpegFailed tooLarge() {
        return new FfmpegFailed(Kind.TOO_LARGE, "FFmpeg made more than " + mostBytes + " bytes");
    }

    /** After this it writes nothing any more, so that its folder can be removed. */
    private static void end(Process process) {
        process.destroyForcibly();
        process.onExit().join();
    }

    private FfmpegFailed failure(int exit) throws IOException {
        if (ffmpeg.isStopping()) {
            return new FfmpegFailed(Kind.STOPPED, "the hub is being stopped");
        }
        if (exit > SIGNALS) {
            return new FfmpegFailed(Kind.KILLED, "FFmpeg was killed by signal " + (exit - SIGNALS));
        }
        String said = PATH.matcher(tail(file(LOG))).replaceAll("").strip();
        if (FfmpegFailed.tellsOfNoRoom(said)) {
            return new FfmpegFailed(Kind.DISK_FULL, "no room is left on the disk");
        }
        String reason = said.substring(Math.max(0, said.length() - LONGEST_REASON));
        return new FfmpegFailed(Kind.FAILED, "FFmpeg ended with " + exit + ": " + reason);
    }

    private long bytes() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(FfmpegWork::size).sum();
        } catch (UncheckedIOException e) {
            return 0; // a file was renamed meanwhile; it is looked at again soon
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was written last counts; before anything was, nothing is done yet. */
    private Progress progress() throws IOException {
        String told = Files.exists(file(PROGRESS)) ? tail(file(PROGRESS)) : "";
        return new Progress(last(FRAMES, told), last(MICROS, told));
    }

    private static long last(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        long value = 0;
        while (matcher.find()) {
            value = Long.parseLong(matcher.group(1));
        }
        return value;
    }

    private static String tail(Path file) throws IOException {
        try (RandomAccessFile all = new RandomAccessFile(file.toFile(), "r")) {
            all.seek(Math.max(0, all.length() - TAIL));
            byte[] bytes = new byte[(int) Math.min(TAIL, all.length() - all.getFilePointer())];
            all.readFully(bytes);
            return new String(bytes, UTF_8);
        }
    }

    /** Removes the folder with all that is in it. */
    @Override
    public void close() {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("a folder of FFmpeg's could not be removed", e);
        }
    }
}
