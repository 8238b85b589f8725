package com.ytempire.hub.videos;

import com.ytempire.hub.platform.FfmpegFailed;
import com.ytempire.hub.platform.FfmpegWork;
import com.ytempire.hub.platform.FfmpegWork.Watcher;
import com.ytempire.hub.videos.AssemblyFailed.Kind;
import com.ytempire.hub.videos.FilmProbe.Heard;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sound of a film: AAC, 48 kHz, stereo, as loud as all films by EBU R 128. Measured first, then changed as a whole;
 * only a voice whose peaks leave no room for that is changed as it goes. What comes out is measured, and corrected.
 */
final class SoundMaking {

    static final String SOUND = "sound.m4a";

    /** Before all else: what is measured is what is changed. */
    private static final String STEREO = "aformat=sample_rates=48000:channel_layouts=stereo";

    private static final int CORRECTIONS = 3;
    private static final BigDecimal CLOSE_ENOUGH = new BigDecimal("0.5");

    /** An encoder's peaks are a little above those of what it was given. */
    private static final BigDecimal ROOM = new BigDecimal("0.5");

    private static final BigDecimal WIDEST_RANGE = BigDecimal.valueOf(20);
    private static final BigDecimal NARROWEST_RANGE = BigDecimal.ONE;

    private final FfmpegWork work;
    private final AssemblySettings settings;
    private final Watcher watcher;

    SoundMaking(FfmpegWork work, AssemblySettings settings, Watcher watcher) {
        this.work = work;
        this.settings = settings;
        this.watcher = watcher;
    }

    /** @return how long it is */
    BigDecimal make(Path narration) throws IOException {
        FileKind kind = kind(narration);
        Heard given;
        try {
            given = FilmProbe.listen(work, narration, kind, STEREO, watcher);
        } catch (FfmpegFailed e) {
            throw e.kind() == FfmpegFailed.Kind.FAILED
                    ? new AssemblyFailed(Kind.BAD_INPUT, "the narration cannot be played: " + e.getMessage(), e)
                    : e;
        }
        String filters = given.isSilent() ? STEREO : STEREO + "," + loudnorm(given);
        encode(narration, kind, filters);
        if (!given.isSilent()) {
            correct(narration, kind, filters);
        }
        return given.seconds();
    }

    private void correct(Path narration, FileKind kind, String filters) {
        BigDecimal gain = BigDecimal.ZERO;
        for (int i = 0; i < CORRECTIONS; i++) {
            Heard made = FilmProbe.listen(work, work.file(SOUND), FileKind.MP4, STEREO, watcher);
            if (made.isSilent()
                    || settings.loudness().subtract(made.loudness()).abs().compareTo(CLOSE_ENOUGH) <= 0) {
                return;
            }
            gain = gain.add(settings.loudness().subtract(made.loudness()));
            encode(narration, kind, filters + ",volume=" + gain.toPlainString() + "dB," + limiter());
        }
    }

    private static FileKind kind(Path narration) throws IOException {
        Optional<FileKind> kind = Files.isRegularFile(narration) ? FileKind.of(narration) : Optional.empty();
        return kind.filter(each -> !each.isPhoto())
                .orElseThrow(() -> new AssemblyFailed(Kind.BAD_INPUT, "the narration is no sound, or is not there"));
    }

    /** By what was measured in the first pass. A range wider than the voice's own keeps it from being narrowed. */
    private String loudnorm(Heard given) {
        BigDecimal range =
                given.range().add(BigDecimal.ONE).max(NARROWEST_RANGE).min(WIDEST_RANGE);
        return "loudnorm=I=" + settings.loudness().toPlainString()
                + ":TP=" + settings.peak().subtract(ROOM).toPlainString()
                + ":LRA=" + range.toPlainString()
                + ":measured_I=" + given.loudness().toPlainString()
                + ":measured_TP=" + given.peak().toPlainString()
                + ":measured_LRA=" + given.range().toPlainString()
                + ":measured_thresh=" + given.threshold().toPlainString()
                + ":linear=true";
    }

    private String limiter() {
        double most = Math.pow(10, settings.peak().subtract(ROOM).doubleValue() / 20);
        return "alimiter=level=disabled:limit=" + BigDecimal.valueOf(most).setScale(4, RoundingMode.DOWN);
    }

    private void encode(Path narration, FileKind kind, String filters) {
        List<String> arguments = new ArrayList<>(FfmpegWork.input(narration, kind.format()));
        arguments.addAll(List.of("-map", "0:a:0", "-vn", "-map_metadata", "-1", "-af", filters));
        arguments.addAll(List.of("-c:a", "aac", "-b:a", String.valueOf(settings.soundBitRate())));
        arguments.addAll(List.of("-ar", "48000", "-ac", "2", SOUND));
        work.run(arguments, watcher);
    }
}
