package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.billing.DunningCase.Failure;
import com.ytempire.hub.billing.DunningCase.Hold;
import com.ytempire.hub.billing.DunningCase.State;
import com.ytempire.hub.billing.DunningCase.Step;
import com.ytempire.hub.billing.DunningCase.Stepped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The plan of dunning alone, over thousands of stories of time, failures, cards and payments, next to a plain model. */
class DunningCasePropertiesTest {

    private static final Instant DAY_ZERO = Instant.parse("2026-03-01T10:00:00Z");
    private static final DunningSchedule SCHEDULE = new DunningSchedule(
            List.of(Duration.ofDays(3), Duration.ofDays(5), Duration.ofDays(7)), Duration.ofDays(7));

    /** What may happen next in a story. */
    private enum Happening {
        HOUR,
        DAY,
        WEEK_OF_SILENCE,
        SOFT_FAILURE,
        HARD_FAILURE,
        TO_CONFIRM,
        NEW_CARD,
        PAID
    }

    /** What was done to the customer, with the times. */
    private static final class Story {

        private Instant now = DAY_ZERO;
        private DunningCase progress =
                DunningCase.open(new Failure(DAY_ZERO, "insufficient_funds", null), DAY_ZERO, SCHEDULE);
        private int failures = 1;
        private final List<Instant> tries = new ArrayList<>();
        private Instant suspendedAt;

        void happens(Happening happening) {
            switch (happening) {
                case HOUR -> live(Duration.ofHours(1), Duration.ofHours(1));
                case DAY -> live(Duration.ofDays(1), Duration.ofMinutes(30));
                case WEEK_OF_SILENCE -> live(Duration.ofDays(7), Duration.ofDays(7)); // the hub is down
                case SOFT_FAILURE -> fails(null);
                case HARD_FAILURE -> fails(Hold.NEW_CARD);
                case TO_CONFIRM -> fails(Hold.AUTHENTICATION);
                case NEW_CARD -> {
                    if (progress.state() != State.ENDED) {
                        progress = progress.newCard();
                        assertThat(progress.hold()).isNull();
                    }
                }
                case PAID -> {
                    if (progress.state() != State.ENDED) {
                        progress = progress.ended("paid", now);
                    }
                }
            }
        }

        private void fails(Hold hold) {
            if (progress.state() != State.ENDED) {
                progress = progress.failed(new Failure(now, "code", hold), SCHEDULE);
                failures++;
            }
        }

        /** Time passes, and the hub looks every so often. */
        private void live(Duration time, Duration look) {
            Instant end = now.plus(time);
            while (now.isBefore(end)) {
                now = now.plus(look).isAfter(end) ? end : now.plus(look);
                while (isDue()) {
                    step();
                }
            }
        }

        private boolean isDue() {
            return progress.state() == State.OPEN && !progress.nextAt().isAfter(now);
        }

        private void step() {
            Hold hold = progress.hold();
            Stepped stepped = progress.step(now, SCHEDULE);
            progress = stepped.after();
            if (stepped.step() == Step.TRY) {
                assertThat(hold).as("what was refused for good is not tried").isNull();
                tries.add(now);
            } else if (stepped.step() == Step.SUSPEND) {
                suspendedAt = now;
            } else {
                assertThat(hold).isNotNull();
            }
        }
    }

    @Provide
    Arbitrary<List<Happening>> stories() {
        return Arbitraries.of(Happening.class).list().ofMinSize(1).ofMaxSize(60);
    }

    @Property(tries = 3000)
    void neverTooOftenNeverTooEarlyAndToAnEnd(@ForAll("stories") List<Happening> happenings) {
        Story story = new Story();
        happenings.forEach(story::happens);
        assertThat(story.progress.failures()).isEqualTo(story.failures);
        assertThat(story.tries).hasSizeLessThanOrEqualTo(SCHEDULE.slots());
        for (int number = 0; number < story.tries.size(); number++) {
            assertThat(story.tries.get(number))
                    .as("no try before its time")
                    .isAfterOrEqualTo(SCHEDULE.slotAt(DAY_ZERO, number));
            if (number > 0) {
                assertThat(story.tries.get(number))
                        .as("two tries are days apart")
                        .isAfter(story.tries.get(number - 1));
            }
        }
        if (story.suspendedAt != null) {
            assertThat(story.suspendedAt).isAfterOrEqualTo(SCHEDULE.suspensionAt(DAY_ZERO));
        }
        if (happenings.contains(Happening.PAID)) {
            assertThat(story.progress.state()).isEqualTo(State.ENDED);
            assertThat(story.progress.nextAt()).isNull();
        }
        if (story.progress.state() == State.OPEN) {
            assertThat(story.progress.nextAt())
                    .as("an open case always goes on")
                    .isAfter(story.now);
            assertThat(story.now).isBefore(DAY_ZERO.plus(Duration.ofDays(31)));
        }
    }

    /** Whoever never pays is suspended on day 22 exactly, whatever fails meanwhile. */
    @Property(tries = 500)
    void whoNeverPaysIsSuspendedOnDay22(@ForAll("failures") List<Happening> happenings) {
        Story story = new Story();
        for (int day = 1; day <= 21; day++) {
            if (day <= happenings.size()) {
                story.happens(happenings.get(day - 1));
            }
            story.happens(Happening.DAY);
        }
        assertThat(story.progress.state()).isEqualTo(State.OPEN);
        story.happens(Happening.DAY);
        assertThat(story.progress.state()).isEqualTo(State.SUSPENDED);
        assertThat(story.suspendedAt).isEqualTo(DAY_ZERO.plus(Duration.ofDays(22)));
    }

    @Provide
    Arbitrary<List<Happening>> failures() {
        return Arbitraries.of(Happening.SOFT_FAILURE, Happening.HARD_FAILURE, Happening.TO_CONFIRM, Happening.NEW_CARD)
                .list()
                .ofMaxSize(21);
    }

    @Test
    void theUsualPlan() {
        Story story = new Story();
        for (int day = 0; day < 22; day++) {
            int before = story.tries.size();
            story.happens(Happening.DAY);
            if (story.tries.size() > before) {
                story.happens(Happening.SOFT_FAILURE);
            }
        }
        assertThat(story.tries)
                .containsExactly(
                        DAY_ZERO.plus(Duration.ofDays(3)),
                        DAY_ZERO.plus(Duration.ofDays(8)),
                        DAY_ZERO.plus(Duration.ofDays(15)));
        assertThat(story.suspendedAt).isEqualTo(DAY_ZERO.plus(Duration.ofDays(22)));
    }

    @Test
    void afterALongSilenceThereIsATryBeforeTheSuspension() {
        Story story = new Story();
        for (int week = 0; week < 4; week++) {
            story.happens(Happening.WEEK_OF_SILENCE);
        }
        assertThat(story.tries).isNotEmpty();
        DunningCase late = DunningCase.open(new Failure(DAY_ZERO, "x", null), DAY_ZERO, SCHEDULE);
        Instant monthLater = DAY_ZERO.plus(Duration.ofDays(30));
        Stepped stepped = late.step(monthLater, SCHEDULE);
        assertThat(stepped.step()).isEqualTo(Step.TRY);
        assertThat(stepped.after().nextAt()).isEqualTo(monthLater.plus(DunningSchedule.LEAST_GRACE));
    }

    @Test
    void theMailFollowsTheFailures() {
        Failure soft = new Failure(DAY_ZERO, "insufficient_funds", null);
        DunningCase first = DunningCase.open(soft, DAY_ZERO, SCHEDULE);
        assertThat(first.mail(3)).isEqualTo("payment-reminder");
        DunningCase second = first.failed(soft, SCHEDULE);
        assertThat(second.mail(3)).isEqualTo("payment-update-request");
        assertThat(second.failed(soft, SCHEDULE).mail(3)).isEqualTo("suspension-warning");
        Failure hard = new Failure(DAY_ZERO, "lost_card", Hold.NEW_CARD);
        assertThat(DunningCase.open(hard, DAY_ZERO, SCHEDULE).mail(3)).isEqualTo("payment-update-request");
        Failure confirm = new Failure(DAY_ZERO, "authentication_required", Hold.AUTHENTICATION);
        assertThat(second.failed(confirm, SCHEDULE).mail(3)).isEqualTo("payment-action-required");
    }
}
