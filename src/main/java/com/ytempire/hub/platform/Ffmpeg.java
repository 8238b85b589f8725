package com.ytempire.hub.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.StringUtils;

/**
 * Turns sound, pictures and films into others, by the program FFmpeg in a process of its own: the machine's when there
 * is one, else the static build that comes with the hub (GPL; x264, AAC, MP3, WebP, libass are in it).
 */
public final class Ffmpeg {

    private static final int LONGEST_REASON = 500;

    private final DataFolder folder;
    private final String wanted;

    private Path program;

    /** @param wanted the program to use; empty: the first on the path, else the one that comes along */
    Ffmpeg(DataFolder folder, String wanted) {
        this.folder = folder;
        this.wanted = wanted;
    }

    /**
     * Makes one thing out of another. Both pass through files, so that no pipe can fill up and stand still.
     *
     * @param input what {@code pipe:0} reads; may be empty
     * @param arguments as on FFmpeg's command line; {@code pipe:1} is the answer
     * @param limit after which the process is killed
     * @throws FfmpegFailed when it ends with an error, makes nothing, or takes longer
     */
    public byte[] run(byte[] input, List<String> arguments, Duration limit) {
        Path work = null;
        try {
            work = Files.createTempDirectory(folder.path(), "ffmpeg-work-");
            Path in = Files.write(work.resolve("in"), input);
            Path out = work.resolve("out");
            Path log = work.resolve("log");
            List<String> command = new ArrayList<>(
                    // what comes in may be a stranger's: it must not make FFmpeg open a file or an address
                    List.of(program().toString(), "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "pipe"));
            command.addAll(arguments);
            Process process = new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(log.toFile())
                    .start();
            await(process, limit);
            byte[] made = Files.readAllBytes(out);
            if (process.exitValue() != 0 || made.length == 0) {
                throw new FfmpegFailed("FFmpeg ended with " + process.exitValue() + ": " + reason(log));
            }
            return made;
        } catch (IOException e) {
            throw new FfmpegFailed("FFmpeg could not be run: " + e.getMessage(), e);
        } finally {
            delete(work);
        }
    }

    private static void await(Process process, Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new FfmpegFailed("FFmpeg took longer than " + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FfmpegFailed("FFmpeg was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String reason(Path log) throws IOException {
        String text = new String(Files.readAllBytes(log), UTF_8).strip();
        return text.substring(Math.max(0, text.length() - LONGEST_REASON));
    }

    private static void delete(Path work) {
        try {
            if (work != null) {
                FileSystemUtils.deleteRecursively(work);
            }
        } catch (IOException e) {
            throw new FfmpegFailed("A folder of FFmpeg's could not be removed: " + work, e);
        }
    }

    private synchronized Path program() throws IOException {
        if (program == null) {
            Optional<Path> given = StringUtils.hasText(wanted) ? Optional.of(Path.of(wanted)) : onThePath();
            program = given.isPresent() ? given.get() : unpacked();
        }
        return program;
    }

    private static Optional<Path> onThePath() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(StringUtils::hasText)
                .map(folder -> Path.of(folder, "ffmpeg"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Under another name until it is complete; named by its size, so that another build takes its place. */
    Path unpacked() throws IOException {
        URLConnection resource = resource().openConnection();
        resource.setUseCaches(false);
        Path target = folder.path().resolve("ffmpeg-" + resource.getContentLengthLong());
        if (!Files.exists(target)) {
            Path unfinished = Files.createTempFile(
                    folder.path(),
                    "ffmpeg-",
                    null,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (InputStream stream = resource.getInputStream()) {
                Files.copy(stream, unfinished, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwx------"));
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target;
    }

    private static URL resource() {
        String system = System.getProperty("os.name").startsWith("Mac") ? "-osx" : "";
        String machine = System.getProperty("os.arch");
        String name = machine.equals("amd64") && !system.isEmpty() ? "x86_64" : machine;
        URL resource = Ffmpeg.class.getResource("/ws/schild/jave/nativebin/ffmpeg-" + name + system);
        if (resource == null) {
            throw new FfmpegFailed(
                    "There is no FFmpeg for " + machine + system + ": install it, or name it in HUB_FFMPEG");
        }
        return resource;
    }
}
