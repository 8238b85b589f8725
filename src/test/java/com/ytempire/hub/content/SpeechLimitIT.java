package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.ElevenLabsVendor;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.spending.Prices;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What bounds speech: characters of the month, calls at once, budgets. */
class SpeechLimitIT extends SpeechHubIT {

    private void videoHasSpent(String video, String amount) {
        jdbc.sql("insert into spending.budget (scope, key, spent) values ('video_speech', :video, :amount)")
                .param("video", video)
                .param("amount", new BigDecimal(amount))
                .update();
    }

    @Test
    void charactersOfTheMonthAreCountedBeforeTheCall() {
        speak(sentence(), ELEVENLABS_FIRST);
        assertThat(usedCharacters())
                .isEqualTo(SANDBOX.elevenLabs()
                        .spoken()
                        .get(SANDBOX.elevenLabs().spoken().size() - 1)
                        .characters());
        jdbc.sql("update spending.vendor_window set used = 99990 where vendor = 'elevenlabs'")
                .update();
        int calls = SANDBOX.elevenLabs().calls();

        JsonNode answer = speak(sentence(), ELEVENLABS_FIRST);

        assertThat(links(answer)).startsWith(ELEVENLABS + " passed_over allowance; " + NEURAL + " answered");
        assertThat(SANDBOX.elevenLabs().calls()).isEqualTo(calls);
        assertThat(usedCharacters()).isEqualTo(99_990);
        assertThat(operatorGet("/api/v1/providers/" + ELEVENLABS).body())
                .contains("\"quotas\":[{\"unit\":\"characters\",\"most\":100000,\"used\":99990,\"left\":10,");
        assertThat(operatorGet("/api/v1/providers/" + ELEVENLABS).body()).contains("\"breaker\":\"closed\"");
    }

    private long usedCharacters() {
        return jdbc.sql("select coalesce(sum(used), 0) from spending.vendor_window where vendor = 'elevenlabs'")
                .query(Long.class)
                .single();
    }

    @Test
    void charactersThatWereNotSpokenAreGivenBack() {
        SANDBOX.elevenLabs().next(ElevenLabsVendor.Mood.OVERLOADED, 3);

        speak(sentence(), ELEVENLABS_FIRST);

        assertThat(usedCharacters()).isZero();
    }

    @Test
    void aTextForWhoseEndTheMonthHasNoRoomIsNotBegun() {
        String text = longText(170);
        assertThat(text.length()).isBetween(10_001, 20_000);
        jdbc.sql("""
                        insert into spending.vendor_window (vendor, unit, window_start, seconds, used)
                        values ('elevenlabs', 'characters', date_trunc('month', :now::timestamptz at time zone 'utc')
                                at time zone 'utc', 2592000, 89000)
                        """).param("now", Timestamp.from(SANDBOX.clock().instant())).update();
        int calls = SANDBOX.elevenLabs().calls();

        assertThat(links(speak(text, ELEVENLABS_FIRST))).startsWith(ELEVENLABS + " passed_over allowance");
        assertThat(SANDBOX.elevenLabs().calls()).isEqualTo(calls);
    }

    @Test
    void neverMoreCallsAtOnceThanThePlanTakes() {
        SANDBOX.faults().fail("elevenlabs", Fault.slow(Duration.ofMillis(400)), 12);

        List<JsonNode> answers = atOnce(12, n -> speak(sentence(), ELEVENLABS_FIRST));

        assertThat(answers).allSatisfy(answer -> assertThat(links(answer)).isEqualTo(ELEVENLABS + " answered; "));
        assertThat(SANDBOX.elevenLabs().mostAtOnce()).isLessThanOrEqualTo(5);
        assertThat(answers.stream()
                        .mapToInt(answer ->
                                answer.path("links").path(0).path("tries").asInt())
                        .sum())
                .as("nobody was refused")
                .isEqualTo(12);
    }

    @Test
    void withoutBudgetACheaperVoiceSpeaksAndThenNobody() {
        String video = unique("video");
        videoHasSpent(video, "0.199");
        String text = sentence() + " " + sentence();
        assertThat(price("0.016", text.length())).isGreaterThan(new BigDecimal("0.001"));

        JsonNode answer = speak(text, video(video));
        assertThat(links(answer)).isEqualTo(NEURAL + " passed_over budget; " + STANDARD + " answered; ");

        JsonNode next = speak(sentence() + longText(5), video(video));
        assertThat(next.path("link").asText()).isEqualTo("speech-silence");
        assertThat(links(next)).contains(ELEVENLABS + " passed_over budget");
    }

    @Test
    void aTextWhoseEndTheBudgetDoesNotCoverIsNotBegun() {
        String video = unique("video");
        String text = longText(100);
        videoHasSpent(
                video, new BigDecimal("0.20").subtract(price("0.016", 6000)).toPlainString());
        int before = SANDBOX.googleSpeech().spoken().size();

        JsonNode answer = speak(text, video(video));

        assertThat(links(answer)).isEqualTo(NEURAL + " passed_over budget; " + STANDARD + " answered; ");
        assertThat(newlySpoken(before))
                .allSatisfy(part -> assertThat(part.voice()).isEqualTo("en-US-Standard-J"));
        assertThat(jdbc.sql("select sum(reserved) from spending.budget where key = :video")
                        .param("video", video)
                        .query(BigDecimal.class)
                        .single())
                .isZero();
    }

    @Test
    void aCallThatIsOutIsPaidAtThePriceItWasReservedAt(@Autowired Prices prices) {
        String video = unique("video");
        String text = sentence();
        LocalDate today = LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC);
        SANDBOX.faults().fail("google_tts", Fault.slow(Duration.ofMillis(700)), 1);
        CompletableFuture<JsonNode> answer = CompletableFuture.supplyAsync(() -> speak(text, video(video)));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> jdbc.sql(
                                "select exists (select from spending.attempt where video_id = :video and state = 'sent')")
                        .param("video", video)
                        .query(Boolean.class)
                        .single());
        try {
            prices.change(NEURAL, today, new BigDecimal("0.030"), "ada");
            assertThat(links(answer.join())).isEqualTo(NEURAL + " answered; ");
        } finally {
            prices.change(NEURAL, today, null, "ada");
        }
        assertThat(ledger(video)).isEqualByComparingTo(price("0.016", text.length()));
        assertThat(jdbc.sql("select count(*) from spending.bound_correction where link = :link")
                        .param("link", NEURAL)
                        .query(Integer.class)
                        .single())
                .as("its bound was right")
                .isZero();
    }

    @Test
    void placesOfACrashedNodeAreFreeOnceTheirLeaseEnds() {
        jdbc.sql("""
                        insert into content.vendor_slot (vendor, slot, holder, lease_until)
                        select 'elevenlabs', slot, gen_random_uuid(), now() + interval '1 second'
                          from generate_series(1, 5) as slot
                        """).update();

        JsonNode answer = speak(sentence(), ELEVENLABS_FIRST);

        assertThat(links(answer)).isEqualTo(ELEVENLABS + " answered; ");
        assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(1);
        jdbc.sql("delete from content.vendor_slot").update(); // those that nobody has taken since
    }

    @Test
    void aPlanThatTakesFewerCallsIsRespectedOnceItIsKnown() {
        SANDBOX.elevenLabs().atOnce(2);
        speak(sentence(), ELEVENLABS_FIRST);
        SANDBOX.faults().fail("elevenlabs", Fault.slow(Duration.ofMillis(300)), 6);

        List<JsonNode> answers = atOnce(6, n -> speak(sentence(), ELEVENLABS_FIRST));

        assertThat(SANDBOX.elevenLabs().mostAtOnce()).isLessThanOrEqualTo(2);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(links(answer)).isEqualTo(ELEVENLABS + " answered; ");
            assertThat(answer.path("links").path(0).path("tries").asInt()).isEqualTo(1);
        });
        SANDBOX.elevenLabs().atOnce(5);
        speak(sentence(), ELEVENLABS_FIRST);
    }
}
