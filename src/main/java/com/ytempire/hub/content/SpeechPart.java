package com.ytempire.hub.content;

/** A part of a text that one request speaks. */
final class SpeechPart {

    private final String text;
    private final String key;
    private Long millis;

    /** @param key of this text in this voice */
    SpeechPart(String text, String key) {
        this.text = text;
        this.key = key;
    }

    String text() {
        return text;
    }

    String key() {
        return key;
    }

    /** As vendors count: a character outside the basic plane is one. */
    int characters() {
        return text.codePointCount(0, text.length());
    }

    boolean isSpoken() {
        return millis != null;
    }

    long millis() {
        return millis;
    }

    void spoken(long lasts) {
        millis = lasts;
    }
}
