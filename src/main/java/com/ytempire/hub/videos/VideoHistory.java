package com.ytempire.hub.videos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
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
                .param("data", Json.text(json, data))
                .update();
    }

    /** The number of a video's last event; who asks holds the video's row. */
    long latest(UUID video) {
        return jdbc.sql("select coalesce(max(no), 0) from videos.event where video_id = :video")
                .param("video", video)
                .query(Long.class)
                .single();
    }

    /** Where somebody who watches a video stands. */
    record Place(UUID video, long seen) {}

    /** What each of these has still to see, in order, at most so many of each. */
    List<List<Event>> after(List<Place> places, int most) {
        List<List<Event>> news = new ArrayList<>();
        places.forEach(place -> news.add(new ArrayList<>()));
        jdbc.sql("""
                        select place.index, e.no, e.video_id, e.at, e.type, e.data::text as data
                          from unnest(:videos::uuid[], :seen::bigint[]) with ordinality as place (video, seen, index)
                               cross join lateral (
                                   select * from videos.event
                                    where video_id = place.video and no > place.seen order by no limit :most) e
                         order by place.index, e.no
                        """)
                .param("videos", places.stream().map(Place::video).toArray(UUID[]::new))
                .param("seen", places.stream().map(Place::seen).toArray(Long[]::new))
                .param("most", most)
                .query((row, number) -> news.get(row.getInt("index") - 1)
                        .add(new Event(
                                row.getLong("no"),
                                row.getObject("video_id", UUID.class),
                                row.getTimestamp("at").toInstant(),
                                row.getString("type"),
                                row.getString("data"))))
                .list();
        return news;
    }

    JsonNode tree(Event event) {
        try {
            return json.readTree(event.data());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jsonb is JSON", e);
        }
    }
}
