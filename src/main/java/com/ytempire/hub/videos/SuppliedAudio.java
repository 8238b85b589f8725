package com.ytempire.hub.videos;

import com.ytempire.hub.platform.Ffmpeg;
import com.ytempire.hub.platform.FfmpegFailed;
import com.ytempire.hub.platform.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Audio a person supplies. It is told by its content, decoded to the end and written anew, so that it is what it says. */
@Component
class SuppliedAudio {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int HEAD = 12;

    private final Ffmpeg ffmpeg;
    private final VideosSettings settings;

    SuppliedAudio(Ffmpeg ffmpeg, VideosSettings settings) {
        this.ffmpeg = ffmpeg;
        this.settings = settings;
    }

    /**
     * @return an MP3
     * @throws Problem 413 when it is too large, 422 {@code audio_invalid} when it is neither an MP3 nor a WAV that can be
     *     played
     */
    byte[] read(InputStream body) throws IOException {
        int most = Math.toIntExact(settings.requests().mostAudio().toBytes());
        byte[] audio = body.readNBytes(most + 1);
        if (audio.length > most) {
            throw new Problem(
                    HttpStatus.PAYLOAD_TOO_LARGE,
                    "payload_too_large",
                    "A narration has at most %d bytes".formatted(most));
        }
        String format = format(audio);
        try {
            return ffmpeg.run(
                    audio,
                    List.of(
                            "-xerror",
                            "-f",
                            format,
                            "-i",
                            "pipe:0",
                            "-vn",
                            "-map_metadata",
                            "-1",
                            "-codec:a",
                            "libmp3lame",
                            "-b:a",
                            "128k",
                            "-f",
                            "mp3",
                            "pipe:1"),
                    LIMIT);
        } catch (FfmpegFailed e) {
            throw invalid();
        }
    }

    private static String format(byte[] audio) {
        if (audio.length < HEAD) {
            throw invalid();
        }
        String head = new String(audio, 0, HEAD, StandardCharsets.ISO_8859_1);
        if (head.startsWith("RIFF") && head.endsWith("WAVE")) {
            return "wav";
        }
        boolean frame = (audio[0] & 0xFF) == 0xFF && (audio[1] & 0xE0) == 0xE0;
        if (frame || head.startsWith("ID3")) {
            return "mp3";
        }
        throw invalid();
    }

    private static Problem invalid() {
        return new Problem(
                HttpStatus.UNPROCESSABLE_ENTITY, "audio_invalid", "The body is no MP3 or WAV file that can be played");
    }
}
