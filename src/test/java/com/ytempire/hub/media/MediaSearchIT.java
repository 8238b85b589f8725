package com.ytempire.hub.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.SentRequest;
import com.ytempire.hub.sandbox.StockVendor;
import com.ytempire.hub.sandbox.StockVendor.Mood;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Stock: from the first vendor, filled up by the next, remembered for a day, and answered also when nobody is there. */
@ExtendWith(OutputCaptureExtension.class)
class MediaSearchIT extends MediaHubIT {

    @Autowired
    private StockStore store;

    private StockVendor vendor(String name) {
        return SANDBOX.stock().stream()
                .filter(vendor -> vendor.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private int calls() {
        return SANDBOX.stock().stream().mapToInt(StockVendor::calls).sum();
    }

    private void exhaust(String vendor, Duration window, long used) {
        Instant now = SANDBOX.clock().instant();
        Instant start = window.toDays() >= 30
                ? now.atZone(ZoneOffset.UTC)
                        .withDayOfMonth(1)
                        .truncatedTo(ChronoUnit.DAYS)
                        .toInstant()
                : Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), window.toSeconds()) * window.toSeconds());
        jdbc.sql("insert into spending.vendor_window (vendor, unit, window_start, seconds, used)"
                        + " values (:vendor, 'requests', :start, :seconds, :used)")
                .param("vendor", vendor)
                .param("start", Timestamp.from(start))
                .param("seconds", window.toSeconds())
                .param("used", used)
                .update();
    }

    @Test
    void theFirstVendorAnswersInTheOneShape() {
        JsonNode answer = search("videos", unique("waves"), "&video=v1");

        assertThat(links(answer)).isEqualTo("videos-pexels answered");
        assertThat(answer.path("found").asInt()).isEqualTo(10);
        assertThat(answer.path("degraded").asBoolean()).isFalse();
        assertThat(answer.path("cached").asBoolean()).isFalse();
        assertThat(answer.path("cost").decimalValue()).isZero();
        assertThat(answer.path("video").asText()).isEqualTo("v1");
        assertThat(answer.path("items")).hasSize(10).allSatisfy(item -> {
            assertThat(item.path("id").asText()).matches("pexels_\\d+");
            assertThat(item.path("url").asText()).matches(".*-(1920|1080)\\.mp4"); // HD: no stream, not the largest
            assertThat(Math.min(item.path("width").asInt(), item.path("height").asInt()))
                    .isEqualTo(1080);
            assertThat(item.path("thumbnail").asText()).endsWith(".jpeg");
            assertThat(item.path("duration").asInt()).isBetween(5, 60);
            assertThat(item.path("provider").asText()).isEqualTo("pexels");
            assertThat(item.path("author").asText()).isEqualTo("Ada Author");
            assertThat(item.path("licence").asText()).isEqualTo("Pexels License");
            assertThat(item.path("page").asText()).startsWith("https://www.pexels.com/video/");
            assertThat(item.path("paid").asBoolean()).isFalse();
        });
    }

    @Test
    void photosHaveTheSameShape() {
        SANDBOX.pexels().stock("lake", 1);
        SANDBOX.pixabay().stock("lake", 1);

        JsonNode answer = search("photos", "lake", "&count=3&high_value=true");

        assertThat(providers(answer)).containsExactly("pexels", "pixabay", "shutterstock");
        assertThat(answer.path("items")).allSatisfy(item -> {
            assertThat(item.path("id").asText()).contains("_photo_");
            assertThat(item.path("duration").isNull()).isTrue();
            assertThat(item.path("width").asInt()).isPositive();
            assertThat(item.path("url").asText()).isNotEmpty();
        });
        assertThat(answer.path("items").path(1).path("width").asInt()).isEqualTo(1280);
    }

    @Test
    void lengthAndOrientationAreKept() {
        JsonNode answer =
                search("videos", unique("city"), "&orientation=portrait&min_duration=10&max_duration=20&count=3");

        assertThat(answer.path("items")).isNotEmpty().allSatisfy(item -> {
            assertThat(item.path("duration").asInt()).isBetween(10, 20);
            assertThat(item.path("height").asInt())
                    .isGreaterThan(item.path("width").asInt());
        });
    }

    @Test
    void whatTheFirstVendorLacksTheNextFillsUp() {
        String query = unique("okapi");
        SANDBOX.pexels().stock(query, 2);

        JsonNode answer = search("videos", query, "");

        assertThat(links(answer)).isEqualTo("videos-pexels answered; videos-pixabay answered");
        assertThat(answer.path("found").asInt()).isEqualTo(10);
        assertThat(Collections.frequency(providers(answer), "pexels")).isEqualTo(1); // the other one is too short
        assertThat(answer.path("degraded").asBoolean()).isFalse();
    }

    @Test
    void onlyRequestsOfHighValueComeToWhatCostsMoney() {
        String query = unique("quetzal");
        SANDBOX.pexels().stock(query, 0);
        SANDBOX.pixabay().stock(query, 0);
        int calls = SANDBOX.shutterstock().calls();

        JsonNode usual = search("videos", query, "");
        assertThat(links(usual))
                .isEqualTo("videos-pexels answered; videos-pixabay answered; videos-shutterstock passed_over"
                        + " not_high_value; videos-kept passed_over nothing kept");
        assertThat(usual.path("found").asInt()).isZero();
        assertThat(usual.path("degraded").asBoolean()).isFalse();
        assertThat(SANDBOX.shutterstock().calls()).isEqualTo(calls);

        JsonNode valuable = search("videos", query, "&high_value=true");
        assertThat(providers(valuable)).hasSize(10).containsOnly("shutterstock");
        assertThat(valuable.path("items").path(0).path("paid").asBoolean()).isTrue();
        assertThat(valuable.path("items").path(0).path("url").asText()).contains("watermark");
    }

    @Test
    void theSameIsNotAskedAgainForADay() {
        String query = unique("reef");
        JsonNode first = search("videos", query, "&count=12");
        int calls = calls();

        JsonNode second = search("videos", query, "&count=12");
        assertThat(second.path("cached").asBoolean()).isTrue();
        assertThat(second.path("degraded").asBoolean()).isFalse();
        assertThat(second.path("items")).isEqualTo(first.path("items"));
        assertThat(links(second)).isEqualTo("videos-pexels cached");
        // other wishes about the same answer need no call either
        assertThat(search("videos", query, "&count=5&min_duration=20")
                        .path("found")
                        .asInt())
                .isEqualTo(5);
        assertThat(calls()).isEqualTo(calls);

        SANDBOX.clock().advance(Duration.ofHours(25));
        assertThat(search("videos", query, "&count=12").path("cached").asBoolean())
                .isFalse();
        assertThat(calls()).isEqualTo(calls + 1);
    }

    @ParameterizedTest
    @CsvSource({"pexels, PT1H, 200", "pexels, PT720H, 20000", "pixabay, PT1M, 100", "pixabay, PT1H, 5000"})
    void noRequestIsSentThatTheVendorWouldRefuse(String name, Duration window, long most) {
        exhaust(name, window, most);
        String query = unique("glacier");
        SANDBOX.pexels().stock(query, 0);
        int calls = vendor(name).calls();

        JsonNode answer = search("videos", query, "");

        assertThat(links(answer)).contains("videos-" + name + " passed_over vendor_limit");
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("reason").asText()).isEqualTo("vendor_limit");
        assertThat(vendor(name).calls()).isEqualTo(calls);
    }

    @Test
    void everyCallIsCountedInEveryWindow() {
        search("videos", unique("dune"), "");
        search("photos", unique("dune"), "");

        assertThat(jdbc.sql("select used from spending.vendor_window where vendor = 'pexels' order by seconds")
                        .query(Long.class)
                        .list())
                .containsExactly(2L, 2L);
        JsonNode quotas = data(operatorGet("/api/v1/providers/videos-pexels")).path("quotas");
        assertThat(quotas).hasSize(2);
        assertThat(quotas.path(0).path("most").asLong()).isEqualTo(200);
        assertThat(quotas.path(0).path("left").asLong()).isEqualTo(198);
    }

    @ParameterizedTest
    @CsvSource({
        "pexels, WRONG_KEY, authentication, 1",
        "pexels, OVERLOADED, unavailable, 3",
        "pexels, HTML, unavailable, 3",
        "pexels, NO_LIST, unavailable, 3",
        "pixabay, WRONG_KEY, authentication, 1",
        "pixabay, OVERLOADED, unavailable, 3",
        "pixabay, HTML, unavailable, 3",
        "pixabay, NO_LIST, unavailable, 3",
        "shutterstock, WRONG_KEY, authentication, 1",
        "shutterstock, OVERLOADED, unavailable, 3",
        "shutterstock, HTML, unavailable, 3",
        "shutterstock, NO_LIST, unavailable, 3"
    })
    void eachFailureIsToldApart(String name, Mood mood, String reason, int tries) {
        String query = unique("forest");
        SANDBOX.pexels().stock(query, 1);
        SANDBOX.pixabay().stock(query, 1);
        vendor(name).always(mood);

        JsonNode answer = search("videos", query, "&high_value=true&min_duration=0");

        JsonNode link = null;
        for (JsonNode one : answer.path("links")) {
            link = one.path("link").asText().equals("videos-" + name) ? one : link;
        }
        assertThat(link).isNotNull();
        assertThat(link.path("outcome").asText()).isEqualTo("failed");
        assertThat(link.path("reason").asText()).isEqualTo(reason);
        assertThat(link.path("tries").asInt()).isEqualTo(tries);
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("reason").asText()).isEqualTo(reason);
        assertThat(providers(answer)).isNotEmpty().doesNotContain(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pexels", "pixabay", "shutterstock"})
    void ourOwnMistakeEndsTheChainAndTellsWhatWasFound(String name) {
        String query = unique("canyon");
        SANDBOX.pexels().stock(query, 1);
        SANDBOX.pixabay().stock(query, 1);
        vendor(name).always(Mood.BAD_REQUEST);

        HttpResponse<String> answer = get("videos", query, "&high_value=true&min_duration=0");

        if (name.equals("pexels")) {
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("refused_by_provider");
        } else {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(links(data(answer))).endsWith("videos-" + name + " failed bad_request");
            assertThat(data(answer).path("reason").asText()).isEqualTo("bad_request");
        }
    }

    @Test
    void aRateLimitIsWaitedForWhenThereIsTime() {
        String query = unique("meadow");
        SANDBOX.pexels().stock(query, 0);
        SANDBOX.faults().fail("pixabay", Fault.rateLimit(), 1); // which says: one second

        JsonNode answer = search("videos", query, "");

        assertThat(links(answer)).startsWith("videos-pexels answered; videos-pixabay answered");
        assertThat(answer.path("links").path(1).path("tries").asInt()).isEqualTo(2);
    }

    @Test
    void aRateLimitThatLastsLongerGoesToTheNextVendorAtOnce() {
        SANDBOX.faults()
                .outage("pexels", Fault.rateLimit(), null); // without a word about how long: it counts by the hour
        // some of the hour must be left, or the wait would be short enough
        Instant now = SANDBOX.clock().instant();
        if (now.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1)).isBefore(now.plusSeconds(60))) {
            SANDBOX.clock().advance(Duration.ofMinutes(2));
        }

        JsonNode answer = search("videos", unique("fjord"), "");

        assertThat(links(answer)).isEqualTo("videos-pexels failed rate_limited; videos-pixabay answered");
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "slow"})
    void aVendorThatDoesNotAnswerIsLeftForTheNext(String how) {
        Fault fault = how.equals("cut") ? Fault.cut() : Fault.slow(Duration.ofSeconds(3));
        SANDBOX.faults().fail("pexels", fault, 3);

        JsonNode answer = search("videos", unique("harbour"), "");

        assertThat(links(answer))
                .isEqualTo("videos-pexels failed " + (how.equals("cut") ? "unavailable" : "timeout")
                        + "; videos-pixabay answered");
    }

    @Test
    void whenAllAreDownWhatWasFoundBeforeAnswers() {
        String query = unique("bridge");
        JsonNode before = search("videos", query, "");
        SANDBOX.clock().advance(Duration.ofDays(3));
        SANDBOX.stock().forEach(vendor -> vendor.always(Mood.OVERLOADED));

        JsonNode answer = search("videos", query, "");

        assertThat(links(answer))
                .isEqualTo("videos-pexels failed unavailable; videos-pixabay failed unavailable; videos-shutterstock"
                        + " passed_over not_high_value; videos-kept cached");
        assertThat(answer.path("items")).isEqualTo(before.path("items"));
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("reason").asText()).isEqualTo("unavailable");
    }

    @Test
    void whenNobodyAnswersAndNothingIsKeptTheAnswerIsEmptyAndSaysSoWithinASecond() {
        for (String link : List.of("videos-pexels", "videos-pixabay", "videos-shutterstock")) {
            operatorPost("/api/v1/providers/" + link + "/off", "");
        }

        JsonNode answer = search("videos", unique("nothing"), "&high_value=true");

        assertThat(answer.path("found").asInt()).isZero();
        assertThat(answer.path("degraded").asBoolean()).isTrue();
        assertThat(answer.path("reason").asText()).isEqualTo("off");
        assertThat(answer.path("millis").asLong()).isLessThan(1000);
    }

    @Test
    void aVendorThatFailsAgainAndAgainIsLeftAlone() {
        SANDBOX.pexels().always(Mood.OVERLOADED);
        search("videos", unique("a"), "");
        search("videos", unique("b"), "");
        int calls = SANDBOX.pexels().calls();

        JsonNode answer = search("videos", unique("c"), "");

        assertThat(links(answer)).startsWith("videos-pexels passed_over breaker; videos-pixabay answered");
        assertThat(SANDBOX.pexels().calls()).isEqualTo(calls);
        assertThat(answer.path("millis").asLong()).isLessThan(1000);
    }

    @Test
    void pixabaysKeyTravelsInTheQueryAndIsSeenNowhereElse(CapturedOutput output) {
        String query = unique("key");
        SANDBOX.pexels().stock(query, 0);
        SANDBOX.faults().fail("pixabay", Fault.cut(), 1);
        SANDBOX.pixabay().next(Mood.OVERLOADED, 1);

        JsonNode answer = search("videos", query, "");

        List<SentRequest> sent = SANDBOX.sent().to("pixabay");
        assertThat(sent.get(sent.size() - 1).query()).contains("key=pixabay_sandbox");
        assertThat(answer.toString()).doesNotContain("pixabay_sandbox");
        assertThat(operatorGet("/api/v1/providers").body()).doesNotContain("pixabay_sandbox");
        SANDBOX.pixabay().always(Mood.WRONG_KEY);
        assertThat(search("videos", query + " again", "").toString()).doesNotContain("pixabay_sandbox");
        assertThat(output.getAll()).doesNotContain("pixabay_sandbox");
    }

    @Test
    void aLongQueryInAnotherScriptFitsEveryVendor() {
        String query = "вулканы и люди которые живут рядом с ними уже много веков подряд";
        SANDBOX.pexels().stock(query, 0);

        assertThat(links(search("videos", query, ""))).isEqualTo("videos-pexels answered; videos-pixabay answered");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "videos?count=3|query",
                "videos?query=%20|query",
                "videos?query=x&count=0|count",
                "videos?query=x&count=1000|count",
                "videos?query=x&min_duration=-1|min_duration",
                "videos?query=x&min_duration=20&max_duration=10|max_duration",
                "videos?query=x&orientation=diagonal|orientation",
                "photos?query=x&orientation=diagonal|orientation",
                "photos?query=x&video=|video"
            })
    void aWrongRequestIsRefusedByItsField(String path, String field) {
        HttpResponse<String> answer = operatorGet("/api/v1/media/" + path);

        assertFieldRefused(answer, field);
    }

    @Test
    void queriesTooLongAreRefusedAndSoAreStrangers() {
        assertThat(get("videos", "x".repeat(101), "").statusCode()).isEqualTo(422);
        assertThat(send(request("/api/v1/media/videos?query=x").GET()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void whatIsOldIsForgottenButNotWhatIsLicensed() {
        String query = unique("old");
        String used =
                search("videos", query, "").path("items").path(0).path("id").asText();
        operatorPost("/api/v1/media/licences", "{\"asset_id\":\"" + used + "\",\"video\":\"" + unique("v") + "\"}");
        SANDBOX.clock().advance(Duration.ofDays(31));

        store.forgetOld();

        assertThat(jdbc.sql("select count(*) from media.search where found_at < :since")
                        .param("since", Timestamp.from(SANDBOX.clock().instant().minus(Duration.ofDays(30))))
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(jdbc.sql("select count(*) from media.asset where id = :id")
                        .param("id", used)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }
}
