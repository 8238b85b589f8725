package com.ytempire.hub.youtube;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.youtube.QuotaRules.Cost;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What people may see of channels and do with them. */
@Component
class ChannelDesk {

    private static final int PLACES = 4;

    private final JdbcClient jdbc;
    private final YoutubeChannels channels;
    private final ChannelScores scores;
    private final Quota quota;
    private final Consents consents;
    private final OauthProjects projects;
    private final OauthSettings settings;
    private final Connections connections;
    private final ChannelTokens tokens;

    ChannelDesk(
            JdbcClient jdbc,
            YoutubeChannels channels,
            ChannelScores scores,
            Quota quota,
            Consents consents,
            OauthProjects projects,
            OauthSettings settings,
            Connections connections,
            ChannelTokens tokens) {
        this.jdbc = jdbc;
        this.channels = channels;
        this.scores = scores;
        this.quota = quota;
        this.consents = consents;
        this.projects = projects;
        this.settings = settings;
        this.connections = connections;
        this.tokens = tokens;
    }

    private static final String SEEN = """
            c.state not in ('connecting', 'removed') and (:all or c.user_id = :user)
            and (:state::text is null or c.state = :state) and (:id::uuid is null or c.id = :id)
            """;

    /** Operators see all of them, others theirs. */
    Page<ChannelView> list(Caller caller, String state, Paging paging) {
        Map<String, Object> parameters = parameters(caller, state, null);
        long total = jdbc.sql("select count(*) from youtube.channel c where " + SEEN)
                .param("all", caller.isOperator())
                .param("user", caller.userId(), Types.OTHER)
                .param("state", state, Types.VARCHAR)
                .param("id", null, Types.OTHER)
                .query(Long.class)
                .single();
        return new Page<>(views(parameters, paging), total, paging);
    }

    /** @throws Problem 404 also for somebody else's */
    ChannelView show(UUID id, Caller caller) {
        return views(parameters(caller, null, id), new Paging(1, 1)).stream()
                .findFirst()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such channel"));
    }

    private Map<String, Object> parameters(Caller caller, String state, UUID id) {
        List<Cost> costs = quota.costs(Quota.VIDEO);
        Map<String, Object> parameters = new LinkedHashMap<>(scores.parameters(quota.state(costs), costs));
        parameters.put("all", caller.isOperator());
        parameters.put("user", caller.userId());
        parameters.put("state", state);
        parameters.put("id", id);
        return parameters;
    }

    private List<ChannelView> views(Map<String, Object> parameters, Paging paging) {
        return jdbc.sql("select c.*, s.*, u.uploads as uploads_part, " + ChannelScores.SCORE
                        + " as score from youtube.channel c " + ChannelScores.JOINS + " where " + SEEN
                        + " order by c.created_at, c.id limit :most offset :from")
                .params(parameters)
                .param("most", paging.perPage())
                .param("from", paging.offset())
                .query(ChannelDesk::view)
                .list();
    }

    private static ChannelView view(ResultSet row, int number) throws SQLException {
        String state = row.getString("state");
        return new ChannelView(
                row.getObject("id", UUID.class),
                row.getObject("user_id", UUID.class),
                row.getString("project"),
                row.getString("youtube_id"),
                row.getString("title"),
                state,
                row.getString("reason"),
                instant(row.getTimestamp("state_since")),
                state.equals("revoked"),
                row.getBoolean("reserve"),
                decimal(row.getDouble("score")),
                new ChannelView.Parts(
                        decimal(row.getDouble("quota")),
                        decimal(row.getDouble("uploads_part")),
                        decimal(row.getDouble("successes")),
                        decimal(row.getDouble("rested"))),
                decimal(row.getDouble("successes")),
                row.getBoolean("fits"),
                row.getInt("uploads_per_day"),
                Math.max(0, row.getInt("uploads_per_day") - row.getInt("taken")),
                instant(row.getTimestamp("out_until")),
                instant(row.getTimestamp("last_upload_at")),
                instant(row.getTimestamp("checked_at")),
                instant(row.getTimestamp("created_at")));
    }

    private static BigDecimal decimal(double value) {
        return BigDecimal.valueOf(value).setScale(PLACES, RoundingMode.HALF_UP).stripTrailingZeros();
    }

    record Event(String state, String reason, String actor, Instant at) {}

    Page<Event> history(UUID id, Caller caller, Paging paging) {
        show(id, caller);
        List<Event> events = jdbc.sql("select state, reason, actor, at from youtube.channel_event"
                        + " where channel_id = :id order by id desc limit :most offset :from")
                .param("id", id)
                .param("most", paging.perPage())
                .param("from", paging.offset())
                .query(Event.class)
                .list();
        long total = jdbc.sql("select count(*) from youtube.channel_event where channel_id = :id")
                .param("id", id)
                .query(Long.class)
                .single();
        return new Page<>(events, total, paging);
    }

    /** @throws Problem 403 when the caller's plan allows no further channel */
    Consents.Link connect(ChannelController.Wanted wanted, Caller caller) {
        boolean fleet = wanted.fleet() == null ? caller.isOperator() : wanted.fleet();
        boolean ofOperators = fleet || wanted.reserve() != null || wanted.project() != null;
        if (ofOperators) {
            caller.mustBeOperator();
        }
        if (wanted.channelId() != null) {
            ChannelView channel = show(wanted.channelId(), caller);
            return consents.ask(new Consents.Asked(
                    channel.owner(),
                    channel.id(),
                    wanted.project() == null ? projects.known(channel.project()) : projects.known(wanted.project()),
                    channel.reserve(),
                    caller.name()));
        }
        UUID user = fleet ? null : caller.mustBeUser();
        if (user != null) {
            connections.mustBeAllowedOneMore(user);
        }
        return consents.ask(new Consents.Asked(
                user, null, projects.known(wanted.project()), Boolean.TRUE.equals(wanted.reserve()), caller.name()));
    }

    ResponseCookie cookie(Consents.Link link) {
        URI callback = URI.create(consents.callback());
        return ChannelController.cookie(
                cookieName(link.state()),
                link.browser().value(),
                callback.getPath(),
                "https".equals(callback.getScheme()),
                settings.linkLife());
    }

    /** Of its own for each link, so that several may be open in one browser. */
    static String cookieName(Token state) {
        return "youtube_consent_" + HexFormat.of().formatHex(state.hash(), 0, 6);
    }

    ChannelView takeOut(UUID id, String reason, Caller operator) {
        show(id, operator);
        channels.takeOut(id, reason, operator.name());
        return show(id, operator);
    }

    /** @throws Problem 409 {@code consent_needed} when its owner has to connect it again */
    ChannelView bringBack(UUID id, Caller operator) {
        show(id, operator);
        if (!tokens.areGood(id)) {
            channels.becomeRevoked(id, operator.name());
            throw new Problem(
                    HttpStatus.CONFLICT, "consent_needed", "Whoever owns the channel has to connect it again");
        }
        channels.bringBack(id, operator.name());
        return show(id, operator);
    }

    @Transactional
    ChannelView change(UUID id, Boolean reserve, Integer uploadsPerDay, Caller operator) {
        ChannelView before = show(id, operator);
        jdbc.sql("update youtube.channel set reserve = coalesce(:reserve, reserve),"
                        + " uploads_per_day = coalesce(:uploads, uploads_per_day) where id = :id")
                .param("reserve", reserve, Types.BOOLEAN)
                .param("uploads", uploadsPerDay, Types.INTEGER)
                .param("id", id)
                .update();
        ChannelView after = show(id, operator);
        channels.note(
                id,
                before.state(),
                "%s with %d uploads a day".formatted(after.reserve() ? "reserve" : "active", after.uploadsPerDay()),
                operator.name());
        return after;
    }

    ChannelView remove(UUID id, Caller caller) {
        ChannelView before = show(id, caller);
        connections.remove(id, caller.name());
        return before;
    }
}
