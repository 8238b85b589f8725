package com.ytempire.hub.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.StockVendor.Mood;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Licences: bought once per asset and size, ever, whoever asks how often; and what is refused pays nothing. */
class MediaLicenceIT extends LicenceHubIT {

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
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ofMillis(400)).on(VENDOR_PATH), 2);
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
        SANDBOX.faults().fail("shutterstock", Fault.rateLimit().on(VENDOR_PATH), 2);

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

        assertFieldRefused(answer, field);
    }

    @Test
    void anUnknownSizeIsRefused() {
        HttpResponse<String> answer = operatorPost(
                "/api/v1/media/licences", "{\"asset_id\": \"" + paidClip() + "\", \"size\": \"8k\", \"video\": \"v\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"field\":\"size\"", "hd, 4k, sd, web");
    }
}
