package com.ytempire.hub.videos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ytempire.hub.platform.FfmpegFailed;
import com.ytempire.hub.platform.FfmpegWork;
import com.ytempire.hub.platform.Fonts;
import com.ytempire.hub.videos.AssemblyFailed.Kind;
import com.ytempire.hub.videos.Captions.Cue;
import com.ytempire.hub.videos.Captions.Sentence;
import com.ytempire.hub.videos.Shots.Shot;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One film in the making: the sound first, for it says how long the film is; then the picture shot by shot, each with its
 * captions; then both together, unchanged. Shots are runs of their own, so that a film of many clips needs no more memory
 * than one of one, and each run reads two files at most.
 */
final class FilmMaking {

    private static final Logger LOG = LoggerFactory.getLogger(FilmMaking.class);

    private static final String CAPTIONS = "captions.ass";
    private static final BigDecimal LEAST_SECONDS = new BigDecimal("0.1");
    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(4 * 3600);
    private static final BigDecimal AMISS = new BigDecimal("0.2");

    // percent at which a part of the work is done
    private static final double SOUND_DONE = 8;
    private static final double PICTURE_DONE = 96;
    private static final double FILM_DONE = 98;

    private final FfmpegWork work;
    private final Fonts fonts;
    private final AssemblySettings settings;
    private final AssemblyOrder order;
    private final PercentClock percent;
    private double captionCoverage;
    private int clipsShown;

    FilmMaking(FfmpegWork work, Fonts fonts, AssemblySettings settings, AssemblyOrder order, PercentClock percent) {
        this.work = work;
        this.fonts = fonts;
        this.settings = settings;
        this.order = order;
        this.percent = percent;
    }

    AssembledVideo make() {
        try {
            BigDecimal seconds = new SoundMaking(work, settings, percent.standing(1)).make(order.narration());
            if (seconds.compareTo(LEAST_SECONDS) < 0 || seconds.compareTo(MOST_SECONDS) > 0) {
                throw new AssemblyFailed(Kind.BAD_INPUT, "the narration lasts " + seconds.toPlainString() + " s");
            }
            long millis = seconds.movePointRight(3).longValue();
            List<Sentence> sentences = Captions.sentences(
                    order.spoken() == null ? "" : order.spoken(),
                    millis,
                    FilmProbe.pauses(work, work.file(SoundMaking.SOUND), percent.standing(SOUND_DONE)));
            List<Cue> cues = Captions.cues(sentences, CaptionLook.columns(order.aspect()));
            int clips = picture(sentences, cues, Shots.frames(millis));
            Path film = join();
            FilmFacts facts = FilmProbe.measure(work, film, percent.standing(FILM_DONE));
            check(facts, seconds);
            return placed(film, facts, cues, clips);
        } catch (IOException e) {
            throw Assembly.failed("a file of the film cannot be written or read", e);
        }
    }

    // ---- the picture

    /** @return how many of the clips are seen */
    private int picture(List<Sentence> sentences, List<Cue> cues, long frames) throws IOException {
        List<PictureSource> clips = clips();
        captions(cues, false);
        while (!clips.isEmpty()) {
            Optional<PictureSource> broken = shots(clips, sentences, frames, !cues.isEmpty());
            if (broken.isEmpty()) {
                return clipsShown;
            }
            clips.remove(broken.get());
        }
        PictureSource picture = source(order.picture(), true)
                .orElseThrow(() -> new AssemblyFailed(
                        Kind.BAD_INPUT, "neither a clip nor the thumbnail is a picture that can be shown"));
        captions(cues, true);
        shot(picture, new Shot(0, 0, 0, frames), 0, frames, !cues.isEmpty());
        parts(1);
        return 0;
    }

    private void captions(List<Cue> cues, boolean below) throws IOException {
        CaptionLook look = new CaptionLook(fonts, order.aspect(), below);
        Files.writeString(work.file(CAPTIONS), look.write(cues), UTF_8);
        look.writeFonts(work.file("fonts"), work.file("fonts.conf"));
        captionCoverage = look.coverage();
    }

    private List<PictureSource> clips() throws IOException {
        List<PictureSource> usable = new ArrayList<>();
        for (Path clip : order.clips()) {
            source(clip, false).ifPresent(usable::add);
        }
        return usable;
    }

    /** @return empty for what cannot be shown */
    private Optional<PictureSource> source(Path file, boolean whole) throws IOException {
        Optional<FileKind> kind = file == null || !Files.isRegularFile(file) ? Optional.empty() : FileKind.of(file);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        try {
            FilmFacts facts = FilmProbe.look(work, file, kind.get());
            long frames = kind.get().isPhoto()
                    ? 0
                    : facts.seconds()
                            .multiply(BigDecimal.valueOf(Shots.FRAMES_A_SECOND))
                            .longValue();
            boolean shown = facts.width() > 0 && (kind.get().isPhoto() || frames > 0);
            return shown ? Optional.of(new PictureSource(file, kind.get(), frames, facts, whole)) : Optional.empty();
        } catch (FfmpegFailed e) {
            if (e.kind() != FfmpegFailed.Kind.FAILED) {
                throw e;
            }
            LOG.info("a clip or picture is left out of a film: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** @return the clip that could not be shown, after all; then there is no picture */
    private Optional<PictureSource> shots(
            List<PictureSource> clips, List<Sentence> sentences, long frames, boolean captions) throws IOException {
        List<Shot> plan = Shots.plan(
                sentences,
                frames,
                IntStream.range(0, clips.size())
                        .mapToObj(i -> new Shots.Clip(i, clips.get(i).frames()))
                        .toList(),
                Shots.frames(settings.shortestShot().toMillis()),
                Shots.frames(settings.longestShot().toMillis()));
        for (int i = 0; i < plan.size(); i++) {
            PictureSource clip = clips.get(plan.get(i).clip());
            try {
                shot(clip, plan.get(i), i, frames, captions);
            } catch (FfmpegFailed e) {
                if (e.kind() != FfmpegFailed.Kind.FAILED) {
                    throw e;
                }
                LOG.info("a clip is left out of a film: {}", e.getMessage());
                return Optional.of(clip);
            }
        }
        parts(plan.size());
        clipsShown = (int) plan.stream().map(Shot::clip).distinct().count();
        return Optional.empty();
    }

    private void shot(PictureSource source, Shot shot, int number, long all, boolean captions) {
        List<String> arguments = new ArrayList<>(source.input(shot));
        String chain = source.chain(shot, order.aspect(), settings.shortSide(), captions);
        if (captions) {
            // the captions' clock is the film's, not the shot's
            chain += ",settb=1/30,setpts=N+" + shot.fromFrame() + ",ass=" + CAPTIONS + ":fontsdir=fonts";
        }
        chain += ",settb=1/30,setpts=N,format=yuv420p[v]";
        arguments.addAll(List.of("-filter_complex", chain, "-map", "[v]", "-an", "-sn", "-dn", "-map_metadata", "-1"));
        arguments.addAll(List.of("-frames:v", String.valueOf(shot.frames()), "-r", "30"));
        arguments.addAll(encoder(settings));
        arguments.add(part(number));
        double share = PICTURE_DONE - SOUND_DONE;
        work.run(
                arguments,
                percent.frames(
                        SOUND_DONE + share * shot.fromFrame() / all,
                        SOUND_DONE + share * (shot.fromFrame() + shot.frames()) / all,
                        shot.frames()));
    }

    /** As YouTube advises: progressive, 4:2:0, BT.709, two B-frames, a closed group of pictures each second. */
    static List<String> encoder(AssemblySettings settings) {
        return List.of(
                "-c:v",
                "libx264",
                "-preset",
                settings.preset(),
                "-crf",
                String.valueOf(settings.quality()),
                "-profile:v",
                "high",
                "-pix_fmt",
                "yuv420p",
                "-g",
                "30",
                "-bf",
                "2",
                "-flags",
                "+cgop",
                "-color_range",
                "tv",
                "-colorspace",
                "bt709",
                "-color_primaries",
                "bt709",
                "-color_trc",
                "bt709",
                "-video_track_timescale",
                "15360");
    }

    private static String part(int number) {
        return "part-" + number + ".mp4";
    }

    private void parts(int count) throws IOException {
        StringBuilder list = new StringBuilder("ffconcat version 1.0\n");
        IntStream.range(0, count)
                .forEach(i -> list.append("file ").append(part(i)).append('\n'));
        Files.writeString(work.file("parts.txt"), list);
    }

    // ---- all together

    private Path join() {
        Path film = work.file("film.mp4");
        List<String> arguments = new ArrayList<>(FfmpegWork.input(work.file("parts.txt"), "concat"));
        arguments.addAll(FfmpegWork.input(work.file(SoundMaking.SOUND), "mov"));
        arguments.addAll(List.of("-map", "0:v", "-map", "1:a", "-c", "copy", "-map_metadata", "-1"));
        // the index comes first, so that a player need not load all of it to begin
        arguments.addAll(List.of("-movflags", "+faststart", film.getFileName().toString()));
        work.run(arguments, percent.standing(PICTURE_DONE));
        return film;
    }

    private void check(FilmFacts facts, BigDecimal seconds) {
        boolean asWanted = facts.width() == order.aspect().width(settings.shortSide())
                && facts.height() == order.aspect().height(settings.shortSide())
                && "h264".equals(facts.video())
                && "aac".equals(facts.audio())
                && facts.seconds().subtract(seconds).abs().compareTo(AMISS) <= 0;
        if (!asWanted) {
            throw new AssemblyFailed(Kind.FAILED, "FFmpeg has made another film than was ordered: " + facts);
        }
    }

    private AssembledVideo placed(Path film, FilmFacts facts, List<Cue> cues, int clips) throws IOException {
        String hash = new DigestUtils(MessageDigestAlgorithms.SHA_256).digestAsHex(film);
        long bytes = Files.size(film);
        Path srt = null;
        if (!percent.done()) {
            throw new AssemblyFailed(Kind.CANCELLED, "it is no longer wanted");
        }
        if (!cues.isEmpty()) {
            Path written = Files.writeString(work.file("captions.srt"), Captions.srt(cues), UTF_8);
            srt = order.folder().resolve(hash + ".srt");
            FilePlacing.place(written, srt);
        }
        Path target = order.folder().resolve(hash + ".mp4");
        FilePlacing.place(film, target);
        return new AssembledVideo(
                target,
                srt,
                facts,
                cues.isEmpty()
                        ? BigDecimal.ZERO
                        : BigDecimal.valueOf(captionCoverage).setScale(2, RoundingMode.HALF_UP),
                clips,
                hash,
                bytes);
    }
}
