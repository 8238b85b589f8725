package com.ytempire.hub.billing;

import static com.ytempire.hub.billing.MirrorEvents.START;
import static com.ytempire.hub.billing.MirrorEvents.answer;
import static com.ytempire.hub.billing.MirrorEvents.model;
import static com.ytempire.hub.billing.MirrorEvents.snapshot;
import static com.ytempire.hub.billing.MirrorEvents.thin;
import static com.ytempire.hub.billing.MirrorEvents.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.model.Customer;
import com.stripe.model.Subscription;
import com.ytempire.hub.TestDatabase;
import com.ytempire.hub.billing.MirrorWorker.Answer;
import com.ytempire.hub.webhooks.ClaimedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Any order, with any duplicates, of an object's events ends in the same mirror, with a key and without; and however
 * many threads apply them, the state never goes backwards. Prepare and apply are those of the hub, on a real
 * PostgreSQL; Stripe is an object that is asked for its present state.
 */
class MirrorOrderIT {

    private static final List<String> VERSIONS =
            List.of("2020-08-27", "2023-10-16", "2024-12-18.acacia", "2025-03-31.basil");
    private static final List<String> LIFE_CYCLE = List.of(
            "incomplete", "trialing", "active", "past_due", "unpaid", "paused", "incomplete_expired", "canceled");
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static String url;
    private static MirrorWorker worker;

    @BeforeContainer
    static void openDatabase() {
        url = TestDatabase.server().freshDatabase();
        worker = new MirrorWorker(url);
    }

    @AfterContainer
    static void closeDatabase() {
        worker.close();
    }

    /** Every event at least once, some again; half of the orders are any, half nearly the right one. */
    private static List<ClaimedEvent> shuffled(List<ClaimedEvent> events, long seed) {
        Random random = new Random(seed);
        List<ClaimedEvent> order = new ArrayList<>(events);
        events.stream().filter(event -> random.nextInt(3) == 0).forEach(order::add);
        Collections.shuffle(order, random);
        if (random.nextBoolean()) {
            order.sort(Comparator.comparing(ClaimedEvent::createdAt)); // leaves those of one second as they are
        }
        return order;
    }

    // ---- subscriptions

    /**
     * A change of the subscription.
     *
     * @param later seconds since the change before; 0 puts both into one second
     * @param twin whether a thin event tells of it as well
     */
    private record Step(int later, String status, int quantity, boolean cancelling, String version, boolean twin) {}

    @Provide
    Arbitrary<List<Step>> stories() {
        return Combinators.combine(
                        Arbitraries.of(0, 0, 1, 7),
                        Arbitraries.of(LIFE_CYCLE),
                        Arbitraries.integers().between(1, 9),
                        Arbitraries.of(true, false),
                        Arbitraries.of(VERSIONS),
                        Arbitraries.of(true, false))
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(14);
    }

    private static String subscription(String id, Step step, String version) {
        boolean basil = version.compareTo("2025-03-31") >= 0;
        String period = "\"current_period_start\":1772359200,\"current_period_end\":1775037600";
        return """
                {"id":"%s","object":"subscription","customer":"cus_1","created":1772359200,"status":"%s",
                 "cancel_at_period_end":%s%s,
                 "items":{"object":"list","data":[{"id":"si_1","quantity":%d%s,
                   "plan":{"id":"price_1","amount":9700,"currency":"usd"},
                   "price":{"id":"price_1","unit_amount":9700,"currency":"usd"}}]}}""".formatted(
                        id,
                        step.status(),
                        step.cancelling(),
                        basil ? ",\"currency\":\"usd\"" : "," + period,
                        step.quantity(),
                        basil ? "," + period : "");
    }

    private static List<ClaimedEvent> told(String subscription, List<Step> story) {
        List<ClaimedEvent> events = new ArrayList<>();
        Instant at = START;
        for (Step step : story) {
            at = at.plusSeconds(step.later());
            events.add(snapshot(
                    NUMBERS.incrementAndGet(),
                    unique("evt"),
                    "customer.subscription.updated",
                    at,
                    step.version(),
                    subscription(subscription, step, step.version())));
        }
        return events;
    }

    @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
    void withAKeyEveryOrderEndsInWhatStripeHolds(@ForAll("stories") List<Step> story, @ForAll long seed) {
        String id = unique("sub");
        Step last = story.get(story.size() - 1);
        List<ClaimedEvent> events = told(id, story);
        List<ClaimedEvent> all = new ArrayList<>(events);
        for (int i = 0; i < story.size(); i++) {
            if (story.get(i).twin()) {
                all.add(thin(events.get(i), NUMBERS.incrementAndGet(), id, "subscription"));
            }
        }
        Answer stripe = answer(
                subscription(id, last, "2025-03-31.basil"),
                Subscription.class,
                events.get(events.size() - 1).createdAt().plusSeconds(60));
        StripeMirror mirror = worker.mirror(true);
        shuffled(all, seed).forEach(event -> worker.handle(mirror, event, stripe));
        assertThat(worker.row(
                        "subscription",
                        id,
                        "status, quantity, cancel_at_period_end, customer, price, unit_amount, currency, verified,"
                                + " deleted_at, extract(epoch from current_period_end)::bigint as period_end"))
                .containsEntry("status", last.status())
                .containsEntry("quantity", (long) last.quantity())
                .containsEntry("cancel_at_period_end", last.cancelling())
                .containsEntry("customer", "cus_1")
                .containsEntry("price", "price_1")
                .containsEntry("unit_amount", 9700L)
                .containsEntry("currency", "usd")
                .containsEntry("verified", true)
                .containsEntry("deleted_at", null)
                .containsEntry("period_end", 1775037600L);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
    void withoutAKeyEveryOrderEndsInTheLatestSecondsFarthestState(
            @ForAll("stories") List<Step> story, @ForAll long seed) {
        String id = unique("sub");
        List<ClaimedEvent> events = told(id, story);
        StripeMirror mirror = worker.mirror(false);
        shuffled(events, seed)
                .forEach(event -> worker.handle(mirror, event, (same, change) -> {
                    throw new AssertionError("nobody can be asked");
                }));
        Instant end = events.get(events.size() - 1).createdAt();
        List<Integer> ofLastSecond = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).createdAt().equals(end)) {
                ofLastSecond.add(i);
            }
        }
        int winner = ofLastSecond.stream()
                .max(Comparator.<Integer>comparingInt(
                                i -> LIFE_CYCLE.indexOf(story.get(i).status()))
                        .thenComparing(i -> events.get(i).eventId()))
                .orElseThrow();
        assertThat(worker.row(
                        "subscription",
                        id,
                        "status, quantity, cancel_at_period_end, verified, state_event_id, deleted_at"))
                .containsEntry("status", story.get(winner).status())
                .containsEntry("quantity", (long) story.get(winner).quantity())
                .containsEntry("cancel_at_period_end", story.get(winner).cancelling())
                .containsEntry("verified", ofLastSecond.size() == 1)
                .containsEntry("state_event_id", events.get(winner).eventId())
                .containsEntry("deleted_at", null);
    }

    // ---- what is deleted

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void aDeletedCustomerStaysDeletedWithItsLastState(@ForAll boolean withKey, @ForAll long seed) {
        String id = unique("cus");
        List<ClaimedEvent> events = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            // the last update and the deletion fall into one second
            Instant at = START.plusSeconds(Math.min(i, 4));
            String type = i == 0 ? "customer.created" : i == 5 ? "customer.deleted" : "customer.updated";
            events.add(snapshot(
                    NUMBERS.incrementAndGet(),
                    unique("evt"),
                    type,
                    at,
                    "2023-10-16",
                    "{\"id\":\"%s\",\"object\":\"customer\",\"name\":\"state %d\"}".formatted(id, i)));
        }
        Answer stripe = goneSince(id, START.plusSeconds(60));
        StripeMirror mirror = worker.mirror(withKey);
        shuffled(events, seed).forEach(event -> worker.handle(mirror, event, stripe));
        assertThat(deleted(id))
                .containsEntry("name", "state 5")
                .containsEntry("verified", true)
                .containsEntry("state_event_id", events.get(5).eventId())
                .containsEntry("gone", START.plusSeconds(4).getEpochSecond())
                .containsEntry("as_of", START.plusSeconds(4).getEpochSecond());
    }

    @Provide
    Arbitrary<List<Integer>> ordersOfFive() {
        return Arbitraries.shuffle(0, 1, 2, 3, 4);
    }

    /** Thin and in full, the update as well as the deletion; the thin ones act only when Stripe can be asked. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void aDeletionToldTwiceEndsTheSameInEveryOrder(
            @ForAll("ordersOfFive") List<Integer> order, @ForAll boolean withKey, @ForAll boolean linked) {
        String id = unique("cus");
        List<ClaimedEvent> events = new ArrayList<>();
        for (String type : List.of("customer.created", "customer.updated", "customer.deleted")) {
            events.add(customerEvent(id, type, START.plusSeconds(events.size())));
        }
        for (ClaimedEvent inFull : events.subList(1, 3).toArray(ClaimedEvent[]::new)) {
            // one that does not say which event it is the twin of counts as a change of its own
            ClaimedEvent twin = linked ? inFull : customerEvent(id, inFull.type(), inFull.createdAt());
            events.add(thin(twin, NUMBERS.incrementAndGet(), id, "customer"));
        }
        StripeMirror mirror = worker.mirror(withKey);
        order.forEach(i -> worker.handle(mirror, events.get(i), goneSince(id, START.plusSeconds(60))));
        assertThat(deleted(id))
                .containsEntry("name", "customer.deleted")
                .containsEntry("verified", true)
                .containsEntry("state_event_id", events.get(2).eventId())
                .containsEntry("gone", START.plusSeconds(2).getEpochSecond())
                .containsEntry("as_of", START.plusSeconds(2).getEpochSecond());
    }

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void aDeletionToldOnlyThinIsKnownSinceThenInEveryOrder(@ForAll long seed) {
        String id = unique("cus");
        List<ClaimedEvent> events = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            events.add(customerEvent(id, i == 0 ? "customer.created" : "customer.updated", START.plusSeconds(i)));
        }
        ClaimedEvent inFull = customerEvent(id, "customer.deleted", START.plusSeconds(4));
        events.add(thin(inFull, NUMBERS.incrementAndGet(), id, "customer"));
        StripeMirror mirror = worker.mirror(true);
        shuffled(events, seed).forEach(event -> worker.handle(mirror, event, goneSince(id, START.plusSeconds(60))));
        assertThat(deleted(id))
                .containsEntry("verified", true)
                .containsEntry("state_event_id", null)
                .containsEntry("gone", START.plusSeconds(4).getEpochSecond())
                .containsEntry("as_of", START.plusSeconds(4).getEpochSecond());
    }

    /** Its name tells which event it is of. */
    private static ClaimedEvent customerEvent(String id, String type, Instant at) {
        return snapshot(
                NUMBERS.incrementAndGet(),
                unique("evt"),
                type,
                at,
                "2023-10-16",
                "{\"id\":\"%s\",\"object\":\"customer\",\"name\":\"%s\"}".formatted(id, type));
    }

    private static Answer goneSince(String id, Instant date) {
        return answer("{\"id\":\"%s\",\"object\":\"customer\",\"deleted\":true}".formatted(id), Customer.class, date);
    }

    private static Map<String, Object> deleted(String id) {
        return worker.row(
                "customer",
                id,
                "name, verified, state_event_id, extract(epoch from deleted_at)::bigint as gone,"
                        + " extract(epoch from state_at)::bigint as as_of");
    }

    // ---- several threads

    /** As if nothing kept the object's events apart: each thread takes any of them. */
    @Example
    void threadsNeverTurnTheStateBack() throws Exception {
        worker.jdbc.sql("""
                        create function never_back() returns trigger language plpgsql as $$
                        begin
                            if new.quantity < old.quantity then raise 'back from % to %', old.quantity, new.quantity;
                            end if;
                            return new;
                        end $$
                        """).update();
        worker.jdbc
                .sql("create trigger never_back before update on billing.subscription"
                        + " for each row when (new.id like 'sub_raced%') execute function never_back()")
                .update();
        int changes = 200;
        String id = unique("sub_raced");
        BlockingQueue<ClaimedEvent> waiting = new LinkedBlockingQueue<>();
        AtomicReference<Step> atStripe = new AtomicReference<>();
        AtomicReference<Instant> stripesClock = new AtomicReference<>(START);
        Answer stripe = (mirror, change) -> {
            Instant date = stripesClock.get(); // as an answer's date: not later than its state
            String json = subscription(id, atStripe.get(), "2025-03-31.basil");
            return mirror.fetched(model(json, Subscription.class), date, change);
        };
        ExecutorService threads = Executors.newFixedThreadPool(7);
        try {
            List<Future<?>> done = new ArrayList<>();
            done.add(threads.submit(() -> {
                Random random = new Random(7);
                List<ClaimedEvent> late = new ArrayList<>();
                for (int i = 1; i <= changes; i++) {
                    Step step = new Step(0, "active", i, false, VERSIONS.get(i % VERSIONS.size()), false);
                    stripesClock.updateAndGet(now -> now.plusSeconds(random.nextInt(2)));
                    atStripe.set(step);
                    late.add(told(id, stripesClock.get(), step));
                    Collections.shuffle(late, random);
                    waiting.add(late.size() > 5 || i > changes - 10 ? late.remove(0) : late.get(0));
                }
                waiting.addAll(late);
            }));
            for (int i = 0; i < 6; i++) {
                done.add(threads.submit(() -> {
                    try (MirrorWorker own = new MirrorWorker(url)) {
                        StripeMirror mirror = own.mirror(true);
                        ClaimedEvent event;
                        while ((event = waiting.poll(1, TimeUnit.SECONDS)) != null) {
                            own.handle(mirror, event, stripe);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : done) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(worker.row("subscription", id, "quantity, verified"))
                .containsEntry("quantity", (long) changes)
                .containsEntry("verified", true);
    }

    private static ClaimedEvent told(String subscription, Instant at, Step step) {
        return snapshot(
                NUMBERS.incrementAndGet(),
                unique("evt"),
                "customer.subscription.updated",
                at,
                step.version(),
                subscription(subscription, step, step.version()));
    }
}
