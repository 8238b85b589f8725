package com.ytempire.hub.youtube;

import com.ytempire.hub.webhooks.AtomFeed;
import com.ytempire.hub.webhooks.ClaimedEvent;
import com.ytempire.hub.webhooks.EventSource;
import com.ytempire.hub.webhooks.PermanentFailure;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Brings what is held of a video up to an event. The newer stamp wins, a deletion over a change of the same moment;
 * whatever order events come in, and however often, the video ends the same.
 */
@Component("videoEvents")
public class VideoEvents {

    /** The row's lock and the comparison are one statement, so two events of one video never pass each other. */
    private static final String UPSERT = """
            insert into youtube.video as v (video_id, channel_id, title, link, author, published_at, stamp, deleted,
                                            first_seen_at, changed_at)
            values (:video, :channel, :title, :link, :author, :published, :stamp, :deleted, :now, :now)
            on conflict (video_id) do update
               set channel_id = coalesce(excluded.channel_id, v.channel_id),
                   title = coalesce(excluded.title, v.title),
                   link = coalesce(excluded.link, v.link),
                   author = coalesce(excluded.author, v.author),
                   published_at = coalesce(excluded.published_at, v.published_at),
                   stamp = excluded.stamp, deleted = excluded.deleted, changed_at = excluded.changed_at
             where v.stamp < excluded.stamp or v.stamp = excluded.stamp and excluded.deleted and not v.deleted
            returning xmax = 0 as inserted
            """;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final EventSource source;
    private final Duration quiet;

    VideoEvents(JdbcClient jdbc, Clock clock, EventSource source, YoutubeSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.source = source;
        this.quiet = settings.poll().quiet();
    }

    /**
     * @return what it did, for the operator: new, changed, deleted, or older than what is held
     * @throws PermanentFailure when the stored feed does not have the event's entry
     */
    public String apply(ClaimedEvent event) {
        AtomFeed.Entry entry = entry(event);
        Optional<Boolean> inserted = upsert(entry);
        if (source.isDelivered(event)) {
            noteNotice(entry, event.receivedAt());
        }
        if (inserted.isEmpty()) {
            return "older than what is held";
        }
        String kind = entry.kind() == AtomFeed.Kind.DELETED ? "deleted" : inserted.get() ? "new" : "changed";
        record(entry, kind);
        return kind;
    }

    private static AtomFeed.Entry entry(ClaimedEvent event) {
        try {
            return AtomFeed.read(event.body()).stream()
                    .filter(entry -> entry.eventId().equals(event.eventId()))
                    .findFirst()
                    .orElseThrow(() -> new PermanentFailure("the feed has no entry of this event"));
        } catch (AtomFeed.UnreadableFeed e) {
            throw new PermanentFailure("the feed cannot be read", e);
        }
    }

    private Optional<Boolean> upsert(AtomFeed.Entry entry) {
        return jdbc.sql(UPSERT)
                .param("video", entry.videoId())
                .param("channel", entry.channelId())
                .param("title", entry.title())
                .param("link", entry.link())
                .param("author", entry.author())
                .param("published", time(entry.published()))
                .param("stamp", stamp(entry))
                .param("deleted", entry.kind() == AtomFeed.Kind.DELETED)
                .param("now", Timestamp.from(clock.instant()))
                .query(Boolean.class)
                .optional();
    }

    /** The hub pushes: the feed need not be read for a while. */
    private void noteNotice(AtomFeed.Entry entry, Instant receivedAt) {
        jdbc.sql("""
                        update youtube.subscription
                           set last_notice_at = greatest(last_notice_at, :at), silent_since = null,
                               poll_due_at = greatest(poll_due_at, :next)
                         where channel_id = coalesce(:channel,
                                                     (select channel_id from youtube.video where video_id = :video))
                           and state in ('requested', 'verified')
                           and (last_notice_at is null or last_notice_at < :at)
                        """)
                .param("at", Timestamp.from(receivedAt))
                .param("next", Timestamp.from(receivedAt.plus(quiet)))
                .param("channel", entry.channelId())
                .param("video", entry.videoId())
                .update();
    }

    private void record(AtomFeed.Entry entry, String kind) {
        jdbc.sql("insert into youtube.video_event (video_id, kind, event_id, title, stamp, at)"
                        + " values (:video, :kind, :event, :title, :stamp, :now)")
                .param("video", entry.videoId())
                .param("kind", kind)
                .param("event", entry.eventId())
                .param("title", entry.title())
                .param("stamp", stamp(entry))
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    private static Timestamp stamp(AtomFeed.Entry entry) {
        return Timestamp.from(entry.updated());
    }

    private static Timestamp time(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
