package com.ytempire.hub.youtube;

import com.ytempire.hub.webhooks.AtomFeed;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the feeds of channels that have been quiet: nobody tells that a hub has stopped telling, and one that denies the
 * subscription never tells.
 */
@Component("feedPolls")
public class FeedPolls {

    private static final Logger LOG = LoggerFactory.getLogger(FeedPolls.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final YoutubeSettings.Poll settings;

    FeedPolls(JdbcClient jdbc, Clock clock, YoutubeSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings.poll();
    }

    /** The channels whose feed is due, for this node alone. */
    public List<FeedPoll> claim() {
        Instant now = clock.instant();
        return jdbc.sql("""
                        with due as (
                            select id from youtube.subscription
                             where poll_due_at <= :now and state in ('requested', 'verified', 'denied')
                             order by poll_due_at limit :batch for update skip locked
                        )
                        update youtube.subscription s set poll_due_at = :next
                          from due where s.id = due.id
                        returning s.id, s.channel_id, s.verified_at
                        """)
                .param("now", Timestamp.from(now))
                .param("batch", settings.batch())
                .param("next", Timestamp.from(now.plus(settings.quiet())))
                .query((row, number) -> {
                    Timestamp verified = row.getTimestamp("verified_at");
                    return new FeedPoll(
                            row.getLong("id"),
                            row.getString("channel_id"),
                            verified == null ? null : verified.toInstant());
                })
                .list();
    }

    /** @throws IOException when the feed breaks off, or is larger than a feed can be */
    public byte[] bytes(@Body InputStream feed) throws IOException {
        int most = Math.toIntExact(settings.most().toBytes());
        try (feed) {
            byte[] bytes = feed.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException("the feed is too large");
            }
            return bytes;
        }
    }

    /** Compares the feed with what the hub holds. */
    public FeedNews news(FeedPoll poll, byte[] feed) {
        List<AtomFeed.Entry> entries = AtomFeed.read(feed);
        Map<String, Held> held = held(entries);
        List<AtomFeed.Entry> unknown = entries.stream()
                .filter(entry -> isUnknown(entry, held.get(entry.videoId())))
                .toList();
        int missed = (int) unknown.stream()
                .filter(entry -> isWorthANotice(entry, held.get(entry.videoId())) && isOverdue(entry, poll))
                .count();
        return new FeedNews(!unknown.isEmpty(), missed);
    }

    private record Held(String videoId, Instant stamp, String title) {}

    private Map<String, Held> held(List<AtomFeed.Entry> entries) {
        return jdbc
                .sql("select video_id, stamp, title from youtube.video where video_id = any(:ids)")
                .param("ids", entries.stream().map(AtomFeed.Entry::videoId).toArray(String[]::new))
                .query((row, number) -> new Held(
                        row.getString("video_id"), row.getTimestamp("stamp").toInstant(), row.getString("title")))
                .list()
                .stream()
                .collect(Collectors.toMap(Held::videoId, Function.identity()));
    }

    /** To the second: what is pushed has fractions of it, and the feed has none. */
    private static boolean isUnknown(AtomFeed.Entry entry, Held held) {
        return held == null
                || held.stamp()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .isBefore(entry.updated().truncatedTo(ChronoUnit.SECONDS));
    }

    /** A later stamp alone is none: the hub tells of uploads and of changed titles and descriptions. */
    private static boolean isWorthANotice(AtomFeed.Entry entry, Held held) {
        return held == null || entry.title() != null && !entry.title().equals(held.title());
    }

    private boolean isOverdue(AtomFeed.Entry entry, FeedPoll poll) {
        return poll.verifiedAt() != null
                && entry.updated().isAfter(poll.verifiedAt())
                && entry.updated().isBefore(clock.instant().minus(settings.grace()));
    }

    /** Notes the poll; when the hub was silent says so once, and asks it again for the subscription. */
    public void done(FeedPoll poll, FeedNews news) {
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("update youtube.subscription set last_poll_at = :now, poll_error = null where id = :id")
                .param("now", now)
                .param("id", poll.subscriptionId())
                .update();
        if (news.missed() > 0) {
            silent(poll, news, now);
        }
    }

    private void silent(FeedPoll poll, FeedNews news, Timestamp now) {
        int first = jdbc.sql("update youtube.subscription set silent_since = :now"
                        + " where id = :id and silent_since is null and state = 'verified'")
                .param("now", now)
                .param("id", poll.subscriptionId())
                .update();
        jdbc.sql("update youtube.subscription set due_at = least(due_at, :now) where id = :id and state = 'verified'")
                .param("now", now)
                .param("id", poll.subscriptionId())
                .update();
        if (first == 1) {
            LOG.warn(
                    "the WebSub hub is silent: it did not push {} changes of {}; the feed is read instead,"
                            + " and the subscription is asked for again",
                    news.missed(),
                    poll.channelId());
        }
    }

    /** The next poll is due as if this one had worked. */
    public void failed(FeedPoll poll, Exception failure) {
        String error = HubRequests.describe(failure);
        jdbc.sql("update youtube.subscription set poll_error = :error where id = :id")
                .param("error", error)
                .param("id", poll.subscriptionId())
                .update();
        LOG.warn("the feed of {} could not be read: {}", poll.channelId(), error);
    }
}
