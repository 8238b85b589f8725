package com.ytempire.hub.videos;

import com.fasterxml.jackson.databind.util.RawValue;
import com.ytempire.hub.platform.Problem;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Those who watch videos on this node. One look at the table serves all of them, whichever node makes the video. A reader
 * has a place in the table and no queue: one who is slow is passed over until he has taken what he was sent, and one who
 * is gone is noticed by the next beat. When the hub stops they are sent away first: a stream is a request under way, and
 * the server waits for those.
 */
@Component
class VideoLive implements SmartLifecycle, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(VideoLive.class);
    private static final int AT_ONCE = 50;
    private static final int COME_AGAIN = 10;

    private final VideoHistory history;
    private final JdbcClient jdbc;
    private final VideosSettings.Live settings;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private final ExecutorService senders =
            Executors.newCachedThreadPool(new CustomizableThreadFactory("videos-live-"));

    private volatile boolean stopped;

    VideoLive(VideoHistory history, JdbcClient jdbc, VideosSettings settings) {
        this.history = history;
        this.jdbc = jdbc;
        this.settings = settings.live();
    }

    /** Somebody who watches. */
    private static final class Reader {

        private final UUID video;
        private final SseEmitter emitter;
        private volatile long seen;
        private volatile long heardAt = System.nanoTime();
        private volatile boolean busy;

        Reader(UUID video, SseEmitter emitter, long seen) {
            this.video = video;
            this.emitter = emitter;
            this.seen = seen;
        }
    }

    /**
     * Sends what happened to a video after an event, and what happens from now on until it ends.
     *
     * @param after number of the last event the reader has seen; 0 for none
     * @throws Problem 503 when this node has as many readers as it takes, or stops
     */
    SseEmitter watch(UUID video, long after) {
        if (stopped) {
            throw Problem.retryLater("stopping", "This node stops", COME_AGAIN);
        }
        if (readers.size() >= settings.most()) {
            throw Problem.retryLater("too_many_readers", "This node has as many readers as it takes", COME_AGAIN);
        }
        SseEmitter emitter = new SseEmitter(settings.longest().toMillis());
        Reader reader = new Reader(video, emitter, after);
        emitter.onCompletion(() -> readers.remove(reader));
        emitter.onError(failure -> readers.remove(reader));
        emitter.onTimeout(emitter::complete);
        readers.add(reader);
        return emitter;
    }

    /** Whether there is nothing to be told: the video has ended, and the reader has seen its end. */
    boolean isOver(UUID video, long after) {
        return ended(List.of(video)).contains(video)
                && history.after(List.of(new VideoHistory.Place(video, after)), 1)
                        .get(0)
                        .isEmpty();
    }

    int readers() {
        return readers.size();
    }

    @Scheduled(fixedDelayString = "${hub.videos.live.look}")
    void tell() {
        List<Reader> free = readers.stream().filter(reader -> !reader.busy).toList();
        if (free.isEmpty()) {
            return;
        }
        try {
            // asked first: what is written before the end is seen with it
            Collection<UUID> ended =
                    ended(free.stream().map(reader -> reader.video).distinct().toList());
            List<List<VideoHistory.Event>> news = history.after(
                    free.stream()
                            .map(reader -> new VideoHistory.Place(reader.video, reader.seen))
                            .toList(),
                    AT_ONCE);
            for (int each = 0; each < free.size(); each++) {
                Reader reader = free.get(each);
                tell(reader, news.get(each), ended.contains(reader.video));
            }
        } catch (DataAccessException e) {
            LOG.warn("no reader is told anything, the database does not answer");
        }
    }

    private Collection<UUID> ended(Collection<UUID> videos) {
        return jdbc.sql("select id from videos.video where id = any(:videos)"
                        + " and (state in ('completed', 'failed', 'cancelled') or deleted_at is not null)")
                .param("videos", videos.toArray(UUID[]::new))
                .query(UUID.class)
                .set();
    }

    private void tell(Reader reader, List<VideoHistory.Event> fresh, boolean ended) {
        boolean beats = System.nanoTime() - reader.heardAt > settings.beat().toNanos();
        if (fresh.isEmpty() && !ended && !beats) {
            return;
        }
        reader.busy = true;
        senders.execute(() -> {
            try {
                for (VideoHistory.Event event : fresh) {
                    reader.emitter.send(SseEmitter.event()
                            .id(String.valueOf(event.no()))
                            .name(event.type())
                            .data(Map.of(
                                    "at",
                                    event.at(),
                                    "video_id",
                                    event.videoId(),
                                    "data",
                                    new RawValue(event.data()))));
                    reader.seen = event.no();
                }
                if (fresh.isEmpty() && ended) {
                    reader.emitter.complete();
                } else if (fresh.isEmpty()) {
                    reader.emitter.send(SseEmitter.event().comment("still here"));
                }
                reader.heardAt = System.nanoTime();
            } catch (IOException | IllegalStateException e) {
                readers.remove(reader);
            } finally {
                reader.busy = false;
            }
        });
    }

    @Override
    public void start() {
        stopped = false;
    }

    /** One who is being sent something is waited for by his own thread alone. */
    @Override
    public void stop() {
        stopped = true;
        readers.forEach(reader -> senders.execute(reader.emitter::complete));
    }

    @Override
    public boolean isRunning() {
        return !stopped;
    }

    /** Before the server, which takes no new requests then and waits for those under way. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void destroy() {
        senders.shutdown();
    }
}
