package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Dated jobs, on two nodes with a clock of their own. */
class JobRunsIT extends HubIT {

    private final String job = unique("job");

    private JobRuns node(String name, String time) {
        return new JobRuns(
                jdbc,
                Clock.fixed(Instant.parse(time), ZoneOffset.UTC),
                new NodeId(name),
                ZoneId.of("UTC"),
                Duration.ofMinutes(30));
    }

    @Test
    void runsOnceForADateOnHoweverManyNodes() {
        JobRun run = node("a", "2026-11-21T03:20:00Z").begin(job, "03:15");
        assertThat(run.businessDate()).isEqualTo(LocalDate.of(2026, 11, 21));
        assertThat(node("b", "2026-11-21T03:20:00Z").begin(job, "03:15")).isNull();
        node("a", "2026-11-21T03:21:00Z").done(run, "well");
        assertThat(node("b", "2026-11-21T23:59:00Z").begin(job, "03:15")).isNull();
        assertThat(node("b", "2026-11-22T03:15:00Z").begin(job, "03:15").businessDate())
                .isEqualTo(LocalDate.of(2026, 11, 22));
    }

    @Test
    void catchesUpTheLatestDateThatWasMissed() {
        assertThat(node("a", "2026-11-21T02:00:00Z").begin(job, "03:15").businessDate())
                .as("before its hour, yesterday's is the latest")
                .isEqualTo(LocalDate.of(2026, 11, 20));
    }

    @Test
    void isTakenUpWhenItsNodeDied() {
        assertThat(node("a", "2026-11-21T04:00:00Z").begin(job, "03:15")).isNotNull();
        jdbc.sql("update operations.job_run set lease_until = now() - interval '1 second' where job = :job")
                .param("job", job)
                .update();
        assertThat(node("b", "2026-11-21T04:00:00Z").begin(job, "03:15")).isNotNull();
    }
}
