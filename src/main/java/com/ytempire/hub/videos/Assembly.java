package com.ytempire.hub.videos;

import com.ytempire.hub.platform.Ffmpeg;
import com.ytempire.hub.platform.FfmpegFailed;
import com.ytempire.hub.platform.FfmpegWork;
import com.ytempire.hub.platform.Fonts;
import com.ytempire.hub.videos.AssemblyFailed.Kind;
import java.io.IOException;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Makes films by FFmpeg. */
@Component
class Assembly {

    private final Ffmpeg ffmpeg;
    private final Fonts fonts;
    private final AssemblySettings settings;

    Assembly(Ffmpeg ffmpeg, Fonts fonts, AssemblySettings settings) {
        this.ffmpeg = ffmpeg;
        this.fonts = fonts;
        this.settings = settings;
    }

    /**
     * Makes a film out of its parts: a standard MP4 that any player begins to show before all of it is loaded. It is as
     * long as the narration and as loud as films are to be, and its captions are in the picture. The node's own folder
     * holds what is half done; in the order's folder there is the whole film or nothing.
     *
     * @throws AssemblyFailed when there is none
     */
    AssembledVideo assemble(AssemblyOrder order, AssemblyProgress progress) {
        return translated(() -> {
            try (FfmpegWork work =
                    ffmpeg.begin(settings.limit(), settings.largest().toBytes())) {
                return new FilmMaking(work, fonts, settings, order, new PercentClock(progress)).make();
            }
        });
    }

    /** What FFmpeg has to say, in the words of films. */
    static <T> T translated(Supplier<T> making) {
        try {
            return making.get();
        } catch (FfmpegFailed e) {
            throw failed(e);
        }
    }

    static AssemblyFailed failed(FfmpegFailed cause) {
        Kind kind = cause.kind() == FfmpegFailed.Kind.KILLED
                ? Kind.FAILED
                : Kind.valueOf(cause.kind().name());
        return new AssemblyFailed(kind, cause.getMessage(), cause);
    }

    /** @param what could not be done */
    static AssemblyFailed failed(String what, IOException cause) {
        return FfmpegFailed.tellsOfNoRoom(cause.getMessage())
                ? new AssemblyFailed(Kind.DISK_FULL, "no room is left on the disk", cause)
                : new AssemblyFailed(Kind.FAILED, what + ": " + cause.getClass().getSimpleName(), cause);
    }
}
