package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.Causes;
import com.ytempire.hub.platform.PublicAddress;
import com.ytempire.hub.platform.Vault;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What has to be asked of the WebSub hub, and when. A claim puts the next try off before anything is sent, so that two
 * nodes never send the same and a crash costs one back-off. Only the hub's verification ends the tries.
 */
@Component("hubRequests")
public class HubRequests {

    private static final Logger LOG = LoggerFactory.getLogger(HubRequests.class);

    /** Unsubscribing from what was never verified is not worth more. */
    private static final int MOST_TRIES_TO_END = 5;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Vault vault;
    private final PublicAddress address;
    private final YoutubeSettings settings;

    HubRequests(JdbcClient jdbc, Clock clock, Vault vault, PublicAddress address, YoutubeSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.vault = vault;
        this.address = address;
        this.settings = settings;
    }

    /** The requests that are due, for this node alone. */
    public List<HubRequest> claim() {
        Timestamp now = Timestamp.from(clock.instant());
        endWhatTheHubForgot(now);
        return jdbc.sql("""
                        with due as (
                            select id from youtube.subscription
                             where due_at <= :now and state in ('requested', 'verified', 'denied', 'ending')
                             order by due_at limit :batch for update skip locked
                        )
                        update youtube.subscription s
                           set state = case when s.state = 'denied' then 'requested'
                                            when s.state = 'verified' and s.lease_until <= :now then 'requested'
                                            else s.state end,
                               due_at = :now::timestamptz + make_interval(secs =>
                                            least(:again * power(2, least(s.tries, 20)), :longest)),
                               tries = s.tries + 1, asked_at = :now
                          from due where s.id = due.id
                        returning s.id, s.channel_id, s.state, s.topic, s.token_hash, s.token_sealed, s.secret_sealed
                        """)
                .param("now", now)
                .param("batch", settings.ask().batch())
                .param("again", (double) settings.ask().again().toSeconds())
                .param("longest", (double) settings.ask().longest().toSeconds())
                .query(this::request)
                .list();
    }

    private void endWhatTheHubForgot(Timestamp now) {
        jdbc.sql("""
                        update youtube.subscription
                           set state = 'ended', ended_at = :now, due_at = null, token_sealed = null,
                               secret_sealed = null
                         where state = 'ending' and due_at <= :now
                           and (lease_until <= :now or lease_until is null and tries >= :most)
                        """).param("now", now).param("most", MOST_TRIES_TO_END).update();
    }

    private HubRequest request(ResultSet row, int number) throws SQLException {
        byte[] hash = row.getBytes("token_hash");
        return new HubRequest(
                row.getLong("id"),
                row.getString("channel_id"),
                row.getString("state").equals("ending") ? "unsubscribe" : "subscribe",
                row.getString("topic"),
                address.of(Token.PATH + vault.open(Token.context(hash, "token"), row.getString("token_sealed"))),
                vault.open(Token.context(hash, "secret"), row.getString("secret_sealed")),
                settings.lease().toSeconds());
    }

    /** The hub took the request and will verify it. */
    public void taken(HubRequest request) {
        note(request, null);
    }

    /** The hub did not take it; it is asked again when the back-off is over. */
    public void failed(HubRequest request, Exception failure) {
        String error = describe(failure);
        note(request, error);
        LOG.warn("the WebSub hub did not take {} (subscription {}): {}", request, request.subscriptionId(), error);
    }

    private void note(HubRequest request, String error) {
        jdbc.sql("update youtube.subscription set error = :error where id = :id")
                .param("error", error)
                .param("id", request.subscriptionId())
                .update();
    }

    /** Status or type alone: messages repeat addresses, and what the other side wrote. */
    static String describe(Exception failure) {
        return Causes.find(failure, HttpOperationFailedException.class)
                .map(http -> "HTTP " + http.getStatusCode())
                .orElseGet(() -> failure.getClass().getSimpleName());
    }
}
