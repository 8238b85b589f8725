package com.ytempire.hub.content;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * MP3 as a row of frames (ISO 11172-3 and 13818-3, layer III). Frames of one kind can be joined to one valid file; what
 * stands around them, such as tags and the frame that tells an encoder's settings, would tell of its own file only.
 *
 * @param frames one after the other and nothing else
 * @param micros they last, in microseconds
 */
record Mp3(byte[] frames, long micros) {

    private static final int HEADER = 4;
    private static final int TAG_HEADER = 10;
    private static final int[] BIT_RATES_1 = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    private static final int[] BIT_RATES_2 = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
    private static final int[] SAMPLE_RATES = {44_100, 48_000, 32_000};
    private static final int MPEG_1 = 3;
    private static final int MPEG_2 = 2;
    private static final int MPEG_2_5 = 0;
    private static final int LAYER_3 = 1;
    private static final int MONO = 3;
    private static final long MILLION = 1_000_000L;

    /** MPEG-2, 32 kbit/s, 24 kHz, mono: 24 ms, all its numbers zero, which is silence. */
    private static final byte[] SILENT_FRAME =
            Arrays.copyOf(new byte[] {(byte) 0xFF, (byte) 0xF3, 0x44, (byte) 0xC0}, 96);

    private static final int SILENT_FRAME_MILLIS = 24;

    /**
     * @return null when it is no MP3
     */
    static Mp3 read(byte[] file) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream(file.length);
        long micros = 0;
        int at = afterTag(file);
        boolean first = true;
        while (at + HEADER <= file.length) {
            Frame frame = Frame.at(file, at);
            if (frame == null || at + frame.size > file.length) {
                at++; // not a frame: padding, a tag at the end, or the rest of a cut one
                continue;
            }
            if (!first || !frame.tellsOfItsFile(file, at)) {
                frames.write(file, at, frame.size);
                micros += frame.micros();
            }
            first = false;
            at += frame.size;
        }
        return micros == 0 ? null : new Mp3(frames.toByteArray(), micros);
    }

    /** One file of frames that have been read before. */
    static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(
                parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Silence of that length, to the next 24 ms. */
    static byte[] silence(long millis) {
        int count = Math.toIntExact((millis + SILENT_FRAME_MILLIS - 1) / SILENT_FRAME_MILLIS);
        byte[] frames = new byte[count * SILENT_FRAME.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(SILENT_FRAME, 0, frames, i * SILENT_FRAME.length, SILENT_FRAME.length);
        }
        return frames;
    }

    long millis() {
        return micros / 1000;
    }

    /** An ID3 tag at the beginning says its size in four times seven bits. */
    private static int afterTag(byte[] file) {
        if (file.length < TAG_HEADER || file[0] != 'I' || file[1] != 'D' || file[2] != '3') {
            return 0;
        }
        return TAG_HEADER + (file[6] << 21 | file[7] << 14 | file[8] << 7 | file[9]);
    }

    /** @param samples of each channel */
    private record Frame(int size, int samples, int sampleRate, int sideInfo) {

        static Frame at(byte[] file, int at) {
            int header = (file[at] & 0xFF) << 24
                    | (file[at + 1] & 0xFF) << 16
                    | (file[at + 2] & 0xFF) << 8
                    | file[at + 3] & 0xFF;
            int version = header >> 19 & 3;
            int bitRate = header >> 12 & 15;
            int sampleRate = header >> 10 & 3;
            boolean isFrame = header >>> 21 == 0x7FF
                    && (header >> 17 & 3) == LAYER_3
                    && version != 1
                    && bitRate > 0
                    && bitRate < BIT_RATES_1.length
                    && sampleRate < SAMPLE_RATES.length;
            if (!isFrame) {
                return null;
            }
            boolean one = version == MPEG_1;
            int samples = one ? 1152 : 576;
            int hertz = SAMPLE_RATES[sampleRate] >> (version == MPEG_2 ? 1 : version == MPEG_2_5 ? 2 : 0);
            int bits = (one ? BIT_RATES_1 : BIT_RATES_2)[bitRate] * 1000;
            boolean mono = (header >> 6 & 3) == MONO;
            int side = one ? (mono ? 17 : 32) : (mono ? 9 : 17);
            return new Frame(samples / 8 * bits / hertz + (header >> 9 & 1), samples, hertz, side);
        }

        long micros() {
            return samples * MILLION / sampleRate;
        }

        boolean tellsOfItsFile(byte[] file, int at) {
            int name = at + HEADER + sideInfo;
            if (name + HEADER > at + size) {
                return false;
            }
            String word = new String(file, name, HEADER, StandardCharsets.ISO_8859_1);
            return word.equals("Xing") || word.equals("Info");
        }
    }
}
