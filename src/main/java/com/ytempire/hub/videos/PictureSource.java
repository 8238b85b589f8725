package com.ytempire.hub.videos;

import com.ytempire.hub.platform.FfmpegWork;
import com.ytempire.hub.videos.Shots.Shot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is seen in a shot, and how it comes to fill the picture.
 *
 * @param frames it lasts; 0 for a photo
 * @param whole whether all of it has to be seen, as of a thumbnail with a title in it
 */
record PictureSource(Path file, FileKind kind, long frames, FilmFacts facts, boolean whole) {

    /** So much narrower or wider than the film a picture may be and still fill it, cut at two sides. */
    private static final double ALIKE = 0.1;

    /** Seconds until a still picture has come nearer and gone back. */
    private static final int BREATH = 24;

    /** How much of each side is out of sight when it is nearest. */
    private static final String NEAR = "0.017";

    private static final String BT709 = ":out_color_matrix=bt709:out_range=tv";

    boolean isPhoto() {
        return frames == 0;
    }

    /** The arguments that open it. */
    List<String> input(Shot shot) {
        List<String> arguments = new ArrayList<>();
        if (!isPhoto()) {
            arguments.addAll(List.of("-stream_loop", "-1"));
            if (shot.offset() > 0) {
                arguments.addAll(List.of(
                        "-ss", String.format(Locale.ROOT, "%.3f", (double) shot.offset() / Shots.FRAMES_A_SECOND)));
            }
        }
        arguments.addAll(FfmpegWork.input(file, kind.format()));
        return arguments;
    }

    /** The filters that make it one of the film's pictures, thirty a second. */
    String chain(Shot shot, Aspect aspect, int shortSide, boolean captions) {
        int width = aspect.width(shortSide);
        int height = aspect.height(shortSide);
        String fill = filling(width, height);
        if (!isPhoto()) {
            return "[0:v:0]fps=30," + fill;
        }
        boolean alike = Math.abs((double) facts.width() * height / facts.height() / width - 1) <= ALIKE;
        String still = whole && (captions || !alike) ? onItself(width, height, captions) : "[0:v:0]" + fill;
        return still + "," + gentleMotion(shot);
    }

    /** Of its size, what is too much cut off at two sides. */
    private static String filling(int width, int height) {
        return "scale=" + width + ":" + height + ":force_original_aspect_ratio=increase:flags=lanczos" + BT709
                + ",crop=" + width + ":" + height + ",setsar=1,format=yuv420p";
    }

    /** All of it before a dim, soft enlargement of itself, so that captions are beside it and not upon its title. */
    private static String onItself(int width, int height, boolean captions) {
        boolean upright = height > width;
        int room = captions && !upright ? height * 23 / 100 : height / 24;
        String box = upright
                ? width * 22 / 25 / 2 * 2 + ":" + height * 2 / 3 / 2 * 2
                : width + ":" + (height - room) / 2 * 2;
        String above = upright ? "(H-h)*0.36" : captions ? "H/28" : "(H-h)/2";
        return "[0:v:0]split[a][b];[a]" + filling(width, height) + ",gblur=sigma=" + Math.min(width, height) / 9
                + ",eq=brightness=-0.1:saturation=1.2[ground];[b]scale=" + box
                + ":force_original_aspect_ratio=decrease:force_divisible_by=2:flags=lanczos" + BT709
                + ",setsar=1,format=yuv420p[whole];[ground][whole]overlay=x=(W-w)/2:y=" + above;
    }

    /**
     * Nearer and back, a little to the side at the same time, beginning and ending at rest. The corners of what is seen
     * are told to a fraction of a pixel; a filter that cuts at whole pixels would tremble.
     */
    private static String gentleMotion(Shot shot) {
        String turn = "2*PI*on/" + BREATH * Shots.FRAMES_A_SECOND;
        String near = NEAR + "*(1-cos(" + turn + "))";
        String left = "W*" + near + "*(1+0.5*sin(" + turn + "*0.6))";
        String right = "W-W*" + near + "*(1-0.5*sin(" + turn + "*0.6))";
        String top = "H*" + near;
        String bottom = "H-H*" + near;
        return "loop=loop=-1:size=1,setpts=N/30/TB,perspective=sense=source:eval=frame:interpolation=linear:x0='" + left
                + "':y0='" + top + "':x1='" + right + "':y1='" + top + "':x2='" + left + "':y2='" + bottom + "':x3='"
                + right + "':y3='" + bottom + "'";
    }
}
