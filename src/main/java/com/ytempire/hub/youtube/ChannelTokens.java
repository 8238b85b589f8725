package com.ytempire.hub.youtube;

import com.ytempire.hub.camel.youtube.YoutubeAccess;
import com.ytempire.hub.camel.youtube.YoutubeFailure;
import com.ytempire.hub.camel.youtube.YoutubeOauth;
import com.ytempire.hub.camel.youtube.YoutubeTokens;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.Vault;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The channels' OAuth tokens: sealed in the database, refreshed before they end, by one refresher at a time. A lease in
 * the database says who that is, so that Google never sees two nodes refresh the same token.
 */
@Component("channelTokens")
public class ChannelTokens implements YoutubeAccess {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelTokens.class);

    /** A token that ends sooner is not used: the call would outlive it. */
    private static final Duration TOO_SHORT = Duration.ofSeconds(30);

    /** A token younger than this was refused for another reason than its age. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    private static final Duration LOOK = Duration.ofMillis(100);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Vault vault;
    private final OauthSettings settings;
    private final OauthProjects projects;
    private final YoutubeOauth oauth;
    private final YoutubeChannels channels;
    private final Outbox outbox;
    private final TransactionTemplate transactions;

    ChannelTokens(
            JdbcClient jdbc,
            Clock clock,
            Vault vault,
            OauthSettings settings,
            OauthProjects projects,
            YoutubeOauth oauth,
            YoutubeChannels channels,
            Outbox outbox,
            TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.vault = vault;
        this.settings = settings;
        this.projects = projects;
        this.oauth = oauth;
        this.channels = channels;
        this.outbox = outbox;
        this.transactions = transactions;
    }

    /**
     * A refresh that its holder alone may do.
     *
     * @param holder of the lease, without which nothing is written
     */
    private record Due(UUID channel, String project, String refreshSealed, UUID holder) {}

    /** Keeps what a consent has given; in the caller's transaction. */
    void keep(UUID channel, YoutubeTokens tokens) {
        Instant now = clock.instant();
        jdbc.sql("""
                        insert into youtube.channel_token (channel_id, refresh_sealed, access_sealed, access_until, scopes,
                                                           refreshed_at, due_at)
                        values (:channel, :refresh, :access, :until, :scopes, :now, :due)
                        on conflict (channel_id) do update
                           set refresh_sealed = excluded.refresh_sealed, access_sealed = excluded.access_sealed,
                               access_until = excluded.access_until, scopes = excluded.scopes,
                               refreshed_at = excluded.refreshed_at, due_at = excluded.due_at, lease_until = null,
                               lease_holder = null, error = null
                        """)
                .param("channel", channel)
                .param("refresh", vault.seal(context(channel, "refresh"), tokens.refreshToken()))
                .param("access", vault.seal(context(channel, "access"), tokens.accessToken()))
                .param("until", Timestamp.from(now.plus(tokens.expiresIn())))
                .param("scopes", String.join(" ", tokens.scopes()))
                .param("now", Timestamp.from(now))
                .param("due", Timestamp.from(now.plus(tokens.expiresIn()).minus(settings.refreshBefore())))
                .update();
    }

    private static String context(UUID channel, String what) {
        return context(channel.toString(), what);
    }

    static String context(String channel, String what) {
        return "youtube.channel/" + channel + "/" + what;
    }

    private record Access(String sealed, Instant until, String error) {}

    private Optional<Access> access(UUID channel) {
        return jdbc.sql("select t.access_sealed as sealed, t.access_until as until, t.error"
                        + " from youtube.channel_token t join youtube.channel c on c.id = t.channel_id"
                        + " where t.channel_id = :channel and c.state not in ('revoked', 'removed')")
                .param("channel", channel)
                .query(Access.class)
                .optional();
    }

    private Optional<String> usable(UUID channel) {
        return access(channel)
                .filter(access -> access.until().isAfter(clock.instant().plus(TOO_SHORT)))
                .map(access -> vault.open(context(channel, "access"), access.sealed()));
    }

    /** Normally at once: tokens are refreshed before they end. Else it is refreshed now, by whoever is first. */
    @Override
    public String accessToken(String channel) {
        UUID id = UUID.fromString(channel);
        Optional<String> usable = usable(id);
        long deadline = System.nanoTime() + settings.refreshLease().toNanos();
        while (usable.isEmpty() && System.nanoTime() < deadline) {
            Optional<Due> mine = claim(id, clock.instant().plus(TOO_SHORT), "access_until");
            if (mine.isPresent()) {
                YoutubeFailure failure = renew(mine.get());
                if (failure != null) {
                    throw failure;
                }
            } else if (access(id).isEmpty()) {
                break;
            } else {
                LockSupport.parkNanos(LOOK.toNanos());
            }
            usable = usable(id);
        }
        return usable.orElseThrow(
                () -> new YoutubeFailure("token of channel " + channel, YoutubeFailure.Reason.NO_TOKEN));
    }

    /** YouTube does not take the token, although it should be good: the next call gets a new one. */
    @Override
    public void refused(String channel) {
        Instant now = clock.instant();
        jdbc.sql("update youtube.channel_token set access_until = :now, due_at = :now"
                        + " where channel_id = :channel and refreshed_at < :young")
                .param("channel", UUID.fromString(channel))
                .param("now", Timestamp.from(now))
                .param("young", Timestamp.from(now.minus(YOUNG)))
                .update();
    }

    /** The channels whose tokens end soon; each is claimed when its turn comes. */
    public List<UUID> due() {
        return jdbc.sql("""
                        select t.channel_id from youtube.channel_token t join youtube.channel c on c.id = t.channel_id
                         where t.due_at <= :now and (t.lease_until is null or t.lease_until < now())
                           and c.state not in ('revoked', 'removed')
                         order by t.due_at limit :batch
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("batch", settings.batch())
                .query(UUID.class)
                .list();
    }

    /** @param column which has to have come */
    private Optional<Due> claim(UUID channel, Instant until, String column) {
        return jdbc.sql("""
                        update youtube.channel_token t
                           set lease_until = now() + make_interval(secs => :lease), lease_holder = :holder
                          from youtube.channel c
                         where t.channel_id = :channel and c.id = t.channel_id
                           and c.state not in ('revoked', 'removed') and t.%s <= :until
                           and (t.lease_until is null or t.lease_until < now())
                        returning t.channel_id as channel, c.project, t.refresh_sealed, t.lease_holder as holder
                        """.formatted(column))
                .param("channel", channel)
                .param("until", Timestamp.from(until))
                .param("holder", UUID.randomUUID())
                .param("lease", settings.refreshLease().toSeconds())
                .query(Due.class)
                .optional();
    }

    /** Refreshes one token, unless somebody else has meanwhile; what fails for a while is due again soon. */
    public void refresh(@Body UUID channel) {
        claim(channel, clock.instant(), "due_at").ifPresent(this::renew);
    }

    private YoutubeFailure renew(Due due) {
        try {
            YoutubeTokens tokens = oauth.refresh(
                    projects.client(due.project()), vault.open(context(due.channel(), "refresh"), due.refreshSealed()));
            refreshed(due, tokens);
            return null;
        } catch (YoutubeFailure failure) {
            transactions.executeWithoutResult(status -> failed(due, failure));
            return failure;
        }
    }

    /** Google may have given a new refresh token with it, which takes the old one's place. */
    private void refreshed(Due due, YoutubeTokens tokens) {
        Instant now = clock.instant();
        jdbc.sql("""
                        update youtube.channel_token
                           set access_sealed = :access, access_until = :until,
                               refresh_sealed = coalesce(:refresh, refresh_sealed), refreshed_at = :now, due_at = :due,
                               lease_until = null, lease_holder = null, error = null
                         where channel_id = :channel and lease_holder = :holder
                        """)
                .param("access", vault.seal(context(due.channel(), "access"), tokens.accessToken()))
                .param("until", Timestamp.from(now.plus(tokens.expiresIn())))
                .param(
                        "refresh",
                        tokens.refreshToken() == null
                                ? null
                                : vault.seal(context(due.channel(), "refresh"), tokens.refreshToken()))
                .param("now", Timestamp.from(now))
                .param("due", Timestamp.from(now.plus(tokens.expiresIn()).minus(settings.refreshBefore())))
                .param("channel", due.channel())
                .param("holder", due.holder())
                .update();
    }

    private void failed(Due due, YoutubeFailure failure) {
        String error = failure.reason().toString();
        int current = jdbc.sql("update youtube.channel_token set error = :error, due_at = :again, lease_until = null,"
                        + " lease_holder = null where channel_id = :channel and lease_holder = :holder")
                .param("error", error)
                .param("again", Timestamp.from(clock.instant().plus(settings.refreshAgain())))
                .param("channel", due.channel())
                .param("holder", due.holder())
                .update();
        if (current == 0) {
            return; // connected again meanwhile, or too slow: somebody else has the say
        }
        LOG.warn("the token of channel {} could not be refreshed: {}", due.channel(), error);
        if (failure.reason() == YoutubeFailure.Reason.INVALID_GRANT) {
            channels.revoked(due.channel(), "the consent was withdrawn or has expired (invalid_grant)");
        } else if (failure.reason() == YoutubeFailure.Reason.INVALID_CLIENT) {
            outbox.tell(new Notice(
                    "youtube-client:" + due.project() + ":" + clock.instant().truncatedTo(ChronoUnit.DAYS),
                    Notice.Audience.OPERATORS,
                    "Google does not know the OAuth client of project " + due.project(),
                    "No token of its channels can be refreshed. Look at the project's client id and secret.",
                    null));
        }
    }

    /** Whether the last refresh did not tell that a person has to consent again. */
    boolean areGood(UUID channel) {
        return access(channel)
                .filter(access ->
                        !YoutubeFailure.Reason.INVALID_GRANT.toString().equals(access.error()))
                .isPresent();
    }

    /** Whether the consent covers that scope. */
    boolean covers(UUID channel, String scope) {
        return jdbc.sql("select :scope = any(string_to_array(scopes, ' ')) from youtube.channel_token"
                        + " where channel_id = :channel")
                .param("scope", scope)
                .param("channel", channel)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** Gives one channel's tokens to another; in the caller's transaction. They are sealed for the one they serve. */
    void move(UUID from, UUID to) {
        jdbc.sql("select refresh_sealed, access_sealed, access_until, scopes, due_at from youtube.channel_token"
                        + " where channel_id = :from")
                .param("from", from)
                .query(row -> {
                    Instant now = clock.instant();
                    keep(
                            to,
                            new YoutubeTokens(
                                    vault.open(context(from, "access"), row.getString("access_sealed")),
                                    vault.open(context(from, "refresh"), row.getString("refresh_sealed")),
                                    Duration.between(
                                            now,
                                            row.getTimestamp("access_until").toInstant()),
                                    Set.of(row.getString("scopes").split(" "))));
                });
        forget(from);
    }

    /** Gives the tokens up, and leaves the consent to be ended at Google; in the caller's transaction. */
    void withdraw(UUID channel) {
        jdbc.sql("""
                        insert into youtube.withdrawal (channel_id, token_sealed, due_at, created_at)
                        select channel_id, refresh_sealed, :now, :now from youtube.channel_token
                         where channel_id = :channel
                        on conflict (channel_id) do update
                           set token_sealed = excluded.token_sealed, due_at = excluded.due_at, tries = 0
                        """)
                .param("channel", channel)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        forget(channel);
    }

    /** A new consent of the same account must not be ended with the old one; in the caller's transaction. */
    void keepConsent(String youtubeId) {
        jdbc.sql("delete from youtube.withdrawal w using youtube.channel c"
                        + " where c.id = w.channel_id and c.youtube_id = :youtube")
                .param("youtube", youtubeId)
                .update();
    }

    /** A consent to be ended at Google. */
    record Withdrawal(UUID channel, String tokenSealed, int tries) {

        @Override
        public String toString() {
            return "withdrawal of " + channel;
        }
    }

    /** Those that are due, for this node alone. */
    public List<Withdrawal> withdrawals() {
        Instant now = clock.instant();
        return jdbc.sql("""
                        with due as (
                            select channel_id from youtube.withdrawal where due_at <= :now
                             order by due_at limit :batch for update skip locked
                        )
                        update youtube.withdrawal w set due_at = :again, tries = w.tries + 1
                          from due where w.channel_id = due.channel_id
                        returning w.channel_id as channel, w.token_sealed, w.tries
                        """)
                .param("now", Timestamp.from(now))
                .param("again", Timestamp.from(now.plus(settings.withdrawAgain())))
                .param("batch", settings.batch())
                .query(Withdrawal.class)
                .list();
    }

    /** Ends a consent at Google. The tokens are gone here whatever comes of it; its owner can end it there as well. */
    public void end(@Body Withdrawal withdrawal) {
        try {
            oauth.revoke(vault.open(context(withdrawal.channel(), "refresh"), withdrawal.tokenSealed()));
        } catch (YoutubeFailure failure) {
            LOG.warn(
                    "the consent of channel {} could not be ended at Google: {}",
                    withdrawal.channel(),
                    failure.reason());
            if (failure.isTemporary() && withdrawal.tries() < settings.withdrawTries()) {
                return;
            }
        }
        jdbc.sql("delete from youtube.withdrawal where channel_id = :channel")
                .param("channel", withdrawal.channel())
                .update();
    }

    private void forget(UUID channel) {
        jdbc.sql("delete from youtube.channel_token where channel_id = :channel")
                .param("channel", channel)
                .update();
    }
}
