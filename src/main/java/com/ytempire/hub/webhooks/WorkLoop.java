package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.NodeRole;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Claims due events and runs each through {@code direct:webhooks-work}. It claims no more than it has threads free
 * for, so that what waits is free for every node. It claims nothing before the routes are up, and stops before them.
 */
@Component
public class WorkLoop implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(WorkLoop.class);
    private static final long STOP_SECONDS = 20;

    private final WorkClaims claims;
    private final WorkSignal signal;
    private final ProducerTemplate routes;
    private final WebhookSettings.Work settings;
    private final Semaphore free;
    private final Set<ClaimedEvent> underWay = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private boolean moreWaits;
    private volatile boolean running;
    private volatile boolean paused;
    private Thread loop;
    private ExecutorService workers;

    WorkLoop(WorkClaims claims, WorkSignal signal, ProducerTemplate routes, WebhookSettings settings, NodeRole role) {
        this.claims = claims;
        this.signal = signal;
        this.routes = routes;
        this.settings = settings.work();
        this.free = new Semaphore(this.settings.threads());
        this.paused = !this.settings.enabled() || !role.works();
    }

    @Override
    public void start() {
        running = true;
        workers = Executors.newFixedThreadPool(settings.threads(), new CustomizableThreadFactory("webhooks-work-"));
        loop = new Thread(this::claimAndRun, "webhooks-claims");
        loop.setDaemon(true); // when the start fails after this, nobody calls stop, and the process has to end
        loop.start();
    }

    /** Claims nothing more on this node until {@link #resume}; what is under way goes on. */
    public void pause() {
        paused = true;
    }

    /** Claims again. */
    public void resume() {
        paused = false;
        signal.raise();
    }

    private void claimAndRun() {
        boolean ownGivenBack = false;
        while (running) {
            try {
                if (!ownGivenBack) {
                    logGivenBack(claims.giveBackOwn(), "taken up again after a restart");
                    ownGivenBack = true;
                }
                if (paused || !areRoutesUp() || !claimOnce()) {
                    signal.await(settings.poll());
                }
            } catch (DataAccessException e) {
                LOG.warn(
                        "no work claimed, the database does not answer: {}",
                        e.getClass().getSimpleName());
                pauseABit();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.error("no work claimed", e);
                pauseABit();
            }
        }
    }

    /**
     * Camel starts its routes when the whole context is up, after every lifecycle bean. It is asked here and not taken as
     * a dependency: Spring would then start it with this bean, before its routes are loaded.
     */
    private boolean areRoutesUp() {
        return routes.getCamelContext().isStarted();
    }

    /**
     * While more waits than was claimed, some threads are let come free first, so that a claim serves several events.
     *
     * @return whether to look again at once
     */
    private boolean claimOnce() throws InterruptedException {
        int least = moreWaits ? Math.max(1, settings.threads() / 4) : 1;
        free.acquire(least);
        int permits = least + free.drainPermits();
        int used = 0;
        try {
            WorkClaims.Claimed claimed = claims.claim(permits);
            List<ClaimedEvent> events = claimed.events();
            moreWaits = events.size() == permits;
            for (ClaimedEvent event : events) {
                used++;
                run(event);
            }
            return !events.isEmpty() || !claimed.sawAll();
        } finally {
            free.release(permits - used);
        }
    }

    private void run(ClaimedEvent event) {
        underWay.add(event);
        workers.execute(() -> {
            try {
                routes.sendBody("direct:webhooks-work", event);
            } catch (RuntimeException e) {
                // the claim ends with its lease, and the event is taken up then
                LOG.warn(
                        "the failure of {} could not be recorded: {}",
                        event,
                        e.getClass().getSimpleName());
            } finally {
                underWay.remove(event);
                free.release();
                signal.raise();
            }
        });
    }

    private void pauseABit() {
        try {
            stopped.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Scheduled(fixedDelayString = "${hub.webhooks.work.renew}")
    void renewLeases() {
        if (!underWay.isEmpty()) {
            claims.renew(underWay.stream().map(ClaimedEvent::eventNo).toList());
        }
    }

    @Scheduled(fixedDelayString = "${hub.webhooks.work.renew}")
    void takeExpired() {
        if (running && logGivenBack(claims.takeExpired(), "taken from a node that is gone") > 0) {
            signal.raise();
        }
    }

    private static int logGivenBack(int events, String why) {
        if (events > 0) {
            LOG.info("{} events {}", events, why);
        }
        return events;
    }

    @Override
    public void stop() {
        running = false;
        stopped.countDown();
        signal.raise();
        try {
            loop.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            workers.shutdown();
            if (!workers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                logGivenBack(claims.giveBackOwn(), "given back unfinished");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
}
