package com.ytempire.hub.operations;

import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.operations.CheckList.Line;
import com.ytempire.hub.operations.CheckList.Result;
import com.ytempire.hub.platform.JobRun;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Runs the day's checks line by line, keeps what each found, and mails it once the last is done. */
@Component("checks")
class Checks {

    private static final Logger LOG = LoggerFactory.getLogger(Checks.class);
    private static final int LONGEST = 2000;

    private final Map<String, CheckList> lists = new LinkedHashMap<>();
    private final Outbox outbox;
    private final JdbcClient jdbc;
    private final Clock clock;

    Checks(List<CheckList> lists, Outbox outbox, JdbcClient jdbc, Clock clock) {
        lists.forEach(list -> this.lists.put(list.job(), list));
        this.outbox = outbox;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The numbers of a run's lines; one that was begun by a node that died is taken up where it was. */
    @Transactional
    public List<Integer> begin(@Variable("run") JobRun run) {
        jdbc.sql("insert into operations.check_run (job, business_date, begun_at) values (:job, :date, :now)"
                        + " on conflict do nothing")
                .param("job", run.job())
                .param("date", Date.valueOf(run.businessDate()))
                .param("now", Timestamp.from(clock.instant()))
                .update();
        List<Integer> done = jdbc.sql("select no from operations.check_line where run_id = :run")
                .param("run", id(run))
                .query(Integer.class)
                .list();
        return IntStream.range(0, lists.get(run.job()).lines().size())
                .filter(no -> !done.contains(no))
                .boxed()
                .toList();
    }

    private long id(JobRun run) {
        return jdbc.sql("select id from operations.check_run where job = :job and business_date = :date")
                .param("job", run.job())
                .param("date", Date.valueOf(run.businessDate()))
                .query(Long.class)
                .single();
    }

    /** Looks, and keeps what was found. One line's failure stops no other. */
    public void look(@Body int no, @Variable("run") JobRun run) {
        Line line = lists.get(run.job()).lines().get(no);
        long begun = System.nanoTime();
        Result result;
        try {
            result = line.look().apply(run.businessDate());
        } catch (RuntimeException e) {
            LOG.error("check {} of {} could not be made", line.name(), run.job(), e);
            result = Result.failed("could not be looked at: " + e.getClass().getSimpleName());
        }
        String evidence = result.evidence();
        jdbc.sql("""
                        insert into operations.check_line (run_id, no, name, outcome, evidence, millis)
                        values (:run, :no, :name, :outcome, :evidence, :millis) on conflict do nothing
                        """)
                .param("run", id(run))
                .param("no", no)
                .param("name", line.name())
                .param("outcome", result.outcome())
                .param("evidence", evidence.length() <= LONGEST ? evidence : evidence.substring(0, LONGEST))
                .param("millis", Duration.ofNanos(System.nanoTime() - begun).toMillis())
                .update();
    }

    /** @return one line for the operator, once the mail is written */
    @Transactional
    public String report(@Variable("run") JobRun run) {
        long id = id(run);
        jdbc.sql("update operations.check_run set ended_at = :now where id = :id")
                .param("now", Timestamp.from(clock.instant()))
                .param("id", id)
                .update();
        List<Found> lines = lines(id);
        String title = lists.get(run.job()).title() + " of " + run.businessDate();
        String summary = summary(lines);
        String text = lines.stream()
                .map(line -> line.outcome().toUpperCase(Locale.ROOT) + "  " + line.name() + "\n" + line.evidence())
                .collect(Collectors.joining("\n\n"));
        outbox.tell(new Notice(
                "check:" + run.job() + ":" + run.businessDate(),
                Notice.Audience.OPERATORS,
                title + ": " + summary,
                text,
                null));
        return summary;
    }

    private static String summary(List<Found> lines) {
        List<String> parts = new ArrayList<>();
        for (String outcome : List.of("failed", "warning")) {
            long number = lines.stream()
                    .filter(line -> line.outcome().equals(outcome))
                    .count();
            if (number > 0) {
                parts.add(number + " " + outcome);
            }
        }
        return parts.isEmpty() ? "all is well" : String.join(", ", parts);
    }

    /** @param outcome ok, warning, failed, skipped or told */
    record Found(String name, String outcome, String evidence) {}

    private List<Found> lines(long run) {
        return jdbc.sql("select name, outcome, evidence from operations.check_line where run_id = :run order by no")
                .param("run", run)
                .query(Found.class)
                .list();
    }

    /** @param endedAt null while it runs, or when its node died */
    record Run(String job, String title, LocalDate date, Instant begunAt, Instant endedAt, List<Found> lines) {}

    /** The last two of each of the day's checks, the newest first. */
    List<Run> latest() {
        return jdbc.sql("""
                        select id, job, business_date, begun_at, ended_at
                          from (select *, row_number() over (partition by job order by business_date desc) as n
                                  from operations.check_run) runs
                         where n <= 2 order by business_date desc, begun_at desc
                        """)
                .query((row, number) -> new Run(
                        row.getString("job"),
                        lists.containsKey(row.getString("job"))
                                ? lists.get(row.getString("job")).title()
                                : row.getString("job"),
                        row.getDate("business_date").toLocalDate(),
                        row.getTimestamp("begun_at").toInstant(),
                        row.getTimestamp("ended_at") == null
                                ? null
                                : row.getTimestamp("ended_at").toInstant(),
                        lines(row.getLong("id"))))
                .list();
    }
}
