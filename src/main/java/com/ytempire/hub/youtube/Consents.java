package com.ytempire.hub.youtube;

import com.ytempire.hub.camel.youtube.YoutubeOauth;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.PublicAddress;
import com.ytempire.hub.platform.Vault;
import java.security.MessageDigest;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Links by which a person allows the hub to publish on his channel. The callback is open to everybody, so all trust lies
 * in the state it brings back: nobody can guess it, it is good once, for a short time, for the one it was made for, and in
 * the browser that asked for it (RFC 6749, 10.12); the code is bound to it by PKCE (RFC 7636).
 */
@Component
class Consents {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Vault vault;
    private final PublicAddress address;
    private final OauthSettings settings;
    private final OauthProjects projects;
    private final YoutubeOauth oauth;

    Consents(
            JdbcClient jdbc,
            Clock clock,
            Vault vault,
            PublicAddress address,
            OauthSettings settings,
            OauthProjects projects,
            YoutubeOauth oauth) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.vault = vault;
        this.address = address;
        this.settings = settings;
        this.projects = projects;
        this.oauth = oauth;
    }

    /**
     * What is asked for.
     *
     * @param userId who gets the channel; null: the fleet
     * @param channelId which is to be connected again; null: a new one
     */
    record Asked(UUID userId, UUID channelId, String project, boolean reserve, String actor) {}

    /**
     * A link to Google's page.
     *
     * @param browser for a cookie of the browser that opens it
     */
    record Link(String url, Instant expiresAt, Token state, Token browser) {

        @Override
        public String toString() {
            return "link until " + expiresAt;
        }
    }

    /** Where Google sends people back to; as it is registered there. */
    String callback() {
        return address.of(settings.callbackPath());
    }

    /** @throws Problem 503 {@code not_configured} when the project's client is unknown */
    @Transactional
    Link ask(Asked asked) {
        Token state = Token.random();
        Token verifier = Token.random();
        Token browser = Token.random();
        Instant now = clock.instant();
        Instant expires = now.plus(settings.linkLife());
        jdbc.sql("delete from youtube.consent where expires_at < :old")
                .param("old", Timestamp.from(now.minus(settings.linkLife())))
                .update();
        jdbc.sql("""
                        insert into youtube.consent (state_hash, browser_hash, user_id, channel_id, project, reserve,
                                                     verifier_sealed, asked_by, asked_at, expires_at)
                        values (:state, :browser, :user, :channel, :project, :reserve, :verifier, :actor, :now,
                                :expires)
                        """)
                .param("state", state.hash())
                .param("browser", browser.hash())
                .param("user", asked.userId())
                .param("channel", asked.channelId())
                .param("project", asked.project())
                .param("reserve", asked.reserve())
                .param("verifier", vault.seal(context(state), verifier.value()))
                .param("actor", asked.actor())
                .param("now", Timestamp.from(now))
                .param("expires", Timestamp.from(expires))
                .update();
        String url = oauth.consentAddress(
                projects.client(asked.project()),
                callback(),
                settings.scopes(),
                state.value(),
                challenge(verifier.value()));
        return new Link(url, expires, state, browser);
    }

    /** RFC 7636, method S256. */
    static String challenge(String verifier) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(DigestUtils.sha256(verifier));
    }

    private static String context(Token state) {
        return context(HexFormat.of().formatHex(state.hash()));
    }

    static String context(String stateHash) {
        return "youtube.consent/" + stateHash;
    }

    /**
     * Takes a state that came back; it is used up whatever follows.
     *
     * @param browser the cookie of the browser that brought it; null when it has none
     * @throws Problem 400 {@code invalid_state}, without telling why: unknown, used, too old or another browser's
     */
    @Transactional(noRollbackFor = Problem.class)
    Consent use(Token state, Token browser) {
        Instant now = clock.instant();
        return jdbc
                .sql("""
                        update youtube.consent set used_at = :now
                         where state_hash = :state and used_at is null and expires_at > :now
                        returning user_id, channel_id, project, reserve, verifier_sealed, asked_by, browser_hash
                        """)
                .param("state", state.hash())
                .param("now", Timestamp.from(now))
                .query((row, number) -> MessageDigest.isEqual(
                                        row.getBytes("browser_hash"), browser == null ? new byte[0] : browser.hash())
                                || !settings.sameBrowser()
                        ? new Consent(
                                row.getObject("user_id", UUID.class),
                                row.getObject("channel_id", UUID.class),
                                row.getString("project"),
                                row.getBoolean("reserve"),
                                vault.open(context(state), row.getString("verifier_sealed")),
                                row.getString("asked_by"))
                        : null)
                .stream()
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new Problem(
                        HttpStatus.BAD_REQUEST,
                        "invalid_state",
                        "This link is not good any more, or was not asked for in this browser; ask for another"));
    }
}
