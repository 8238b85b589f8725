package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.billing.OrderingGuard.Decision;
import com.ytempire.hub.billing.OrderingGuard.News;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One event against one state held: what the guard says, with a key and without. */
class OrderingGuardTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

    private static News news(long secondsLater, String status) {
        return new News("evt_m", AT.plusSeconds(secondsLater), status, false, true, false);
    }

    private static News incomplete(long secondsLater) {
        return new News("evt_m", AT.plusSeconds(secondsLater), "active", false, true, true);
    }

    private static News thin(long secondsLater) {
        return new News("evt_m", AT.plusSeconds(secondsLater), null, false, false, false);
    }

    private static News deletion(long secondsLater) {
        return new News("evt_m", AT.plusSeconds(secondsLater), null, true, true, false);
    }

    private static Held held(String eventId, String status) {
        return new Held(3, AT, eventId, status, false);
    }

    private static Held deleted() {
        return new Held(3, AT, "evt_a", null, true);
    }

    private static Decision subscription(Held held, News news, boolean canFetch) {
        return OrderingGuard.decide(MirrorKind.SUBSCRIPTION, held, news, canFetch);
    }

    private static Decision customer(Held held, News news, boolean canFetch) {
        return OrderingGuard.decide(MirrorKind.CUSTOMER, held, news, canFetch);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void takesTheFirstItHears(boolean canFetch) {
        assertThat(subscription(Held.NOTHING, news(0, "active"), canFetch)).isEqualTo(Decision.TAKE);
    }

    @ParameterizedTest
    @CsvSource({"1, true, TAKE", "1, false, TAKE", "-1, true, FETCH", "-1, false, KEEP", "0, true, FETCH"})
    void goesByTheSecondAndAsksWhenThatDoesNotTell(long secondsLater, boolean canFetch, Decision expected) {
        assertThat(subscription(held("evt_a", "canceled"), news(secondsLater, "active"), canFetch))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "incomplete, active, evt_z, TAKE_UNVERIFIED",
        "canceled, active, evt_a, KEEP_UNVERIFIED",
        "active, active, evt_a, TAKE_UNVERIFIED",
        "active, active, evt_z, KEEP_UNVERIFIED",
        "active, active, evt_m, KEEP",
        "active, a_status_of_next_year, evt_a, KEEP_UNVERIFIED",
    })
    void withoutAKeyOneSecondGoesByTheLifeCycleThenTheEventId(
            String heldStatus, String status, String heldEvent, Decision expected) {
        assertThat(subscription(held(heldEvent, heldStatus), news(0, status), false))
                .isEqualTo(expected);
    }

    @Test
    void aFetchedStateOfTheSameSecondIsKeptAgainstAnEquallyFarEvent() {
        assertThat(subscription(held(null, "active"), news(0, "active"), false)).isEqualTo(Decision.KEEP_UNVERIFIED);
    }

    @Test
    void fractionsOfASecondDoNotOrder() {
        Held fetched = new Held(1, AT.plusMillis(900), null, "active", false);
        assertThat(subscription(fetched, news(0, "active"), true)).isEqualTo(Decision.FETCH);
        assertThat(subscription(fetched, news(1, "active"), true)).isEqualTo(Decision.TAKE);
        News fractional = new News("evt_m", AT.plusMillis(900), "active", false, true, false);
        assertThat(subscription(held("evt_a", "active"), fractional, true)).isEqualTo(Decision.FETCH);
    }

    @ParameterizedTest
    @CsvSource({"-1, true, FETCH", "1, true, FETCH", "-1, false, IGNORE", "1, false, IGNORE"})
    void aThinEventSaysOnlyThatSomethingChanged(long secondsLater, boolean canFetch, Decision expected) {
        assertThat(subscription(Held.NOTHING, thin(secondsLater), canFetch)).isEqualTo(expected);
        assertThat(subscription(held("evt_a", "active"), thin(secondsLater), canFetch))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"-1, true, FETCH", "1, true, FETCH", "-1, false, KEEP", "1, false, TAKE"})
    void aPayloadThatLeavesSomethingOutIsCompletedWhereThatIsPossible(
            long secondsLater, boolean canFetch, Decision expected) {
        assertThat(subscription(held("evt_a", "active"), incomplete(secondsLater), canFetch))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"true, FETCH", "false, TAKE"})
    void andOfAnUnknownObjectAsWell(boolean canFetch, Decision expected) {
        assertThat(subscription(Held.NOTHING, incomplete(0), canFetch)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1, true, TAKE",
        "1, false, TAKE",
        "0, true, TAKE",
        "0, false, TAKE",
        "-1, true, FETCH",
        "-1, false, KEEP"
    })
    void aDeletionIsTheLastWordOfItsSecond(long secondsLater, boolean canFetch, Decision expected) {
        assertThat(customer(held("evt_z", null), deletion(secondsLater), canFetch))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aDeletionToldAfterItsObjectWasFoundGoneStillBringsTheLastState(boolean canFetch) {
        Held foundGone = new Held(2, AT.plusSeconds(60), null, null, true);
        assertThat(customer(foundGone, deletion(0), canFetch)).isEqualTo(Decision.TAKE);
        assertThat(customer(Held.NOTHING, deletion(0), canFetch)).isEqualTo(Decision.TAKE);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1"})
    void nothingOfItsSecondOrBeforeBringsADeletedObjectBack(long secondsLater) {
        assertThat(customer(deleted(), news(secondsLater, null), false)).isEqualTo(Decision.KEEP);
        assertThat(customer(deleted(), news(secondsLater, null), true)).isEqualTo(Decision.FETCH);
    }
}
