package com.ytempire.hub.notifications;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which channels are in use, on all nodes together: a vendor that told one node to wait has told all. */
@Component
class Channels {

    private static final Logger LOG = LoggerFactory.getLogger(Channels.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final NotificationSettings settings;
    private final Outbox outbox;

    Channels(JdbcClient jdbc, Clock clock, NotificationSettings settings, Outbox outbox) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings;
        this.outbox = outbox;
    }

    /** Whether anything may be sent now: it has credentials and nobody has told us to wait. */
    boolean isOpen(Channel channel) {
        return settings.isConfigured(channel)
                && jdbc.sql("select not exists (select from notifications.channel where channel = :channel"
                                + " and until > :now and (key_hash is null or key_hash = :hash))")
                        .param("channel", channel.stored())
                        .param("now", Timestamp.from(clock.instant()))
                        .param("hash", hash(channel))
                        .query(Boolean.class)
                        .single();
    }

    /** The vendor takes nothing before that time. */
    void pause(Channel channel, Instant until, String why) {
        if (leave(channel, until, why, null)) {
            LOG.warn("{} waits until {}: {}", channel.stored(), until, why);
        }
    }

    /** The vendor refuses these credentials; the next look is after a while, or with others. */
    void switchOff(Channel channel, String why) {
        Instant until = clock.instant().plus(settings.refused());
        if (leave(channel, until, why, hash(channel))) {
            LOG.error("{} is off until {} or until its key changes: {}", channel.stored(), until, why);
            outbox.tell(new Notice(
                    "channel-off:" + channel.stored() + ":" + hash(channel),
                    Notice.Audience.OPERATORS,
                    "The hub can send nothing to " + channel.stored(),
                    why + ". What is to go there waits. Check the key and start the hub with the right one, or mend it"
                            + " at the vendor and POST /api/v1/notifications/channels/" + channel.stored()
                            + "/resume.",
                    null));
        }
    }

    private boolean leave(Channel channel, Instant until, String why, String keyHash) {
        return jdbc.sql("""
                                insert into notifications.channel as held (channel, until, why, key_hash, changed_at)
                                values (:channel, :until, :why, :hash, :now)
                                on conflict (channel) do update
                                   set until = excluded.until, why = excluded.why, key_hash = excluded.key_hash,
                                       changed_at = excluded.changed_at
                                 where held.until < excluded.until
                                """)
                        .param("channel", channel.stored())
                        .param("until", Timestamp.from(until))
                        .param("why", why)
                        .param("hash", keyHash)
                        .param("now", Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    /** An operator says that it is mended; what waits is tried at once. */
    void resume(Channel channel) {
        jdbc.sql("delete from notifications.channel where channel = :channel")
                .param("channel", channel.stored())
                .update();
        jdbc.sql("update notifications.outbox set due_at = :now"
                        + " where channel = :channel and state = 'waiting' and due_at > :now")
                .param("channel", channel.stored())
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /**
     * How a channel stands.
     *
     * @param state {@code on}, {@code off} (no credentials) or {@code waiting}
     * @param why of a waiting one
     * @param messages how many there are in each state
     */
    record State(String channel, String state, String why, Instant until, Map<String, Long> messages) {}

    List<State> all() {
        return Arrays.stream(Channel.values()).map(this::state).toList();
    }

    State state(Channel channel) {
        Map<String, Long> messages = new TreeMap<>();
        jdbc.sql("select state, count(*) from notifications.outbox where channel = :channel group by state")
                .param("channel", channel.stored())
                .query((row, number) -> messages.put(row.getString(1), row.getLong(2)))
                .list();
        if (!settings.isConfigured(channel)) {
            return new State(channel.stored(), "off", "it has no key", null, messages);
        }
        if (isOpen(channel)) {
            return new State(channel.stored(), "on", null, null, messages);
        }
        return jdbc.sql("select why, until from notifications.channel where channel = :channel")
                .param("channel", channel.stored())
                .query((row, number) -> new State(
                        channel.stored(),
                        "waiting",
                        row.getString("why"),
                        row.getTimestamp("until").toInstant(),
                        messages))
                .single();
    }

    private String hash(Channel channel) {
        return DigestUtils.sha256Hex(channel.stored() + "\n" + settings.credentials(channel))
                .substring(0, 16);
    }
}
