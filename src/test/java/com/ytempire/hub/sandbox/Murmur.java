package com.ytempire.hub.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A valid MP3 as long as a text takes to speak: a recorded murmur, repeated frame by frame. */
final class Murmur {

    private static final double CHARACTERS_A_SECOND = 15;

    private final List<byte[]> frames = new ArrayList<>();
    private final double frameSeconds;

    /** @param frameSize in bytes, without the one that some frames have more */
    private Murmur(String resource, int frameSize, double frameSeconds) {
        this.frameSeconds = frameSeconds;
        try (InputStream in = Murmur.class.getResourceAsStream(resource)) {
            byte[] all = in.readAllBytes();
            for (int at = 0; at < all.length; ) {
                int size = frameSize + (all[at + 2] >> 1 & 1);
                frames.add(Arrays.copyOfRange(all, at, at + size));
                at += size;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 24 kHz, mono, 32 kbit/s, as Google makes it. */
    static Murmur google() {
        return new Murmur("/sandbox/murmur-24.mp3", 96, 576 / 24_000.0);
    }

    /** 44.1 kHz, mono, 128 kbit/s. */
    static Murmur elevenLabs() {
        return new Murmur("/sandbox/murmur-44.mp3", 417, 1152 / 44_100.0);
    }

    /** With a tag before it, as encoders write one. */
    byte[] of(String text) {
        int count = (int) Math.ceil(text.codePointCount(0, text.length()) / CHARACTERS_A_SECOND / frameSeconds);
        ByteArrayOutputStream audio = new ByteArrayOutputStream();
        audio.writeBytes(new byte[] {'I', 'D', '3', 4, 0, 0, 0, 0, 0, 10});
        audio.writeBytes(new byte[10]);
        for (int i = 0; i < count; i++) {
            audio.writeBytes(frames.get(i % frames.size()));
        }
        return audio.toByteArray();
    }
}
