package com.ytempire.hub.sandbox;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** How a vendor has been told to behave: for its next calls, or until it is told otherwise. */
final class Moods<M extends Enum<M>> {

    private final Deque<M> next = new ArrayDeque<>();
    private final Class<M> kinds;
    private M lasting;

    Moods(Class<M> kinds) {
        this.kinds = kinds;
    }

    /** Their names, as an order writes them. */
    List<String> names() {
        return Arrays.stream(kinds.getEnumConstants())
                .map(mood -> mood.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** @param times 0: until it is told otherwise */
    void order(String mood, int times) {
        M kind = Enum.valueOf(kinds, mood.toUpperCase(Locale.ROOT));
        if (times == 0) {
            always(kind);
        } else {
            next(kind, times);
        }
    }

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
