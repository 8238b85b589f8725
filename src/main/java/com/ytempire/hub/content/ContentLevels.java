package com.ytempire.hub.content;

/** The levels of text. */
final class ContentLevels {

    static final String CHEAPEST = "economy";
    static final String USUAL = "standard";

    private ContentLevels() {}
}
