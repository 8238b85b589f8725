package com.ytempire.hub.spending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.spending.Spend.Kind;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/** Reserve, send, settle: no limit is passed, no usable cent is lost. */
class SpendingIT extends HubIT {

    /** Of this test alone: what costs more than its bound raises those of its link. */
    private final String link = unique("link");

    @Autowired
    private Spending spending;

    @Autowired
    private Budgets budgets;

    @Autowired
    private Limits limits;

    @Autowired
    private Bounds bounds;

    @Autowired
    private SpendingSettings settings;

    @Autowired
    private SpendingJanitor janitor;

    @Autowired
    private Clock clock;

    @Autowired
    private NodeId node;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private BudgetConnection connection;

    private final List<BudgetWriter> writers = new ArrayList<>();

    @AfterEach
    void stopOtherHubs() throws InterruptedException {
        for (BudgetWriter writer : writers) {
            writer.stop();
        }
        jdbc.sql("delete from spending.changed_limit").update();
    }

    private Spend spend(Kind kind, String video, String bound) {
        return new Spend("openai", kind, "script", link, "a-model", video, null, false, new BigDecimal(bound));
    }

    private static Usage usage(String amount) {
        return new Usage(new BigDecimal(amount), new BigDecimal(100), "tokens");
    }

    private BigDecimal used(String scope, String key) {
        return jdbc.sql("select spent + reserved from spending.budget where scope = :scope and key = :key")
                .param("scope", scope)
                .param("key", key)
                .query(BigDecimal.class)
                .optional()
                .orElse(BigDecimal.ZERO);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** Another hub's writer on the same database: nothing is shared but that. */
    private Spending otherHub() {
        Budgets others = new Budgets(jdbc, limits, settings, clock, new NodeId(unique("node")));
        BudgetWriter writer = new BudgetWriter(changes -> others.apply(changes, transactions), settings);
        writers.add(writer);
        return new Spending(writer, bounds, clock, ZoneOffset.UTC);
    }

    private List<Boolean> together(int calls, List<Spending> hubs, Spend spend) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(calls);
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<Future<Boolean>> results = IntStream.range(0, calls)
                    .mapToObj(i -> callers.submit(() -> {
                        start.await();
                        try {
                            hubs.get(i % hubs.size()).reserve(spend);
                            return true;
                        } catch (BudgetRefused e) {
                            return false;
                        }
                    }))
                    .toList();
            start.countDown();
            List<Boolean> answers = new ArrayList<>();
            for (Future<Boolean> result : results) {
                answers.add(result.get(30, TimeUnit.SECONDS));
            }
            return answers;
        } finally {
            callers.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // kind, bound, how many fit into the limit of a video
        "TEXT, 0.0100, 40",
        "TEXT, 0.0130, 30",
        "SPEECH, 0.0050, 40",
        "IMAGE, 0.0400, 75",
        "IMAGE, 0.0401, 74"
    })
    void twoHundredCallsOnTwoHubsNeverPassALimitAndUseItUp(Kind kind, String bound, int fitting) throws Exception {
        String video = unique("video");

        List<Boolean> answers = together(200, List.of(spending, otherHub()), spend(kind, video, bound));

        assertThat(answers.stream().filter(answer -> answer).count()).isEqualTo(fitting);
        assertThat(used("video", video)).isEqualByComparingTo(new BigDecimal(bound).multiply(new BigDecimal(fitting)));
    }

    @Test
    void theDayAndTheMonthEndForAllVideosTogether() throws Exception {
        for (String scope : List.of("day", "month")) {
            String key = scope.equals("day")
                    ? today().toString()
                    : today().toString().substring(0, 7);
            BigDecimal limit = used(scope, key).add(new BigDecimal("1.000000"));
            setLimit(scope, limit);

            List<Boolean> answers = together(200, List.of(spending, otherHub()), spend(Kind.MEDIA, null, "0.03"));

            assertThat(answers.stream().filter(answer -> answer).count()).isEqualTo(33);
            assertThat(used(scope, key)).isEqualByComparingTo(limit.subtract(new BigDecimal("0.01")));
            jdbc.sql("delete from spending.changed_limit").update();
        }
    }

    private void setLimit(String name, BigDecimal amount) {
        assertThat(send(operator("/api/v1/spending/limits")
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString("{\"" + name + "\": " + amount.toPlainString() + "}")))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aSettlementNobodyWaitsForIsInForceForTheNextReservation() {
        String video = unique("video");
        for (int i = 0; i < 40; i++) {
            Reservation call = spending.reserveAndSend(spend(Kind.TEXT, video, "0.30"));
            spending.settleSoon(call, usage("0.0025"));
        }
        spending.reserve(spend(Kind.TEXT, video, "0.30"));
        assertThat(used("video_text", video)).isEqualByComparingTo("0.40");
        assertThat(jdbc.sql("select count(*) from spending.attempt where video_id = :video and state = 'settled'")
                        .param("video", video)
                        .query(Integer.class)
                        .single())
                .isEqualTo(40);
    }

    /** It is told in the log and harms nobody else's change. */
    @Test
    void aSettlementWithoutReservationHarmsNoOther() {
        Spend spend = spend(Kind.TEXT, unique("video"), "0.10");
        spending.settleSoon(new Reservation(UUID.randomUUID(), spend, today()), usage("0.05"));
        Reservation call = spending.reserve(spend);
        assertThat(used("video_text", spend.videoId())).isEqualByComparingTo("0.10");
        spending.release(call);
    }

    @Test
    void whatIsSettledBelowItsBoundCanBeSpentAgain() {
        String video = unique("video");
        Reservation first = spending.reserve(spend(Kind.TEXT, video, "0.40"));
        assertThatThrownBy(() -> spending.reserve(spend(Kind.TEXT, video, "0.000001")))
                .isInstanceOfSatisfying(
                        BudgetRefused.class,
                        refused -> assertThat(refused.limit()).isEqualTo("video_text"));

        spending.sending(first);
        spending.settle(first, usage("0.123456"));

        Reservation rest = spending.reserve(spend(Kind.TEXT, video, "0.276544"));
        assertThat(used("video_text", video)).isEqualByComparingTo("0.40");
        spending.release(rest);
        assertThat(used("video_text", video)).isEqualByComparingTo("0.123456");
        assertThat(operatorGet("/api/v1/spending/videos/" + video).body())
                .contains("\"total_cost\":0.123456", "\"breakdown\":{\"openai\":0.123456}");
    }

    @Test
    void aSecondSettlementOrReleaseChangesNothing() {
        String video = unique("video");
        Reservation call = spending.reserve(spend(Kind.IMAGE, video, "0.04"));
        spending.sending(call);
        spending.settle(call, usage("0.03"));

        spending.settle(call, usage("0.02"));
        spending.release(call);

        assertThat(used("video", video)).isEqualByComparingTo("0.03");
        assertThat(ledger(video)).isEqualByComparingTo("0.03");
    }

    /** No key of the ledger's table points to them: its check would cost more than the ledger's row. */
    @Test
    void whatTheLedgerTellsOfCannotBeTakenAway() {
        Reservation call = spending.reserve(spend(Kind.IMAGE, unique("video"), "0.04"));
        spending.sending(call);
        spending.settle(call, usage("0.03"));

        assertThatThrownBy(() -> jdbc.sql("delete from spending.attempt where id = :id")
                        .param("id", call.id())
                        .update())
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("attempts stay");
    }

    private BigDecimal ledger(String video) {
        return jdbc.sql("select coalesce(sum(amount), 0) from spending.cost where video_id = :video")
                .param("video", video)
                .query(BigDecimal.class)
                .single();
    }

    @Test
    void aCostAboveItsBoundIsBookedAllTheSame() {
        String video = unique("video");
        Reservation call = spending.reserve(spend(Kind.IMAGE, video, "2.99"));
        spending.sending(call);

        spending.settle(call, usage("3.50"));

        assertThat(ledger(video)).isEqualByComparingTo("3.50");
        assertThatThrownBy(() -> spending.reserve(spend(Kind.IMAGE, video, "0.01")))
                .isInstanceOf(BudgetRefused.class);
    }

    @Test
    void aCrashBeforeTheCallGivesBackAndOneAfterItBooksUntilTheUsageIsKnown() {
        String video = unique("video");
        Reservation neverSent = spending.reserve(spend(Kind.IMAGE, video, "1.00"));
        Reservation maybeSent = spending.reserve(spend(Kind.IMAGE, video, "0.50"));
        spending.sending(maybeSent);

        leaveBehind(neverSent, maybeSent);
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            List<BudgetChange> left = janitor.leftBehind();
            if (!left.isEmpty()) {
                janitor.clear(left);
            }
            return stateOf(maybeSent).equals("booked");
        });

        assertThat(stateOf(neverSent)).isEqualTo("released");
        assertThat(used("video", video)).isEqualByComparingTo("0.50");
        assertThat(ledger(video)).isEqualByComparingTo("0.50");
        assertThatThrownBy(() -> spending.sending(neverSent)).isInstanceOf(IllegalStateException.class);

        spending.settle(maybeSent, usage("0.20"));

        assertThat(used("video", video)).isEqualByComparingTo("0.20");
        assertThat(ledger(video)).isEqualByComparingTo("0.20");
    }

    private void leaveBehind(Reservation... reservations) {
        for (Reservation reservation : reservations) {
            jdbc.sql("update spending.attempt set node = 'a node that is gone', lease_until = now() - interval '1 s'"
                            + " where id = :id")
                    .param("id", reservation.id())
                    .update();
        }
    }

    private String stateOf(Reservation reservation) {
        return jdbc.sql("select state from spending.attempt where id = :id")
                .param("id", reservation.id())
                .query(String.class)
                .single();
    }

    @Test
    void aRestartedNodeClearsItsOwnAtOnce() {
        String video = unique("video");
        Reservation left = spending.reserve(spend(Kind.IMAGE, video, "1.00"));
        jdbc.sql("update spending.attempt set begun_at = now() - interval '1 hour' where id = :id")
                .param("id", left.id())
                .update();

        assertThat(janitor.leftBehind())
                .anySatisfy(change -> assertThat(change.reservation().id()).isEqualTo(left.id()));
        assertThat(node.value()).isNotBlank();
    }

    @Test
    void aboveTheSoftLimitOnlyTheCheapestTextIsMade() {
        setLimit("text_day", used("text_day", today().toString()));
        Spend dear = spend(Kind.TEXT, null, "0.02");

        assertThatThrownBy(() -> spending.reserve(dear)).isInstanceOf(BudgetRefused.class);
        Reservation cheap = spending.reserve(text("0.02", true).spend());
        spending.release(cheap);
    }

    @Test
    void aThresholdIsToldOnce() {
        String video = unique("video");
        SpendingSettings warning = new SpendingSettings(
                settings.limits(),
                Map.of("video", List.of(new BigDecimal("0.02"), new BigDecimal("0.05"))),
                settings.lease(),
                settings.batch(),
                settings.timeout(),
                settings.countedWithin());
        Budgets warned = new Budgets(jdbc, new Limits(warning, jdbc, clock), warning, clock, node);

        for (int i = 0; i < 4; i++) {
            Reservation call = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.01"), today());
            transactions.execute(status -> warned.apply(List.of(new BudgetChange.Reserve(call, false))));
            transactions.execute(status -> warned.apply(List.of(new BudgetChange.Settle(call, usage("0.01")))));
        }

        assertThat(jdbc.sql("select threshold from spending.warning where name = 'video' and key = :video")
                        .param("video", video)
                        .query(BigDecimal.class)
                        .list())
                .singleElement()
                .satisfies(threshold -> assertThat(threshold).isEqualByComparingTo("0.02"));
    }

    @Test
    void budgetsAlwaysEqualTheLedgerAndTheOpenCalls() throws Exception {
        Random random = new Random(7);
        List<String> videos =
                IntStream.range(0, 5).mapToObj(i -> unique("video")).toList();
        List<Spending> hubs = List.of(spending, otherHub());
        ExecutorService callers = Executors.newFixedThreadPool(16);
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Spending hub = hubs.get(i % 2);
            Spend spend = spend(
                    Kind.values()[random.nextInt(3)], videos.get(random.nextInt(5)), "0.0" + (1 + random.nextInt(9)));
            int end = random.nextInt(4);
            String cost = "0.0" + (1 + random.nextInt(9)) + "1";
            done.add(callers.submit(() -> live(hub, spend, end, cost)));
        }
        for (Future<?> each : done) {
            each.get(60, TimeUnit.SECONDS);
        }
        callers.shutdown();

        for (String video : videos) {
            BigDecimal open = jdbc.sql("select coalesce(sum(bound), 0) from spending.attempt"
                            + " where video_id = :video and state in ('reserved', 'sent')")
                    .param("video", video)
                    .query(BigDecimal.class)
                    .single();
            assertThat(used("video", video)).isEqualByComparingTo(ledger(video).add(open));
        }
    }

    private static void live(Spending hub, Spend spend, int end, String cost) {
        Reservation call;
        try {
            call = hub.reserve(spend);
        } catch (BudgetRefused e) {
            return;
        }
        if (end == 0) {
            hub.release(call);
        } else if (end == 1) {
            hub.sending(call);
            hub.settle(call, usage(cost));
        } else if (end == 2) {
            hub.sending(call);
        }
    }

    @Test
    void theBreakdownAddsUpToTheTotal() throws Exception {
        String video = unique("video");
        for (Kind kind : Kind.values()) {
            Reservation call = spending.reserve(spend(kind, video, "0.05"));
            spending.sending(call);
            spending.settle(call, usage("0.012345"));
        }

        var report = new ObjectMapper()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(operatorGet("/api/v1/spending").body())
                .path("data");
        for (String part : List.of("by_day", "by_service", "by_kind")) {
            BigDecimal sum = BigDecimal.ZERO;
            for (var amount : report.path(part)) {
                sum = sum.add(amount.decimalValue());
            }
            assertThat(sum).as(part).isEqualByComparingTo(report.path("total").decimalValue());
        }
        assertThat(report.path("currency").asText()).isEqualTo("usd");
    }

    @ParameterizedTest
    @CsvSource({"{\"moon\": 1}, moon", "{\"day\": -1}, day", "{\"day\": 1.0000001}, day"})
    void aWrongLimitIsRefusedByName(String body, String field) {
        var answer = send(operator("/api/v1/spending/limits")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));

        assertFieldRefused(answer, field);
    }

    @Test
    void anIdIsNeverReservedTwice() {
        String video = unique("video");
        Reservation call = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.04"), today());
        transactions.execute(status -> budgets.apply(List.of(new BudgetChange.Reserve(call, false))));

        assertThatThrownBy(() ->
                        transactions.execute(status -> budgets.apply(List.of(new BudgetChange.Reserve(call, false)))))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(used("video", video)).isEqualByComparingTo("0.04");
    }

    /** As calls on their way are written: together in one statement while they fit. */
    @Test
    void aBatchWithAnIdThatIsTakenLeavesNothingBehind() {
        String video = unique("video");
        Reservation call = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.04"), today());
        Reservation next = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.01"), today());
        assertThat(reserve(call)).containsOnlyNulls();

        assertThatThrownBy(() -> reserve(next, call)).isInstanceOf(DuplicateKeyException.class);
        assertThat(used("video", video)).isEqualByComparingTo("0.04");

        assertThat(reserve(next)).containsOnlyNulls();
        assertThat(used("video", video)).isEqualByComparingTo("0.05");
    }

    /** What does not fit together is looked at one by one: no usable cent is lost. */
    @Test
    void ofABatchThatDoesNotFitWhatFitsIsReserved() {
        String video = unique("video");
        limits.change(Map.of("video", new BigDecimal("0.10")), "operator");
        Reservation large = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.08"), today());
        Reservation tooLarge = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.03"), today());
        Reservation small = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.02"), today());
        reserve(new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0"), today()));

        List<RuntimeException> refusals = reserve(large, tooLarge, small);

        assertThat(refusals.get(0)).isNull();
        assertThat(refusals.get(1)).isInstanceOf(BudgetRefused.class);
        assertThat(refusals.get(2)).isNull();
        assertThat(used("video", video)).isEqualByComparingTo("0.10");
        assertThat(jdbc.sql("select id from spending.attempt where video_id = :video and bound > 0")
                        .param("video", video)
                        .query(UUID.class)
                        .list())
                .containsExactlyInAnyOrder(large.id(), small.id());
    }

    /** One statement asks for both together; what one of them alone may pass must not be refused to it, nor given to both. */
    @Test
    void cheapestTextBesideDearerTextInOneBatchPassesTheSoftLimitAlone() {
        setLimit("text_day", used("text_day", today().toString()).add(new BigDecimal("0.01")));

        assertThat(reserve(text("0.01", false), text("0.02", true))).containsOnlyNulls();

        List<RuntimeException> refusals = reserve(text("0.02", true), text("0.01", false));
        assertThat(refusals.get(0)).isNull();
        assertThat(refusals.get(1)).isInstanceOf(BudgetRefused.class);

        refusals = reserve(text("0.01", false), text("0.02", true));
        assertThat(refusals.get(0)).isInstanceOf(BudgetRefused.class);
        assertThat(refusals.get(1)).isNull();
    }

    private Reservation text(String bound, boolean cheapest) {
        Spend spend = new Spend(
                "openai", Kind.TEXT, "script", "economy", "small", null, null, cheapest, new BigDecimal(bound));
        return new Reservation(UUID.randomUUID(), spend, today());
    }

    /** The straight way needs no transaction around it; what does not fit, or is new, takes the other one. */
    @Test
    void whatFitsTogetherIsReservedByOneStatement() {
        TransactionOperations none = new TransactionOperations() {
            @Override
            public <T> T execute(TransactionCallback<T> action) {
                throw new IllegalStateException("the long way");
            }
        };
        String video = unique("video");
        limits.change(Map.of("video", new BigDecimal("0.10")), "operator");
        Reservation first = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.02"), today());
        assertThatThrownBy(() -> reserve(none, first)).hasMessage("the long way");
        assertThat(reserve(first)).containsOnlyNulls();

        Reservation second = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.05"), today());
        Reservation third = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.03"), today());
        assertThat(reserve(none, second, third)).containsOnlyNulls();
        assertThat(used("video", video)).isEqualByComparingTo("0.10");

        Reservation over = new Reservation(UUID.randomUUID(), spend(Kind.IMAGE, video, "0.000001"), today());
        assertThatThrownBy(() -> reserve(none, over)).hasMessage("the long way");
        assertThat(reserve(over)).singleElement().isInstanceOf(BudgetRefused.class);
        assertThat(used("video", video)).isEqualByComparingTo("0.10");
    }

    private List<RuntimeException> reserve(Reservation... reservations) {
        return reserve(connection.transactions(), reservations);
    }

    private List<RuntimeException> reserve(TransactionOperations around, Reservation... reservations) {
        Budgets own = new Budgets(connection.jdbc(), limits, settings, clock, node);
        return own.apply(
                Arrays.stream(reservations)
                        .<BudgetChange>map(each -> new BudgetChange.Reserve(each, true))
                        .toList(),
                around);
    }
}
