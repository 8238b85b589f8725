package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.youtube.QuotaRules.Cost;
import com.ytempire.hub.youtube.QuotaRules.Limit;
import com.ytempire.hub.youtube.QuotaState.BucketOf;
import com.ytempire.hub.youtube.QuotaState.Room;
import com.ytempire.hub.youtube.QuotaState.Share;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Days, rules and shares, whatever the figures. */
class QuotaRulesPropertiesTest {

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 21);
    private static final UUID CHANNEL = UUID.randomUUID();

    @Property
    void theResetIsTheFirstPacificMidnightAfterAnyMoment(
            @ForAll @LongRange(min = 1_700_000_000L, max = 1_900_000_000L) long second) {
        Instant now = Instant.ofEpochSecond(second);
        Instant reset = QuotaDays.reset(now, PACIFIC);
        assertThat(reset).isAfter(now).isBeforeOrEqualTo(now.plus(Duration.ofHours(25)));
        assertThat(reset.atZone(PACIFIC).toLocalTime()).isEqualTo(LocalTime.MIDNIGHT);
        assertThat(QuotaDays.day(reset, PACIFIC))
                .isEqualTo(QuotaDays.day(now, PACIFIC).plusDays(1));
        assertThat(QuotaDays.day(reset.minusMillis(1), PACIFIC)).isEqualTo(QuotaDays.day(now, PACIFIC));
    }

    @Example
    void daysOnWhichTheClocksChangeHaveTwentyThreeAndTwentyFiveHours() {
        assertThat(length("2026-03-08")).isEqualTo(Duration.ofHours(23));
        assertThat(length("2026-11-01")).isEqualTo(Duration.ofHours(25));
        assertThat(length("2026-11-21")).isEqualTo(Duration.ofHours(24));
    }

    @Example
    void anAnswerOfTheFirstMinuteMayBeAboutTheDayBefore() {
        assertThat(daysAt("2026-11-21T08:00:59Z").hasJustBegun()).isTrue();
        assertThat(daysAt("2026-11-21T08:01:00Z").hasJustBegun()).isFalse();
        assertThat(daysAt("2026-11-21T07:59:59Z").hasJustBegun()).isFalse();
    }

    private static QuotaDays daysAt(String time) {
        return new QuotaDays(
                Clock.fixed(Instant.parse(time), ZoneOffset.UTC),
                new QuotaSettings(PACIFIC, 70, 90, 80, Duration.ofHours(1), 90, Map.of(), Map.of()));
    }

    private static Duration length(String day) {
        Instant begin = LocalDate.parse(day).atStartOfDay(PACIFIC).toInstant();
        return Duration.between(begin, QuotaDays.reset(begin, PACIFIC));
    }

    private static Limit limit(int units, Map<String, Integer> shares) {
        return new Limit("general", "", LocalDate.of(2026, 1, 1), "project", units, shares);
    }

    private static Cost cost(int units, String use) {
        return new Cost("method-" + use + units, LocalDate.of(2026, 1, 1), "general", units, use);
    }

    @Property
    void sharesTogetherNeverExceedTheBucket(
            @ForAll @IntRange(max = 1_000_000) int units,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 100) Integer> percents) {
        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < percents.size(); i++) {
            shares.put("use" + i, percents.get(i));
        }
        int sum = percents.stream().mapToInt(Integer::intValue).sum();
        if (sum > 100) {
            assertThatThrownBy(() -> new QuotaRules(List.of(), List.of(limit(units, shares))))
                    .isInstanceOf(IllegalArgumentException.class);
        } else {
            Limit limit = new QuotaRules(List.of(), List.of(limit(units, shares))).limit("general", "any", DAY);
            assertThat(shares.keySet().stream().mapToInt(limit::share).sum()).isLessThanOrEqualTo(units);
        }
    }

    private static QuotaState state(QuotaRules rules, Map<String, Integer> taken, boolean spent, boolean released) {
        Map<Share, Integer> shares = new HashMap<>();
        taken.forEach((use, units) -> shares.put(new Share("project:p", "general", use), units));
        Set<BucketOf> bucket = Set.of(new BucketOf("project:p", "general"));
        return new QuotaState(rules, DAY, shares, spent ? bucket : Set.of(), released ? bucket : Set.of(), 80);
    }

    @Property
    void whatFitsStaysWithinItsShareAndTheEmergencyShareIsForAnOperatorsWord(
            @ForAll @IntRange(max = 10_000) int taken,
            @ForAll @IntRange(max = 500) int takenOfEmergency,
            @ForAll @IntRange(min = 1, max = 2_000) int needed,
            @ForAll boolean released,
            @ForAll boolean spent) {
        QuotaRules rules = new QuotaRules(
                List.of(cost(needed, "updates")),
                List.of(limit(10_000, Map.of("updates", 70, "metadata", 15, "analytics", 10, "emergency", 5))));
        Room room = state(rules, Map.of("updates", taken, "emergency", takenOfEmergency), spent, released)
                .room("p", CHANNEL, rules.costs());

        boolean own = taken + needed <= 7_000;
        boolean emergency = released && takenOfEmergency + needed <= 500;
        assertThat(room.fits()).isEqualTo(!spent && (own || emergency));
        assertThat(room.left()).isBetween(0.0, 1.0);
        if (room.fits()) {
            assertThat(room.parts())
                    .singleElement()
                    .satisfies(part -> assertThat(part.share().use()).isEqualTo(own ? "updates" : "emergency"));
        } else {
            assertThat(room.parts()).isEmpty();
        }
    }

    @Property
    void analyticsStopAtEightyPercentOfTheWholeBucket(@ForAll @IntRange(max = 9_000) int others) {
        QuotaRules rules = new QuotaRules(
                List.of(cost(1, "analytics")), List.of(limit(10_000, Map.of("updates", 90, "analytics", 10))));
        assertThat(state(rules, Map.of("updates", others), false, false)
                        .room("p", CHANNEL, rules.costs())
                        .fits())
                .isEqualTo(others < 8_000);
    }

    /** The price of before December 2025, in one bucket of each channel: a video costs 1,700. */
    @Property
    void withTheOldPriceAChannelAtNineThousandTakesNoVideo(@ForAll @IntRange(max = 10_000) int taken) {
        QuotaRules rules = new QuotaRules(
                List.of(cost(1_600, "uploads"), cost(50, "uploads"), cost(50, "uploads")),
                List.of(new Limit("general", "", DAY, "channel", 10_000, Map.of("uploads", 100))));
        QuotaState state = new QuotaState(
                rules,
                DAY,
                Map.of(new Share("channel:" + CHANNEL, "general", "uploads"), taken),
                Set.of(),
                Set.of(),
                80);
        Room room = state.room("p", CHANNEL, rules.costs());
        assertThat(room.fits()).isEqualTo(taken <= 8_300);
        assertThat(room.parts().stream().mapToInt(QuotaState.Part::units).sum()).isEqualTo(taken <= 8_300 ? 1_700 : 0);
    }

    @Property
    void theLatestRuleWhoseDateHasComeIsInForce(
            @ForAll @IntRange(max = 400) int first, @ForAll @IntRange(max = 400) int second) {
        LocalDate begin = LocalDate.of(2026, 1, 1);
        Cost one = new Cost("m", begin.plusDays(first), "general", 1, "updates");
        Cost two = new Cost("m", begin.plusDays(second), "general", 2, "updates");
        QuotaRules rules =
                new QuotaRules(List.of(one), List.of(limit(100, Map.of("updates", 100)))).with(List.of(two), List.of());
        LocalDate day = begin.plusDays(200);
        Cost expected = second == first ? two : first > second ? one : two;
        Cost other = expected == one ? two : one;
        if (expected.from().isAfter(day)) {
            expected = second == first ? two : other;
        }
        assertThat(rules.cost("m", day).units()).isEqualTo(expected.units());
    }
}
