package com.ytempire.hub.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What is to happen to one vendor's next deliveries; not thread-safe, {@link Deliveries} locks it. */
final class DeliveryPlan {

    private int toDrop;
    private int toDelay;
    private Duration delay = Duration.ZERO;
    private int toDuplicate;
    private int copies;
    private int toHold;
    private long seed;
    private boolean shuffle;
    private final List<Delivery> held = new ArrayList<>();

    void drop(int count) {
        toDrop = count;
    }

    void delay(Duration by, int count) {
        delay = by;
        toDelay = count;
    }

    void duplicate(int moreCopies, int count) {
        copies = moreCopies;
        toDuplicate = count;
    }

    void permute(int count, long withSeed) {
        toHold = count;
        seed = withSeed;
        shuffle = true;
    }

    void hold() {
        toHold = Integer.MAX_VALUE;
        shuffle = false;
    }

    /** What waits for its turn; nothing is held from now on. */
    List<Delivery> release() {
        toHold = 0;
        return shuffled();
    }

    List<Delivery> releasePermuted(long withSeed) {
        seed = withSeed;
        shuffle = true;
        return release();
    }

    /**
     * Takes one new delivery in.
     *
     * @return what is to be sent now, with due times set
     */
    List<Delivery> take(Delivery delivery) {
        if (toDrop > 0) {
            toDrop--;
            delivery.dropped();
            return List.of();
        }
        if (toDelay > 0) {
            toDelay--;
            delivery.postpone(delay);
        }
        List<Delivery> all = new ArrayList<>(List.of(delivery));
        if (toDuplicate > 0) {
            toDuplicate--;
            for (int i = 0; i < copies; i++) {
                all.add(delivery.copy());
            }
        }
        if (toHold == 0) {
            return all;
        }
        held.addAll(all);
        if (--toHold > 0) {
            return List.of();
        }
        return shuffled();
    }

    private List<Delivery> shuffled() {
        List<Delivery> all = new ArrayList<>(held);
        held.clear();
        if (shuffle) {
            Collections.shuffle(all, new Random(seed));
            shuffle = false;
        }
        return all;
    }
}
