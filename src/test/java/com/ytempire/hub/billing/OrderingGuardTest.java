package com.ytempire.hub.billing;

import static com.ytempire.hub.billing.OrderingGuard.Decision.FETCH;
import static com.ytempire.hub.billing.OrderingGuard.Decision.IGNORE;
import static com.ytempire.hub.billing.OrderingGuard.Decision.KEEP;
import static com.ytempire.hub.billing.OrderingGuard.Decision.KEEP_UNVERIFIED;
import static com.ytempire.hub.billing.OrderingGuard.Decision.TAKE;
import static com.ytempire.hub.billing.OrderingGuard.Decision.TAKE_UNVERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.billing.OrderingGuard.Decision;
import com.ytempire.hub.billing.OrderingGuard.News;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OrderingGuardTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final boolean KEY = true;
    private static final boolean NO_KEY = false;

    private static Held held(String eventId, String status) {
        return new Held(3, NOON, eventId, status, false);
    }

    private static final Held DELETED = new Held(3, NOON, "evt_5", "active", true);

    private static News news(int secondsLater, String eventId, String status) {
        return new News(eventId, NOON.plusSeconds(secondsLater), status, false, true, false);
    }

    private static Decision decide(Held held, News news, boolean key) {
        return OrderingGuard.decide(MirrorKind.SUBSCRIPTION, held, news, key);
    }

    @ParameterizedTest(name = "{0} s later: {1} with a key, {2} without")
    @CsvSource({"-1, FETCH, KEEP", "0, FETCH, TAKE_UNVERIFIED", "1, TAKE, TAKE"})
    void whatIsNotNewerIsAskedOfStripe(int secondsLater, Decision withKey, Decision withoutKey) {
        News news = news(secondsLater, "evt_6", "active");
        assertThat(decide(held("evt_5", "active"), news, KEY)).isEqualTo(withKey);
        assertThat(decide(held("evt_5", "active"), news, NO_KEY)).isEqualTo(withoutKey);
    }

    @Test
    void theFirstStateIsTaken() {
        assertThat(decide(Held.NOTHING, news(0, "evt_1", "active"), KEY)).isEqualTo(TAKE);
        assertThat(decide(Held.NOTHING, news(0, "evt_1", "active"), NO_KEY)).isEqualTo(TAKE);
    }

    @Test
    void aFetchedStateCountsByTheSecondAsWell() {
        Held fetched = new Held(3, NOON.plusMillis(700), null, "active", false);
        assertThat(decide(fetched, news(0, "evt_9", "canceled"), KEY)).isEqualTo(FETCH);
        assertThat(decide(fetched, news(1, "evt_9", "canceled"), KEY)).isEqualTo(TAKE);
    }

    @ParameterizedTest(name = "{0} of {1} against {2} of {3}")
    @CsvSource({
        "evt_9, incomplete, evt_1, active, KEEP_UNVERIFIED",
        "evt_1, canceled, evt_9, active, TAKE_UNVERIFIED",
        "evt_1, active, evt_9, active, KEEP_UNVERIFIED",
        "evt_9, active, evt_1, active, TAKE_UNVERIFIED",
        "evt_9, a status of next year, evt_1, active, KEEP_UNVERIFIED"
    })
    void withinASecondTheLaterPartOfTheLifeWinsThenTheHigherId(
            String newId, String newStatus, String heldId, String heldStatus, Decision expected) {
        assertThat(decide(held(heldId, heldStatus), news(0, newId, newStatus), NO_KEY))
                .isEqualTo(expected);
    }

    @Test
    void theSameEventAgainLeavesNoDoubt() {
        assertThat(decide(held("evt_5", "active"), news(0, "evt_5", "active"), NO_KEY))
                .isEqualTo(KEEP);
    }

    @Test
    void aThinEventIsAskedForOrIgnored() {
        News thin = new News("evt_6", NOON.plusSeconds(9), null, false, false, false);
        assertThat(decide(held("evt_5", "active"), thin, KEY)).isEqualTo(FETCH);
        assertThat(decide(Held.NOTHING, thin, NO_KEY)).isEqualTo(IGNORE);
    }

    @Test
    void aPayloadThatMayLackSomethingIsAskedForWhenThatIsPossible() {
        News incomplete = new News("evt_6", NOON.plusSeconds(9), "active", false, true, true);
        assertThat(decide(held("evt_5", "active"), incomplete, KEY)).isEqualTo(FETCH);
        assertThat(decide(held("evt_5", "active"), incomplete, NO_KEY)).isEqualTo(TAKE);
    }

    @Test
    void nothingFollowsADeletion() {
        News deletion = new News("evt_1", NOON, "active", true, true, false);
        for (boolean key : new boolean[] {KEY, NO_KEY}) {
            assertThat(decide(held("evt_5", "active"), deletion, key)).isEqualTo(TAKE);
            assertThat(decide(Held.NOTHING, deletion, key)).isEqualTo(TAKE);
            assertThat(decide(new Held(4, NOON.plusSeconds(60), null, null, true), deletion, key))
                    .as("found gone before the deletion was told")
                    .isEqualTo(TAKE);
        }
        assertThat(decide(DELETED, news(0, "evt_9", "canceled"), NO_KEY)).isEqualTo(KEEP);
        assertThat(decide(DELETED, news(-1, "evt_9", "canceled"), NO_KEY)).isEqualTo(KEEP);
    }

    @ParameterizedTest
    @EnumSource(MirrorKind.class)
    void aDeletedObjectHasComeFarthestInEveryLife(MirrorKind kind) {
        assertThat(kind.rank(null, true)).isGreaterThan(kind.rank("canceled", false));
        assertThat(kind.rank(null, true)).isGreaterThan(kind.rank(null, false));
    }

    @Test
    void anyTwoEventsOfOneSecondEndAlikeInBothOrders() {
        String[] states = {"incomplete", "active", "canceled"};
        for (String one : states) {
            for (String other : states) {
                Decision oneFirst = decide(held("evt_1", one), news(0, "evt_2", other), NO_KEY);
                Decision otherFirst = decide(held("evt_2", other), news(0, "evt_1", one), NO_KEY);
                assertThat(oneFirst == TAKE_UNVERIFIED)
                        .as("%s and %s", one, other)
                        .isEqualTo(otherFirst == KEEP_UNVERIFIED);
            }
        }
    }
}
