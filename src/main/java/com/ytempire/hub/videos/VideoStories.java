package com.ytempire.hub.videos;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.platform.StorySource;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What happened to a video; how far a step or an upload had come is left out. */
@Component
class VideoStories implements StorySource {

    private static final int MOST = 300;
    private static final String AREA = "videos";

    private final JdbcClient jdbc;
    private final VideoHistory history;

    VideoStories(JdbcClient jdbc, VideoHistory history) {
        this.jdbc = jdbc;
        this.history = history;
    }

    @Override
    public List<Line> tell(Subject subject) {
        if (!subject.kind().equals("video")) {
            return List.of();
        }
        return jdbc
                .sql("""
                        select no, video_id, at, type, data::text as data from videos.event
                         where video_id::text = :video and type <> 'step_progress'
                           and (type <> 'uploading' or coalesce((data ->> 'percent')::int, 0) in (0, 100))
                         order by no desc limit :most
                        """)
                .param("video", subject.id())
                .param("most", MOST)
                .query(VideoHistory.Event.class)
                .list()
                .stream()
                .map(this::line)
                .toList();
    }

    private Line line(VideoHistory.Event event) {
        JsonNode data = history.tree(event);
        String step = data.path("step").asText("");
        String what = event.type().replace('_', ' ') + (step.isEmpty() ? "" : ": " + step);
        return new Line(event.at(), AREA, what, data.isEmpty() ? null : event.data(), link(event.videoId()));
    }

    private static String link(UUID video) {
        return "/operations/videos/" + video;
    }
}
