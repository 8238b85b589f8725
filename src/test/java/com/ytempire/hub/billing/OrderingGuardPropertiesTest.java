package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.billing.OrderingGuard.News;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The rule alone, over thousands of stories: whatever the order, and however often an event comes, the end is the same.
 * {@code MirrorOrderIT} shows the same of the tables, over fewer.
 */
class OrderingGuardPropertiesTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    /** By the life cycle; what nobody knows comes first. */
    private static final List<String> STATUSES = List.of(
            "a_status_of_next_year",
            "incomplete",
            "trialing",
            "active",
            "past_due",
            "unpaid",
            "paused",
            "incomplete_expired",
            "canceled");

    /** What a reader sees: whose payload stands there; null for a state that was fetched. */
    private record Seen(String payload, boolean deleted, boolean verified) {}

    /** The mirror's row, and what the tables do with a decision. */
    private static final class Row {

        private Held held = Held.NOTHING;
        private String payload;
        private boolean verified;

        /** @param atVendor what a fetch would answer; null without a key */
        void handle(News news, News atVendor) {
            switch (OrderingGuard.decide(MirrorKind.SUBSCRIPTION, held, news, atVendor != null)) {
                case TAKE -> put(news, news.eventId(), news.createdAt(), true);
                case TAKE_UNVERIFIED -> put(news, news.eventId(), news.createdAt(), false);
                case KEEP_UNVERIFIED -> verified = false;
                case FETCH -> fetch(news, atVendor);
                case KEEP, IGNORE -> {}
            }
        }

        private void put(News state, String eventId, Instant at, boolean certain) {
            // an event has its own time, a fetch must not lead back
            boolean back =
                    eventId == null && !held.isNothing() && held.stateAt().isAfter(at);
            Instant stateAt = back ? held.stateAt() : at;
            held = new Held(held.version() + 1, stateAt, eventId, state.status(), state.deleted());
            payload = state.eventId();
            verified = certain;
        }

        /** An object found gone is gone since the event that tells so. */
        private void fetch(News news, News atVendor) {
            if (!atVendor.deleted()) {
                put(atVendor, null, atVendor.createdAt().plusSeconds(60), true);
            } else if (!held.deleted() || news.deleted() && held.isFoundGone()) {
                boolean told = news.deleted() && OrderingGuard.isLastWord(held, news.createdAt());
                Instant at = told ? news.createdAt() : atVendor.createdAt().plusSeconds(60);
                held = new Held(held.version() + 1, at, null, held.status(), true);
                verified = true;
            }
        }

        Seen seen() {
            return new Seen(payload, held.deleted(), verified);
        }
    }

    private record Step(int later, String status) {}

    /** 10 to 14 changes, oldest first, several within one second; the last may be the deletion. */
    @Provide
    Arbitrary<List<News>> stories() {
        Arbitrary<List<Step>> steps = Combinators.combine(Arbitraries.of(0, 0, 1, 7), Arbitraries.of(STATUSES))
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(14);
        return Combinators.combine(steps, Arbitraries.of(true, false), Arbitraries.longs())
                .as(OrderingGuardPropertiesTest::story);
    }

    private static List<News> story(List<Step> steps, boolean deletedAtTheEnd, long seed) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 10; i < 10 + steps.size(); i++) {
            ids.add(i);
        }
        Collections.shuffle(ids, new Random(seed)); // an event's id says nothing about its time
        List<News> story = new ArrayList<>();
        Instant at = START;
        for (int i = 0; i < steps.size(); i++) {
            at = at.plusSeconds(steps.get(i).later());
            boolean deletion = deletedAtTheEnd && i == steps.size() - 1;
            story.add(new News("evt_" + ids.get(i), at, steps.get(i).status(), deletion, true, false));
        }
        return story;
    }

    /** Every event at least once, some again, in an order drawn from the seed. */
    private static List<News> shuffled(List<News> events, long seed) {
        Random random = new Random(seed);
        List<News> order = new ArrayList<>(events);
        events.stream().filter(event -> random.nextInt(3) == 0).forEach(order::add);
        Collections.shuffle(order, random);
        return order;
    }

    private static Row told(List<News> order, News atVendor) {
        Row row = new Row();
        order.forEach(event -> row.handle(event, atVendor));
        return row;
    }

    @Property(tries = 5000)
    void withoutAKeyTheLastSecondsFarthestStateStands(@ForAll("stories") List<News> story, @ForAll long seed) {
        Instant end = story.get(story.size() - 1).createdAt();
        List<News> ofLastSecond =
                story.stream().filter(event -> event.createdAt().equals(end)).toList();
        News winner = ofLastSecond.stream()
                .max(Comparator.comparing(News::deleted)
                        .thenComparing(event -> STATUSES.indexOf(event.status()))
                        .thenComparing(News::eventId))
                .orElseThrow();
        assertThat(told(shuffled(story, seed), null).seen())
                .isEqualTo(new Seen(winner.eventId(), winner.deleted(), winner.deleted() || ofLastSecond.size() == 1));
    }

    @Property(tries = 5000)
    void withoutAKeyTwoOrdersHoldTheSameToTheLastField(
            @ForAll("stories") List<News> story, @ForAll long seed, @ForAll long otherSeed) {
        Held one = told(shuffled(story, seed), null).held;
        Held other = told(shuffled(story, otherSeed), null).held;
        assertThat(one)
                .usingRecursiveComparison()
                .ignoringFields("version") // it counts the changes
                .isEqualTo(other);
    }

    @Property(tries = 5000)
    void withAKeyWhatTheVendorHoldsStands(@ForAll("stories") List<News> story, @ForAll long seed) {
        News last = story.get(story.size() - 1);
        assertThat(told(shuffled(story, seed), last).seen()).isEqualTo(new Seen(last.eventId(), last.deleted(), true));
    }

    @Property(tries = 5000)
    void aDeletionToldThinAndInFullHoldsTheSameToTheLastField(
            @ForAll("stories") List<News> story, @ForAll long seed, @ForAll long otherSeed) {
        News last = story.get(story.size() - 1);
        Assume.that(last.deleted());
        List<News> withThin = withThin(story);
        assertThat(told(shuffled(withThin, seed), last).held)
                .usingRecursiveComparison()
                .ignoringFields("version") // it counts the changes
                .isEqualTo(told(shuffled(withThin, otherSeed), last).held);
    }

    private static List<News> withThin(List<News> story) {
        List<News> withThin = new ArrayList<>(story);
        story.forEach(event -> withThin.add(
                new News(event.eventId() + "_thin", event.createdAt(), null, event.deleted(), false, false)));
        return withThin;
    }

    @Property(tries = 5000)
    void thinEventsBesideThemChangeNothing(@ForAll("stories") List<News> story, @ForAll long seed) {
        News last = story.get(story.size() - 1);
        List<News> withThin = withThin(story);
        assertThat(told(shuffled(withThin, seed), last).seen())
                .isEqualTo(new Seen(last.eventId(), last.deleted(), true));
        assertThat(told(shuffled(withThin, seed), null).seen())
                .isEqualTo(told(story, null).seen());
    }
}
