package com.ytempire.hub.youtube;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.Vault;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The subscriptions an operator asked for. Whatever is asked of the hub is a row first, due at once; sending it is
 * {@link HubRequests}' part, so that a hub that is away costs nothing but time.
 */
@Component
class Subscriptions {

    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

    /** YouTube's ids of channels. */
    private static final Pattern CHANNEL_ID = Pattern.compile("UC[A-Za-z0-9_-]{22}");

    private static final String SELECT = """
            select id, channel_id, topic, state, reason, requested_by, requested_at, due_at, tries, error, verified_at,
                   lease_until, last_notice_at, last_poll_at, poll_error, silent_since, ended_at
              from youtube.subscription
            """;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Vault vault;
    private final YoutubeSettings settings;

    Subscriptions(JdbcClient jdbc, Clock clock, Vault vault, YoutubeSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.vault = vault;
        this.settings = settings;
    }

    /** @param created false when the channel had a live subscription already */
    record Subscribed(Subscription subscription, boolean created) {}

    private record Row(long id, boolean created) {}

    /**
     * Has one live subscription for the channel, whoever asks at the same time. One that the hub denied is asked for
     * again. It stays until somebody ends it.
     *
     * @throws Problem 422 when this is no id of a channel
     */
    Subscribed subscribe(String channelId, String operator) {
        return subscribe(channelId, operator, true);
    }

    /** The same for a channel that was connected, as long as it is. */
    void subscribeConnected(String channelId, String by) {
        subscribe(channelId, by, false);
    }

    private Subscribed subscribe(String channelId, String operator, boolean wanted) {
        if (!CHANNEL_ID.matcher(channelId).matches()) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "validation_failed",
                    "A channel id is UC and 22 letters, digits, - or _",
                    "channel_id");
        }
        Token token = Token.random();
        byte[] hash = token.hash();
        Row row = jdbc.sql("""
                        insert into youtube.subscription as s
                               (channel_id, topic, token_hash, token_sealed, secret_sealed, state,
                                requested_by, requested_at, due_at, poll_due_at, wanted)
                        values (:channel, :topic, :hash, :token, :secret, 'requested', :operator, :now, :now, :now,
                                :wanted)
                        on conflict (channel_id) where state in ('requested', 'verified', 'denied') do update
                           set state = case s.state when 'denied' then 'requested' else s.state end,
                               due_at = case s.state when 'denied' then excluded.due_at else s.due_at end,
                               tries = case s.state when 'denied' then 0 else s.tries end,
                               wanted = s.wanted or excluded.wanted
                        returning id, xmax = 0 as created
                        """)
                .param("channel", channelId)
                .param("topic", settings.websubFeed() + "?channel_id=" + channelId)
                .param("hash", hash)
                .param("token", vault.seal(Token.context(hash, "token"), token.value()))
                .param(
                        "secret",
                        vault.seal(Token.context(hash, "secret"), Token.random().value()))
                .param("operator", operator)
                .param("wanted", wanted)
                .param("now", now())
                .query(Row.class)
                .single();
        if (row.created()) {
            LOG.info("subscription {} to {} asked for by {}", row.id(), channelId, operator);
        }
        return new Subscribed(find(row.id()), row.created());
    }

    /** @throws Problem 404 for an unknown one */
    Subscription find(long id) {
        return jdbc.sql(SELECT + " where id = :id")
                .param("id", id)
                .query(Subscriptions::map)
                .optional()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "No such subscription"));
    }

    Page<Subscription> list(Paging paging) {
        List<Subscription> items = jdbc.sql(SELECT + " order by id desc limit :limit offset :offset")
                .param("limit", paging.perPage())
                .param("offset", paging.offset())
                .query(Subscriptions::map)
                .list();
        long total = jdbc.sql("select count(*) from youtube.subscription")
                .query(Long.class)
                .single();
        return new Page<>(items, total, paging);
    }

    /**
     * Notices are answered 410 from now on; the hub is told, unless it never heard of the subscription.
     *
     * @throws Problem 404 for an unknown one
     */
    Subscription unsubscribe(long id, String operator) {
        int rows = jdbc.sql("""
                        update youtube.subscription
                           set state = case when asked_at is null or state = 'denied' then 'ended' else 'ending' end,
                               ended_at = case when asked_at is null or state = 'denied' then :now::timestamptz end,
                               due_at = case when asked_at is null or state = 'denied' then null else :now::timestamptz end,
                               token_sealed = case when asked_at is not null and state <> 'denied' then token_sealed end,
                               secret_sealed = case when asked_at is not null and state <> 'denied'
                                                    then secret_sealed end,
                               tries = 0, error = null
                         where id = :id and state in ('requested', 'verified', 'denied')
                        """).param("id", id).param("now", now()).update();
        if (rows == 1) {
            LOG.info("subscription {} given up by {}", id, operator);
        }
        return find(id);
    }

    /** A channel was removed: without another one of it, and unless somebody asked for it by itself, it ends. */
    void channelRemoved(UUID channel, String by) {
        jdbc.sql("""
                        select s.id from youtube.subscription s join youtube.channel c on c.youtube_id = s.channel_id
                         where c.id = :channel and not s.wanted and s.state in ('requested', 'verified', 'denied')
                           and not exists (select from youtube.channel other
                                            where other.youtube_id = s.channel_id
                                              and other.state not in ('connecting', 'removed'))
                        """).param("channel", channel).query(Long.class).list().forEach(id -> unsubscribe(id, by));
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    private static Subscription map(ResultSet row, int number) throws SQLException {
        return new Subscription(
                row.getLong("id"),
                row.getString("channel_id"),
                row.getString("topic"),
                row.getString("state"),
                row.getString("reason"),
                row.getString("requested_by"),
                instant(row, "requested_at"),
                instant(row, "due_at"),
                row.getInt("tries"),
                row.getString("error"),
                instant(row, "verified_at"),
                instant(row, "lease_until"),
                instant(row, "last_notice_at"),
                instant(row, "last_poll_at"),
                row.getString("poll_error"),
                instant(row, "silent_since"),
                instant(row, "ended_at"));
    }
}
