package com.ytempire.hub.youtube;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.youtube.QuotaRules.Limit;
import com.ytempire.hub.youtube.QuotaState.BucketOf;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Quota as people see it, and their word about the emergency share. */
@Component
class QuotaReport {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Quota quota;
    private final QuotaRuleStore store;
    private final QuotaDays days;
    private final QuotaSettings settings;
    private final OauthProjects projects;

    QuotaReport(
            JdbcClient jdbc,
            Clock clock,
            Quota quota,
            QuotaRuleStore store,
            QuotaDays days,
            QuotaSettings settings,
            OauthProjects projects) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.quota = quota;
        this.store = store;
        this.days = days;
        this.settings = settings;
        this.projects = projects;
    }

    /**
     * @param day of quota, Pacific Time
     * @param resetsAt when all of it comes back
     */
    record Today(LocalDate day, Instant resetsAt, List<Bucket> buckets) {}

    /**
     * @param owner {@code project:…} or {@code channel:…}
     * @param taken units used or reserved
     * @param health healthy, warning or critical
     * @param spentAt when YouTube said that it is spent; null when it has not
     * @param emergencyBy who released the emergency share; null when nobody has
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Bucket(
            String owner,
            String bucket,
            int units,
            int taken,
            int left,
            int percent,
            String health,
            Instant spentAt,
            String spentBy,
            String emergencyBy,
            String emergencyReason,
            List<Use> uses) {}

    /** @param units what its share holds */
    record Use(String use, int percent, int units, int used, int reserved) {}

    private record Taken(String owner, String bucket, String use, int used, int reserved) {}

    private record Day(
            String owner, String bucket, Instant spentAt, String spentBy, String emergencyBy, String emergencyReason) {}

    Today today() {
        QuotaRules rules = store.rules();
        LocalDate day = days.today();
        QuotaState state = quota.state(day, rules.buckets());
        List<Taken> taken = jdbc.sql(
                        "select owner, bucket, use, used, reserved from youtube.quota_use where day = :day")
                .param("day", Date.valueOf(day))
                .query(Taken.class)
                .list();
        List<Day> told = jdbc.sql("select owner, bucket, spent_at, spent_by, emergency_by, emergency_reason"
                        + " from youtube.quota_day where day = :day")
                .param("day", Date.valueOf(day))
                .query(Day.class)
                .list();
        Set<BucketOf> all = new TreeSet<>();
        for (String bucket : rules.buckets()) {
            if (rules.limit(bucket, "", day).isOfProject()) {
                projects.names().forEach(project -> all.add(new BucketOf(QuotaState.PROJECT + project, bucket)));
            }
        }
        taken.forEach(row -> all.add(new BucketOf(row.owner(), row.bucket())));
        told.forEach(row -> all.add(new BucketOf(row.owner(), row.bucket())));
        return new Today(
                day,
                days.nextReset(),
                all.stream().map(bucket -> bucket(bucket, state, taken, told)).toList());
    }

    private Bucket bucket(BucketOf bucket, QuotaState state, List<Taken> taken, List<Day> told) {
        Limit limit = state.rules().limit(bucket.bucket(), project(bucket.owner()), state.day());
        Day day = told.stream()
                .filter(row ->
                        row.owner().equals(bucket.owner()) && row.bucket().equals(bucket.bucket()))
                .findFirst()
                .orElse(new Day(bucket.owner(), bucket.bucket(), null, null, null, null));
        int gone = state.taken(bucket);
        int percent = state.percent(bucket, limit);
        return new Bucket(
                bucket.owner(),
                bucket.bucket(),
                limit.units(),
                gone,
                day.spentAt() == null ? Math.max(0, limit.units() - gone) : 0,
                percent,
                settings.health(percent),
                day.spentAt(),
                day.spentBy(),
                day.emergencyBy(),
                day.emergencyReason(),
                limit.shares().keySet().stream()
                        .sorted()
                        .map(use -> use(bucket, use, limit, taken))
                        .toList());
    }

    private static Use use(BucketOf bucket, String use, Limit limit, List<Taken> taken) {
        List<Taken> of = taken.stream()
                .filter(row -> row.owner().equals(bucket.owner())
                        && row.bucket().equals(bucket.bucket())
                        && row.use().equals(use))
                .toList();
        return new Use(
                use,
                limit.shares().get(use),
                limit.share(use),
                of.stream().mapToInt(Taken::used).sum(),
                of.stream().mapToInt(Taken::reserved).sum());
    }

    private static String project(String owner) {
        return owner.startsWith(QuotaState.PROJECT) ? owner.substring(QuotaState.PROJECT.length()) : "";
    }

    /**
     * A day that is over.
     *
     * @param units the bucket's size on that day; null while the day is not closed
     * @param used with what was never settled
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Past(
            LocalDate day,
            String owner,
            String bucket,
            Integer units,
            int used,
            Instant spentAt,
            String spentBy,
            String emergencyBy,
            Instant closedAt) {}

    /** The newest day first. */
    Page<Past> history(String owner, String bucket, Paging paging) {
        String from = """
                  from youtube.quota_use u left join youtube.quota_day d using (day, owner, bucket)
                 where u.day < :today and (:owner::text is null or owner = :owner)
                   and (:bucket::text is null or bucket = :bucket)
                """;
        Date today = Date.valueOf(days.today());
        List<Past> page = jdbc.sql("select day, owner, bucket, d.most as units, sum(u.used + u.reserved) as used,"
                        + " d.spent_at, d.spent_by, d.emergency_by, d.closed_at " + from
                        + " group by day, owner, bucket, d.most, d.spent_at, d.spent_by, d.emergency_by, d.closed_at"
                        + " order by day desc, owner, bucket limit :most offset :from")
                .param("today", today)
                .param("owner", owner)
                .param("bucket", bucket)
                .param("most", paging.perPage())
                .param("from", paging.offset())
                .query(Past.class)
                .list();
        long total = jdbc.sql("select count(distinct (day, owner, bucket)) " + from)
                .param("today", today)
                .param("owner", owner)
                .param("bucket", bucket)
                .query(Long.class)
                .single();
        return new Page<>(page, total, paging);
    }

    /**
     * Lets the uses of a bucket go on with its emergency share, until the next reset.
     *
     * @throws Problem 422 for an owner or a bucket that has no quota
     */
    @Transactional
    Today release(String owner, String bucket, String reason, String operator) {
        QuotaRules rules = store.rules();
        if (!rules.buckets().contains(bucket)) {
            throw invalid("bucket", "Known buckets are " + rules.buckets());
        }
        String scope = rules.limit(bucket, "", days.today()).scope();
        if (owner == null || !owner.matches(scope + ":.{1,100}")) {
            throw invalid("owner", "This bucket belongs to " + scope + ":…");
        }
        jdbc.sql("""
                        insert into youtube.quota_day (owner, bucket, day, emergency_at, emergency_by, emergency_reason)
                        values (:owner, :bucket, :day, :now, :operator, :reason)
                        on conflict (day, owner, bucket) do update
                           set emergency_at = excluded.emergency_at, emergency_by = excluded.emergency_by,
                               emergency_reason = excluded.emergency_reason
                        """)
                .param("owner", owner)
                .param("bucket", bucket)
                .param("day", Date.valueOf(days.today()))
                .param("now", Timestamp.from(clock.instant()))
                .param("operator", operator)
                .param("reason", reason)
                .update();
        return today();
    }

    private static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }
}
