package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.NodeRole;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Claims uploads that are due and runs each through {@code direct:youtube-upload}. It claims no more than it has threads
 * free for; those that look after uploaded videos are not kept waiting by files under way. It claims nothing before the
 * routes are up, and stops before them: what is under way stops after the part that is being sent.
 */
@Component
public class UploadLoop implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(UploadLoop.class);
    private static final long STOP_SECONDS = 20;

    private final UploadClaims claims;
    private final ProducerTemplate routes;
    private final UploadSettings settings;
    private final Set<UploadRun> underWay = ConcurrentHashMap.newKeySet();
    private final Semaphore wake = new Semaphore(0);
    private final Hands senders;
    private final Hands checkers;
    private volatile boolean running;
    private volatile boolean paused;
    private Thread loop;

    UploadLoop(UploadClaims claims, ProducerTemplate routes, UploadSettings settings, NodeRole role) {
        this.claims = claims;
        this.routes = routes;
        this.settings = settings;
        this.paused = !role.works();
        this.senders = new Hands(settings.threads(), "youtube-upload-", claims::sending);
        this.checkers = new Hands(settings.checks(), "youtube-uploaded-", claims::afterwards);
    }

    /** Threads for one sort of uploads. */
    private static final class Hands {

        private final Semaphore free;
        private final IntFunction<List<UploadRun>> claim;
        private final int threads;
        private final String name;
        private ExecutorService workers;

        Hands(int threads, String name, IntFunction<List<UploadRun>> claim) {
            this.free = new Semaphore(threads);
            this.threads = threads;
            this.name = name;
            this.claim = claim;
        }

        void start() {
            workers = Executors.newFixedThreadPool(threads, new CustomizableThreadFactory(name));
        }
    }

    @Override
    public void start() {
        running = true;
        senders.start();
        checkers.start();
        loop = new Thread(this::claimAndRun, "youtube-upload-claims");
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
        wake.release();
    }

    private void claimAndRun() {
        boolean ownGivenBack = false;
        while (running) {
            try {
                if (!ownGivenBack) {
                    logGivenBack(claims.giveBackOwn(), "taken up again after a restart");
                    ownGivenBack = true;
                }
                boolean found = !paused && areRoutesUp() && (claim(senders) | claim(checkers));
                if (!found && wake.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (DataAccessException e) {
                LOG.warn(
                        "no upload claimed, the database does not answer: {}",
                        e.getClass().getSimpleName());
                pauseABit();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.error("no upload claimed", e);
                pauseABit();
            }
        }
    }

    /** Asked here and not taken as a dependency: Spring would then start Camel before its routes are loaded. */
    private boolean areRoutesUp() {
        return routes.getCamelContext().isStarted();
    }

    /** @return whether to look again at once */
    private boolean claim(Hands hands) {
        int permits = hands.free.drainPermits();
        int used = 0;
        try {
            List<UploadRun> runs = permits == 0 ? List.of() : hands.claim.apply(permits);
            for (UploadRun run : runs) {
                used++;
                run(run, hands);
            }
            return !runs.isEmpty();
        } finally {
            hands.free.release(permits - used);
        }
    }

    private void run(UploadRun run, Hands hands) {
        underWay.add(run);
        hands.workers.execute(() -> {
            try {
                routes.sendBody("direct:youtube-upload", run);
            } catch (RuntimeException e) {
                // the claim ends with its lease, and the upload is taken up then
                LOG.warn(
                        "the failure of {} could not be recorded: {}",
                        run,
                        e.getClass().getSimpleName());
            } finally {
                underWay.remove(run);
                hands.free.release();
                wake.release();
            }
        });
    }

    private void pauseABit() {
        try {
            wake.tryAcquire(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Scheduled(fixedDelayString = "${hub.youtube.upload.renew}")
    void renewLeases() {
        if (!underWay.isEmpty()) {
            claims.renew(underWay.stream().map(UploadRun::id).toList());
        }
    }

    @Scheduled(fixedDelayString = "${hub.youtube.upload.renew}")
    void takeExpired() {
        if (running && logGivenBack(claims.takeExpired(), "taken from a node that is gone") > 0) {
            wake.release();
        }
    }

    private static int logGivenBack(int uploads, String why) {
        if (uploads > 0) {
            LOG.info("{} uploads {}", uploads, why);
        }
        return uploads;
    }

    @Override
    public void stop() {
        running = false;
        wake.release();
        underWay.forEach(UploadRun::stop);
        try {
            loop.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            senders.workers.shutdown();
            checkers.workers.shutdown();
            boolean ended = checkers.workers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)
                    & senders.workers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                logGivenBack(claims.giveBackOwn(), "given back in the middle of a part");
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
