package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.JobRun;
import com.ytempire.hub.youtube.QuotaRules.Limit;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Midnight Pacific: every day that is over and not closed is closed, however many were missed. The quota itself needs
 * nobody to come back, since each day has sums of its own.
 */
@Component("quotaReset")
public class QuotaReset {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final QuotaRuleStore store;
    private final QuotaSettings settings;
    private final Connections connections;

    QuotaReset(JdbcClient jdbc, Clock clock, QuotaRuleStore store, QuotaSettings settings, Connections connections) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.store = store;
        this.settings = settings;
        this.connections = connections;
    }

    private record Open(String owner, String bucket, LocalDate day) {}

    /** @return one line for the operator */
    @Transactional
    public String close(JobRun run) {
        List<Open> open = jdbc.sql("""
                        select distinct u.owner, u.bucket, u.day from youtube.quota_use u
                          left join youtube.quota_day d using (day, owner, bucket)
                         where u.day < :today and d.closed_at is null
                         order by u.day, u.owner, u.bucket
                        """)
                .param("today", Date.valueOf(run.businessDate()))
                .query(Open.class)
                .list();
        open.forEach(this::close);
        int entries = jdbc.sql("delete from youtube.quota_entry where day < :old")
                .param("old", Date.valueOf(run.businessDate().minusDays(settings.keepDays())))
                .update();
        long days = open.stream().map(Open::day).distinct().count();
        return "%d buckets of %d days closed, %d old entries gone, %d connections given up"
                .formatted(open.size(), days, entries, connections.forget());
    }

    private void close(Open bucket) {
        String project = bucket.owner().startsWith(QuotaState.PROJECT)
                ? bucket.owner().substring(QuotaState.PROJECT.length())
                : "";
        Limit limit = store.rules().limit(bucket.bucket(), project, bucket.day());
        jdbc.sql("""
                        insert into youtube.quota_day (owner, bucket, day, closed_at, most)
                        values (:owner, :bucket, :day, :now, :most)
                        on conflict (day, owner, bucket) do update
                           set closed_at = excluded.closed_at, most = excluded.most
                        """)
                .param("owner", bucket.owner())
                .param("bucket", bucket.bucket())
                .param("day", Date.valueOf(bucket.day()))
                .param("now", Timestamp.from(clock.instant()))
                .param("most", limit.units())
                .update();
    }
}
