package com.ytempire.hub.youtube;

import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The channels themselves: their states, and why they have them. */
@Component
class YoutubeChannels {

    /** Who changed something, when nobody asked for it. */
    static final String THE_HUB = "hub";

    private static final Logger LOG = LoggerFactory.getLogger(YoutubeChannels.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final PoolSettings settings;
    private final Outbox outbox;

    YoutubeChannels(JdbcClient jdbc, Clock clock, PoolSettings settings, Outbox outbox) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings;
        this.outbox = outbox;
    }

    /** Removed ones too. */
    Optional<YoutubeChannel> find(UUID id) {
        return jdbc.sql("select " + YoutubeChannel.COLUMNS + " from youtube.channel c where c.id = :id")
                .param("id", id)
                .query(YoutubeChannel.class)
                .optional();
    }

    /**
     * Brings a channel from one of some states into another.
     *
     * @return false when it is in none of them
     */
    @Transactional
    boolean become(UUID id, List<String> from, String state, String reason, String actor) {
        Timestamp now = Timestamp.from(clock.instant());
        int changed = jdbc.sql("""
                        update youtube.channel
                           set state = :state, reason = :reason, state_since = :now, good_checks = 0,
                               failures = case when :state = 'active' then 0 else failures end,
                               title = case when :state = 'removed' then null else title end,
                               check_due_at = least(check_due_at, :now::timestamptz + make_interval(secs => :soon))
                         where id = :id and state = any(:from)
                        """)
                .param("id", id)
                .param("from", from.toArray(String[]::new))
                .param("state", state)
                .param("reason", reason)
                .param("soon", settings.health().every().toSeconds())
                .param("now", now)
                .update();
        if (changed == 1) {
            note(id, state, reason, actor);
            LOG.info("channel {} is {}: {}", id, state, reason);
        }
        return changed == 1;
    }

    /** Writes down what was done with a channel. */
    void note(UUID id, String state, String reason, String actor) {
        jdbc.sql("insert into youtube.channel_event (channel_id, state, reason, actor, at)"
                        + " values (:id, :state, :reason, :actor, :now)")
                .param("id", id)
                .param("state", state)
                .param("reason", reason)
                .param("actor", actor)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** A person's word: no upload goes to it until a person brings it back, whatever else happens to it. */
    @Transactional
    void takeOut(UUID id, String reason, String actor) {
        jdbc.sql("update youtube.channel set out_reason = :reason where id = :id")
                .param("reason", reason)
                .param("id", id)
                .update();
        become(id, List.of("active", "unhealthy", "suspended", "revoked"), "out", reason, actor);
    }

    /** The other word; it ends the pause YouTube's limit has brought as well. */
    @Transactional
    void bringBack(UUID id, String actor) {
        jdbc.sql("update youtube.channel set out_reason = null, out_until = null where id = :id")
                .param("id", id)
                .update();
        become(id, List.of("out", "unhealthy", "suspended"), "active", "brought back", actor);
    }

    /** A person would bring it back, but its owner has to consent before that can be. */
    @Transactional
    void becomeRevoked(UUID id, String actor) {
        jdbc.sql("update youtube.channel set out_reason = null where id = :id")
                .param("id", id)
                .update();
        become(id, List.of("out"), "revoked", "its owner has to consent again", actor);
    }

    /** A channel in the making serves, unless a person has said otherwise of the same channel before. */
    @Transactional
    void connected(UUID id, String actor) {
        serve(id, List.of("connecting"), "connected", actor);
    }

    /** Its owner has consented again, which heals everything but what a person has said. */
    @Transactional
    void connectedAgain(UUID id, String actor) {
        serve(id, List.of("revoked", "unhealthy", "suspended", "removed"), "connected again", actor);
    }

    private void serve(UUID id, List<String> from, String reason, String actor) {
        Optional<String> word = jdbc.sql(
                        "select out_reason from youtube.channel where id = :id and out_reason is not null")
                .param("id", id)
                .query(String.class)
                .optional();
        become(id, from, word.isPresent() ? "out" : "active", word.orElse(reason), actor);
    }

    /** A call of the channel was answered. */
    @Transactional
    void succeeded(UUID id) {
        jdbc.sql("update youtube.channel set failures = (failures << 1) & :mask where id = :id and failures <> 0")
                .param("mask", mask())
                .param("id", id)
                .update();
    }

    /** A call of the channel failed for a reason that tells something about the channel. */
    @Transactional
    void failed(UUID id, String reason) {
        int failures = jdbc.sql("update youtube.channel set failures = ((failures << 1) | 1) & :mask, good_checks = 0"
                        + " where id = :id returning bit_count(failures::bit(32))")
                .param("mask", mask())
                .param("id", id)
                .query(Integer.class)
                .optional()
                .orElse(0);
        if (failures >= settings.health().tooMany()
                && become(
                        id,
                        List.of("active"),
                        "unhealthy",
                        failures + " of the last calls failed: " + reason,
                        THE_HUB)) {
            tell(id, "unhealthy", "It comes back by itself when checks go well, or when it is brought back.");
        }
    }

    private int mask() {
        return (int) ((1L << settings.health().window()) - 1);
    }

    /** YouTube says that the channel has uploaded too much: no more for a day. */
    @Transactional
    void limitReached(UUID id) {
        jdbc.sql("update youtube.channel set out_until = :until where id = :id")
                .param("until", Timestamp.from(clock.instant().plus(settings.limitPause())))
                .param("id", id)
                .update();
        LOG.warn("channel {} may upload no more for {}", id, settings.limitPause());
    }

    /** YouTube has suspended or closed the account. */
    @Transactional
    void suspended(UUID id, String reason) {
        if (become(id, List.of("active", "unhealthy"), "suspended", reason, THE_HUB)) {
            tell(id, "suspended", "YouTube says: " + reason + ".");
        }
    }

    /** Its owner must consent again. */
    @Transactional
    void revoked(UUID id, String reason) {
        if (become(id, List.of("active", "unhealthy", "suspended", "out"), "revoked", reason, THE_HUB)) {
            tell(
                    id,
                    "revoked",
                    "Whoever owns it must consent again: POST /api/v1/youtube/channels/connect with its id.");
        }
    }

    private void tell(UUID id, String state, String text) {
        YoutubeChannel channel = find(id).orElseThrow();
        Instant now = clock.instant();
        outbox.tell(new Notice(
                "youtube-channel:%s:%s:%s".formatted(id, state, now),
                Notice.Audience.OPERATORS,
                "YouTube channel %s of %s is %s"
                        .formatted(
                                channel.youtubeId(),
                                channel.owner() == null ? "the fleet" : "user " + channel.owner(),
                                state),
                "Channel " + id + ": " + text,
                null));
    }
}
