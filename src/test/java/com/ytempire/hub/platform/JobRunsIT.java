package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
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

    @Test
    void midnightOfAnotherPlaceComesOnceAlsoOnDaysOnWhichItsClocksChange() {
        ZoneId pacific = ZoneId.of("America/Los_Angeles");
        for (String midnight : List.of(
                "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z", "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z")) {
            LocalDate day = LocalDate.ofInstant(Instant.parse(midnight), pacific);
            String before = Instant.parse(midnight).minusSeconds(1).toString();
            JobRun late = node("c", before).begin(job, "00:00", pacific);
            assertThat(late == null || late.businessDate().equals(day.minusDays(1)))
                    .as("a second before %s", midnight)
                    .isTrue();

            List<JobRun> begun = Stream.of("a", "b")
                    .map(name -> CompletableFuture.supplyAsync(
                            () -> node(name, midnight).begin(job, "00:00", pacific)))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .filter(Objects::nonNull)
                    .toList();

            assertThat(begun)
                    .singleElement()
                    .satisfies(run -> assertThat(run.businessDate()).isEqualTo(day));
        }
    }
}
