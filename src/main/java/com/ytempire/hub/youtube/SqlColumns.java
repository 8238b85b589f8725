package com.ytempire.hub.youtube;

import java.util.Collection;
import java.util.function.Function;

/** Columns of rows, for {@code unnest}. */
final class SqlColumns {

    private SqlColumns() {}

    /** One column of the rows, as text for the statement to cast. */
    static <T> String[] texts(Collection<T> rows, Function<T, ?> column) {
        return rows.stream().map(column).map(String::valueOf).toArray(String[]::new);
    }
}
