package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.ytempire.hub.platform.FfmpegWork;
import com.ytempire.hub.platform.FfmpegWork.Watcher;
import com.ytempire.hub.videos.AssemblyFailed.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

/** Films as FFmpeg really makes them, short and small. */
class AssemblyIT {

    private static final String WORDS = "Have you ever wondered why lighthouses flash? It is not only to be seen.";

    @TempDir
    Path path;

    private Studio studio;

    @BeforeEach
    void open() {
        studio = new Studio(path);
    }

    @AfterEach
    void close() {
        studio.close();
    }

    private AssemblyOrder order(String spoken, List<Path> clips, Aspect aspect) {
        return new AssemblyOrder(studio.narration(6), spoken, clips, studio.thumbnail(), aspect, path.resolve("films"));
    }

    private AssembledVideo assemble(AssemblyOrder order) {
        return studio.assembly(360).assemble(order, percent -> true);
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void nothingIsLeft() throws IOException {
        assertThat(names(path.resolve("films"))).isEmpty();
        assertThat(names(studio.data())).noneMatch(name -> name.startsWith("ffmpeg-work"));
    }

    /** The names of an MP4's outermost boxes, in order. */
    private static List<String> boxes(Path film) throws IOException {
        byte[] bytes = Files.readAllBytes(film);
        List<String> boxes = new ArrayList<>();
        for (int at = 0; at + 8 <= bytes.length; ) {
            boxes.add(new String(bytes, at + 4, 4));
            at += (bytes[at] & 0xFF) << 24
                    | (bytes[at + 1] & 0xFF) << 16
                    | (bytes[at + 2] & 0xFF) << 8
                    | bytes[at + 3] & 0xFF;
        }
        return boxes;
    }

    private static void isStandard(AssembledVideo video, int width, int height) {
        FilmFacts about = video.about();
        assertThat(about.video()).isEqualTo("h264");
        assertThat(about.pixels()).isEqualTo("yuv420p");
        assertThat(about.frameRate()).isEqualByComparingTo("30");
        assertThat(about.audio()).isEqualTo("aac");
        assertThat(about.sampleRate()).isEqualTo(48_000);
        assertThat(about.width()).isEqualTo(width);
        assertThat(about.height()).isEqualTo(height);
        assertThat(about.seconds()).isCloseTo(BigDecimal.valueOf(6), within(new BigDecimal("0.2")));
        assertThat(about.loudness()).isCloseTo(BigDecimal.valueOf(-14), within(BigDecimal.ONE));
        assertThat(about.peak()).isLessThanOrEqualTo(BigDecimal.valueOf(-1));
    }

    @Test
    void aThumbnailAndAVoiceBecomeAStandardFilm() throws IOException {
        List<Integer> told = new ArrayList<>();

        AssembledVideo video = studio.assembly(360).assemble(order(WORDS, List.of(), Aspect.WIDE), percent -> {
            told.add(percent);
            return true;
        });

        isStandard(video, 640, 360);
        assertThat(boxes(video.film())).containsSubsequence("ftyp", "moov", "mdat"); // the index first
        assertThat(told).isSorted().last().isEqualTo(100);
        assertThat(video.clipsShown()).isZero();
        assertThat(video.captionCoverage()).isEqualByComparingTo("1");
        assertThat(video.bytes()).isEqualTo(Files.size(video.film()));
        assertThat(names(path.resolve("films"))).containsExactly(video.sha256() + ".mp4", video.sha256() + ".srt");
        assertThat(video.captions())
                .content()
                .startsWith("1\n00:00:00,000 --> 00:00:0")
                .contains("Have you ever wondered");
        assertThat(names(studio.data())).noneMatch(name -> name.startsWith("ffmpeg-work"));
    }

    /** In the middle, where the words are not. */
    private int[] colour(AssembledVideo video, double second) {
        return studio.colour(video.film(), second, "iw/2:ih/4:iw/4:ih/8");
    }

    @Test
    void captionsChangeWhereTheVoicePauses() {
        Path voice = studio.sound("voice.wav", "aevalsrc='0.3*sin(1900*t)*(lt(t,2)+gt(t,2.6))':s=24000:d=6");

        AssembledVideo video = assemble(new AssemblyOrder(
                voice,
                "Half of it is said. Half of it is said.",
                List.of(),
                studio.thumbnail(),
                Aspect.WIDE,
                path.resolve("films")));

        assertThat(video.captions())
                .content()
                .containsPattern("00:00:00,000 --> 00:00:02,(5[5-9]|6[0-4])\\d")
                .containsPattern("00:00:02,(5[5-9]|6[0-4])\\d --> 00:00:0[56]");
    }

    @Test
    void clipsAreCutToTheSentencesAndFillAnUprightPicture() {
        Path red = studio.clip("red.mp4", "red", "320x180", 5);
        Path blue = studio.clip("blue.mp4", "blue", "180x320", 1); // too short: it begins again
        Path text = write("clip.mp4", "no film at all");

        AssembledVideo video = assemble(order(
                "Have you ever wondered why they flash? It is not only so that they are seen.",
                List.of(red, text, blue),
                Aspect.UPRIGHT));

        isStandard(video, 360, 640);
        assertThat(video.clipsShown()).isEqualTo(2);
        int[] first = colour(video, 1);
        int[] last = colour(video, 5.5);
        assertThat(first[0]).isGreaterThan(180);
        assertThat(first[2]).isLessThan(60);
        assertThat(last[0]).isLessThan(60);
        assertThat(last[2]).isGreaterThan(180);
    }

    @Test
    void withoutAClipThatCanBeShownTheThumbnailIs() {
        Path playlist = write("list.mp4", "#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n");
        Path concat = write("concat.mp4", "ffconcat version 1.0\nfile /etc/passwd\n");

        AssembledVideo video = assemble(order(WORDS, List.of(playlist, concat, path.resolve("gone.mp4")), Aspect.WIDE));

        isStandard(video, 640, 360);
        assertThat(video.clipsShown()).isZero();
    }

    private Path write(String name, String content) {
        try {
            return Files.writeString(path.resolve(name), content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** White letters in the lower part of the picture, where otherwise nothing is bright. */
    private double bright(AssembledVideo video, double second) {
        byte[] grey = studio.ffmpeg.run(
                new byte[0],
                List.of(
                        "-protocol_whitelist",
                        "file",
                        "-ss",
                        String.valueOf(second),
                        "-i",
                        "file:" + video.film(),
                        "-frames:v",
                        "1",
                        "-vf",
                        "crop=iw:ih/3:0:ih*2/3",
                        "-f",
                        "rawvideo",
                        "-pix_fmt",
                        "gray",
                        "pipe:1"),
                Studio.LIMIT);
        int white = 0;
        for (byte value : grey) {
            white += (value & 0xFF) > 220 ? 1 : 0;
        }
        return (double) white / grey.length;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            He said: "it's 100%", {\\b0}{\\p1} C:\\Nope; 'why?'     | wide
            שלום עולם, זה "מבחן" של 3 כתוביות! مرحبا بالعالم         | right to left
            😀🎉👩‍🚀 Party time 👍🏽                                      | emoji
            """)
    void whateverTheTextItIsReadAndOnlyRead(String words, String kind) {
        Path black = studio.clip("black.mp4", "black", "640x360", 6);

        AssembledVideo video = assemble(order(words, List.of(black), Aspect.WIDE));

        isStandard(video, 640, 360);
        assertThat(video.captionCoverage()).isEqualByComparingTo("1");
        assertThat(bright(video, 3)).as(kind).isBetween(0.005, 0.2);
    }

    @Test
    void whatNoFontHasIsNotCountedAsRead() {
        Path black = studio.clip("black.mp4", "black", "640x360", 6);

        AssembledVideo video = assemble(order("中文字幕中文字幕", List.of(black), Aspect.WIDE));

        assertThat(video.captionCoverage()).isZero();
        assertThat(bright(video, 3)).isZero(); // nor are there empty boxes
        assertThat(video.captions()).content().contains("中文字幕");
    }

    /** A voice with peaks far above its loudness cannot simply be made louder. */
    @Test
    void aVoiceOfHighPeaksIsAsLoudAsTheOthers() {
        Path peaks =
                studio.sound("peaks.mp3", "aevalsrc='0.12*sin(1500*t)+0.7*sin(900*t)*lt(mod(t,0.5),0.01)':s=44100:d=6");

        AssembledVideo video = assemble(
                new AssemblyOrder(peaks, WORDS, List.of(), studio.thumbnail(), Aspect.WIDE, path.resolve("films")));

        isStandard(video, 640, 360);
    }

    @Test
    void silenceStaysSilence() {
        Path silence = studio.sound("silence.mp3", "anullsrc=r=24000:cl=mono", "-t", "6");

        AssembledVideo video = assemble(
                new AssemblyOrder(silence, "", List.of(), studio.thumbnail(), Aspect.WIDE, path.resolve("films")));

        assertThat(video.about().loudness()).isNull();
        assertThat(video.about().seconds()).isCloseTo(BigDecimal.valueOf(6), within(new BigDecimal("0.2")));
        assertThat(video.captions()).isNull();
        assertThat(video.captionCoverage()).isZero();
    }

    private void fails(Assembly assembly, AssemblyOrder order, AssemblyProgress progress, Kind kind)
            throws IOException {
        assertThatThrownBy(() -> assembly.assemble(order, progress))
                .isInstanceOfSatisfying(
                        AssemblyFailed.class,
                        failed -> assertThat(failed.kind()).isEqualTo(kind))
                .hasMessageNotContaining(path.toString());
        nothingIsLeft();
    }

    @Test
    void whatIsNoSoundOrNoPictureIsRefused() throws IOException {
        AssemblyOrder good = order(WORDS, List.of(), Aspect.WIDE);
        Path text = write("text.mp3", "ID3 but not a sound");

        fails(
                studio.assembly(360),
                new AssemblyOrder(text, WORDS, List.of(), good.picture(), Aspect.WIDE, good.folder()),
                percent -> true,
                Kind.BAD_INPUT);
        fails(
                studio.assembly(360),
                new AssemblyOrder(good.narration(), WORDS, List.of(), text, Aspect.WIDE, good.folder()),
                percent -> true,
                Kind.BAD_INPUT);
    }

    private Assembly assembly(Duration limit, DataSize largest) {
        return new Assembly(studio.ffmpeg, studio.fonts, Studio.settings(1080, limit, largest));
    }

    @Test
    void itEndsWhenItIsNoLongerWantedTakesTooLongOrBecomesTooLarge() throws IOException {
        AssemblyOrder order = order(WORDS, List.of(), Aspect.WIDE);
        DataSize enough = DataSize.ofGigabytes(1);

        fails(assembly(Studio.LIMIT, enough), order, percent -> percent < 8, Kind.CANCELLED);
        fails(assembly(Duration.ofMillis(500), enough), order, percent -> true, Kind.TOO_LONG);
        fails(assembly(Studio.LIMIT, DataSize.ofKilobytes(200)), order, percent -> true, Kind.TOO_LARGE);
        assertThatThrownBy(() -> studio.assembly(1080).assemble(order, percent -> {
                    throw new IllegalArgumentException("the claim is lost");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        nothingIsLeft();
    }

    /** As the kernel does when the machine runs out of memory. */
    @Test
    void aKilledFfmpegLeavesNothing() throws IOException {
        fails(
                studio.assembly(1080),
                order(WORDS, List.of(), Aspect.WIDE),
                percent -> {
                    ProcessHandle.current().children().filter(this::isOurs).forEach(ProcessHandle::destroyForcibly);
                    return true;
                },
                Kind.FAILED);
    }

    private boolean isOurs(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains(studio.data().toString());
    }

    @ParameterizedTest
    @CsvSource({"No space left on device,DISK_FULL", "Cannot allocate memory,FAILED"})
    void whatFfmpegDiesOfIsTold(String words, Kind kind) throws IOException {
        AssemblyOrder order = order("", List.of(), Aspect.WIDE);
        Path failing = write("ffmpeg-failing", """
                #!/bin/sh
                case "$*" in
                  *ebur128*) exec "%s" "$@" ;;
                  *) echo "sound.m4a: %s" >&2; exit 1 ;;
                esac
                """.formatted(real(), words));
        Files.setPosixFilePermissions(failing, PosixFilePermissions.fromString("rwx------"));
        try (Studio other = new Studio(path.resolve("other"), failing.toString())) {
            fails(other.assembly(360), order, percent -> true, kind);
        }
    }

    private Path real() throws IOException {
        try (Stream<Path> files = Files.list(studio.data())) {
            return files.filter(file -> file.getFileName().toString().matches("ffmpeg-\\d+"))
                    .findFirst()
                    .orElse(Path.of("ffmpeg"));
        }
    }

    @Test
    void withoutFfmpegThereIsNoFilm() throws IOException {
        AssemblyOrder order = order(WORDS, List.of(), Aspect.WIDE);
        try (Studio other = new Studio(path.resolve("other"), "/usr/bin/there-is-no-ffmpeg")) {
            fails(other.assembly(360), order, percent -> true, Kind.MISSING);
        }
    }

    @Test
    void aFilmOfManyShotsHasNoGapBetweenThem() {
        Path clip = studio.clip("green.mp4", "green", "320x180", 2);
        AssemblyOrder order = order("One is here. Two is there. Three is gone.", List.of(clip, clip), Aspect.WIDE);

        AssembledVideo video = assemble(order);

        try (FfmpegWork work = studio.ffmpeg.begin(Studio.LIMIT, Long.MAX_VALUE)) {
            List<String> arguments = new ArrayList<>(FfmpegWork.input(video.film(), "mov"));
            arguments.addAll(List.of("-map", "0:v", "-vf", "showinfo", "-f", "null", "-"));
            List<Double> times = work.report(arguments, Watcher.NOBODY)
                    .lines()
                    .filter(line -> line.contains("pts_time:"))
                    .map(line -> Double.valueOf(line.replaceAll(".*pts_time:([0-9.]+).*", "$1")))
                    .toList();
            assertThat(times).hasSize(180);
            for (int i = 0; i < times.size(); i++) {
                assertThat(times.get(i)).isCloseTo(i / 30.0, within(0.001));
            }
        }
    }
}
