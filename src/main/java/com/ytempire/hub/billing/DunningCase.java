package com.ytempire.hub.billing;

import java.time.Instant;

/**
 * How far dunning for one invoice has come. Every method answers the case as it is afterwards; nothing here knows a
 * clock or a database.
 *
 * @param failures attempts that failed, whoever made them
 * @param startedAt the first failure: day 0
 * @param hold what has to come before another try; null for nothing
 * @param slot the planned try that is next, from 0
 * @param nextAt when the hub has something to do; null while it waits for others
 * @param tries asked of Stripe by the hub
 * @param endReason null until it has ended
 */
record DunningCase(
        State state,
        int failures,
        Instant startedAt,
        Instant lastFailedAt,
        String declineCode,
        Hold hold,
        int slot,
        Instant nextAt,
        int tries,
        Instant suspendedAt,
        Instant endedAt,
        String endReason) {

    enum State {
        OPEN,
        SUSPENDED,
        ENDED
    }

    enum Hold {
        /** The card was declined for good: only another one helps. */
        NEW_CARD,
        /** The customer must prove who he is; without him every try would fail. */
        AUTHENTICATION
    }

    /** What is to be done when {@link #nextAt} has come. */
    enum Step {
        TRY,
        /** A try would be in vain: the customer is told how much time is left. */
        WARN,
        /** The time of a try that would be in vain has passed. */
        PASS,
        SUSPEND
    }

    /** A step, and the case after it. */
    record Stepped(Step step, DunningCase after) {}

    /**
     * A payment attempt that failed.
     *
     * @param hold what the decline asks for; null when a later try may succeed
     */
    record Failure(Instant at, String declineCode, Hold hold) {}

    /**
     * The first failure.
     *
     * @param schedule null when Stripe is the owner, who tries and ends by itself
     */
    static DunningCase open(Failure failure, Instant dayZero, DunningSchedule schedule) {
        DunningCase opened = new DunningCase(
                State.OPEN,
                1,
                dayZero,
                failure.at(),
                failure.declineCode(),
                failure.hold(),
                0,
                null,
                0,
                null,
                null,
                null);
        return schedule == null ? opened : opened.at(0, schedule);
    }

    /** A further failure: a planned try comes only after it, and never at a time that has passed. */
    DunningCase failed(Failure failure, DunningSchedule schedule) {
        Instant last = failure.at().isAfter(lastFailedAt) ? failure.at() : lastFailedAt;
        DunningCase failed = new DunningCase(
                state,
                failures + 1,
                startedAt,
                last,
                failure.declineCode(),
                failure.hold(),
                slot,
                nextAt,
                tries,
                suspendedAt,
                endedAt,
                endReason);
        boolean planned = schedule != null && state == State.OPEN && slot < schedule.slots();
        return planned ? failed.at(schedule.slotAfter(startedAt, slot, last), schedule) : failed;
    }

    /** What is due now; only for an open case whose {@link #nextAt} has come. */
    Stepped step(Instant now, DunningSchedule schedule) {
        if (slot >= schedule.slots()) {
            return new Stepped(Step.SUSPEND, suspended(now));
        }
        int next = Math.max(slot + 1, schedule.slotAfter(startedAt, slot, now));
        DunningCase after = at(next, schedule);
        if (hold != null) {
            return new Stepped(next == schedule.slots() ? Step.WARN : Step.PASS, after);
        }
        Instant least = now.plus(DunningSchedule.LEAST_GRACE);
        Instant at = after.nextAt().isBefore(least) ? least : after.nextAt();
        return new Stepped(Step.TRY, after.with(null, next, at, tries + 1));
    }

    private DunningCase at(int next, DunningSchedule schedule) {
        Instant at = next < schedule.slots() ? schedule.slotAt(startedAt, next) : schedule.suspensionAt(startedAt);
        return with(hold, next, at, tries);
    }

    /** Begins the plan where it stands now. */
    DunningCase planned(Instant now, DunningSchedule schedule) {
        return at(schedule.slotAfter(startedAt, slot, now), schedule);
    }

    /** Another card: it is tried at once, and what the old one lacked is forgotten. */
    DunningCase newCard() {
        return with(null, slot, nextAt, tries + 1);
    }

    /** One more try was asked of Stripe, beside the plan. */
    DunningCase withTry() {
        return with(hold, slot, nextAt, tries + 1);
    }

    /** Nothing happens before a time. */
    DunningCase postponed(Instant at) {
        return with(hold, slot, at, tries);
    }

    private DunningCase with(Hold newHold, int newSlot, Instant newNextAt, int newTries) {
        return new DunningCase(
                state,
                failures,
                startedAt,
                lastFailedAt,
                declineCode,
                newHold,
                newSlot,
                newNextAt,
                newTries,
                suspendedAt,
                endedAt,
                endReason);
    }

    DunningCase suspended(Instant now) {
        return closed(State.SUSPENDED, now, null, null);
    }

    DunningCase ended(String reason, Instant now) {
        return closed(State.ENDED, suspendedAt, now, reason);
    }

    private DunningCase closed(State newState, Instant newSuspendedAt, Instant newEndedAt, String reason) {
        return new DunningCase(
                newState,
                failures,
                startedAt,
                lastFailedAt,
                declineCode,
                hold,
                slot,
                null,
                tries,
                newSuspendedAt,
                newEndedAt,
                reason);
    }

    /** The mail that tells of the latest failure. */
    String mail(int suspensionWarningFrom) {
        if (hold == Hold.AUTHENTICATION) {
            return "payment-action-required";
        }
        if (failures >= suspensionWarningFrom) {
            return "suspension-warning";
        }
        return failures == 1 && hold == null ? "payment-reminder" : "payment-update-request";
    }
}
