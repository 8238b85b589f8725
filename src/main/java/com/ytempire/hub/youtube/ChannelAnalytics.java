package com.ytempire.hub.youtube;

import com.google.api.services.youtube.model.Channel;
import com.google.api.services.youtube.model.ChannelListResponse;
import com.google.api.services.youtube.model.ChannelStatistics;
import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtube.model.VideoListResponse;
import com.google.api.services.youtube.model.VideoStatistics;
import com.google.api.services.youtubeAnalytics.v2.model.QueryResponse;
import com.ytempire.hub.camel.youtube.YoutubeFailure;
import com.ytempire.hub.platform.JobRun;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What YouTube counts, read once a day for each channel and its videos. It takes from the share of analytics alone, which
 * stops before the bucket is short; what could not be read today is read tomorrow, since all figures are totals.
 */
@Component("channelAnalytics")
public class ChannelAnalytics {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelAnalytics.class);
    private static final String WATCH_SCOPE = "https://www.googleapis.com/auth/yt-analytics.readonly";

    /** YouTube takes no more ids in a call. */
    private static final int PAGE = 50;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Quota quota;
    private final YoutubeCalls calls;
    private final ChannelTokens tokens;
    private final AnalyticsSettings settings;

    ChannelAnalytics(
            JdbcClient jdbc,
            Clock clock,
            Quota quota,
            YoutubeCalls calls,
            ChannelTokens tokens,
            AnalyticsSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.quota = quota;
        this.calls = calls;
        this.tokens = tokens;
        this.settings = settings;
    }

    /** The channels YouTube can be asked about that have not been read on that date. */
    public List<UUID> due(JobRun run) {
        return jdbc.sql("select c.id from youtube.channel c join youtube.channel_token t on t.channel_id = c.id"
                        + " where c.state in ('active', 'unhealthy', 'out') and not exists (select from"
                        + " youtube.channel_statistics s where s.channel_id = c.id and s.day = :day) order by c.id")
                .param("day", Date.valueOf(run.businessDate()))
                .query(UUID.class)
                .list();
    }

    /**
     * The newest videos of a channel, those YouTube has told of and those the hub has uploaded, as pages of ids.
     *
     * @return texts of ids, by commas
     */
    public List<String> pages(@Variable("channel") UUID channel) {
        List<String> ids = jdbc.sql("""
                        select id from (
                            select v.video_id as id, v.published_at as at from youtube.video v
                              join youtube.channel c on c.youtube_id = v.channel_id
                             where c.id = :channel and not v.deleted
                            union all
                            select u.youtube_id, u.uploaded_at from youtube.upload u
                             where u.channel_id = :channel and u.state = 'published'
                               and not exists (select from youtube.video v where v.video_id = u.youtube_id)
                        ) as videos
                         order by at desc nulls last, id limit :most
                        """)
                .param("channel", channel)
                .param("most", settings.videos())
                .query(String.class)
                .list();
        List<String> pages = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += PAGE) {
            pages.add(String.join(",", ids.subList(from, Math.min(ids.size(), from + PAGE))));
        }
        return pages;
    }

    /** Whether the share of analytics has room for the call. */
    public boolean affordable(@Variable("channel") UUID channel, String method) {
        return quota.take(channel, method, QuotaRules.ANALYTICS);
    }

    /** Whether the channel's owner lets watch time be seen, and the share has room for the question. */
    public boolean watchable(@Variable("channel") UUID channel) {
        return tokens.covers(channel, WATCH_SCOPE) && quota.take(channel, "reports.query", QuotaRules.ANALYTICS);
    }

    /** The day of a run as Google writes it; Spring's conversion of a date follows the machine's language. */
    public String lastDay(@Variable("run") JobRun run) {
        return run.businessDate().toString();
    }

    /** Keeps a channel's totals of the day. */
    @Transactional
    public void keepChannel(
            @Variable("channel") UUID channel, @Variable("run") JobRun run, @Body ChannelListResponse answer) {
        calls.succeeded(channel);
        List<Channel> items = answer.getItems();
        ChannelStatistics statistics =
                items == null || items.isEmpty() ? null : items.get(0).getStatistics();
        if (statistics == null) {
            return;
        }
        jdbc.sql("""
                        insert into youtube.channel_statistics (channel_id, day, subscribers, views, videos, at)
                        values (:channel, :day, :subscribers, :views, :videos, :now)
                        on conflict (channel_id, day) do update
                           set subscribers = excluded.subscribers, views = excluded.views, videos = excluded.videos,
                               at = excluded.at
                        """)
                .param("channel", channel)
                .param("day", Date.valueOf(run.businessDate()))
                .param(
                        "subscribers",
                        Boolean.TRUE.equals(statistics.getHiddenSubscriberCount())
                                ? null
                                : number(statistics.getSubscriberCount()),
                        Types.BIGINT)
                .param("views", zero(statistics.getViewCount()))
                .param("videos", zero(statistics.getVideoCount()))
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** Keeps the totals of some videos. */
    @Transactional
    public void keepVideos(
            @Variable("channel") UUID channel, @Variable("run") JobRun run, @Body VideoListResponse answer) {
        calls.succeeded(channel);
        for (Video video : answer.getItems() == null ? List.<Video>of() : answer.getItems()) {
            VideoStatistics statistics = video.getStatistics();
            if (statistics != null) {
                keep(channel, run, video.getId(), statistics);
            }
        }
    }

    private void keep(UUID channel, JobRun run, String video, VideoStatistics statistics) {
        jdbc.sql("""
                        insert into youtube.video_statistics (channel_id, video_id, day, views, likes, comments, at)
                        values (:channel, :video, :day, :views, :likes, :comments, :now)
                        on conflict (video_id, day) do update
                           set views = excluded.views, likes = excluded.likes, comments = excluded.comments,
                               at = excluded.at
                        """)
                .param("channel", channel)
                .param("video", video)
                .param("day", Date.valueOf(run.businessDate()))
                .param("views", zero(statistics.getViewCount()))
                .param("likes", number(statistics.getLikeCount()), Types.BIGINT)
                .param("comments", number(statistics.getCommentCount()), Types.BIGINT)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    private static Long number(BigInteger value) {
        return value == null ? null : value.longValueExact();
    }

    private static long zero(BigInteger value) {
        return value == null ? 0 : value.longValueExact();
    }

    /** Keeps the minutes watched of some videos, which is a row of id and minutes for each that was watched. */
    @Transactional
    public void keepWatched(
            @Variable("channel") UUID channel, @Variable("run") JobRun run, @Body QueryResponse answer) {
        for (List<Object> row : answer.getRows() == null ? List.<List<Object>>of() : answer.getRows()) {
            jdbc.sql("update youtube.video_statistics set watch_minutes = :minutes"
                            + " where video_id = :video and day = :day and channel_id = :channel")
                    .param("minutes", new BigDecimal(row.get(1).toString()).longValue())
                    .param("video", row.get(0).toString())
                    .param("day", Date.valueOf(run.businessDate()))
                    .param("channel", channel)
                    .update();
        }
    }

    /** Keeps the minutes watched of a whole channel. */
    @Transactional
    public void keepWatchedChannel(
            @Variable("channel") UUID channel, @Variable("run") JobRun run, @Body QueryResponse answer) {
        List<List<Object>> rows = answer.getRows();
        if (rows != null && !rows.isEmpty()) {
            jdbc.sql("update youtube.channel_statistics set watch_minutes = :minutes"
                            + " where channel_id = :channel and day = :day")
                    .param("minutes", new BigDecimal(rows.get(0).get(0).toString()).longValue())
                    .param("channel", channel)
                    .param("day", Date.valueOf(run.businessDate()))
                    .update();
        }
    }

    /** One channel could not be read; the others are. */
    public void failed(@Variable("channel") UUID channel, @Variable("method") String method, Exception cause)
            throws Exception {
        YoutubeFailure failure = YoutubeFailure.of(cause).orElse(null);
        if (failure == null) {
            throw cause;
        }
        LOG.warn("the figures of channel {} could not be read: {}", channel, failure.getMessage());
        calls.failed(channel, method, failure);
    }

    /** Forgets what is old. @return one line for the operator */
    @Transactional
    public String summary(JobRun run) {
        Date day = Date.valueOf(run.businessDate());
        Date old = Date.valueOf(run.businessDate().minusDays(settings.keep().toDays()));
        for (String table : List.of("channel_statistics", "video_statistics")) {
            jdbc.sql("delete from youtube." + table + " where day < :old")
                    .param("old", old)
                    .update();
        }
        return jdbc.sql("select (select count(*) from youtube.channel_statistics where day = :day) || ' channels and '"
                        + " || (select count(*) from youtube.video_statistics where day = :day) || ' videos read'")
                .param("day", day)
                .query(String.class)
                .single();
    }
}
