package com.ytempire.hub.platform;

import java.util.List;

/** An area with figures an operator should see at a glance registers a bean: it becomes a part of the page. */
public interface FigureSource {

    /**
     * A figure.
     *
     * @param label what it counts
     * @param value with its unit
     * @param note more of it; null when there is no more
     * @param state ok, warn or bad
     * @param link path of the page that shows more; null when there is none
     */
    record Figure(String label, String value, String note, String state, String link) {}

    /** Heading of the part. */
    String title();

    /** As they are now. */
    List<Figure> figures();
}
