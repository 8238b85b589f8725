package com.ytempire.hub.billing;

import static com.ytempire.hub.HubIT.unique;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** A generated year: what Stripe would tell, and beside it what happened, counted by itself. */
final class GeneratedYear {

    private static final ObjectMapper JSON = new ObjectMapper();

    static final YearMonth FIRST = YearMonth.of(2025, 1);

    /** One thing to be told, in whatever order. */
    record Telling(MirrorKind kind, ObjectNode object, Instant at) {}

    /** Money by an independent count. */
    record Flow(Instant at, String kind, boolean subscription, long amount, String customer) {}

    /** A subscription's worth a month from a time on. */
    record Worth(Instant at, String subscription, String customer, boolean active, long cents) {}

    final Random random;
    final String currency;
    final List<List<Telling>> lives = new ArrayList<>();
    final List<Flow> flows = new ArrayList<>();
    final List<Worth> worths = new ArrayList<>();

    GeneratedYear(long seed) {
        random = new Random(seed);
        currency = currency(random);
        for (int i = 0; i < 12; i++) {
            customer();
        }
    }

    private Instant someDay(YearMonth month) {
        return month.atDay(1 + random.nextInt(27))
                .atTime(random.nextInt(24), random.nextInt(60))
                .toInstant(ZoneOffset.UTC);
    }

    private void customer() {
        String customer = unique("cus");
        Instant begin = someDay(FIRST.plusMonths(random.nextInt(8)));
        Instant end = subscription(customer, begin);
        if (end != null && random.nextBoolean()) {
            subscription(customer, end.plus(Duration.ofDays(20)));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            Instant at = someDay(FIRST.plusMonths(random.nextInt(12)));
            money(customer, null, 500 + random.nextInt(5_000), at);
        }
    }

    /** @return when it ended; null when it lives on */
    private Instant subscription(String customer, Instant begin) {
        String id = unique("sub");
        boolean yearly = random.nextInt(4) == 0;
        boolean trial = random.nextInt(3) == 0;
        long cents = new long[] {9_700, 29_700, 79_700, 100_001}[random.nextInt(4)];
        Instant paid = trial ? begin.plus(Duration.ofDays(14)) : begin;
        Long trialEnd = trial ? paid.getEpochSecond() : null;
        List<Telling> life = new ArrayList<>();
        lives.add(life);
        if (trial) {
            life.add(state(id, customer, "trialing", cents, yearly, begin, trialEnd, null, begin));
        }
        life.add(state(id, customer, "active", cents, yearly, begin, trialEnd, null, paid));
        worths.add(new Worth(paid, id, customer, true, monthly(cents, yearly)));
        Instant at = paid;
        int periods = yearly ? 1 : 1 + random.nextInt(10);
        for (int i = 0; i < periods; i++) {
            money(customer, id, cents, at);
            if (random.nextInt(4) == 0) {
                cents = new long[] {9_700, 29_700, 79_700}[random.nextInt(3)];
                Instant changed = at.plus(Duration.ofDays(3));
                life.add(state(id, customer, "active", cents, yearly, begin, trialEnd, null, changed));
                worths.add(new Worth(changed, id, customer, true, monthly(cents, yearly)));
            }
            if (random.nextInt(6) == 0) {
                life.add(state(
                        id, customer, "past_due", cents, yearly, begin, trialEnd, null, at.plus(Duration.ofDays(5))));
            }
            at = at.plus(Duration.ofDays(yearly ? 365 : 30));
        }
        if (yearly || random.nextInt(3) == 0) {
            return null;
        }
        life.add(state(id, customer, "canceled", cents, false, begin, trialEnd, at, at));
        worths.add(new Worth(at, id, customer, false, 0));
        return at;
    }

    private static long monthly(long cents, boolean yearly) {
        return yearly ? Math.round(cents / 12.0) : cents;
    }

    private Telling state(
            String id,
            String customer,
            String status,
            long cents,
            boolean yearly,
            Instant begin,
            Long trialEnd,
            Instant ended,
            Instant at) {
        ObjectNode object = JSON.createObjectNode()
                .put("id", id)
                .put("object", "subscription")
                .put("customer", customer)
                .put("status", status)
                .put("currency", currency)
                .put("created", begin.getEpochSecond())
                .put("start_date", begin.getEpochSecond())
                .put("trial_end", trialEnd)
                .put("ended_at", ended == null ? null : ended.getEpochSecond());
        ObjectNode item = object.putObject("items").putArray("data").addObject().put("quantity", 1);
        ObjectNode price = item.putObject("price")
                .put("id", "price_" + cents)
                .put("currency", currency)
                .put("unit_amount", cents);
        price.putObject("recurring").put("interval", yearly ? "year" : "month").put("interval_count", 1);
        return new Telling(MirrorKind.SUBSCRIPTION, object, at);
    }

    /** A payment, with its invoice when it is of a subscription, and what may go back of it. */
    private void money(String customer, String subscription, long cents, Instant at) {
        String payment = unique("pi");
        lives.add(List.of(new Telling(
                MirrorKind.PAYMENT,
                JSON.createObjectNode()
                        .put("id", payment)
                        .put("object", "payment_intent")
                        .put("customer", customer)
                        .put("currency", currency)
                        .put("amount", cents)
                        .put("amount_received", cents)
                        .put("status", "succeeded")
                        .put("created", at.getEpochSecond()),
                at)));
        if (subscription != null) {
            ObjectNode invoice = JSON.createObjectNode()
                    .put("id", unique("in"))
                    .put("object", "invoice")
                    .put("customer", customer)
                    .put("subscription", subscription)
                    .put("payment_intent", payment)
                    .put("currency", currency)
                    .put("amount_paid", cents)
                    .put("status", "paid")
                    .put("created", at.getEpochSecond());
            invoice.putObject("status_transitions").put("paid_at", at.getEpochSecond());
            lives.add(List.of(new Telling(MirrorKind.INVOICE, invoice, at)));
        }
        flows.add(new Flow(at, "payment", subscription != null, cents, customer));
        int fate = random.nextInt(10);
        Instant later = at.plus(Duration.ofDays(9));
        if (fate < 2) {
            long back = fate == 0 ? cents : cents / 3;
            List<Telling> life = new ArrayList<>();
            life.add(refund(payment, back, "succeeded", unique("re"), later, later));
            flows.add(new Flow(later, "refund", subscription != null, back, customer));
            lives.add(life);
            if (random.nextBoolean()) { // it comes back from the bank, and counts again from then on
                String id = life.get(0).object().get("id").asText();
                Instant failed = later.plus(Duration.ofDays(30));
                life.add(refund(payment, back, "failed", id, later, failed));
                flows.add(new Flow(failed, "refund", subscription != null, -back, customer));
            }
        } else if (fate == 2) {
            boolean lost = random.nextBoolean();
            Instant closed = later.plus(Duration.ofDays(40));
            String id = unique("du");
            lives.add(List.of(
                    dispute(payment, cents, "needs_response", id, later),
                    dispute(payment, cents, lost ? "lost" : "won", id, closed)));
            if (lost) {
                flows.add(new Flow(closed, "dispute", subscription != null, cents, customer));
            }
        }
    }

    private Telling refund(String payment, long cents, String status, String id, Instant made, Instant at) {
        return new Telling(
                MirrorKind.REFUND,
                JSON.createObjectNode()
                        .put("id", id)
                        .put("object", "refund")
                        .put("payment_intent", payment)
                        .put("currency", currency)
                        .put("amount", cents)
                        .put("status", status)
                        .put("created", made.getEpochSecond()),
                at);
    }

    private Telling dispute(String payment, long cents, String status, String id, Instant at) {
        return new Telling(
                MirrorKind.DISPUTE,
                JSON.createObjectNode()
                        .put("id", id)
                        .put("object", "dispute")
                        .put("payment_intent", payment)
                        .put("currency", currency)
                        .put("amount", cents)
                        .put("status", status)
                        .put("created", at.getEpochSecond()),
                at);
    }

    /** Tells each life in its order and all of them in any, some things twice. Subscriptions come in time order. */
    void tell(Consumer<Telling> listener) {
        List<Telling> subscriptions = new ArrayList<>();
        List<List<Telling>> rest = new ArrayList<>();
        lives.forEach(life -> {
            if (life.get(0).kind() == MirrorKind.SUBSCRIPTION) {
                subscriptions.addAll(life);
            } else {
                rest.add(new ArrayList<>(life));
            }
        });
        subscriptions.sort((one, other) -> one.at().compareTo(other.at()));
        subscriptions.forEach(listener);
        Collections.shuffle(rest, random);
        while (!rest.isEmpty()) {
            List<Telling> life = rest.get(random.nextInt(rest.size()));
            Telling telling = life.get(0);
            listener.accept(telling);
            if (random.nextInt(5) > 0) {
                life.remove(0);
            }
            rest.removeIf(List::isEmpty);
        }
    }

    long sum(Period period, String kind, Boolean subscription) {
        return flows.stream()
                .filter(flow -> !flow.at().isBefore(period.start()) && flow.at().isBefore(period.end()))
                .filter(flow -> flow.kind().equals(kind))
                .filter(flow -> subscription == null || flow.subscription() == subscription)
                .mapToLong(Flow::amount)
                .sum();
    }

    long net(Period period, Boolean subscription) {
        return sum(period, "payment", subscription)
                - sum(period, "refund", subscription)
                - sum(period, "dispute", subscription);
    }

    Set<String> customers(Period period) {
        Set<String> customers = new HashSet<>();
        flows.stream()
                .filter(flow -> flow.kind().equals("payment"))
                .filter(flow -> !flow.at().isBefore(period.start()) && flow.at().isBefore(period.end()))
                .forEach(flow -> customers.add(flow.customer()));
        return customers;
    }

    long orders(Period period) {
        return flows.stream()
                .filter(flow -> flow.kind().equals("payment"))
                .filter(flow -> !flow.at().isBefore(period.start()) && flow.at().isBefore(period.end()))
                .count();
    }

    private Map<String, Worth> worthAt(Instant moment) {
        Map<String, Worth> last = new HashMap<>();
        worths.stream()
                .filter(worth -> worth.at().isBefore(moment))
                .sorted((one, other) -> one.at().compareTo(other.at()))
                .forEach(worth -> last.put(worth.subscription(), worth));
        return last;
    }

    long mrrAt(Instant moment) {
        return worthAt(moment).values().stream().mapToLong(Worth::cents).sum();
    }

    long activeAt(Instant moment) {
        return worthAt(moment).values().stream().filter(Worth::active).count();
    }

    long churned(Period period) {
        return worths.stream()
                .filter(worth -> !worth.active())
                .filter(worth ->
                        !worth.at().isBefore(period.start()) && worth.at().isBefore(period.end()))
                .count();
    }

    static String currency(Random random) {
        return "q" + (char) ('a' + random.nextInt(26)) + (char) ('a' + random.nextInt(26)) + random.nextInt(1_000_000);
    }
}
