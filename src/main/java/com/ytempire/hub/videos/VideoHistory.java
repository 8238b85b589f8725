package com.ytempire.hub.videos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What happened to videos, append-only: any node can tell it, from wherever a reader stopped. */
@Component("videoHistory")
class VideoHistory {

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    VideoHistory(JdbcClient jdbc, ObjectMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Something that happened.
     *
     * @param no grows; a reader who has seen one has seen all before it
     * @param data as JSON
     */
    record Event(long no, UUID videoId, Instant at, String type, String data) {}

    /** Adds one, in the transaction that changes the video, after it locked the video's row. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void add(UUID video, String type, Map<String, Object> data) {
        jdbc.sql("insert into videos.event (video_id, at, type, data) values (:video, :now, :type, :data::jsonb)")
                .param("video", video)
                .param("now", Timestamp.from(clock.instant()))
                .param("type", type)
                .param("data", text(data))
                .update();
    }

    private String text(Map<String, Object> data) {
        try {
            return json.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event is JSON", e);
        }
    }

    /** Those of these videos after a number, in order, at most so many. */
    List<Event> after(long no, Collection<UUID> videos, int most) {
        return jdbc.sql("""
                        select no, video_id, at, type, data::text as data from videos.event
                         where video_id = any(:videos) and no > :no order by no limit :most
                        """)
                .param("videos", videos.toArray(UUID[]::new))
                .param("no", no)
                .param("most", most)
                .query(Event.class)
                .list();
    }

    JsonNode tree(Event event) {
        try {
            return json.readTree(event.data());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jsonb is JSON", e);
        }
    }
}
