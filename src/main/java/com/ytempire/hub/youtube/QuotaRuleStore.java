package com.ytempire.hub.youtube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.youtube.QuotaRules.Cost;
import com.ytempire.hub.youtube.QuotaRules.Limit;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rules in force: those of the settings, and those an operator has added. Other nodes follow within a second. */
@Component
class QuotaRuleStore {

    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final QuotaRules usual;
    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;
    private volatile Read read;

    QuotaRuleStore(QuotaSettings settings, JdbcClient jdbc, ObjectMapper json, Clock clock) {
        this.usual = QuotaRules.of(settings);
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    private record Read(QuotaRules rules, long at) {}

    QuotaRules rules() {
        Read last = read;
        if (last == null || System.nanoTime() - last.at() > FRESH) {
            long now = System.nanoTime();
            last = new Read(usual.with(costs(), limits()), now);
            read = last;
        }
        return last.rules();
    }

    private List<Cost> costs() {
        return jdbc.sql("select method, valid_from, bucket, units, use from youtube.quota_cost")
                .query((row, number) -> new Cost(
                        row.getString("method"),
                        row.getObject("valid_from", LocalDate.class),
                        row.getString("bucket"),
                        row.getInt("units"),
                        row.getString("use")))
                .list();
    }

    private List<Limit> limits() {
        return jdbc.sql("select bucket, project, valid_from, scope, units, shares::text from youtube.quota_limit")
                .query((row, number) -> new Limit(
                        row.getString("bucket"),
                        row.getString("project"),
                        row.getObject("valid_from", LocalDate.class),
                        row.getString("scope"),
                        row.getInt("units"),
                        shares(row.getString("shares"))))
                .list();
    }

    private Map<String, Integer> shares(String text) {
        try {
            return json.readValue(text, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the shares of a limit cannot be read", e);
        }
    }

    /** @throws Problem 422 when it names a bucket or a use that there is not */
    void add(Cost cost, String operator) {
        check(List.of(cost), List.of());
        jdbc.sql("""
                        insert into youtube.quota_cost (method, valid_from, bucket, units, use, changed_by, changed_at)
                        values (:method, :from, :bucket, :units, :use, :operator, :now)
                        on conflict (method, valid_from) do update
                           set bucket = excluded.bucket, units = excluded.units, use = excluded.use,
                               changed_by = excluded.changed_by, changed_at = excluded.changed_at
                        """)
                .param("method", cost.method())
                .param("from", Date.valueOf(cost.from()))
                .param("bucket", cost.bucket())
                .param("units", cost.units())
                .param("use", cost.use())
                .param("operator", operator)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        read = null;
    }

    /** @throws Problem 422 when its shares are more than the whole */
    void add(Limit limit, String operator) {
        check(List.of(), List.of(limit));
        jdbc.sql("""
                        insert into youtube.quota_limit (bucket, project, valid_from, scope, units, shares, changed_by,
                                                         changed_at)
                        values (:bucket, :project, :from, :scope, :units, :shares::jsonb, :operator, :now)
                        on conflict (bucket, project, valid_from) do update
                           set scope = excluded.scope, units = excluded.units, shares = excluded.shares,
                               changed_by = excluded.changed_by, changed_at = excluded.changed_at
                        """)
                .param("bucket", limit.bucket())
                .param("project", limit.project())
                .param("from", Date.valueOf(limit.from()))
                .param("scope", limit.scope())
                .param("units", limit.units())
                .param("shares", Json.text(json, limit.shares()))
                .param("operator", operator)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        read = null;
    }

    private void check(List<Cost> costs, List<Limit> limits) {
        try {
            rules().with(costs, limits);
        } catch (IllegalArgumentException e) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", e.getMessage());
        }
    }
}
