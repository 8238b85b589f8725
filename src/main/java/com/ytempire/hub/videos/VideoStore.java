package com.ytempire.hub.videos;

import com.ytempire.hub.content.UnfinishedWork;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The videos' rows. What was deleted is not found. */
@Component
class VideoStore implements UnfinishedWork {

    private final JdbcClient jdbc;
    private final VideosSettings settings;
    private final Clock clock;

    VideoStore(JdbcClient jdbc, VideosSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = clock;
    }

    /** @return whether it is new */
    boolean insert(VideoOrder order, LocalDate day) {
        return jdbc.sql("""
                                insert into videos.video
                                    (id, owner, created_by, channel_id, topic, topic_key, style, duration_target, aspect,
                                     voice, high_value, privacy, publish, publish_at, plan_day, state, due_at,
                                     created_at, updated_at)
                                values (:id, :owner, :by, :channel, :topic, :key, :style, :seconds, :aspect, :voice, :high,
                                        :privacy, :publish, :at, :day, 'queued', :now, :now, :now)
                                on conflict (id) do nothing
                                """)
                        .param("id", order.id())
                        .param("owner", order.owner())
                        .param("by", order.createdBy())
                        .param("channel", order.channel())
                        .param("topic", order.topic())
                        .param("key", key(order.topic()))
                        .param("style", order.style())
                        .param("seconds", order.seconds())
                        .param("aspect", order.aspect().ratio())
                        .param("voice", order.voice())
                        .param("high", order.highValue())
                        .param("privacy", order.privacy())
                        .param("publish", order.publish())
                        .param("at", order.publishAt() == null ? null : Timestamp.from(order.publishAt()))
                        .param("day", Date.valueOf(day))
                        .param("now", Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    /**
     * Whether an id that was made of an idempotency key stands for a video of long ago: the key's answer has been
     * forgotten since, and the same key is another request. Who repeats a request after a crash does so within a day.
     */
    boolean isOfAnotherTime(UUID id) {
        return jdbc.sql("""
                        select exists (select 1 from videos.video
                                        where id = :id and (deleted_at is not null or created_at < :since))
                        """)
                .param("id", id)
                .param("since", Timestamp.from(clock.instant().minus(Duration.ofDays(1))))
                .query(Boolean.class)
                .single();
    }

    /** A topic as it is compared: what is neither a letter nor a digit makes no difference, unless there is nothing else. */
    private static String key(String topic) {
        String key = topic.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
        return key.isEmpty() ? topic : key;
    }

    /** An earlier video. */
    record Earlier(UUID id, String topic, Instant createdAt) {}

    /** The latest earlier video of the same owner with the same or nearly the same topic. */
    Optional<Earlier> sameTopic(VideoOrder order) {
        return jdbc.sql("""
                        select id, topic, created_at from videos.video
                         where owner is not distinct from :owner and id <> :id and deleted_at is null
                           and state not in ('failed', 'cancelled')
                           and (topic_key = :key or similarity(topic_key, :key) >= :similar)
                         order by no desc limit 1
                        """)
                .param("owner", order.owner())
                .param("id", order.id())
                .param("key", key(order.topic()))
                .param("similar", settings.requests().similar())
                .query(Earlier.class)
                .optional();
    }

    /** How many videos somebody has asked for on a day; what became of them makes no difference. */
    int count(UUID owner, LocalDate day) {
        return jdbc.sql("select count(*) from videos.video where owner = :owner and plan_day = :day")
                .param("owner", owner)
                .param("day", Date.valueOf(day))
                .query(Integer.class)
                .single();
    }

    @Override
    public List<String> videos() {
        return jdbc.sql("select id::text from videos.video"
                        + " where state in ('queued', 'processing', 'waiting_approval') and deleted_at is null")
                .query(String.class)
                .list();
    }

    Optional<Video> find(UUID id) {
        return jdbc.sql("select " + Video.COLUMNS + " from videos.video where id = :id and deleted_at is null")
                .param("id", id)
                .query(Video.class)
                .optional();
    }

    /** The same, and nobody else changes it before this transaction ends. */
    Optional<Video> lock(UUID id) {
        return jdbc.sql("select " + Video.COLUMNS
                        + " from videos.video where id = :id and deleted_at is null for update")
                .param("id", id)
                .query(Video.class)
                .optional();
    }

    /** Newest first. @param everybodys or the owner's alone @param state null for all */
    Page<Video> page(boolean everybodys, UUID owner, String state, Paging paging) {
        String where = " from videos.video where deleted_at is null and (:all or owner = :owner::uuid)"
                + " and (:state::text is null or state = :state::text)";
        long total = jdbc.sql("select count(*)" + where)
                .param("all", everybodys)
                .param("owner", owner)
                .param("state", state)
                .query(Long.class)
                .single();
        List<Video> videos = jdbc.sql(
                        "select " + Video.COLUMNS + where + " order by no desc limit :most offset :offset")
                .param("all", everybodys)
                .param("owner", owner)
                .param("state", state)
                .param("most", paging.perPage())
                .param("offset", paging.offset())
                .query(Video.class)
                .list();
        return new Page<>(videos, total, paging);
    }

    /** @param columns as in {@code update … set} */
    Video update(UUID id, String columns, Map<String, Object> values) {
        return jdbc.sql("update videos.video set updated_at = :now, " + columns + " where id = :id returning "
                        + Video.COLUMNS)
                .params(values)
                .param("now", Timestamp.from(clock.instant()))
                .param("id", id)
                .query(Video.class)
                .single();
    }
}
