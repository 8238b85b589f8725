package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MP3 is read, measured, joined and made. */
class Mp3Test {

    private static byte[] murmur(String name) {
        try (var in = Mp3Test.class.getResourceAsStream("/sandbox/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"murmur-24.mp3, 44, 24", "murmur-44.mp3, 40, 26.1224"})
    void itsLengthIsThatOfItsFrames(String name, int frames, double millis) {
        Mp3 read = Mp3.read(murmur(name));

        assertThat(read.frames()).isEqualTo(murmur(name));
        assertThat((double) read.millis()).isCloseTo(frames * millis, within(1.0));
    }

    @Test
    void whatIsNoFrameIsLeftOut() {
        byte[] frames = murmur("murmur-24.mp3");
        byte[] tag = concat(new byte[] {'I', 'D', '3', 4, 0, 0, 0, 0, 1, 2}, new byte[130]);
        byte[] info = frames.clone();
        System.arraycopy("Info".getBytes(StandardCharsets.ISO_8859_1), 0, info, 4 + 9, 4);
        byte[] settings = Arrays.copyOf(info, 96);
        byte[] end = concat("TAG".getBytes(StandardCharsets.ISO_8859_1), new byte[125]);

        Mp3 read = Mp3.read(concat(tag, settings, frames, end));

        assertThat(read.frames()).isEqualTo(frames);
    }

    @Test
    void aCutFrameIsLeftOut() {
        byte[] frames = murmur("murmur-24.mp3");

        Mp3 read = Mp3.read(Arrays.copyOf(frames, frames.length - 10));

        assertThat(read.frames()).hasSize(frames.length - 96);
    }

    @Test
    void joinedItIsAsLongAsItsParts() {
        byte[] part = murmur("murmur-44.mp3");
        Mp3 one = Mp3.read(part);

        assertThat(Mp3.read(Mp3.join(List.of(part, part, part))).micros()).isEqualTo(3 * one.micros());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 24, 1000, 61_000})
    void silenceHasItsLength(long millis) {
        Mp3 silence = Mp3.read(Mp3.silence(millis));

        assertThat(silence.millis()).isBetween(millis, millis + 24);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "<html>502</html>", "RIFF....WAVEfmt "})
    void somethingElseIsNoMp3(String text) {
        assertThat(Mp3.read(text.getBytes(StandardCharsets.ISO_8859_1))).isNull();
    }
}
