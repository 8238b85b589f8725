package com.ytempire.hub.videos;

import com.ytempire.hub.platform.FigureSource;
import com.ytempire.hub.platform.StorySource;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How videos do, in figures, and the story of each. */
@Component
class VideoFigures implements FigureSource, StorySource {

    private static final Duration RECENT = Duration.ofHours(24);
    private static final int MOST = 300;
    private static final String OK = "ok";

    private final JdbcClient jdbc;
    private final Clock clock;

    VideoFigures(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public String title() {
        return "Videos";
    }

    private record Count(String what, long videos) {}

    @Override
    public List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        jdbc.sql("""
                        select state as what, count(*) as videos from videos.video
                         where deleted_at is null
                           and (state not in ('completed', 'failed', 'cancelled') or processing_completed_at >= :from)
                         group by 1 order by 1
                        """)
                .param("from", Timestamp.from(clock.instant().minus(RECENT)))
                .query(Count.class)
                .list()
                .forEach(count -> figures.add(new Figure(
                        count.what().replace('_', ' '),
                        String.valueOf(count.videos()),
                        null,
                        count.what().equals("failed") || count.what().equals("waiting_approval") ? "warn" : OK,
                        null)));
        jdbc.sql(
                        "select step as what, count(*) as videos from videos.step where state = 'running' group by 1 order by 1")
                .query(Count.class)
                .list()
                .forEach(count ->
                        figures.add(new Figure("at " + count.what(), String.valueOf(count.videos()), null, OK, null)));
        return figures;
    }

    @Override
    public List<Line> tell(Subject subject) {
        UUID video = subject.kind().equals("video") ? uuid(subject.id()) : null;
        if (video == null) {
            return List.of();
        }
        List<Line> lines =
                new ArrayList<>(jdbc.sql("select at, type, data::text as data from videos.event where video_id = :video"
                                + " order by no desc limit :most")
                        .param("video", video)
                        .param("most", MOST)
                        .query((row, number) -> new Line(
                                row.getTimestamp("at").toInstant(),
                                "videos",
                                row.getString("type").replace('_', ' '),
                                row.getString("data"),
                                null))
                        .list());
        jdbc.sql("select step, completed_at, cost, error from videos.step"
                        + " where video_id = :video and completed_at is not null")
                .param("video", video)
                .query(row -> {
                    lines.add(new Line(
                            row.getTimestamp("completed_at").toInstant(),
                            "videos",
                            "Step " + row.getString("step") + " ended, $" + row.getBigDecimal("cost"),
                            row.getString("error"),
                            null));
                });
        return lines;
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null; // an id of YouTube
        }
    }
}
