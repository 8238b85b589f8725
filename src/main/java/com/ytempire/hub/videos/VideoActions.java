package com.ytempire.hub.videos;

import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorActionSource;
import com.ytempire.hub.platform.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What an operator can do with videos from the page. */
@Component
class VideoActions implements OperatorActionSource {

    private static final Function<String, String> PAGE = target -> "/operations/videos/" + target;

    private static final Function<String, String> LIST = target -> "/operations/actions#videos";

    private final VideoDesk desk;
    private final VideoPause pause;
    private final JdbcClient jdbc;

    VideoActions(VideoDesk desk, VideoPause pause, JdbcClient jdbc) {
        this.desk = desk;
        this.pause = pause;
        this.jdbc = jdbc;
    }

    @Override
    public String title() {
        return "Videos";
    }

    @Override
    public List<OperatorAction> actions() {
        return List.of(
                new OperatorAction(
                        "videos.pause",
                        "Pause new videos",
                        null,
                        target ->
                                "No new video is begun on any node; those under way go on, new ones wait in their queue.",
                        List.of(Field.text("reason", "Why")),
                        LIST,
                        order -> {
                            pause.begin(order.value("reason"), order.operator());
                            return "New videos are paused";
                        }),
                new OperatorAction(
                        "videos.resume",
                        "Resume new videos",
                        null,
                        target -> "Those that wait are begun, in their order.",
                        List.of(),
                        LIST,
                        order -> {
                            pause.end(order.operator());
                            return "New videos are begun again";
                        }),
                new OperatorAction(
                        "video.approve",
                        "Approve this video",
                        "video",
                        target -> "It goes on to its upload, whatever its score.",
                        List.of(),
                        PAGE,
                        order -> "It is " + desk.approve(id(order.target())).state()),
                new OperatorAction(
                        "video.retry",
                        "Try this video again",
                        "video",
                        target -> "It goes on with the step that failed; what is done is not made again.",
                        List.of(),
                        PAGE,
                        order -> "It is " + desk.retry(id(order.target())).state()),
                new OperatorAction(
                        "video.cancel",
                        "Cancel this video",
                        "video",
                        target -> "Nothing more is made of it, and it is not uploaded.",
                        List.of(),
                        PAGE,
                        order -> "It is " + desk.cancel(id(order.target())).state()));
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such video");
        }
    }

    @Override
    public List<Offer> offers() {
        List<Offer> offers = new ArrayList<>();
        offers.add(pause.state()
                .map(paused -> new Offer(
                        "",
                        "New videos",
                        "paused since %s by %s: %s".formatted(paused.since(), paused.by(), paused.reason()),
                        List.of("videos.resume")))
                .orElseGet(() -> new Offer("", "New videos", "are begun", List.of("videos.pause"))));
        offers.addAll(jdbc.sql("""
                        select id, coalesce(title, topic) as title, state, coalesce(error_message, hold_reason) as why
                          from videos.video
                         where state in ('waiting_approval', 'failed') and deleted_at is null order by no desc limit 50
                        """)
                .query((row, number) -> new Offer(
                        row.getString("id"),
                        row.getString("title"),
                        row.getString("state").replace('_', ' ')
                                + (row.getString("why") == null ? "" : ", " + row.getString("why")),
                        row.getString("state").equals("failed")
                                ? List.of("video.retry", "video.cancel")
                                : List.of("video.approve", "video.cancel")))
                .list());
        return offers;
    }
}
