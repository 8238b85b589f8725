package com.ytempire.hub.videos;

import com.ytempire.hub.platform.FigureSource;
import com.ytempire.hub.platform.TrendSource;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How videos do, in figures. */
@Component
public class VideoFigures implements FigureSource, TrendSource {

    private static final Duration RECENT = Duration.ofHours(24);
    private static final String OK = "ok";

    private final JdbcClient jdbc;
    private final Clock clock;
    private final ZoneId zone;
    private final VideoPause pause;

    VideoFigures(JdbcClient jdbc, Clock clock, @Value("${hub.zone}") ZoneId zone, VideoPause pause) {
        this.pause = pause;
        this.jdbc = jdbc;
        this.clock = clock;
        this.zone = zone;
    }

    /** Videos that ended, by how. */
    @Override
    public Trend trend(LocalDate from, LocalDate to) {
        Map<String, Map<LocalDate, BigDecimal>> counts = new TreeMap<>();
        jdbc.sql("""
                        select (processing_completed_at at time zone :zone)::date as day, state, count(*) as videos
                          from videos.video
                         where processing_completed_at >= :from and processing_completed_at < :to
                           and state in ('completed', 'failed', 'cancelled')
                         group by 1, 2
                        """)
                .param("zone", zone.getId())
                .param("from", Timestamp.from(from.atStartOfDay(zone).toInstant()))
                .param("to", Timestamp.from(to.plusDays(1).atStartOfDay(zone).toInstant()))
                .query(row -> {
                    counts.computeIfAbsent(row.getString("state"), state -> new TreeMap<>())
                            .put(row.getDate("day").toLocalDate(), BigDecimal.valueOf(row.getLong("videos")));
                });
        return new Trend("videos", "Videos", "videos a day", counts);
    }

    @Override
    public String title() {
        return "Videos";
    }

    private record Count(String what, long videos) {}

    /** Videos that are not done, and those that ended within a day, by state. */
    public Map<String, Long> byState() {
        return ofStates().stream().collect(Collectors.toMap(Count::what, Count::videos));
    }

    private List<Count> ofStates() {
        return jdbc.sql("""
                        select state as what, count(*) as videos from videos.video
                         where deleted_at is null
                           and (state not in ('completed', 'failed', 'cancelled') or processing_completed_at >= :from)
                         group by 1 order by 1
                        """)
                .param("from", Timestamp.from(clock.instant().minus(RECENT)))
                .query(Count.class)
                .list();
    }

    @Override
    public List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        pause.state()
                .ifPresent(paused -> figures.add(new Figure(
                        "new videos", "paused", "by " + paused.by() + ": " + paused.reason(), "warn", null)));
        ofStates()
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
}
