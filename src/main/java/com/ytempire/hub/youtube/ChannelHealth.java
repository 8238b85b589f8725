package com.ytempire.hub.youtube;

import com.google.api.services.youtube.model.ChannelListResponse;
import com.ytempire.hub.camel.youtube.YoutubeFailure;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.apache.camel.Body;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Asks YouTube every few minutes whether each channel is well, by the cheapest question there is. */
@Component("channelHealth")
public class ChannelHealth {

    private static final String METHOD = "channels.list";

    private final JdbcClient jdbc;
    private final Clock clock;
    private final PoolSettings.Health settings;
    private final YoutubeChannels channels;
    private final YoutubeCalls calls;
    private final Quota quota;

    ChannelHealth(
            JdbcClient jdbc,
            Clock clock,
            PoolSettings settings,
            YoutubeChannels channels,
            YoutubeCalls calls,
            Quota quota) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings.health();
        this.channels = channels;
        this.calls = calls;
        this.quota = quota;
    }

    /** The channels that are due, for this node alone; those that only a person can bring back are not asked. */
    public List<UUID> claim() {
        return jdbc.sql("""
                        with due as (
                            select id from youtube.channel
                             where check_due_at <= :now and state in ('active', 'unhealthy', 'suspended')
                             order by check_due_at limit :batch for update skip locked
                        )
                        update youtube.channel c
                           set check_due_at = :now::timestamptz + make_interval(secs => :every)
                          from due where c.id = due.id
                        returning c.id
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("batch", settings.batch())
                .param("every", settings.every().toSeconds())
                .query(UUID.class)
                .list();
    }

    /** Whether today's quota has room for the question. */
    public boolean affordable(@Body UUID channel) {
        return quota.take(channel, METHOD);
    }

    /** It was answered; an account without a channel any more is no good answer. */
    @Transactional
    public void answered(UUID channel, @Body ChannelListResponse answer) {
        jdbc.sql("update youtube.channel set checked_at = :now where id = :id")
                .param("now", Timestamp.from(clock.instant()))
                .param("id", channel)
                .update();
        if (answer.getItems() == null || answer.getItems().isEmpty()) {
            channels.suspended(channel, "the account has no channel any more");
            return;
        }
        calls.succeeded(channel);
        int good = jdbc.sql("update youtube.channel set good_checks = good_checks + 1"
                        + " where id = :id and state in ('unhealthy', 'suspended') returning good_checks")
                .param("id", channel)
                .query(Integer.class)
                .optional()
                .orElse(0);
        if (good >= settings.goodChecks()) {
            channels.become(
                    channel,
                    List.of("unhealthy", "suspended"),
                    "active",
                    good + " checks in a row went well",
                    YoutubeChannels.THE_HUB);
        }
    }

    /** It failed; what that means for the channel is noted, all else is a fault of the hub. */
    @Transactional
    public void failed(UUID channel, Exception cause) throws Exception {
        YoutubeFailure failure = YoutubeFailure.of(cause).orElse(null);
        if (failure == null) {
            throw cause;
        }
        jdbc.sql("update youtube.channel set checked_at = :now, good_checks = 0 where id = :id")
                .param("now", Timestamp.from(clock.instant()))
                .param("id", channel)
                .update();
        calls.failed(channel, METHOD, failure);
    }
}
