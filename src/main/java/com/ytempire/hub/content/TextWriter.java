package com.ytempire.hub.content;

import com.ytempire.hub.content.TextStore.Made;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes down texts that were made, all that wait in one statement. Whoever asked for one has his answer before, and nobody
 * waits for the disk: a text that is lost in a crash, or because the database is away, is only made again. Who looks for a
 * similar text waits for it, {@link #PATIENCE} at the most.
 */
@Component
class TextWriter {

    private static final Logger LOG = LoggerFactory.getLogger(TextWriter.class);
    private static final int AT_ONCE = 500;
    private static final int MOST_WAITING = 2000;

    /** So long the first text waits for more, unless somebody looks for a similar one: it alone costs as much as many. */
    private static final Duration GATHERING = Duration.ofMillis(200);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final JdbcClient jdbc;
    private final BlockingQueue<Kept> queue = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Map<String, Kept> waiting = new ConcurrentHashMap<>();
    private final Thread writer = new Thread(this::write, "content-texts");
    private final AtomicInteger awaiting = new AtomicInteger();
    private volatile boolean stopping;

    TextWriter(JdbcClient jdbc) {
        this.jdbc = jdbc;
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * A text on its way into the database.
     *
     * @param hash of all that was asked
     */
    record Kept(TextRequest request, String hash, Made made, Instant at, CompletableFuture<Void> written) {

        Kept(TextRequest request, String hash, Made made, Instant at) {
            this(request, hash, made, at, new CompletableFuture<>());
        }
    }

    void write(Kept text) {
        waiting.put(text.hash(), text);
        if (!queue.offer(text)) {
            LOG.warn("the database is behind: a text is not kept for later requests");
            isDone(text);
        }
    }

    /** What was made for a request after then and is not written down yet. */
    Optional<Made> waiting(String hash, Instant since) {
        return Optional.ofNullable(waiting.get(hash))
                .filter(text -> text.at().isAfter(since))
                .map(Kept::made);
    }

    /** Until what waits now is written down, or will not be for a while. */
    void await() {
        CompletableFuture<?>[] all =
                waiting.values().stream().map(Kept::written).toArray(CompletableFuture[]::new);
        awaiting.incrementAndGet();
        LockSupport.unpark(writer);
        try {
            CompletableFuture.allOf(all)
                    .completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } finally {
            awaiting.decrementAndGet();
        }
    }

    @PreDestroy
    void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(writer);
        writer.join(Duration.ofSeconds(10).toMillis());
    }

    private void write() {
        List<Kept> texts = new ArrayList<>(AT_ONCE);
        while (!stopping || !queue.isEmpty()) {
            try {
                Kept first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    texts.add(first);
                    gather();
                    queue.drainTo(texts, AT_ONCE - 1);
                    insertAll(texts);
                }
            } catch (InterruptedException e) {
                // stopping: what waits is still written
            } catch (RuntimeException e) {
                LOG.warn("{} texts are not kept for later requests: {}", texts.size(), e.getMessage());
            } finally {
                texts.forEach(this::isDone);
                texts.clear();
            }
        }
    }

    private void gather() {
        long end = System.nanoTime() + GATHERING.toNanos();
        for (long left = GATHERING.toNanos();
                left > 0 && !stopping && awaiting.get() == 0 && queue.size() < AT_ONCE - 1;
                left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void isDone(Kept text) {
        waiting.remove(text.hash(), text);
        text.written().complete(null);
    }

    /** One the database refuses takes no other with it. */
    private void insertAll(List<Kept> texts) {
        try {
            insert(texts);
        } catch (DataIntegrityViolationException e) {
            if (texts.size() == 1) {
                LOG.warn("a text is not kept for later requests: {}", e.getMessage());
            } else {
                texts.forEach(text -> insertAll(List.of(text)));
            }
        }
    }

    private void insert(List<Kept> texts) {
        jdbc.sql("""
                        with nobody_waits as materialized (
                            select set_config('synchronous_commit', 'off', true)
                        )
                        insert into content.text
                            (owner, type, request, prompt, level, text, provider, link, model, quality, tokens, created_at)
                        select t.*
                          from nobody_waits,
                               unnest((select :owners::uuid[]), (select :types::text[]), (select :requests::text[]),
                                      (select :prompts::text[]), (select :levels::text[]), (select :texts::text[]),
                                      (select :providers::text[]), (select :links::text[]), (select :models::text[]),
                                      (select :qualities::text[]), (select :tokens::int[]), (select :times::timestamptz[]))
                                 as t
                        """)
                .param("owners", texts(texts, text -> text.request().owner()))
                .param("types", texts(texts, text -> text.request().type().column()))
                .param("requests", texts(texts, Kept::hash))
                .param("prompts", texts(texts, text -> text.request().prompt()))
                .param("levels", texts(texts, text -> text.request().level()))
                .param("texts", texts(texts, text -> text.made().text()))
                .param("providers", texts(texts, text -> text.made().provider()))
                .param("links", texts(texts, text -> text.made().link()))
                .param("models", texts(texts, text -> text.made().model()))
                .param("qualities", texts(texts, text -> text.made().quality()))
                .param("tokens", texts(texts, text -> text.made().tokens()))
                .param("times", texts(texts, Kept::at))
                .update();
    }

    private static String[] texts(List<Kept> kept, Function<Kept, Object> value) {
        return kept.stream()
                .map(value)
                .map(each -> each == null ? null : each.toString())
                .toArray(String[]::new);
    }
}
