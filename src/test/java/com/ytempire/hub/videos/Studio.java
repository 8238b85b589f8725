package com.ytempire.hub.videos;

import com.ytempire.hub.platform.DataFolder;
import com.ytempire.hub.platform.Ffmpeg;
import com.ytempire.hub.platform.FfmpegWork;
import com.ytempire.hub.platform.Fonts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** A place where films are made without the rest of the hub, and what they are made of. */
final class Studio implements AutoCloseable {

    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final DataSize LARGEST = DataSize.ofMegabytes(500);

    private final DataFolder data;
    private final Path folder;
    final Ffmpeg ffmpeg;
    final Fonts fonts = new Fonts(List.of());

    Studio(Path folder) {
        this(folder, "");
    }

    /** @param program that is taken for FFmpeg; empty for the real one */
    Studio(Path folder, String program) {
        this.folder = folder;
        this.data = DataFolder.open(folder.resolve("data"));
        this.ffmpeg = new Ffmpeg(data, program);
    }

    static AssemblySettings settings(int shortSide) {
        return settings(shortSide, LIMIT, LARGEST);
    }

    static AssemblySettings settings(int shortSide, Duration limit, DataSize largest) {
        return new AssemblySettings(
                shortSide,
                shortSide < 720 ? "ultrafast" : "veryfast",
                shortSide < 720 ? 28 : 20,
                192_000,
                BigDecimal.valueOf(-14),
                BigDecimal.valueOf(-1),
                limit,
                largest,
                Duration.ofMillis(2500),
                Duration.ofSeconds(8),
                new AssemblySettings.Clips(
                        DataSize.ofMegabytes(2),
                        Duration.ofSeconds(20),
                        3,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3)));
    }

    Assembly assembly(int shortSide) {
        return new Assembly(ffmpeg, fonts, settings(shortSide));
    }

    Path data() {
        return data.path();
    }

    Path folder() {
        return folder;
    }

    /** A voice, more or less: somebody murmurs. */
    Path narration(double seconds) {
        try (InputStream in = Studio.class.getResourceAsStream("/sandbox/murmur-24.mp3")) {
            byte[] second = in.readAllBytes();
            byte[] all = new byte[(int) (seconds * 4000) / 96 * 96];
            for (int at = 0; at < all.length; at += second.length) {
                System.arraycopy(second, 0, all, at, Math.min(second.length, all.length - at));
            }
            return Files.write(folder.resolve("narration-" + seconds + ".mp3"), all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A sound of FFmpeg's making. */
    Path sound(String name, String source, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-f", "lavfi", "-i", source));
        arguments.addAll(List.of(more));
        return make(name, arguments);
    }

    /** A film or picture of FFmpeg's making. */
    Path picture(String name, String source, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-f", "lavfi", "-i", source));
        arguments.addAll(Arrays.asList(more));
        return make(name, arguments);
    }

    Path thumbnail() {
        return picture("thumbnail.jpg", "testsrc2=s=1280x720", "-frames:v", "1", "-q:v", "3");
    }

    Path clip(String name, String colour, String size, int seconds) {
        return picture(
                name,
                "color=c=" + colour + ":s=" + size + ":r=25:d=" + seconds,
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-pix_fmt",
                "yuv420p");
    }

    private Path make(String name, List<String> arguments) {
        try (FfmpegWork work = ffmpeg.begin(LIMIT, Long.MAX_VALUE)) {
            List<String> all = new ArrayList<>(arguments);
            all.add(folder.resolve(name).toString());
            work.run(all, FfmpegWork.Watcher.NOBODY);
            return folder.resolve(name);
        }
    }

    /** One picture of a film, to be looked at. */
    Path frame(Path film, double second, String name) {
        return make(
                name, List.of("-ss", String.valueOf(second), "-i", film.toString(), "-frames:v", "1", "-update", "1"));
    }

    /** The middle colour of a part of a picture of a film: red, green and blue. */
    int[] colour(Path film, double second, String crop) {
        byte[] pixel = ffmpeg.run(
                new byte[0],
                List.of(
                        "-protocol_whitelist",
                        "file",
                        "-ss",
                        String.valueOf(second),
                        "-i",
                        "file:" + film,
                        "-frames:v",
                        "1",
                        "-vf",
                        "crop=" + crop + ",scale=1:1:flags=area",
                        "-f",
                        "rawvideo",
                        "-pix_fmt",
                        "rgb24",
                        "pipe:1"),
                LIMIT);
        return new int[] {pixel[0] & 0xFF, pixel[1] & 0xFF, pixel[2] & 0xFF};
    }

    @Override
    public void close() {
        data.close();
    }
}
