package com.ytempire.hub.spending;

import com.ytempire.hub.spending.Spend.Kind;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where spending is limited. Their order is the order in which budgets are locked. */
enum Scope {
    MONTH,
    DAY,
    TEXT_DAY,
    VIDEO,
    VIDEO_TEXT,
    VIDEO_SPEECH;

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Scope of(String column) {
        return valueOf(column.toUpperCase(Locale.ROOT));
    }

    /** All budgets a call of that day counts in. */
    static List<Key> of(Spend spend, LocalDate date) {
        List<Key> keys = new ArrayList<>();
        keys.add(new Key(MONTH, YearMonth.from(date).toString()));
        keys.add(new Key(DAY, date.toString()));
        if (spend.kind() == Kind.TEXT) {
            keys.add(new Key(TEXT_DAY, date.toString()));
        }
        if (spend.videoId() != null) {
            keys.add(new Key(VIDEO, spend.videoId()));
            if (spend.kind() == Kind.TEXT) {
                keys.add(new Key(VIDEO_TEXT, spend.videoId()));
            } else if (spend.kind() == Kind.SPEECH) {
                keys.add(new Key(VIDEO_SPEECH, spend.videoId()));
            }
        }
        return keys;
    }

    /** One budget. */
    record Key(Scope scope, String key) implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            int byScope = scope.compareTo(other.scope);
            return byScope != 0 ? byScope : key.compareTo(other.key);
        }
    }
}
