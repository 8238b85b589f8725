package com.ytempire.hub.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.StockVendor.Mood;
import com.ytempire.hub.spending.Prices;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Licences whose purchase was cut off, or left behind by a crash: what may have been bought is never bought again. */
class MediaLicenceLostIT extends LicenceHubIT {

    private String attempts(String video) {
        return jdbc.sql("select coalesce(string_agg(state, ' ' order by created_at), '') from spending.attempt"
                        + " where video_id = :video")
                .param("video", video)
                .query(String.class)
                .single();
    }

    @Test
    void aPurchaseThatIsOutCostsWhatWasReserved(@Autowired Prices prices) {
        String asset = paidClip();
        String video = unique("video");
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ZERO).on(VENDOR_PATH), 1); // the look-up
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ofMillis(700)).on(VENDOR_PATH), 1); // the purchase
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
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ZERO).on(VENDOR_PATH), 1); // the look-up
        SANDBOX.faults().fail("shutterstock", Fault.cut().afterTheWork().on(VENDOR_PATH), 1); // the purchase

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
        SANDBOX.faults().fail("shutterstock", Fault.slow(Duration.ZERO).on(VENDOR_PATH), 1);
        SANDBOX.faults().fail("shutterstock", Fault.cut().on(VENDOR_PATH), 1);

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
}
