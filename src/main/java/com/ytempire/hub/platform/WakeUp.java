package com.ytempire.hub.platform;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Tells one waiting thread of this node that there is something to do, so that it need not wait for its next look. */
public final class WakeUp {

    private final Semaphore raised = new Semaphore(0);
    private boolean planned;
    private boolean toldMeanwhile;

    /** Ends the wait that goes on or, when there is none, the next one. */
    public void raise() {
        if (raised.availablePermits() == 0) {
            raised.release();
        }
    }

    /** {@link #raise}, a while from now. What is told before that is raised one delay after it. */
    public synchronized void raiseIn(Duration delay) {
        if (planned) {
            toldMeanwhile = true;
        } else {
            planned = true;
            later(delay);
        }
    }

    private void later(Duration delay) {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> raiseNow(delay));
    }

    private synchronized void raiseNow(Duration delay) {
        planned = toldMeanwhile;
        toldMeanwhile = false;
        if (planned) {
            later(delay);
        }
        raise();
    }

    /** Returns at once when something has been told since the last call, else after the time-out. */
    void await(Duration timeout) throws InterruptedException {
        if (raised.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            raised.drainPermits();
        }
    }
}
