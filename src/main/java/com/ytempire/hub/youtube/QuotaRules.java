package com.ytempire.hub.youtube;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What calls cost and what there is, by date: Google changes both. Of several rules for the same the one with the latest
 * date that has come is in force; before the first date, the first.
 */
record QuotaRules(List<Cost> costs, List<Limit> limits) {

    /** The share that is touched only on an operator's word. */
    static final String EMERGENCY = "emergency";

    static final String ANALYTICS = "analytics";

    private static final int PERCENT = 100;

    /**
     * @param method as Google names it: {@code videos.insert}
     * @param use whose share of the bucket it takes
     */
    record Cost(String method, LocalDate from, String bucket, int units, String use) {

        Cost forUse(String other) {
            return new Cost(method, from, bucket, units, other);
        }
    }

    /**
     * @param project empty for all projects without a limit of their own
     * @param scope project or channel: who has that much
     * @param shares percent by use
     */
    record Limit(String bucket, String project, LocalDate from, String scope, int units, Map<String, Integer> shares) {

        /** Units that a use may take, rounded down, so that all shares together never exceed the bucket. */
        int share(String use) {
            return (int) ((long) units * shares.getOrDefault(use, 0) / PERCENT);
        }

        boolean isOfProject() {
            return scope.equals("project");
        }
    }

    /** @throws IllegalArgumentException for a rule that cannot be followed */
    QuotaRules {
        costs = List.copyOf(costs);
        limits = List.copyOf(limits);
        limits.forEach(QuotaRules::check);
        for (Limit limit : limits) {
            if (limits.stream()
                    .anyMatch(other -> other.bucket().equals(limit.bucket())
                            && !other.scope().equals(limit.scope())
                            && !limit.project().isEmpty())) {
                throw new IllegalArgumentException("Whose a bucket is, is the same for all projects");
            }
        }
        for (Cost cost : costs) {
            boolean known = limits.stream()
                    .anyMatch(limit -> limit.bucket().equals(cost.bucket())
                            && limit.shares().containsKey(cost.use()));
            if (!known || cost.units() < 0) {
                throw new IllegalArgumentException("The cost of " + cost.method() + " from " + cost.from()
                        + " names a bucket or a use that there is not, or less than nothing");
            }
        }
    }

    private static void check(Limit limit) {
        int sum = limit.shares().values().stream().mapToInt(Integer::intValue).sum();
        boolean negative = limit.shares().values().stream().anyMatch(share -> share < 0);
        if (limit.units() < 0 || negative || sum > PERCENT || !limit.scope().matches("project|channel")) {
            throw new IllegalArgumentException("The limit of bucket " + limit.bucket() + " from " + limit.from()
                    + " has shares of more than 100 percent, or its scope is neither project nor channel");
        }
    }

    static QuotaRules of(QuotaSettings settings) {
        List<Cost> costs = new ArrayList<>();
        settings.methods()
                .forEach((method, rules) -> rules.forEach(
                        rule -> costs.add(new Cost(method, rule.from(), rule.bucket(), rule.units(), rule.use()))));
        List<Limit> limits = new ArrayList<>();
        settings.buckets()
                .forEach((name, bucket) -> bucket.limits()
                        .forEach(limit -> limits.add(
                                new Limit(name, "", limit.from(), bucket.scope(), limit.units(), limit.shares()))));
        return new QuotaRules(costs, limits);
    }

    /** These and others, which come before one of these with the same date. */
    QuotaRules with(List<Cost> moreCosts, List<Limit> moreLimits) {
        List<Cost> allCosts = new ArrayList<>(costs);
        allCosts.removeIf(cost -> moreCosts.stream()
                .anyMatch(more ->
                        more.method().equals(cost.method()) && more.from().equals(cost.from())));
        allCosts.addAll(moreCosts);
        List<Limit> allLimits = new ArrayList<>(limits);
        allLimits.removeIf(limit -> moreLimits.stream()
                .anyMatch(more -> more.bucket().equals(limit.bucket())
                        && more.project().equals(limit.project())
                        && more.from().equals(limit.from())));
        allLimits.addAll(moreLimits);
        return new QuotaRules(allCosts, allLimits);
    }

    /** @throws IllegalArgumentException for a method without a rule */
    Cost cost(String method, LocalDate day) {
        return inForce(
                        costs.stream()
                                .filter(cost -> cost.method().equals(method))
                                .toList(),
                        Cost::from,
                        day)
                .orElseThrow(() -> new IllegalArgumentException("There is no rule what " + method + " costs"));
    }

    /** @param project whose limit; one of its own comes before that of all */
    Limit limit(String bucket, String project, LocalDate day) {
        List<Limit> own = limits.stream()
                .filter(limit -> limit.bucket().equals(bucket)
                        && limit.project().equals(project)
                        && !limit.from().isAfter(day))
                .toList();
        List<Limit> candidates = own.isEmpty()
                ? limits.stream()
                        .filter(limit ->
                                limit.bucket().equals(bucket) && limit.project().isEmpty())
                        .toList()
                : own;
        return inForce(candidates, Limit::from, day)
                .orElseThrow(() -> new IllegalArgumentException("There is no limit of bucket " + bucket));
    }

    private static <T> Optional<T> inForce(List<T> rules, Function<T, LocalDate> from, LocalDate day) {
        Optional<T> latest =
                rules.stream().filter(rule -> !from.apply(rule).isAfter(day)).max(Comparator.comparing(from));
        return latest.isPresent() ? latest : rules.stream().min(Comparator.comparing(from));
    }

    List<String> buckets() {
        return limits.stream().map(Limit::bucket).distinct().sorted().toList();
    }

    /** Projects with a limit of their own. */
    TreeSet<String> projects() {
        TreeSet<String> projects = new TreeSet<>();
        limits.forEach(limit -> projects.add(limit.project()));
        projects.remove("");
        return projects;
    }

    /** What every method costs on that day. */
    Map<String, Cost> costsOn(LocalDate day) {
        Map<String, Cost> all = new TreeMap<>();
        costs.forEach(cost -> all.computeIfAbsent(cost.method(), method -> cost(method, day)));
        return all;
    }
}
