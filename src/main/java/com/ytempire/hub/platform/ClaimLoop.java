package com.ytempire.hub.platform;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Claims work that is due and sends each piece of it into a route. It claims no more than it has threads free for, so
 * that what waits is free for every node. It claims nothing before the routes are up, and stops before them; on a node
 * that only receives it does not start. Claims are renewed while their work is under way. What this node held when it
 * died is free when it is back, and what another one held once its lease has ended.
 *
 * @param <T> one run: the work as it was claimed, equal to no other run of the same work; its text is for the log
 */
public final class ClaimLoop<T> implements SmartLifecycle {

    /**
     * @param what the work is, for the log and the threads' names: {@code events}
     * @param route takes each run as its body, and records what fails in it
     * @param poll how often this node looks for work it was not told of
     * @param renew how often claims are renewed and ended ones taken over
     * @param toStop how long a stop waits for what is under way
     */
    public record Plan(String what, String route, Duration poll, Duration renew, Duration toStop) {

        /** A stop waits 20 s. */
        public Plan(String what, String route, Duration poll, Duration renew) {
            this(what, route, poll, renew, Duration.ofSeconds(20));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClaimLoop.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /** A claim costs a statement: what comes so soon after the last one is claimed together. */
    private static final Duration BETWEEN_CLAIMS = Duration.ofMillis(5);

    private final Plan plan;
    private final Leases<T> leases;
    private final List<Hands<T>> hands;
    private final Consumer<T> stopRun;
    private final ProducerTemplate routes;
    private final WakeUp wakeUp;
    private final NodeRole role;
    private final Set<T> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean running;
    private boolean ownGivenBack;
    private List<Crew> crews;
    private Thread loop;
    private ScheduledExecutorService renewals;

    /**
     * @param hands one of them does not wait for another
     * @param stopRun asks a run to end early when the hub stops
     * @param wakeUp raised by whoever adds work
     */
    public ClaimLoop(
            Plan plan,
            Leases<T> leases,
            List<Hands<T>> hands,
            Consumer<T> stopRun,
            ProducerTemplate routes,
            WakeUp wakeUp,
            NodeRole role) {
        this.plan = plan;
        this.leases = leases;
        this.hands = List.copyOf(hands);
        this.stopRun = stopRun;
        this.routes = routes;
        this.wakeUp = wakeUp;
        this.role = role;
    }

    /** Does nothing when it runs already. */
    @Override
    public void start() {
        if (running || !role.works()) {
            return;
        }
        running = true;
        ownGivenBack = false;
        crews = hands.stream().map(Crew::new).toList();
        loop = new Thread(this::claimAndRun, plan.what + "-claims");
        loop.setDaemon(true); // when the start fails after this, nobody calls stop, and the process has to end
        loop.start();
        CustomizableThreadFactory threads = new CustomizableThreadFactory(plan.what + "-leases-");
        threads.setDaemon(true);
        // a thread of its own: neither a hanging job of another area nor the stop of the scheduler ends a lease
        renewals = Executors.newSingleThreadScheduledExecutor(threads);
        renewals.scheduleWithFixedDelay(this::keepLeases, 0, plan.renew.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void claimAndRun() {
        try {
            while (running) {
                long begun = System.nanoTime();
                wakeUp.await(look());
                rest(begun);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not while so much waits that each claim takes all it may. */
    private void rest(long begun) {
        if (crews.stream().noneMatch(crew -> crew.moreWaits)) {
            LockSupport.parkNanos(begun + BETWEEN_CLAIMS.toNanos() - System.nanoTime());
        }
    }

    /** @return how long nothing need be looked for */
    private Duration look() {
        try {
            if (!ownGivenBack) {
                told(leases.giveBackOwn(), "taken up again after a restart");
                ownGivenBack = true;
            }
            // Camel starts its routes when the whole context is up, after every lifecycle bean. It is asked here, for
            // as a dependency Spring would start it with this bean, before its routes are loaded.
            return routes.getCamelContext().isStarted() && claim() ? Duration.ZERO : plan.poll;
        } catch (DataAccessException e) {
            LOG.warn(
                    "no {} claimed, the database does not answer: {}",
                    plan.what,
                    e.getClass().getSimpleName());
            return AFTER_FAILURE;
        } catch (RuntimeException e) {
            LOG.error("no {} claimed", plan.what, e);
            return AFTER_FAILURE;
        }
    }

    private boolean claim() {
        boolean lookAgain = false;
        for (Crew crew : crews) {
            lookAgain |= crew.claim();
        }
        return lookAgain;
    }

    private void keepLeases() {
        try {
            if (!underWay.isEmpty()) {
                leases.renew(underWay);
            }
            if (told(leases.takeExpired(), "taken from a node that is gone") > 0) {
                wakeUp.raise();
            }
        } catch (RuntimeException e) {
            LOG.warn("no claims of {} renewed: {}", plan.what, e.getClass().getSimpleName());
        }
    }

    private int told(int claims, String why) {
        if (claims > 0) {
            LOG.info("{} {} {}", claims, plan.what, why);
        }
        return claims;
    }

    /** Waits for what is under way, renewing its claims; what has not ended by then is given back. */
    @Override
    public void stop() {
        if (!running) {
            return;
        }
        running = false;
        wakeUp.raise();
        try {
            loop.join(plan.toStop.toMillis());
            underWay.forEach(stopRun);
            crews.forEach(crew -> crew.threads.shutdown());
            long end = System.nanoTime() + plan.toStop.toNanos();
            boolean ended = true;
            for (Crew crew : crews) {
                ended &= crew.threads.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
            if (!ended) {
                told(leases.giveBackOwn(), "given back unfinished");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            renewals.shutdownNow();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    /** Hands at work between a start and a stop. */
    private final class Crew {

        private final Hands<T> hands;
        private final Semaphore free;
        private final ExecutorService threads;
        private boolean moreWaits;

        Crew(Hands<T> hands) {
            this.hands = hands;
            this.free = new Semaphore(hands.count());
            this.threads =
                    Executors.newFixedThreadPool(hands.count(), new CustomizableThreadFactory(hands.name() + "-"));
        }

        /**
         * While more waits than was claimed, some threads are let come free first, so that a claim serves several runs.
         *
         * @return whether to look again at once; a thread that comes free wakes the loop
         */
        boolean claim() {
            int least = moreWaits ? Math.max(1, hands.count() / 4) : 1;
            int permits = free.drainPermits();
            int used = 0;
            try {
                if (permits < least) {
                    return false;
                }
                Claimed<T> claimed = hands.claim().apply(permits);
                moreWaits = claimed.runs().size() == permits;
                for (T run : claimed.runs()) {
                    used++;
                    run(run);
                }
                return !claimed.runs().isEmpty() || !claimed.sawAll();
            } finally {
                free.release(permits - used);
            }
        }

        private void run(T run) {
            underWay.add(run);
            threads.execute(() -> {
                try {
                    routes.sendBody(plan.route, run);
                } catch (RuntimeException e) {
                    // the claim ends with its lease, and the work is taken up then
                    LOG.warn(
                            "the failure of {} could not be recorded: {}",
                            run,
                            e.getClass().getSimpleName());
                } finally {
                    underWay.remove(run);
                    free.release();
                    wakeUp.raise();
                }
            });
        }
    }
}
