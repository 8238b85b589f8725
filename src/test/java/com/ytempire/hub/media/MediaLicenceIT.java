package com.ytempire.hub.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.StockVendor.Mood;
import com.ytempire.hub.spending.Prices;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Licences: bought once per asset and size, ever, whoever asks how often, and whatever gets lost on the way. */
class MediaLicenceIT extends MediaHubIT {

    private static final String PATH = "/shutterstock/v2/videos/licenses";

    /** An asset that costs money, as a search found it. */
    private JsonNode paidAsset(String type) {
        String query = unique("asset");
        SANDBOX.pexels().stock(query, 0);
        SANDBOX.pixabay().stock(query, 0);
        return search(type, query, "&high_value=true&count=1").path("items").path(0);
    }

    private String paidClip() {
        return paidAsset("videos").path("id").asText();
    }

    private static String vendorId(String asset) {
        return asset.replaceAll(".*_", "");
    }

    private static int sold(String asset) {
        return SANDBOX.shutterstock().licences(vendorId(asset)).size();
    }

    private HttpResponse<String> ask(String asset, String video) {
        return operatorPost(
                "/api/v1/media/licences", "{\"asset_id\": \"" + asset + "\", \"video\": \"" + video + "\"}");
    }

    private BigDecimal ledger(String video) {
        return jdbc.sql("select coalesce(sum(amount), 0) from spending.cost where video_id = :video")
                .param("video", video)
                .query(BigDecimal.class)
                .single();
    }

    private String attempts(String video) {
        return jdbc.sql("select coalesce(string_agg(state, ' ' order by created_at), '') from spending.attempt"
                        + " where video_id = :video")
                .param("video", video)
                .query(String.class)
                .single();
    }

    @Test
    void theSameRequestUnderOneKeyHasTheSameAnswer() {
        String asset = paidClip();
        String key = unique("key");
        String body = "{\"asset_id\": \"" + asset + "\", \"video\": \"" + unique("video") + "\"}";
        HttpRequest.Builder request = operator("/api/v1/media/licences")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        HttpResponse<String> first = send(request);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        HttpResponse<String> second = send(request);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void anAssetIsBoughtAndItsVideoCredited() {
        String asset = paidClip();
        String video = unique("video");

        HttpResponse<String> answer = ask(asset, video);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode licence = data(answer);
        assertThat(licence.path("size").asText()).isEqualTo("hd");
        assertThat(licence.path("cost").decimalValue()).isEqualByComparingTo("0.50");
        assertThat(licence.path("paid").decimalValue()).isEqualByComparingTo("0.50");
        assertThat(licence.path("currency").asText()).isEqualTo("usd");
        assertThat(licence.path("url").asText()).contains("/download/").doesNotContain("watermark");
        Instant until = Instant.parse(licence.path("url_until").asText());
        assertThat(until)
                .isBetween(
                        SANDBOX.clock().instant().plus(Duration.ofMinutes(479)),
                        SANDBOX.clock().instant().plus(Duration.ofMinutes(481)));
        assertThat(licence.path("credit").asText()).startsWith("Video by contributor 178456 / Shutterstock: https://");
        assertThat(ledger(video)).isEqualByComparingTo("0.50");
        assertThat(SANDBOX.shutterstock().licences(vendorId(asset)))
                .singleElement()
                .satisfies(sale -> assertThat(sale.size()).isEqualTo("hd"));
    }

    @Test
    void photosAreBoughtAsWell() {
        String asset = paidAsset("photos").path("id").asText();

        HttpResponse<String> answer = ask(asset, unique("video"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(data(answer).path("size").asText()).isEqualTo("huge");
        assertThat(SANDBOX.shutterstock().licences(vendorId(asset)))
                .singleElement()
                .satisfies(sale -> assertThat(sale.kind()).isEqualTo("image"));
    }

    @Test
    void whatIsFreeIsHadAtOnceAndCreditedToo() {
        String asset = search("videos", unique("free"), "")
                .path("items")
                .path(0)
                .path("id")
                .asText();
        String video = unique("video");
        int calls = SANDBOX.pexels().calls();

        HttpResponse<String> answer = ask(asset, video);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(data(answer).path("cost").decimalValue()).isZero();
        assertThat(data(answer).path("size").asText()).isEqualTo("original");
        assertThat(data(answer).path("credit").asText())
                .startsWith("Video by Ada Author on Pexels: https://www.pexels.com/video/");
        assertThat(SANDBOX.pexels().calls()).isEqualTo(calls);
        assertThat(ledger(video)).isZero();
    }

    @Test
    void anAssetIsBoughtOncePerSizeAndUsedOncePerVideo() {
        String asset = paidClip();
        String one = unique("video");
        String other = unique("video");
        assertThat(ask(asset, one).statusCode()).isEqualTo(201);

        assertThat(ask(asset, one).statusCode()).isEqualTo(200);
        HttpResponse<String> second = ask(asset, other);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(data(second).path("paid").decimalValue()).isZero();
        assertThat(data(second).path("cached").asBoolean()).isTrue();
        assertThat(ledger(other)).isZero();
        assertThat(sold(asset)).isEqualTo(1);

        HttpResponse<String> larger = operatorPost(
                "/api/v1/media/licences",
                "{\"asset_id\": \"" + asset + "\", \"size\": \"4k\", \"video\": \"" + one + "\"}");
        assertThat(larger.statusCode()).isEqualTo(201);
        assertThat(sold(asset)).isEqualTo(2);
        assertThat(data(operatorGet("/api/v1/media/licences?video=" + one))).hasSize(2);
        assertThat(data(operatorGet("/api/v1/media/licences?video=" + other)))
                .singleElement()
                .satisfies(line -> assertThat(line.path("credit").asText()).contains("Shutterstock"));
    }

    @Test
    void ofManyAtOnceOneBuys() throws Exception {
        String asset = paidClip();
        List<String> videos = List.of(unique("v"), unique("v"), unique("v"), unique("v"));
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ofMillis(400)).on(PATH), 2);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<Integer>> requests = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String video = videos.get(i % videos.size());
            requests.add(() -> ask(asset, video).statusCode());
        }

        List<Integer> statuses = new ArrayList<>();
        try {
            for (Future<Integer> answer : threads.invokeAll(requests)) {
                statuses.add(answer.get());
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(statuses).containsOnly(200, 201);
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(4);
        assertThat(sold(asset)).isEqualTo(1);
        assertThat(videos.stream().map(this::ledger).reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo("0.50");
        assertThat(jdbc.sql("select count(*) from media.licence_use join media.licence using (licence_no)"
                                + " where asset_id = :asset")
                        .param("asset", asset)
                        .query(Long.class)
                        .single())
                .isEqualTo(4);
    }

    @Test
    void aPurchaseThatIsOutCostsWhatWasReserved(@Autowired Prices prices) {
        String asset = paidClip();
        String video = unique("video");
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ZERO).on(PATH), 1); // the look-up
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ofMillis(700)).on(PATH), 1); // the purchase
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> ask(asset, video));
        await().atMost(Duration.ofSeconds(10)).until(() -> attempts(video).equals("sent"));
        try {
            prices.change("licences-shutterstock", today().toLocalDate(), new BigDecimal("0.80"), "ada");
            assertThat(data(answer.join()).path("paid").decimalValue()).isEqualByComparingTo("0.50");
        } finally {
            prices.change("licences-shutterstock", today().toLocalDate(), null, "ada");
        }
        assertThat(ledger(video)).isEqualByComparingTo("0.50");
        assertThat(jdbc.sql("select count(*) from spending.bound_correction where link = 'licences-shutterstock'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aPurchaseWhoseAnswerIsCutIsFoundAgainAndNotRepeated() {
        String asset = paidClip();
        String video = unique("video");
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ZERO).on(PATH), 1); // the look-up
        SANDBOX.faults().fail("shutterstock", Fault.cut().afterTheWork().on(PATH), 1); // the purchase

        HttpResponse<String> answer = ask(asset, video);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(data(answer).path("paid").decimalValue()).isEqualByComparingTo("0.50");
        assertThat(sold(asset)).isEqualTo(1);
        assertThat(ledger(video)).isEqualByComparingTo("0.50");
        assertThat(attempts(video)).isEqualTo("settled");
    }

    @Test
    void aSaleBehindAServerErrorIsFoundAgain() {
        String asset = paidClip();
        String video = unique("video");
        SANDBOX.shutterstock().always(Mood.SELLING_IN_SILENCE);

        assertThat(ask(asset, video).statusCode()).isEqualTo(201);
        assertThat(sold(asset)).isEqualTo(1);
        assertThat(ledger(video)).isEqualByComparingTo("0.50");
    }

    @Test
    void aPurchaseThatMayNotHaveArrivedIsNotRepeatedBeforeThatIsCertain() {
        String asset = paidClip();
        String video = unique("video");
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ZERO).on(PATH), 1);
        SANDBOX.faults().fail("shutterstock", Fault.cut().on(PATH), 1);

        HttpResponse<String> doubt = ask(asset, video);
        assertThat(doubt.statusCode()).isEqualTo(503);
        assertThat(doubt.body()).contains("licence_in_doubt");
        assertThat(doubt.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 121L);
        assertThat(ledger(video)).isEqualByComparingTo("0.50"); // booked until it is known
        assertThat(ask(asset, video).statusCode()).isEqualTo(503);
        assertThat(sold(asset)).isZero();

        SANDBOX.clock().advance(Duration.ofMinutes(3));
        assertThat(ask(asset, video).statusCode()).isEqualTo(201);
        assertThat(sold(asset)).isEqualTo(1);
        assertThat(ledger(video)).isEqualByComparingTo("0.50");
    }

    /** As a crash leaves them: the purchase went out, or was only written down, and the node is gone. */
    @ParameterizedTest
    @CsvSource({"sent, true", "sent, false", "booked, true", "booked, false", "released, true", "released, false"})
    void whatACrashHasLeftIsLookedUpFirst(String state, boolean sold) {
        String asset = paidClip();
        String video = unique("video");
        UUID attempt = UUID.randomUUID();
        Timestamp now = Timestamp.from(SANDBOX.clock().instant());
        if (sold) {
            SANDBOX.shutterstock().sell("video", vendorId(asset), "hd");
        }
        leaveAttempt(attempt, video, state, now);
        jdbc.sql("""
                        insert into media.licence (asset_id, size, state, claim, claimed_by, claimed_until, sent_at,
                                                   reservation, reserved_on, reserved_video, bound, created_at)
                        values (:asset, 'hd', 'open', 1, 'gone', now() - interval '1 second', :now, :attempt, :day, :video,
                                0.50, :now)
                        """)
                .param("asset", asset)
                .param("now", now)
                .param("attempt", attempt)
                .param("day", today())
                .param("video", video)
                .update();

        if (!sold) {
            assertThat(ask(asset, video).statusCode()).isEqualTo(503);
            SANDBOX.clock().advance(Duration.ofMinutes(3));
        }
        HttpResponse<String> answer = ask(asset, video);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(sold(asset)).isEqualTo(1);
        // one that was given back and never went out cannot have been paid for
        boolean soldByOthers = sold && state.equals("released");
        assertThat(ledger(video)).isEqualByComparingTo(soldByOthers ? "0" : "0.50");
    }

    private Date today() {
        return Date.valueOf(SANDBOX.clock().instant().atZone(ZoneOffset.UTC).toLocalDate());
    }

    private void leaveAttempt(UUID attempt, String video, String state, Timestamp now) {
        boolean booked = state.equals("booked");
        jdbc.sql("""
                        insert into spending.attempt (id, service, kind, operation, link, video_id, bound, business_date, state,
                                                      cost, node, lease_until, created_at)
                        values (:id, 'shutterstock', 'media', 'licence', 'licences-shutterstock', :video, 0.50, :day, :state,
                                :cost, 'gone', now() + interval '1 hour', :now)
                        """)
                .param("id", attempt)
                .param("video", video)
                .param("day", today())
                .param("state", state)
                .param("cost", booked ? new BigDecimal("0.50") : null)
                .param("now", now)
                .update();
        if (booked) {
            jdbc.sql("""
                            insert into spending.cost (attempt_id, service, kind, operation, video_id, units, unit, amount,
                                                       business_date, at)
                            values (:id, 'shutterstock', 'media', 'licence', :video, 1, 'call', 0.50, :day, :now)
                            """)
                    .param("id", attempt)
                    .param("video", video)
                    .param("day", today())
                    .param("now", now)
                    .update();
        }
        String column = booked ? "spent" : "reserved";
        if (!state.equals("released")) {
            jdbc.sql("""
                            insert into spending.budget as b (scope, key, %1$s)
                            values ('video', :video, 0.50), ('day', :day, 0.50), ('month', :month, 0.50)
                            on conflict (scope, key) do update set %1$s = b.%1$s + 0.50
                            """.formatted(column))
                    .param("video", video)
                    .param("day", today().toString())
                    .param("month", today().toString().substring(0, 7))
                    .update();
        }
    }

    @Test
    void aLivingNodeIsWaitedForAndNotRobbed() {
        String asset = paidClip();
        jdbc.sql("""
                        insert into media.licence (asset_id, size, state, claim, claimed_by, claimed_until, created_at)
                        values (:asset, 'hd', 'open', 1, 'another', now() + interval '1 hour', now())
                        """).param("asset", asset).update();

        CompletableFuture<HttpResponse<String>> asked =
                CompletableFuture.supplyAsync(() -> ask(asset, unique("video")));
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            SANDBOX.clock().advance(Duration.ofSeconds(5)); // of the twenty it waits
            return asked.isDone();
        });
        HttpResponse<String> answer = asked.join();

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(sold(asset)).isZero();
        assertThat(answer.body()).contains("licence_pending");
    }

    @Test
    void whatTheAccountHasAlreadyIsNotBought() {
        String asset = paidClip();
        String video = unique("video");
        SANDBOX.shutterstock().sell("video", vendorId(asset), "hd");

        HttpResponse<String> answer = ask(asset, video);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(data(answer).path("paid").decimalValue()).isZero();
        assertThat(data(answer).path("url").asText()).contains("/download/");
        assertThat(sold(asset)).isEqualTo(1);
        assertThat(ledger(video)).isZero();
    }

    @Test
    void theAddressOfAFileIsRenewedAfterItsEndForNothing() {
        String asset = paidClip();
        String video = unique("video");
        String first = data(ask(asset, video)).path("url").asText();
        SANDBOX.clock().advance(Duration.ofHours(9));

        JsonNode again = data(ask(asset, video));

        assertThat(again.path("url").asText()).isNotEqualTo(first).contains("/download/");
        assertThat(again.path("paid").decimalValue()).isZero();
        assertThat(again.path("cost").decimalValue()).isEqualByComparingTo("0.50");
        assertThat(sold(asset)).isEqualTo(1);
        assertThat(ledger(video)).isEqualByComparingTo("0.50");
    }

    @Test
    void withoutBudgetNothingIsBought() {
        String asset = paidClip();
        String video = unique("video");
        jdbc.sql("insert into spending.budget (scope, key, spent) values ('video', :video, 2.60)")
                .param("video", video)
                .update();

        HttpResponse<String> answer = ask(asset, video);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("budget_exhausted", "\"limit\":\"video\"");
        assertThat(sold(asset)).isZero();
        assertThat(ledger(video)).isZero();
        assertThat(data(operatorGet("/api/v1/media/licences?video=" + video))).isEmpty();
        assertThat(ask(asset, unique("video")).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "UNFUNDED, 503, unfunded",
        "REFUSING, 422, licence_refused",
        "WRONG_KEY, 503, authentication",
        "BAD_REQUEST, 502, refused_by_provider",
        "HTML, 503, unavailable",
        "NO_LIST, 503, unavailable",
        "OVERLOADED, 503, unavailable"
    })
    void eachFailureIsToldApartAndPaysNothing(Mood mood, int status, String told) {
        String asset = paidClip();
        String video = unique("video");
        SANDBOX.shutterstock().always(mood);

        HttpResponse<String> answer = ask(asset, video);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(told).doesNotContain("shutterstock_sandbox");
        assertThat(sold(asset)).isZero();
        assertThat(ledger(video)).isZero();
        assertThat(jdbc.sql("select count(*) from spending.attempt where video_id = :video and state <> 'released'")
                        .param("video", video)
                        .query(Long.class)
                        .single())
                .isZero();
        allIsWell();
        assertThat(ask(asset, video).statusCode()).isEqualTo(201);
        assertThat(sold(asset)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unfunded", "authentication"})
    void aLinkThatCannotBuyIsNotAskedAgain(String why) {
        String free = search("photos", unique("x"), "")
                .path("items")
                .path(0)
                .path("id")
                .asText();
        String paid = paidClip();
        SANDBOX.shutterstock().always(why.equals("unfunded") ? Mood.UNFUNDED : Mood.WRONG_KEY);
        ask(paid, unique("video"));
        int calls = SANDBOX.shutterstock().calls();

        HttpResponse<String> answer = ask(paid, unique("video"));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"reason\":\"" + why + "\"");
        assertThat(SANDBOX.shutterstock().calls()).isEqualTo(calls);
        assertThat(ask(free, unique("video")).statusCode()).isEqualTo(201); // what is free goes on
    }

    @Test
    void aRateLimitIsWaitedFor() {
        String asset = paidClip();
        SANDBOX.faults().fail("shutterstock", Fault.rateLimit().on(PATH), 2);

        assertThat(ask(asset, unique("video")).statusCode()).isEqualTo(201);
        assertThat(sold(asset)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"video\": \"v\"}|asset_id",
                "{\"asset_id\": \"shutterstock_1\"}|video",
                "{\"asset_id\": \"shutterstock_1\", \"video\": \"v\"}|asset_id",
                "{\"asset_id\": \" \", \"video\": \"v\"}|asset_id"
            })
    void aWrongRequestIsRefusedByItsField(String body, String field) {
        HttpResponse<String> answer = operatorPost("/api/v1/media/licences", body);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
    }

    @Test
    void anUnknownSizeIsRefused() {
        HttpResponse<String> answer = operatorPost(
                "/api/v1/media/licences", "{\"asset_id\": \"" + paidClip() + "\", \"size\": \"8k\", \"video\": \"v\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"field\":\"size\"", "hd, 4k, sd, web");
    }
}
