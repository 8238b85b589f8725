package com.ytempire.hub.platform;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Dated jobs: each runs once for a business date on however many nodes, is caught up when its hour was missed, and is
 * taken up again when its node died in the middle. A route asks every few minutes whether a run is due.
 */
@Component("jobRuns")
public class JobRuns {

    private static final Logger LOG = LoggerFactory.getLogger(JobRuns.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final NodeId node;
    private final ZoneId zone;
    private final Duration lease;

    JobRuns(
            JdbcClient jdbc,
            Clock clock,
            NodeId node,
            @Value("${hub.zone}") ZoneId zone,
            @Value("${hub.jobs.lease}") Duration lease) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.node = node;
        this.zone = zone;
        this.lease = lease;
    }

    /**
     * Begins the run of the latest business date whose hour has come.
     *
     * @param at the hour, as {@code HH:mm} in {@code hub.zone}
     * @return the run, or null when it has been done or is under way
     */
    public JobRun begin(String job, String at) {
        return begin(job, at, zone);
    }

    /**
     * The same for a job whose day is another place's.
     *
     * @param at the hour, as {@code HH:mm} in that zone
     */
    public JobRun begin(String job, String at, ZoneId place) {
        LocalDate date = businessDate(LocalTime.parse(at), place);
        Optional<LocalDate> begun = jdbc.sql("""
                        insert into operations.job_run (job, business_date, state, node, lease_until, started_at)
                        values (:job, :date, 'running', :node, now() + make_interval(secs => :lease), :now)
                        on conflict (job, business_date) do update
                           set state = 'running', node = excluded.node, lease_until = excluded.lease_until,
                               started_at = excluded.started_at, result = null
                         where job_run.state = 'running' and job_run.lease_until < now()
                        returning business_date
                        """)
                .param("job", job)
                .param("date", Date.valueOf(date))
                .param("node", node.value())
                .param("lease", lease.toSeconds())
                .param("now", Timestamp.from(clock.instant()))
                .query(LocalDate.class)
                .optional();
        begun.ifPresent(day -> LOG.info("job {} of {} begins", job, day));
        return begun.map(day -> new JobRun(job, day)).orElse(null);
    }

    private LocalDate businessDate(LocalTime at, ZoneId place) {
        ZonedDateTime now = clock.instant().atZone(place);
        LocalDate today = now.toLocalDate();
        return now.isBefore(today.atTime(at).atZone(place)) ? today.minusDays(1) : today;
    }

    /**
     * A run that fails never comes here: it is begun again once its lease has ended.
     *
     * @param result one line for the operator: what the run did
     */
    public void done(JobRun run, String result) {
        jdbc.sql("update operations.job_run set state = 'done', result = :result, finished_at = :now"
                        + " where job = :job and business_date = :date and node = :node and state = 'running'")
                .param("result", result)
                .param("now", Timestamp.from(clock.instant()))
                .param("job", run.job())
                .param("date", Date.valueOf(run.businessDate()))
                .param("node", node.value())
                .update();
        LOG.info("job {} of {} done: {}", run.job(), run.businessDate(), result);
    }
}
