package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FfmpegIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path path;

    private DataFolder folder;
    private Ffmpeg ffmpeg;

    @BeforeEach
    void open() {
        folder = DataFolder.open(path);
        ffmpeg = new Ffmpeg(folder, "");
    }

    @AfterEach
    void close() {
        folder.close();
    }

    private byte[] silence(String seconds) {
        return ffmpeg.run(
                new byte[0],
                List.of("-f", "lavfi", "-i", "anullsrc", "-t", seconds, "-c:a", "libmp3lame", "-f", "mp3", "pipe:1"),
                LIMIT);
    }

    @Test
    void makesOneThingOutOfAnotherAndLeavesNothingBehind() throws IOException {
        byte[] wave = ffmpeg.run(silence("1"), List.of("-f", "mp3", "-i", "pipe:0", "-f", "wav", "pipe:1"), LIMIT);

        assertThat(new String(wave, 0, 4)).isEqualTo("RIFF");
        try (Stream<Path> files = Files.list(path)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("ffmpeg-work"));
        }
    }

    @Test
    void bringsItsOwnWhereTheMachineHasNone() throws IOException {
        assertThat(new ProcessBuilder(ffmpeg.unpacked().toString(), "-version")
                        .start()
                        .inputReader()
                        .lines())
                .anyMatch(line -> line.contains("--enable-libx264"));
    }

    @Test
    void tellsWhyNothingWasMade() {
        assertThatThrownBy(() -> ffmpeg.run(
                        "no sound".getBytes(), List.of("-f", "mp3", "-i", "pipe:0", "-f", "wav", "pipe:1"), LIMIT))
                .isInstanceOf(FfmpegFailed.class)
                .hasMessageContaining("Invalid");
    }

    @Test
    void isKilledWhenItTakesTooLong() {
        assertThatThrownBy(() -> ffmpeg.run(
                        new byte[0],
                        List.of("-re", "-f", "lavfi", "-i", "anullsrc", "-t", "60", "-f", "mp3", "pipe:1"),
                        Duration.ofMillis(300)))
                .isInstanceOf(FfmpegFailed.class)
                .hasMessageContaining("longer");
    }

    @Test
    void aStrangersPlaylistOpensNoFile() throws IOException {
        Path secret = Files.write(path.resolve("secret.mp3"), silence("1"));
        byte[] playlist = ("ffconcat version 1.0\nfile 'file:" + secret + "'\n").getBytes();

        assertThatThrownBy(() -> ffmpeg.run(
                        playlist, List.of("-f", "concat", "-safe", "0", "-i", "pipe:0", "-f", "mp3", "pipe:1"), LIMIT))
                .isInstanceOf(FfmpegFailed.class);
    }

    private ProcessHandle leftBehind(Path work) throws IOException {
        Files.createDirectories(work);
        Process process = new ProcessBuilder(
                        ffmpeg.program().toString(),
                        "-progress",
                        "file:" + work.resolve("progress"),
                        "-loglevel",
                        "quiet",
                        "-re",
                        "-f",
                        "lavfi",
                        "-i",
                        "anullsrc",
                        "-t",
                        "300",
                        "-f",
                        "null",
                        "-")
                .redirectErrorStream(true)
                .redirectOutput(path.resolve("said").toFile())
                .start();
        return process.toHandle();
    }

    /** As a hub leaves it that is killed in the middle of a film. */
    @Test
    void whatAKilledHubLeftBehindIsEndedAtTheNextStartAndNothingElse(@TempDir Path elsewhere) throws Exception {
        ProcessHandle left = leftBehind(folder.path().resolve("ffmpeg-work-1"));
        Files.write(folder.path().resolve("ffmpeg-work-1/film.mp4"), new byte[10]);
        ProcessHandle another = leftBehind(elsewhere.resolve("ffmpeg-work-1"));
        try {
            new Ffmpeg(folder, "").endLeftOvers();

            assertThat(left.isAlive()).isFalse();
            assertThat(another.isAlive()).isTrue();
            assertThat(folder.path().resolve("ffmpeg-work-1")).doesNotExist();
        } finally {
            left.destroyForcibly();
            another.destroyForcibly();
            another.onExit().get();
        }
    }

    @Test
    void nobodyWaitsForAFilmWhenTheHubStops() {
        try (FfmpegWork work = ffmpeg.begin(LIMIT, Long.MAX_VALUE)) {
            assertThatThrownBy(() -> work.run(
                            List.of("-re", "-f", "lavfi", "-i", "anullsrc", "-t", "60", "-f", "null", "-"),
                            progress -> {
                                ffmpeg.stop();
                                return true;
                            }))
                    .isInstanceOfSatisfying(
                            FfmpegFailed.class,
                            failed -> assertThat(failed.kind()).isEqualTo(FfmpegFailed.Kind.STOPPED));
        }
        assertThatThrownBy(() -> silence("1")).hasMessageContaining("stopped");
    }

    /** FFmpeg has no use for the hub's keys. */
    @Test
    void itKnowsNothingOfTheHubsSurroundings() throws IOException {
        Path script = Files.writeString(path.resolve("env.sh"), "#!/bin/sh\nenv >&2\nexit 1\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));

        assertThatThrownBy(() -> new Ffmpeg(folder, script.toString()).run(new byte[0], List.of(), LIMIT))
                .message()
                .satisfies(said -> assertThat(said.lines().skip(1).map(line -> line.replaceAll("=.*", "")))
                        .isSubsetOf(
                                "PATH",
                                "LANG",
                                "LC_ALL",
                                "TMPDIR",
                                "LD_LIBRARY_PATH",
                                "HOME",
                                "FONTCONFIG_FILE",
                                "PWD",
                                "OLDPWD",
                                "SHLVL",
                                "_"));
    }
}
