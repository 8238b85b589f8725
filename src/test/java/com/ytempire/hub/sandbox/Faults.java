package com.ytempire.hub.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What goes wrong at a vendor: each fault applies to the next so many requests that reach it. */
public final class Faults {

    /** How a request fails. */
    public enum Kind {
        /** Answers with a status. */
        STATUS,
        /** Answers with a status, and repeats in its words what came along: keys, tokens, who it is about. */
        ECHO,
        /** Answers rightly, but late. */
        SLOW,
        /** Closes the connection without an answer. */
        CUT,
        /** Begins to answer and closes the connection in the middle of the body. */
        TORN,
        /** Answers 429 as this vendor words it. */
        RATE_LIMIT
    }

    /**
     * @param status for {@link Kind#STATUS} and {@link Kind#ECHO}
     * @param slowness real time, for {@link Kind#SLOW}
     * @param path only requests whose path begins so; "" for all
     * @param about only requests with this in their path, query or body; "" for all
     * @param done true when the vendor does what was asked and only its answer is lost or wrong
     */
    public record Fault(Kind kind, int status, Duration slowness, String path, String about, boolean done) {

        public static Fault status(int status) {
            return new Fault(Kind.STATUS, status, Duration.ZERO, "", "", false);
        }

        public static Fault echo(int status) {
            return new Fault(Kind.ECHO, status, Duration.ZERO, "", "", false);
        }

        public static Fault slow(Duration by) {
            return new Fault(Kind.SLOW, 0, by, "", "", true);
        }

        public static Fault cut() {
            return new Fault(Kind.CUT, 0, Duration.ZERO, "", "", false);
        }

        public static Fault torn() {
            return new Fault(Kind.TORN, 0, Duration.ZERO, "", "", true);
        }

        public static Fault rateLimit() {
            return new Fault(Kind.RATE_LIMIT, 429, Duration.ZERO, "", "", false);
        }

        /** The same fault for some paths only. */
        public Fault on(String pathPrefix) {
            return new Fault(kind, status, slowness, pathPrefix, about, done);
        }

        /** The same fault for requests that name something: what the hub asks meanwhile for others, it leaves alone. */
        public Fault about(String id) {
            return new Fault(kind, status, slowness, path, id, done);
        }

        /** The same fault after the work was done: the answer is what gets lost. */
        public Fault afterTheWork() {
            return new Fault(kind, status, slowness, path, about, true);
        }

        private boolean meets(Received request) {
            return request.path().startsWith(path)
                    && (about.isEmpty()
                            || request.path().contains(about)
                            || request.query().contains(about)
                            || request.text().contains(about));
        }
    }

    private static final class Planned {
        private final String vendor;
        private final Fault fault;
        private int left;

        private Planned(String vendor, Fault fault, int left) {
            this.vendor = vendor;
            this.fault = fault;
            this.left = left;
        }
    }

    private record Outage(Fault fault, Instant until) {}

    private final List<Planned> planned = new ArrayList<>();
    private final Map<String, Outage> outages = new HashMap<>();
    private final Clock clock;

    Faults(Clock clock) {
        this.clock = clock;
    }

    /** Makes the next {@code times} matching requests to a vendor (stripe, youtube, n8n, resend, mixpanel, amplitude) fail. */
    public synchronized void fail(String vendor, Fault fault, int times) {
        planned.add(new Planned(vendor, fault, times));
    }

    /** @return whether a failure planned for a vendor has not met a request yet */
    public synchronized boolean isWaiting(String vendor) {
        return planned.stream().anyMatch(one -> one.vendor.equals(vendor));
    }

    /**
     * Every request to a vendor fails from now on.
     *
     * @param until by the sandbox's clock; null: until {@link #lift}
     */
    public synchronized void outage(String vendor, Fault fault, Instant until) {
        outages.put(vendor, new Outage(fault, until == null ? Instant.MAX : until));
    }

    /** Ends a vendor's outage. */
    public synchronized void lift(String vendor) {
        outages.remove(vendor);
    }

    /** All is well again. */
    public synchronized void clear() {
        planned.clear();
        outages.clear();
    }

    synchronized Optional<Fault> next(String vendor, Received request) {
        outages.values().removeIf(outage -> !outage.until().isAfter(clock.instant()));
        Outage outage = outages.get(vendor);
        if (outage != null && outage.fault().meets(request)) {
            return Optional.of(outage.fault());
        }
        for (Iterator<Planned> all = planned.iterator(); all.hasNext(); ) {
            Planned one = all.next();
            if (one.vendor.equals(vendor) && one.fault.meets(request)) {
                if (--one.left <= 0) {
                    all.remove();
                }
                return Optional.of(one.fault);
            }
        }
        return Optional.empty();
    }
}
