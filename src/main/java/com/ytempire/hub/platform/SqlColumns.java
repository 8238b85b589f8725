package com.ytempire.hub.platform;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;

/** Columns as Java has them, and as statements take them. */
public final class SqlColumns {

    private SqlColumns() {}

    /** Null for null. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        return instant(row.getTimestamp(column));
    }

    /** Null for null. */
    public static Instant instant(Timestamp time) {
        return time == null ? null : time.toInstant();
    }

    /** One column of several rows for {@code unnest}, as text for the statement to cast. */
    public static <T> String[] texts(Collection<T> rows, Function<? super T, ?> column) {
        return rows.stream().map(column).map(String::valueOf).toArray(String[]::new);
    }
}
