package com.ytempire.hub.spending;

import com.ytempire.hub.platform.StorySource;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was paid for a video, or for a customer. */
@Component
class CostStories implements StorySource {

    private static final int MOST = 200;

    private final JdbcClient jdbc;

    CostStories(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<Line> tell(Subject subject) {
        boolean ofVideo = subject.kind().equals("video");
        if (!ofVideo && subject.user() == null) {
            return List.of();
        }
        return jdbc.sql("select at, service, operation, units, unit, amount, note from spending.cost where "
                        + (ofVideo ? "video_id = :video" : "user_id = :user") + " order by id desc limit :most")
                .param("video", subject.id())
                .param("user", subject.user())
                .param("most", MOST)
                .query((row, number) -> new Line(
                        row.getTimestamp("at").toInstant(),
                        "spending",
                        "$%s to %s for %s"
                                .formatted(
                                        row.getBigDecimal("amount").toPlainString(),
                                        row.getString("service"),
                                        row.getString("operation")),
                        row.getString("note") == null
                                ? row.getBigDecimal("units")
                                                .stripTrailingZeros()
                                                .toPlainString() + " " + row.getString("unit")
                                : row.getString("note"),
                        null))
                .list();
    }
}
