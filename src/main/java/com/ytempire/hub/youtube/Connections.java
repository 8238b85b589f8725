package com.ytempire.hub.youtube;

import com.google.api.services.youtube.model.Channel;
import com.google.api.services.youtube.model.ChannelListResponse;
import com.ytempire.hub.camel.youtube.YoutubeFailure;
import com.ytempire.hub.camel.youtube.YoutubeOauth;
import com.ytempire.hub.camel.youtube.YoutubeTokens;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * From a consent to a channel that serves. The tokens are kept first, with a row of their own, so that YouTube can be
 * asked with them whose they are; then that row becomes the channel, or gives its tokens to the one there is.
 */
@Component("youtubeConnections")
public class Connections {

    /** Any of these allows to upload, to change what was uploaded, and to ask whose channel it is. */
    private static final Set<String> ENOUGH = Set.of(
            "https://www.googleapis.com/auth/youtube",
            "https://www.googleapis.com/auth/youtube.force-ssl",
            "https://www.googleapis.com/auth/youtubepartner");

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int COME_AGAIN = 60;
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Consents consents;
    private final OauthProjects projects;
    private final YoutubeOauth oauth;
    private final ChannelTokens tokens;
    private final YoutubeChannels channels;
    private final ChannelAllowance allowance;
    private final PoolSettings pool;
    private final Quota quota;
    private final Subscriptions subscriptions;
    private final TransactionTemplate transactions;

    Connections(
            JdbcClient jdbc,
            Clock clock,
            Consents consents,
            OauthProjects projects,
            YoutubeOauth oauth,
            ChannelTokens tokens,
            YoutubeChannels channels,
            ChannelAllowance allowance,
            PoolSettings pool,
            Quota quota,
            Subscriptions subscriptions,
            TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.consents = consents;
        this.projects = projects;
        this.oauth = oauth;
        this.tokens = tokens;
        this.channels = channels;
        this.allowance = allowance;
        this.pool = pool;
        this.quota = quota;
        this.subscriptions = subscriptions;
        this.transactions = transactions;
    }

    /** @throws Problem 403 {@code channel_limit_reached} when the user's plan allows no further channel */
    void mustBeAllowedOneMore(UUID userId) {
        int most = allowance.channels(userId);
        int has = jdbc.sql("select count(*) from youtube.channel"
                        + " where user_id = :user and state not in ('connecting', 'removed')")
                .param("user", userId)
                .query(Integer.class)
                .single();
        if (has >= most) {
            throw new Problem(
                            HttpStatus.FORBIDDEN,
                            "channel_limit_reached",
                            "The plan allows %d channels and %d are connected; one more can be connected when one is"
                                            .formatted(most, has)
                                    + " removed or the plan is changed")
                    .with("limit", most)
                    .with("used", has);
        }
    }

    /** The consent a callback brings back; good once. */
    public Consent consent(ConnectRequest request) {
        return consents.use(request.state(), request.browser());
    }

    /**
     * Exchanges the code and keeps the tokens.
     *
     * @return a channel in the making
     * @throws Problem when the consent does not allow what the hub needs, or Google does not take the code
     */
    public UUID begin(@Variable("consent") Consent consent, @Variable("request") ConnectRequest request) {
        YoutubeTokens given;
        try {
            given = oauth.exchange(
                    projects.client(consent.project()), request.code(), consent.verifier(), consents.callback());
        } catch (YoutubeFailure failure) {
            throw problem(failure);
        }
        boolean enough = given.scopes().stream().anyMatch(ENOUGH::contains);
        if (!enough || given.refreshToken() == null) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "consent_incomplete",
                    "Managing the account must be allowed on Google's page; connect again and leave everything ticked");
        }
        return transactions.execute(status -> {
            UUID channel = insert(consent);
            tokens.keep(channel, given);
            return channel;
        });
    }

    private UUID insert(Consent consent) {
        UUID channel = UUID.randomUUID();
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("""
                        insert into youtube.channel (id, user_id, project, state, state_since, reserve, uploads_per_day,
                                                     check_due_at, connected_by, created_at)
                        values (:id, :user, :project, 'connecting', :now, :reserve, :uploads, 'infinity', :actor, :now)
                        """)
                .param("id", channel)
                .param("user", consent.userId())
                .param("project", consent.project())
                .param("reserve", consent.reserve())
                .param("uploads", consent.reserve() ? pool.reserveUploads() : pool.activeUploads())
                .param("actor", consent.askedBy())
                .param("now", now)
                .update();
        return channel;
    }

    /** @throws Problem 503 when today's quota has no room for the question whose channel it is */
    public void book(@Variable("channel") UUID channel) {
        if (!quota.take(channel, "channels.list")) {
            throw Problem.retryLater("quota_spent", "Today's quota is spent; connect after the reset", COME_AGAIN);
        }
    }

    private record Existing(UUID id, UUID owner, String state) {}

    /**
     * YouTube has told whose tokens these are.
     *
     * @return the channel they now serve
     * @throws Problem when there is no channel, it is somebody else's, or it is not the one to be connected again
     */
    @Transactional(noRollbackFor = Problem.class)
    public UUID finish(
            @Variable("consent") Consent consent, @Variable("channel") UUID begun, @Body ChannelListResponse answer) {
        List<Channel> items = answer.getItems() == null ? List.of() : answer.getItems();
        if (items.isEmpty()) {
            throw refused(begun, HttpStatus.UNPROCESSABLE_ENTITY, "no_channel", "This Google account has no channel");
        }
        String youtubeId = items.get(0).getId();
        String title = items.get(0).getSnippet() == null
                ? null
                : items.get(0).getSnippet().getTitle();
        jdbc.sql(
                        "select pg_advisory_xact_lock(hashtextextended('youtube.connect/' || coalesce(:user, :channel), 0))"
                                + " is null, pg_advisory_xact_lock(hashtextextended('youtube.channel/' || :channel, 0)) is null")
                .param(
                        "user",
                        consent.userId() == null ? null : consent.userId().toString(),
                        Types.VARCHAR)
                .param("channel", youtubeId)
                .query()
                .listOfRows();
        Optional<Existing> existing = jdbc.sql("select id, user_id as owner, state from youtube.channel"
                        + " where youtube_id = :youtube and state not in ('connecting', 'removed') for update")
                .param("youtube", youtubeId)
                .query(Existing.class)
                .optional();
        boolean own = existing.isPresent() && Objects.equals(existing.get().owner(), consent.userId());
        if (existing.isPresent() && !own) {
            throw refused(begun, HttpStatus.CONFLICT, "channel_taken", "This channel is connected by somebody else");
        }
        if (consent.channelId() != null && !(own && existing.get().id().equals(consent.channelId()))) {
            throw refused(
                    begun,
                    HttpStatus.CONFLICT,
                    "other_channel",
                    "This is another channel than the one to be connected again");
        }
        tokens.keepConsent(youtubeId);
        if (existing.isPresent()) {
            return again(existing.get().id(), begun, consent, title);
        }
        if (consent.userId() != null) {
            try {
                mustBeAllowedOneMore(consent.userId());
            } catch (Problem problem) {
                abandon(begun);
                throw problem;
            }
        }
        subscriptions.subscribeConnected(youtubeId, consent.askedBy());
        Optional<Existing> before = jdbc.sql("select id, user_id as owner, state from youtube.channel"
                        + " where youtube_id = :youtube and state = 'removed' order by state_since desc limit 1"
                        + " for update")
                .param("youtube", youtubeId)
                .query(Existing.class)
                .optional();
        if (before.isPresent() && Objects.equals(before.get().owner(), consent.userId())) {
            return again(before.get().id(), begun, consent, title);
        }
        before.ifPresent(one -> takeOver(one.id(), begun));
        jdbc.sql(
                        "update youtube.channel set youtube_id = :youtube, title = :title, check_due_at = :check where id = :id")
                .param("youtube", youtubeId)
                .param("title", title, Types.VARCHAR)
                .param(
                        "check",
                        Timestamp.from(clock.instant().plus(pool.health().every())))
                .param("id", begun)
                .update();
        channels.connected(begun, consent.askedBy());
        return begun;
    }

    /** What YouTube and our people hold of a channel goes on whoever owns it. */
    private void takeOver(UUID before, UUID begun) {
        jdbc.sql("""
                        update youtube.channel c
                           set slots = b.slots, last_upload_at = b.last_upload_at, out_until = b.out_until,
                               out_reason = b.out_reason, uploads_per_day = least(c.uploads_per_day, b.uploads_per_day)
                          from youtube.channel b
                         where c.id = :begun and b.id = :before
                        """).param("begun", begun).param("before", before).update();
    }

    /** The same channel goes on with what it had: its uploads of the last day, its pauses, and what people have said. */
    private UUID again(UUID channel, UUID begun, Consent consent, String title) {
        tokens.move(begun, channel);
        abandon(begun);
        jdbc.sql("update youtube.channel set title = coalesce(:title, title), project = :project where id = :id")
                .param("title", title, Types.VARCHAR)
                .param("project", consent.project())
                .param("id", channel)
                .update();
        channels.connectedAgain(channel, consent.askedBy());
        LOG.info("channel {} was connected again", channel);
        return channel;
    }

    private Problem refused(UUID begun, HttpStatus status, String code, String detail) {
        abandon(begun);
        return new Problem(status, code, detail);
    }

    private void abandon(UUID begun) {
        jdbc.sql("delete from youtube.channel where id = :id and state = 'connecting'")
                .param("id", begun)
                .update();
    }

    /** YouTube could not be asked whose channel it is; the person begins anew. */
    public void failed(@Variable("channel") UUID begun, Exception cause) throws Exception {
        if (begun != null) {
            abandon(begun);
        }
        if (cause instanceof Problem) {
            throw cause;
        }
        Optional<YoutubeFailure> failure = YoutubeFailure.of(cause);
        throw failure.isPresent() ? problem(failure.get()) : cause;
    }

    private static Problem problem(YoutubeFailure failure) {
        return switch (failure.kind()) {
            case UNAVAILABLE, RATE_LIMITED ->
                Problem.retryLater("youtube_unavailable", "Google does not answer; connect again later", COME_AGAIN);
            case QUOTA_SPENT -> Problem.retryLater("quota_spent", "Today's quota is spent", COME_AGAIN);
            case ACCOUNT_GONE ->
                new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "no_channel", "This Google account has no channel to use");
            default ->
                new Problem(
                        HttpStatus.BAD_REQUEST,
                        "consent_refused",
                        "Google does not take this consent (" + failure.reason() + "); connect again");
        };
    }

    /** Gives a channel up: nothing is left of its tokens, and the consent ends. What it has uploaded stays at YouTube. */
    @Transactional
    void remove(UUID channel, String actor) {
        tokens.withdraw(channel);
        channels.become(
                channel, List.of("active", "unhealthy", "suspended", "revoked", "out"), "removed", "given up", actor);
        subscriptions.channelRemoved(channel, actor);
    }

    /** Takes away what people have begun and not ended. */
    int forget() {
        return jdbc.sql("delete from youtube.channel where state = 'connecting' and created_at < :old")
                .param("old", Timestamp.from(clock.instant().minus(FORGOTTEN)))
                .update();
    }
}
