package com.ytempire.hub.videos;

import com.ytempire.hub.platform.FfmpegWork;
import com.ytempire.hub.platform.FfmpegWork.Watcher;
import com.ytempire.hub.videos.Shots.Shot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long the hub takes for a film, and how long FFmpeg alone for the same picture and sound in one go. */
public final class AssemblyTimes implements AutoCloseable {

    private static final int SECONDS = 60;
    private static final String WORDS =
            "Every lighthouse has a rhythm of its own, so that sailors can tell which it is. ";

    private final Studio studio;
    private final AssemblyOrder order;

    /** @param folder in which the films are made */
    public AssemblyTimes(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        studio = new Studio(folder);
        order = new AssemblyOrder(
                studio.narration(SECONDS),
                WORDS.repeat(11),
                List.of(),
                studio.thumbnail(),
                Aspect.WIDE,
                folder.resolve("films"));
    }

    /** As the pipeline has it made: 1920×1080, captions, loudness, hashed and put in its place. */
    public Duration hub() {
        long begin = System.nanoTime();
        studio.assembly(1080).assemble(order, percent -> true);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** The same filters and encoders in one command; its captions and fonts are written beforehand. */
    public Duration plain() {
        AssemblySettings settings = Studio.settings(1080);
        try (FfmpegWork work = studio.ffmpeg.begin(Duration.ofMinutes(30), Long.MAX_VALUE)) {
            CaptionLook look = new CaptionLook(studio.fonts, Aspect.WIDE, true);
            Files.writeString(
                    work.file("captions.ass"),
                    look.write(Captions.cues(Captions.sentences(order.spoken(), SECONDS * 1000, List.of()), 42)));
            look.writeFonts(work.file("fonts"), work.file("fonts.conf"));
            FilmFacts facts = FilmProbe.look(work, order.picture(), FileKind.JPEG);
            PictureSource picture = new PictureSource(order.picture(), FileKind.JPEG, 0, facts, true);
            long frames = (long) SECONDS * Shots.FRAMES_A_SECOND;
            List<String> arguments = new ArrayList<>(FfmpegWork.input(order.picture(), FileKind.JPEG.format()));
            arguments.addAll(FfmpegWork.input(order.narration(), FileKind.MP3.format()));
            arguments.addAll(List.of(
                    "-filter_complex",
                    picture.chain(new Shot(0, 0, 0, frames), Aspect.WIDE, 1080, true)
                            + ",ass=captions.ass:fontsdir=fonts[v];[1:a:0]loudnorm=I=-14:TP=-1.5:LRA=20[a]",
                    "-map",
                    "[v]",
                    "-map",
                    "[a]",
                    "-frames:v",
                    String.valueOf(frames)));
            arguments.addAll(FilmMaking.encoder(settings));
            arguments.addAll(List.of(
                    "-c:a",
                    "aac",
                    "-b:a",
                    "192000",
                    "-ar",
                    "48000",
                    "-ac",
                    "2",
                    "-movflags",
                    "+faststart",
                    "plain.mp4"));
            long begin = System.nanoTime();
            work.run(arguments, Watcher.NOBODY);
            return Duration.ofNanos(System.nanoTime() - begin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        studio.close();
    }
}
