package com.ytempire.hub.videos;

import com.ytempire.hub.platform.FfmpegFailed;
import com.ytempire.hub.platform.FfmpegWork;
import com.ytempire.hub.platform.FfmpegWork.Watcher;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Measures a file by FFmpeg itself, for its static builds come without the program that only looks. */
final class FilmProbe {

    private static final Pattern DURATION = Pattern.compile("(?m)^  Duration: (\\d+):(\\d\\d):(\\d\\d\\.\\d+)");
    private static final Pattern VIDEO = Pattern.compile("(?m)^ +Stream #0:\\d+.*?: Video: ([a-z0-9_]+).*$");
    private static final Pattern SIZE = Pattern.compile(", (\\d{2,5})x(\\d{2,5})[ ,]");
    private static final Pattern PIXELS =
            Pattern.compile(", ([a-z]+[0-9]*[a-z0-9]*)(?:\\([^)]*\\))?, \\d{2,5}x\\d{2,5}");
    private static final Pattern RATE = Pattern.compile(", ([0-9.]+)(k?) fps");
    private static final Pattern TURNED = Pattern.compile("rotation of -?(?:90|270)\\.");
    private static final Pattern AUDIO = Pattern.compile("(?m)^ +Stream #0:\\d+.*?: Audio: ([a-z0-9_]+).*?, (\\d+) Hz");
    private static final Pattern INTEGRATED = Pattern.compile("(?m)^ +I: +(-?[0-9.]+) LUFS");
    private static final Pattern PEAK = Pattern.compile("(?m)^ +Peak: +(-?[0-9.]+) dBFS");

    private static final Pattern RANGE = Pattern.compile("(?m)^ +LRA: +(-?[0-9.]+) LU$");
    private static final Pattern THRESHOLD =
            Pattern.compile("(?m)^ +I: +-?[0-9.]+ LUFS\\s+Threshold: +(-?[0-9.]+) LUFS");
    private static final Pattern SAMPLES = Pattern.compile("Number of samples: (\\d+)");

    private static final Pattern PAUSE =
            Pattern.compile("silence_end: ([0-9]+\\.?[0-9]*) \\| silence_duration: ([0-9]+\\.?[0-9]*)");

    /** Longer than between words; in a sound as loud as all films a voice is well above that. */
    private static final String SILENCES = "silencedetect=noise=-35dB:duration=0.25";

    private static final String METER = "ebur128=peak=true:framelog=verbose";
    private static final BigDecimal SAMPLE_RATE = BigDecimal.valueOf(48_000);
    private static final Heard NOT_HEARD = new Heard(BigDecimal.ZERO, null, null, null, null);

    /** What the meter shows when nothing is loud enough to count. */
    private static final BigDecimal SILENCE = BigDecimal.valueOf(-70);

    private static final BigDecimal MINUTE = BigDecimal.valueOf(60);
    private static final BigDecimal HOUR = BigDecimal.valueOf(3600);

    private FilmProbe() {}

    /** What a film or photo says of itself; its first picture is decoded, too. */
    static FilmFacts look(FfmpegWork work, Path file, FileKind kind) {
        List<String> arguments = new ArrayList<>(FfmpegWork.input(file, kind.format()));
        arguments.addAll(List.of("-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"));
        return facts(work.report(arguments, Watcher.NOBODY), NOT_HEARD);
    }

    /** The finished film: all of its sound is listened to. */
    static FilmFacts measure(FfmpegWork work, Path film, Watcher watcher) {
        String report = report(work, film, FileKind.MP4, METER, watcher);
        return facts(report, heard(report));
    }

    /**
     * How a sound was heard, all of it.
     *
     * @param seconds to the last sample
     * @param loudness in LUFS; null when it is silent, as are the others
     * @param peak the true peak, in dBTP
     * @param range in LU
     * @param threshold below which nothing counts, in LUFS
     */
    record Heard(BigDecimal seconds, BigDecimal loudness, BigDecimal peak, BigDecimal range, BigDecimal threshold) {

        boolean isSilent() {
            return loudness == null;
        }
    }

    /** @param form into which the sound is brought before; 48,000 samples a second are among it */
    static Heard listen(FfmpegWork work, Path file, FileKind kind, String form, Watcher watcher) {
        return heard(report(work, file, kind, form + ",astats=measure_perchannel=none," + METER, watcher));
    }

    /** A stretch in which a voice is silent. */
    record Pause(long fromMillis, long toMillis) {

        long middle() {
            return (fromMillis + toMillis) / 2;
        }

        long length() {
            return toMillis - fromMillis;
        }
    }

    /** Where the voice of a film's sound pauses; nowhere when that cannot be told. */
    static List<Pause> pauses(FfmpegWork work, Path sound, Watcher watcher) {
        String report;
        try {
            report = report(work, sound, FileKind.MP4, SILENCES, watcher);
        } catch (FfmpegFailed e) {
            if (e.kind() != FfmpegFailed.Kind.FAILED) {
                throw e;
            }
            return List.of();
        }
        List<Pause> pauses = new ArrayList<>();
        Matcher pause = PAUSE.matcher(report);
        while (pause.find()) {
            long end = millis(pause.group(1));
            pauses.add(new Pause(end - millis(pause.group(2)), end));
        }
        return pauses;
    }

    private static long millis(String seconds) {
        return new BigDecimal(seconds).movePointRight(3).longValue();
    }

    private static String report(FfmpegWork work, Path file, FileKind kind, String filters, Watcher watcher) {
        List<String> arguments = new ArrayList<>(FfmpegWork.input(file, kind.format()));
        arguments.addAll(List.of("-map", "0:a:0", "-vn", "-af", filters, "-f", "null", "-"));
        return work.report(arguments, watcher);
    }

    private static Heard heard(String report) {
        BigDecimal samples = last(SAMPLES, report);
        BigDecimal seconds = samples == null ? BigDecimal.ZERO : samples.divide(SAMPLE_RATE, 3, RoundingMode.HALF_UP);
        BigDecimal loudness = last(INTEGRATED, report);
        BigDecimal peak = last(PEAK, report);
        return loudness == null || peak == null || loudness.compareTo(SILENCE) <= 0
                ? new Heard(seconds, null, null, null, null)
                : new Heard(seconds, loudness, peak, last(RANGE, report), last(THRESHOLD, report));
    }

    private static FilmFacts facts(String report, Heard heard) {
        // what comes in is told first, then what was made of it
        String input = report.split("(?m)^Output #0", 2)[0];
        Matcher video = VIDEO.matcher(input);
        Matcher audio = AUDIO.matcher(input);
        boolean seen = video.find();
        boolean sounds = audio.find();
        String line = seen ? video.group() : "";
        Matcher size = SIZE.matcher(line);
        boolean sized = size.find();
        boolean turned = TURNED.matcher(input).find();
        return new FilmFacts(
                duration(input),
                sized ? Integer.parseInt(size.group(turned ? 2 : 1)) : 0,
                sized ? Integer.parseInt(size.group(turned ? 1 : 2)) : 0,
                seen ? video.group(1) : null,
                first(PIXELS, line),
                rate(line),
                sounds ? audio.group(1) : null,
                sounds ? Integer.parseInt(audio.group(2)) : 0,
                heard.loudness(),
                heard.peak());
    }

    private static BigDecimal duration(String report) {
        Matcher told = DURATION.matcher(report);
        if (!told.find()) {
            return BigDecimal.ZERO;
        }
        return new BigDecimal(told.group(1))
                .multiply(HOUR)
                .add(new BigDecimal(told.group(2)).multiply(MINUTE))
                .add(new BigDecimal(told.group(3)))
                .setScale(3, RoundingMode.HALF_UP);
    }

    private static BigDecimal rate(String line) {
        Matcher rate = RATE.matcher(line);
        if (!rate.find()) {
            return null;
        }
        BigDecimal value = new BigDecimal(rate.group(1));
        return rate.group(2).isEmpty() ? value : value.movePointRight(3);
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    private static BigDecimal last(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        BigDecimal value = null;
        while (matcher.find()) {
            value = new BigDecimal(matcher.group(1));
        }
        return value;
    }
}
