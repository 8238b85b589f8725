package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What users did, by the hub's own record. */
@Component
public class EventLog {

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    EventLog(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Oldest first. */
    public List<Entry> of(UUID userId) {
        return jdbc.sql("select name, at, properties::text as properties from notifications.event"
                        + " where user_id = :user order by id")
                .param("user", userId)
                .query(this::entry)
                .list();
    }

    private Entry entry(ResultSet row, int number) throws SQLException {
        return new Entry(
                row.getString("name"),
                row.getTimestamp("at").toInstant(),
                Json.tree(json, row.getString("properties")));
    }

    /**
     * What a user did.
     *
     * @param name as analytics have it
     * @param properties what is told of it
     */
    public record Entry(String name, Instant at, JsonNode properties) {}
}
