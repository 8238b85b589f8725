package com.ytempire.hub.videos;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.NodeRole;
import com.ytempire.hub.platform.Trouble;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
 * Claims due videos and runs each through {@code direct:videos-work}. It claims no more than it has threads free for, so
 * that what waits is free for every node, and nothing while this node does not see the folder of the videos.
 */
@Component
class VideoLoop implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(VideoLoop.class);
    private static final long STOP_SECONDS = 15;
    private static final Duration QUIET = Duration.ofMinutes(5);

    private final VideoClaims claims;
    private final VideoStorage storage;
    private final ProducerTemplate routes;
    private final VideosSettings settings;
    private final Alerts alerts;
    private final NodeId node;
    private final NodeRole role;
    private final Semaphore free;
    private final Set<VideoClaims.Claim> underWay = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running;
    private Thread loop;
    private ExecutorService workers;

    VideoLoop(
            VideoClaims claims,
            VideoStorage storage,
            ProducerTemplate routes,
            VideosSettings settings,
            Alerts alerts,
            NodeId node,
            NodeRole role) {
        this.claims = claims;
        this.storage = storage;
        this.routes = routes;
        this.settings = settings;
        this.alerts = alerts;
        this.node = node;
        this.role = role;
        this.free = new Semaphore(settings.threads());
    }

    @Override
    public void start() {
        running = true;
        if (settings.enabled() && role.works()) {
            workers = Executors.newFixedThreadPool(settings.threads(), new CustomizableThreadFactory("videos-work-"));
            loop = new Thread(this::claimAndRun, "videos-claims");
            loop.setDaemon(true); // when the start fails after this, nobody calls stop, and the process has to end
            loop.start();
        }
    }

    private void claimAndRun() {
        boolean ownGivenBack = false;
        while (running) {
            try {
                if (!ownGivenBack) {
                    logGivenBack(claims.giveBackOwn(), "taken up again after a restart");
                    ownGivenBack = true;
                }
                // Camel starts its routes when the whole context is up, after every lifecycle bean
                if (!routes.getCamelContext().isStarted() || !claimOnce()) {
                    stopped.await(settings.poll().toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (DataAccessException e) {
                LOG.warn(
                        "no video claimed, the database does not answer: {}",
                        e.getClass().getSimpleName());
                pauseABit();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.error("no video claimed", e);
                pauseABit();
            }
        }
    }

    /** @return whether to look again at once */
    private boolean claimOnce() throws InterruptedException {
        free.acquire();
        int permits = 1 + free.drainPermits();
        int used = 0;
        try {
            if (!running || storage.problem().isPresent()) {
                return false;
            }
            Optional<String> noneMayStart = storage.problemOfStarting();
            List<Video> videos = claims.claim(permits, noneMayStart.isEmpty());
            for (Video video : videos) {
                used++;
                run(video);
            }
            return !videos.isEmpty();
        } finally {
            free.release(permits - used);
        }
    }

    private void run(Video video) {
        VideoClaims.Claim claim = new VideoClaims.Claim(video.id(), video.attempt());
        underWay.add(claim);
        workers.execute(() -> {
            try {
                routes.sendBody("direct:videos-work", video);
            } catch (RuntimeException e) {
                // the claim ends with its lease, and the video is taken up then
                LOG.warn(
                        "the failure of {} could not be recorded: {}",
                        video,
                        e.getClass().getSimpleName());
            } finally {
                underWay.remove(claim);
                free.release();
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

    @Scheduled(fixedDelayString = "${hub.videos.renew}")
    void renewLeases() {
        if (!underWay.isEmpty()) {
            claims.renew(underWay);
        }
    }

    /** Somebody has to make room, or mount the folder; it is over a while after this was seen last. */
    @Scheduled(fixedDelayString = "${hub.videos.watch}")
    void watchStorage() {
        if (running && settings.enabled()) {
            storage.problemOfStarting()
                    .ifPresent(problem -> alerts.holds(Trouble.of(
                            problem,
                            "videos",
                            node.value(),
                            Trouble.Level.CRITICAL,
                            problem.equals(VideoStorage.NO_SPACE)
                                    ? "No further video is begun: the disk of the videos is nearly full"
                                    : "This node makes no videos: it does not see their folder",
                            "/operations",
                            QUIET)));
        }
    }

    private static void logGivenBack(int videos, String why) {
        if (videos > 0) {
            LOG.info("{} videos {}", videos, why);
        }
    }

    @Override
    public void stop() {
        running = false;
        stopped.countDown();
        if (loop == null) {
            return;
        }
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
