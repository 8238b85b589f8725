package com.ytempire.hub.youtube;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.accounts.Entitlements;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What YouTube counted, as totals by day. The plan says how much of it: 30 days, a year and each video by itself, or all of
 * it as a file.
 */
@RestController
@RequestMapping("/api/v1/channels/{id}/analytics")
class AnalyticsController {

    private static final int BASIC_DAYS = 30;
    private static final int MOST_DAYS = 365;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final ChannelDesk desk;
    private final Entitlements entitlements;

    AnalyticsController(JdbcClient jdbc, Clock clock, ChannelDesk desk, Entitlements entitlements) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.desk = desk;
        this.entitlements = entitlements;
    }

    /** @param watchMinutes null when the consent does not cover it */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ChannelDay(LocalDate day, Long subscribers, long views, long videos, Long watchMinutes, Instant at) {}

    /** @param likes null when hidden, as are comments */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record VideoDay(
            String videoId, LocalDate day, long views, Long likes, Long comments, Long watchMinutes, Instant at) {}

    /** The channel's totals of so many days, the newest first. */
    @GetMapping
    ApiAnswer<List<ChannelDay>> channel(
            @PathVariable UUID id, @RequestParam(defaultValue = "" + BASIC_DAYS) int days, Caller caller) {
        desk.show(id, caller);
        require(caller, days, false);
        return ApiAnswer.of(jdbc.sql("select day, subscribers, views, videos, watch_minutes, at"
                        + " from youtube.channel_statistics where channel_id = :id and day > :since order by day desc")
                .param("id", id)
                .param("since", Date.valueOf(since(days)))
                .query(ChannelDay.class)
                .list());
    }

    /** The latest totals of each video, those seen most first. */
    @GetMapping("/videos")
    ApiAnswer<List<VideoDay>> videos(
            @PathVariable UUID id,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        desk.show(id, caller);
        require(caller, BASIC_DAYS, false);
        Paging paging = new Paging(page, perPage);
        List<VideoDay> videos = jdbc.sql("""
                        select video_id, day, views, likes, comments, watch_minutes, at from (
                            select distinct on (video_id) * from youtube.video_statistics
                             where channel_id = :id order by video_id, day desc) as latest
                         order by views desc, video_id limit :most offset :from
                        """)
                .param("id", id)
                .param("most", paging.perPage())
                .param("from", paging.offset())
                .query(VideoDay.class)
                .list();
        long total = jdbc.sql("select count(distinct video_id) from youtube.video_statistics where channel_id = :id")
                .param("id", id)
                .query(Long.class)
                .single();
        return ApiAnswer.of(new Page<>(videos, total, paging));
    }

    /** One video's totals of so many days, the newest first. */
    @GetMapping("/videos/{video}")
    ApiAnswer<List<VideoDay>> video(
            @PathVariable UUID id,
            @PathVariable String video,
            @RequestParam(defaultValue = "" + BASIC_DAYS) int days,
            Caller caller) {
        desk.show(id, caller);
        require(caller, days, true);
        return ApiAnswer.of(days(id, video, days));
    }

    private List<VideoDay> days(UUID id, String video, int days) {
        return jdbc.sql("select video_id, day, views, likes, comments, watch_minutes, at from youtube.video_statistics"
                        + " where channel_id = :id and day > :since and (:video::text is null or video_id = :video)"
                        + " order by day desc, video_id")
                .param("id", id)
                .param("video", video, Types.VARCHAR)
                .param("since", Date.valueOf(since(days)))
                .query(VideoDay.class)
                .list();
    }

    /** Every video's totals of every day, as a file for spreadsheets. */
    @GetMapping(path = "/export", produces = "text/csv")
    ResponseEntity<String> export(
            @PathVariable UUID id, @RequestParam(defaultValue = "" + BASIC_DAYS) int days, Caller caller) {
        desk.show(id, caller);
        if (!caller.isOperator() && !entitlements.grants(caller.userId(), "enterprise_analytics")) {
            throw notGranted("enterprise_analytics");
        }
        mustBeDays(days);
        StringBuilder csv = new StringBuilder("day,video_id,views,likes,comments,watch_minutes\r\n");
        for (VideoDay day : days(id, null, days)) {
            csv.append(day.day())
                    .append(',')
                    .append(day.videoId())
                    .append(',')
                    .append(day.views())
                    .append(',')
                    .append(text(day.likes()))
                    .append(',')
                    .append(text(day.comments()))
                    .append(',')
                    .append(text(day.watchMinutes()))
                    .append("\r\n");
        }
        return ResponseEntity.ok()
                .contentType(new MediaType("text", "csv", StandardCharsets.UTF_8))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"analytics-" + id + ".csv\"")
                .body(csv.toString());
    }

    private static String text(Long value) {
        return value == null ? "" : value.toString();
    }

    private LocalDate since(int days) {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(days);
    }

    private void require(Caller caller, int days, boolean eachVideo) {
        mustBeDays(days);
        if (caller.isOperator()) {
            return;
        }
        boolean more = entitlements.grants(caller.userId(), "advanced_analytics")
                || entitlements.grants(caller.userId(), "enterprise_analytics");
        if (!more && (eachVideo || days > BASIC_DAYS)) {
            throw notGranted("advanced_analytics");
        }
        if (!more && !entitlements.grants(caller.userId(), "basic_analytics")) {
            throw notGranted("basic_analytics");
        }
    }

    private static void mustBeDays(int days) {
        if (days < 1 || days > MOST_DAYS) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "days is 1 to " + MOST_DAYS, "days");
        }
    }

    private static Problem notGranted(String feature) {
        return new Problem(
                HttpStatus.FORBIDDEN, "feature_not_in_plan", "The plan does not grant " + feature + " at present");
    }
}
