package com.ytempire.hub.sandbox;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Units spent by each cloud project, bucket by bucket, from midnight to midnight Pacific time. */
final class YoutubeQuota {

    /** What a bucket gives a day when no audit has raised it. */
    enum Bucket {
        UPLOADS(100),
        SEARCH(100),
        GENERAL(10_000);

        private final int usual;

        Bucket(int usual) {
            this.usual = usual;
        }
    }

    private record Key(String project, Bucket bucket) {}

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    private final Clock clock;
    private final Map<Key, Integer> used = new HashMap<>();
    private final Map<Key, Integer> limits = new HashMap<>();
    private LocalDate day;

    YoutubeQuota(Clock clock) {
        this.clock = clock;
    }

    /** @throws YoutubeError when it is more than is left, which then stays */
    synchronized void spend(String project, Bucket bucket, int units) {
        turn();
        Key key = new Key(project, bucket);
        int sum = used.getOrDefault(key, 0) + units;
        if (sum > limit(key)) {
            throw YoutubeError.quota();
        }
        used.put(key, sum);
    }

    private void turn() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), PACIFIC);
        if (!today.equals(day)) {
            used.clear();
            day = today;
        }
    }

    private int limit(Key key) {
        return limits.getOrDefault(key, key.bucket().usual);
    }

    synchronized int used(String project, Bucket bucket) {
        turn();
        return used.getOrDefault(new Key(project, bucket), 0);
    }

    synchronized void limit(String project, Bucket bucket, int limit) {
        limits.put(new Key(project, bucket), limit);
    }

    /** Nothing spent, and the usual limits. */
    synchronized void reset() {
        used.clear();
        limits.clear();
    }

    /** By project and bucket, like {@code {"1": {"uploads": "3 of 100"}}}. */
    synchronized Map<String, Map<String, String>> state() {
        turn();
        Map<String, Map<String, String>> state = new TreeMap<>();
        used.forEach((key, units) -> state.computeIfAbsent(key.project(), project -> new TreeMap<>())
                .put(key.bucket().name().toLowerCase(Locale.ROOT), units + " of " + limit(key)));
        return state;
    }
}
