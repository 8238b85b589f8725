package com.ytempire.hub.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;

/** How a vendor has been told to behave: for its next calls, or until it is told otherwise. */
final class Moods<M extends Enum<M>> {

    private final Deque<M> next = new ArrayDeque<>();
    private M lasting;

    synchronized void next(M mood, int times) {
        for (int i = 0; i < times; i++) {
            next.add(mood);
        }
    }

    synchronized void always(M mood) {
        lasting = mood;
    }

    synchronized void clear() {
        next.clear();
        lasting = null;
    }

    /** Of the call that has come; null: as usual. */
    synchronized M take() {
        return next.isEmpty() ? lasting : next.poll();
    }
}
