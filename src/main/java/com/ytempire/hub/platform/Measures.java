package com.ytempire.hub.platform;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts what was done, how often it failed and how long it took, by the minute and over all nodes. Counted in memory
 * and added to the database every few seconds: a crash loses those seconds of figures, and what is counted pays for no
 * statement. The same figures go to Micrometer as {@code hub.<name>}.
 */
@Component("measures")
public class Measures {

    /** Calls of vendors; the subject is the vendor. A failure is one that is not the caller's fault. */
    public static final String VENDOR = "vendor";

    /** Webhooks answered; the subject is the service. A failure is an answer of 500 and more. */
    public static final String INTAKE = "intake";

    /** Answers of provider chains; the subject is the chain. A failure is an answer that is less than was wanted. */
    public static final String ANSWER = "answer";

    /** Answers of provider chains that were made before; the subject is the chain. */
    public static final String CACHED = "cached";

    /** Upper ends of the buckets of durations, in milliseconds; one more has what took longer. */
    static final List<Long> BOUNDS = List.of(
            10L, 25L, 50L, 100L, 200L, 300L, 500L, 750L, 1_000L, 1_500L, 2_000L, 3_000L, 5_000L, 7_500L, 10_000L,
            15_000L, 30_000L);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final ObjectProvider<MeterRegistry> meters;
    private final TraceMarks traces; // null without tracing
    private final Map<Key, Sum> counted = new ConcurrentHashMap<>();
    private final Map<Timed, Timer> timers = new ConcurrentHashMap<>();

    Measures(JdbcClient jdbc, Clock clock, ObjectProvider<MeterRegistry> meters, ObjectProvider<TraceMarks> traces) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.meters = meters;
        this.traces = traces.getIfAvailable();
    }

    /**
     * Counts one; a vendor's call is a span as well, where there is tracing.
     *
     * @param name what kind of thing, a constant of this class or one more, lower case
     * @param subject of which; one of few
     */
    public void record(String name, String subject, Duration took, boolean failed) {
        Key key = new Key(name, subject, clock.instant().truncatedTo(ChronoUnit.MINUTES));
        counted.merge(key, Sum.of(took.toMillis(), failed), Sum::plus);
        Timer timer = timers.computeIfAbsent(new Timed(name, subject, failed), this::timer);
        if (timer != null) {
            timer.record(took);
        }
        if (traces != null && name.equals(VENDOR)) {
            traces.called(subject, took, failed);
        }
    }

    /** To find a timer in the registry takes longer than to record with it. Null without a registry. */
    private Timer timer(Timed timed) {
        MeterRegistry registry = meters.getIfAvailable();
        return registry == null
                ? null
                : Timer.builder("hub." + timed.name + ".calls")
                        .tag(timed.name, timed.subject)
                        .tag("outcome", timed.failed ? "failed" : "ok")
                        .serviceLevelObjectives(
                                Duration.ofMillis(500),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10))
                        .register(registry);
    }

    /** Adds what was counted since the last time; called every few seconds. */
    public void flush() {
        for (Key key : counted.keySet()) {
            Sum sum = counted.remove(key);
            if (sum == null) {
                continue; // another thread has it
            }
            jdbc.sql("""
                            insert into operations.measure as m (name, subject, minute, calls, errors, millis, buckets)
                            values (:name, :subject, :minute, :calls, :errors, :millis, :buckets)
                            on conflict (name, subject, minute) do update
                               set calls = m.calls + excluded.calls, errors = m.errors + excluded.errors,
                                   millis = m.millis + excluded.millis,
                                   buckets = (select array_agg(a + b order by n)
                                                from unnest(m.buckets, excluded.buckets) with ordinality as t(a, b, n))
                            """)
                    .param("name", key.name)
                    .param("subject", key.subject)
                    .param("minute", Timestamp.from(key.minute))
                    .param("calls", sum.calls)
                    .param("errors", sum.errors)
                    .param("millis", sum.millis)
                    .param("buckets", Arrays.stream(sum.buckets).boxed().toArray(Long[]::new))
                    .update();
        }
    }

    /** What was counted in a time, by subject; the minute that holds {@code from} counts as a whole. */
    public Map<String, Window> between(String name, Instant from, Instant to) {
        return jdbc
                .sql("""
                        select subject, sum(calls)::bigint as calls, sum(errors)::bigint as errors,
                               sum(millis)::bigint as millis,
                               (select array_agg(total order by n)
                                  from (select n, sum(each)::bigint as total
                                          from operations.measure i, unnest(i.buckets) with ordinality as b(each, n)
                                         where i.name = o.name and i.subject = o.subject and i.minute >= :from
                                           and i.minute < :to
                                         group by n) by_bucket) as buckets
                          from operations.measure o
                         where name = :name and minute >= :from and minute < :to group by name, subject
                        """)
                .param("name", name)
                .param("from", Timestamp.from(from.truncatedTo(ChronoUnit.MINUTES)))
                .param("to", Timestamp.from(to))
                .query((row, number) -> Map.entry(
                        row.getString("subject"),
                        new Window(
                                row.getLong("calls"),
                                row.getLong("errors"),
                                row.getLong("millis"),
                                Arrays.stream((Long[]) row.getArray("buckets").getArray())
                                        .mapToLong(Long::longValue)
                                        .toArray())))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * What was counted in one step of time.
     *
     * @param from when the step began
     */
    public record Point(Instant from, String subject, long calls, long errors) {}

    /**
     * What was counted in a time, step by step; steps without calls are left out.
     *
     * @param step minute, hour or day, in {@code zone}
     */
    public List<Point> series(String name, Instant from, Instant to, String step, ZoneId zone) {
        return jdbc.sql("""
                        select date_trunc(:step, minute, :zone) as "from", subject, sum(calls)::bigint as calls,
                               sum(errors)::bigint as errors
                          from operations.measure where name = :name and minute >= :start and minute < :end
                         group by 1, 2 order by 1, 2
                        """)
                .param("step", step)
                .param("zone", zone.getId())
                .param("name", name)
                .param("start", Timestamp.from(from.truncatedTo(ChronoUnit.MINUTES)))
                .param("end", Timestamp.from(to))
                .query(Point.class)
                .list();
    }

    /** What was counted in a time. */
    public static final class Window {

        private final long calls;
        private final long errors;
        private final long millis;
        private final long[] buckets;

        Window(long calls, long errors, long millis, long[] buckets) {
            this.calls = calls;
            this.errors = errors;
            this.millis = millis;
            this.buckets = buckets.clone();
        }

        public long calls() {
            return calls;
        }

        public long errors() {
            return errors;
        }

        /** Milliseconds; null without calls. */
        public Long average() {
            return calls == 0 ? null : millis / calls;
        }

        /** Errors by calls, 0 to 1; null without calls. */
        public Double errorRate() {
            return calls == 0 ? null : (double) errors / calls;
        }

        /**
         * The time in which this share of the calls was done, in milliseconds, read from buckets and therefore never
         * less than it was; null without calls.
         *
         * @param share 0.95 for the 95th percentile
         */
        public Long within(double share) {
            long wanted = (long) Math.ceil(calls * share);
            long seen = 0;
            for (int i = 0; i < buckets.length && calls > 0; i++) {
                seen += buckets[i];
                if (seen >= wanted) {
                    return i < BOUNDS.size() ? BOUNDS.get(i) : 2 * BOUNDS.get(BOUNDS.size() - 1);
                }
            }
            return null;
        }
    }

    private record Key(String name, String subject, Instant minute) {}

    private record Timed(String name, String subject, boolean failed) {}

    private record Sum(long calls, long errors, long millis, long[] buckets) {

        static Sum of(long millis, boolean failed) {
            long[] buckets = new long[BOUNDS.size() + 1];
            int bucket = 0;
            while (bucket < BOUNDS.size() && millis > BOUNDS.get(bucket)) {
                bucket++;
            }
            buckets[bucket] = 1;
            return new Sum(1, failed ? 1 : 0, millis, buckets);
        }

        Sum plus(Sum other) {
            long[] sums = buckets.clone();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += other.buckets[i];
            }
            return new Sum(calls + other.calls, errors + other.errors, millis + other.millis, sums);
        }
    }
}
