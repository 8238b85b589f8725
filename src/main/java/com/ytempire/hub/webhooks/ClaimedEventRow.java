package com.ytempire.hub.webhooks;

import static com.ytempire.hub.platform.SqlColumns.instant;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads a claimed event out of a row of the claim statement. */
final class ClaimedEventRow {

    private ClaimedEventRow() {}

    static ClaimedEvent map(ResultSet row) throws SQLException {
        return new ClaimedEvent(
                row.getLong("event_no"),
                row.getString("service"),
                row.getString("event_id"),
                row.getString("type"),
                row.getString("object_key"),
                row.getString("change_id"),
                instant(row, "created_at"),
                instant(row, "received_at"),
                (Boolean) row.getObject("livemode"),
                row.getString("api_version"),
                row.getBytes("body"),
                row.getInt("attempt"),
                row.getBoolean("replayed"));
    }
}
