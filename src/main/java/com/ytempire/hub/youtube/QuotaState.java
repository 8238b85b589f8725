package com.ytempire.hub.youtube;

import com.ytempire.hub.youtube.QuotaRules.Cost;
import com.ytempire.hub.youtube.QuotaRules.Limit;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/**
 * What is left of the quota of a day, as it was read.
 *
 * @param taken units used and reserved, by share
 * @param spent buckets of which YouTube has said that they are spent
 * @param released buckets whose emergency share an operator has released
 * @param analyticsStop percent of a bucket from which analytics get nothing more of it
 */
record QuotaState(
        QuotaRules rules,
        LocalDate day,
        Map<Share, Integer> taken,
        Set<BucketOf> spent,
        Set<BucketOf> released,
        int analyticsStop) {

    static final String PROJECT = "project:";
    static final String CHANNEL = "channel:";

    private static final int PERCENT = 100;

    /** @param owner whose quota: {@code project:…} or {@code channel:…} */
    record BucketOf(String owner, String bucket) implements Comparable<BucketOf> {
        @Override
        public int compareTo(BucketOf other) {
            int byOwner = owner.compareTo(other.owner);
            return byOwner != 0 ? byOwner : bucket.compareTo(other.bucket);
        }
    }

    /** A use's part of a bucket. */
    record Share(String owner, String bucket, String use) implements Comparable<Share> {

        private static final Comparator<Share> ORDER =
                Comparator.comparing(Share::owner).thenComparing(Share::bucket).thenComparing(Share::use);

        /** The order in which shares are locked. */
        @Override
        public int compareTo(Share other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * One call and the share it is taken from.
     *
     * @param most what the share holds in all
     */
    record Part(String method, Share share, int units, int most) {}

    /**
     * Whether something fits.
     *
     * @param left the least part that is left of any share it needs, 0 to 1
     * @param parts where it would be taken from; empty when it does not fit
     */
    record Room(boolean fits, double left, List<Part> parts) {}

    /** The same once these are taken as well. */
    QuotaState with(List<Part> parts) {
        Map<Share, Integer> more = new HashMap<>(taken);
        parts.forEach(part -> more.merge(part.share(), part.units(), Integer::sum));
        return new QuotaState(rules, day, more, spent, released, analyticsStop);
    }

    /** Those who have taken anything today, and projects with limits of their own. */
    Set<String> owners() {
        Set<String> owners = new TreeSet<>();
        taken.keySet().forEach(share -> owners.add(share.owner()));
        spent.forEach(bucket -> owners.add(bucket.owner()));
        rules.projects().forEach(project -> owners.add(PROJECT + project));
        return owners;
    }

    /** Room in the quota of that owner alone, for those of the calls that count there. */
    Room roomOf(String owner, List<Cost> costs) {
        boolean project = owner.startsWith(PROJECT);
        String name = project ? owner.substring(PROJECT.length()) : "";
        List<Cost> counted = costs.stream()
                .filter(cost -> rules.limit(cost.bucket(), name, day).isOfProject() == project)
                .toList();
        return room(counted, cost -> owner, name);
    }

    String owner(Limit limit, String project, UUID channel) {
        return limit.isOfProject() ? PROJECT + project : CHANNEL + channel;
    }

    /** Room for calls of one channel that are made all or not at all. */
    Room room(String project, UUID channel, List<Cost> costs) {
        return room(costs, cost -> owner(rules.limit(cost.bucket(), project, day), project, channel), project);
    }

    private Room room(List<Cost> costs, Function<Cost, String> owner, String project) {
        Map<BucketOf, List<Cost>> byBucket = new TreeMap<>();
        costs.forEach(cost -> byBucket.computeIfAbsent(
                        new BucketOf(owner.apply(cost), cost.bucket()), key -> new ArrayList<>())
                .add(cost));
        List<Part> parts = new ArrayList<>();
        boolean fits = true;
        double left = 1;
        for (Map.Entry<BucketOf, List<Cost>> bucket : byBucket.entrySet()) {
            Room room = room(bucket.getKey(), rules.limit(bucket.getKey().bucket(), project, day), bucket.getValue());
            fits &= room.fits();
            left = Math.min(left, room.left());
            parts.addAll(room.parts());
        }
        return new Room(fits, left, fits ? List.copyOf(parts) : List.of());
    }

    private Room room(BucketOf bucket, Limit limit, List<Cost> costs) {
        boolean emergency = released.contains(bucket);
        boolean fits = !spent.contains(bucket);
        double left = fits ? 1 : 0;
        List<Part> parts = new ArrayList<>();
        int extra = limit.share(QuotaRules.EMERGENCY) - taken(bucket, QuotaRules.EMERGENCY);
        for (String use : new TreeSet<>(costs.stream().map(Cost::use).toList())) {
            List<Cost> ofUse =
                    costs.stream().filter(cost -> cost.use().equals(use)).toList();
            int needed = ofUse.stream().mapToInt(Cost::units).sum();
            int most = limit.share(use);
            int free = most - taken(bucket, use);
            boolean stopped = use.equals(QuotaRules.ANALYTICS) && percent(bucket, limit) >= analyticsStop;
            String from = use;
            if (emergency && !stopped && needed > free && needed <= extra) {
                from = QuotaRules.EMERGENCY;
                extra -= needed;
            } else if (stopped || needed > free) {
                fits = false;
            }
            int all = most + (emergency ? limit.share(QuotaRules.EMERGENCY) : 0);
            int rest = Math.max(0, free) + (emergency ? Math.max(0, extra) : 0);
            left = Math.min(left, all == 0 ? 0 : Math.min(1.0, (double) rest / all));
            Share share = new Share(bucket.owner(), bucket.bucket(), from);
            int size = limit.share(from);
            ofUse.forEach(cost -> parts.add(new Part(cost.method(), share, cost.units(), size)));
        }
        return new Room(fits, left, parts);
    }

    private int taken(BucketOf bucket, String use) {
        return taken.getOrDefault(new Share(bucket.owner(), bucket.bucket(), use), 0);
    }

    /** Units used and reserved of a whole bucket. */
    int taken(BucketOf bucket) {
        return taken.entrySet().stream()
                .filter(share -> share.getKey().owner().equals(bucket.owner())
                        && share.getKey().bucket().equals(bucket.bucket()))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** How much of a bucket is gone, in percent rounded down; all of it when YouTube said so. */
    int percent(BucketOf bucket, Limit limit) {
        if (spent.contains(bucket) || limit.units() == 0) {
            return PERCENT;
        }
        return (int) ((long) taken(bucket) * PERCENT / limit.units());
    }
}
