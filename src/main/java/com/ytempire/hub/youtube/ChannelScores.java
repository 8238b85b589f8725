package com.ytempire.hub.youtube;

import com.ytempire.hub.youtube.QuotaRules.Cost;
import com.ytempire.hub.youtube.QuotaState.Room;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * How good a channel is for the next upload, 0 to 100, computed by the database over all of them at once: the quota that
 * is left, the uploads that are left, its calls without errors, and how long it has rested, each weighed.
 */
@Component
class ChannelScores {

    /**
     * What a score is made of, each 0 to 1, as {@code s} beside {@code c}. The array of slots rises, so one binary search
     * tells how many are young enough to count.
     */
    static final String JOINS = """
            left join unnest(:projects::text[], :projectsFit::boolean[], :projectsLeft::float8[])
                   as p (project, fits, rest) on p.project = c.project
            left join unnest(:channels::uuid[], :channelsFit::boolean[], :channelsLeft::float8[])
                   as o (channel, fits, rest) on o.channel = c.id
            cross join lateral (
                select cardinality(c.slots) - width_bucket(:since::timestamptz, c.slots) as taken,
                       coalesce(p.fits, :projectFits) and coalesce(o.fits, :channelFits) as fits,
                       least(coalesce(p.rest, :projectLeft), coalesce(o.rest, :channelLeft)) as quota,
                       1 - bit_count(c.failures::bit(32))::float8 / :window as successes,
                       case when c.last_upload_at is null then 1.0::float8
                            else greatest(0, least(1, date_part('epoch', :now::timestamptz - c.last_upload_at)
                                                      / :rested)) end as rested
            ) s
            cross join lateral (
                select case when c.uploads_per_day = 0 then 0.0::float8
                            else greatest(0, c.uploads_per_day - s.taken)::float8 / c.uploads_per_day end as uploads
            ) u
            """;

    static final String SCORE = """
            (:quotaWeight * s.quota + :uploadsWeight * u.uploads + :errorsWeight * s.successes
             + :restWeight * s.rested) * case when c.reserve then :reserveFactor::float8 else 1 end
            """;

    private final PoolSettings settings;
    private final Clock clock;

    ChannelScores(PoolSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** @param costs what an upload needs */
    Map<String, Object> parameters(QuotaState state, List<Cost> costs) {
        Room project = state.roomOf(QuotaState.PROJECT, costs);
        Room channel = state.roomOf(QuotaState.CHANNEL, costs);
        Instant now = clock.instant();
        PoolSettings.Score score = settings.score();
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(parameters, "projects", QuotaState.PROJECT, state, costs);
        put(parameters, "channels", QuotaState.CHANNEL, state, costs);
        parameters.put("projectFits", project.fits());
        parameters.put("projectLeft", project.left());
        parameters.put("channelFits", channel.fits());
        parameters.put("channelLeft", channel.left());
        parameters.put("now", Timestamp.from(now));
        parameters.put("since", Timestamp.from(now.minus(settings.slot())));
        parameters.put("window", settings.health().window());
        parameters.put("rested", (double) score.rested().toSeconds());
        parameters.put("quotaWeight", score.quota());
        parameters.put("uploadsWeight", score.uploads());
        parameters.put("errorsWeight", score.errors());
        parameters.put("restWeight", score.rest());
        parameters.put("reserveFactor", score.reserve());
        return parameters;
    }

    /** The owners of that kind by their names, and what is left to each. */
    private static void put(
            Map<String, Object> parameters, String name, String kind, QuotaState state, List<Cost> costs) {
        List<String> owners =
                state.owners().stream().filter(owner -> owner.startsWith(kind)).toList();
        List<Room> rooms =
                owners.stream().map(owner -> state.roomOf(owner, costs)).toList();
        parameters.put(
                name,
                owners.stream().map(owner -> owner.substring(kind.length())).toArray(String[]::new));
        parameters.put(
                name + "Fit",
                rooms.stream().map(room -> String.valueOf(room.fits())).toArray(String[]::new));
        parameters.put(
                name + "Left",
                rooms.stream().map(room -> String.valueOf(room.left())).toArray(String[]::new));
    }
}
