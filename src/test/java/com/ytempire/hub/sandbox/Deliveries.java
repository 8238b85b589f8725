package com.ytempire.hub.sandbox;

import com.ytempire.hub.sandbox.Delivery.Message;
import com.ytempire.hub.sandbox.Delivery.State;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends what vendors have to say to the hub: on a small pool of its own, again after growing gaps until the answer is
 * 2xx or three days have passed. Which of the next ones come twice, late, never or in another order is said here.
 */
public final class Deliveries implements AutoCloseable {

    /** Gaps between tries by the sandbox's clock; the last one repeats until {@link #GIVE_UP_AFTER}. */
    static final List<Duration> GAPS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10));

    /** Stripe tries for up to three days in live mode. */
    static final Duration GIVE_UP_AFTER = Duration.ofDays(3);

    private static final int KEPT = 10_000;

    private final MovableClock clock;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(4, 4, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), daemon("sandbox-delivery"));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(daemon("sandbox-delivery-timer"));

    private final Map<String, DeliveryPlan> plans = new HashMap<>();
    private final Queue<Delivery> waiting = new PriorityQueue<>(Comparator.comparing(Delivery::due));
    private final Deque<Delivery> history = new ArrayDeque<>();
    private int underWay;

    Deliveries(MovableClock clock) {
        this.clock = clock;
        clock.onMove(this::sendDue);
        timer.scheduleWithFixedDelay(this::sendDue, 50, 50, TimeUnit.MILLISECONDS);
    }

    /** Threads that never keep the process alive and do not hold on to the server they were started from. */
    static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.setContextClassLoader(Deliveries.class.getClassLoader());
            return thread;
        };
    }

    /** Each of a vendor's next {@code count} deliveries comes {@code copies} times more than once. */
    public synchronized void duplicate(String vendor, int copies, int count) {
        plan(vendor).duplicate(copies, count);
    }

    /** A vendor's next {@code count} deliveries leave so much later, by the sandbox's clock. */
    public synchronized void delay(String vendor, Duration by, int count) {
        plan(vendor).delay(by, count);
    }

    /** A vendor's next {@code count} deliveries never come. */
    public synchronized void drop(String vendor, int count) {
        plan(vendor).drop(count);
    }

    /** A vendor's next {@code count} deliveries wait for each other and leave in an order drawn from the seed. */
    public synchronized void permute(String vendor, int count, long seed) {
        plan(vendor).permute(count, seed);
    }

    /** A vendor's deliveries wait until {@link #release} or {@link #releasePermuted}. */
    public synchronized void hold(String vendor) {
        plan(vendor).hold();
    }

    /** Sends what {@link #hold} or an unfinished {@link #permute} keeps back. */
    public synchronized void release(String vendor) {
        plan(vendor).release().forEach(this::dispatch);
    }

    /** The same in an order drawn from the seed. */
    public synchronized void releasePermuted(String vendor, long seed) {
        plan(vendor).releasePermuted(seed).forEach(this::dispatch);
    }

    /** How many may be under way at once (4 at first); 1 keeps their order. */
    public void parallel(int count) {
        if (count > pool.getMaximumPoolSize()) {
            pool.setMaximumPoolSize(count);
            pool.setCorePoolSize(count);
        } else {
            pool.setCorePoolSize(count);
            pool.setMaximumPoolSize(count);
        }
    }

    /** Sends what is kept back; the next ones leave as usual. */
    public synchronized void recover() {
        plans.values().stream().map(DeliveryPlan::release).flatMap(List::stream).forEach(this::dispatch);
        plans.clear();
    }

    /** Tries again at once what waits for its next try or was delayed. */
    public synchronized void redeliverNow() {
        List<Delivery> all = new ArrayList<>(waiting);
        waiting.clear();
        all.sort(Comparator.comparing(Delivery::due));
        all.forEach(this::submit);
    }

    /**
     * Sends an event once more, whatever became of it.
     *
     * @return false when no delivery of that id is known
     */
    public synchronized boolean resend(String id) {
        return history.stream()
                .filter(delivery -> delivery.id().equals(id))
                .findFirst()
                .map(delivery -> send(delivery.message()))
                .isPresent();
    }

    /** The last {@value #KEPT} deliveries, oldest first. */
    public synchronized List<Delivery> all() {
        return List.copyOf(history);
    }

    /** Nothing is under way and nothing ready to leave; delayed ones, held ones and later tries do not count. */
    public synchronized boolean idle() {
        return underWay == 0;
    }

    synchronized Delivery send(Message message) {
        Delivery delivery = new Delivery(message, clock.instant());
        remember(delivery);
        for (Delivery each : plan(message.vendor()).take(delivery)) {
            if (each != delivery) {
                remember(each);
            }
            dispatch(each);
        }
        return delivery;
    }

    private DeliveryPlan plan(String vendor) {
        return plans.computeIfAbsent(vendor, name -> new DeliveryPlan());
    }

    private void remember(Delivery delivery) {
        if (history.size() == KEPT) {
            history.removeFirst();
        }
        history.addLast(delivery);
    }

    private void dispatch(Delivery delivery) {
        if (delivery.due().isAfter(clock.instant())) {
            waiting.add(delivery);
        } else {
            submit(delivery);
        }
    }

    private void submit(Delivery delivery) {
        underWay++;
        pool.execute(() -> deliver(delivery));
    }

    private synchronized void sendDue() {
        while (!waiting.isEmpty() && !waiting.peek().due().isAfter(clock.instant())) {
            submit(waiting.remove());
        }
    }

    private void deliver(Delivery delivery) {
        int status = post(delivery.message());
        delivery.tried(status);
        boolean over = delivery.message().answered().test(status);
        synchronized (this) {
            underWay--;
            if (status / 100 == 2) {
                delivery.ended(State.DELIVERED);
            } else if (over || triedFor(delivery.attempts()).compareTo(GIVE_UP_AFTER) >= 0) {
                delivery.ended(State.GIVEN_UP);
            } else {
                delivery.dueAt(clock.instant().plus(gapAfter(delivery.attempts())));
                waiting.add(delivery);
            }
        }
    }

    static Duration gapAfter(int attempts) {
        return GAPS.get(Math.min(attempts, GAPS.size()) - 1);
    }

    private static Duration triedFor(int attempts) {
        Duration total = Duration.ZERO;
        for (int i = 1; i < attempts; i++) {
            total = total.plus(gapAfter(i));
        }
        return total;
    }

    private int post(Message message) {
        HttpRequest.Builder request = HttpRequest.newBuilder(message.url())
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofByteArray(message.body()));
        message.headers().get().forEach(request::setHeader);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        pool.shutdownNow();
    }
}
