package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.spending.Prices;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Calls whose answer was lost are booked, until the vendor's own count tells whether it charges them. */
class LostCallsIT extends HubIT {

    private static final List<String> BEFORE =
            List.of("speech-google-neural", "speech-google-standard", "thumbnail-primary");

    @BeforeEach
    void onlyVendorsThatTell() {
        SANDBOX.faults().clear();
        SANDBOX.elevenLabs().recover();
        SANDBOX.stability().recover();
        BEFORE.forEach(link -> operatorPost("/api/v1/providers/" + link + "/off", ""));
        List.of("speech-elevenlabs", "thumbnail-second")
                .forEach(link -> operatorPost("/api/v1/providers/" + link + "/on", ""));
    }

    @AfterEach
    void everybody() {
        SANDBOX.faults().clear();
        BEFORE.forEach(link -> operatorPost("/api/v1/providers/" + link + "/on", ""));
    }

    private void probe(String link) {
        SANDBOX.clock().advance(Duration.ofMinutes(3));
        HttpResponse<String> answer = operatorPost("/api/v1/providers/" + link + "/probe", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String states(String video) {
        return jdbc.sql("select string_agg(state || case when cost = 0 then ' for nothing' else '' end, ', '"
                        + " order by created_at, id) from spending.attempt where video_id = :video")
                .param("video", video)
                .query(String.class)
                .single();
    }

    private BigDecimal ledger(String video) {
        return jdbc.sql("select sum(amount) from spending.cost where video_id = :video")
                .param("video", video)
                .query(BigDecimal.class)
                .single();
    }

    @ParameterizedTest
    @CsvSource({
        "elevenlabs, speech-elevenlabs, false",
        "elevenlabs, speech-elevenlabs, true",
        "stability, thumbnail-second, false",
        "stability, thumbnail-second, true"
    })
    void aLostCallCostsWhatItsVendorCharges(String vendor, String link, boolean charged) {
        probe(link);
        String video = unique("video");
        Fault cut = Fault.cut();
        SANDBOX.faults().fail(vendor, charged ? cut.afterTheWork() : cut, 1);
        HttpResponse<String> answer = vendor.equals("elevenlabs")
                ? operatorPost(
                        "/api/v1/content/speech",
                        "{\"text\": \"%s is spoken.\", \"video\": \"%s\"}".formatted(unique("this"), video))
                : operatorPost(
                        "/api/v1/content/thumbnails",
                        "{\"title\": \"%s\", \"video\": \"%s\"}".formatted(unique("Lost"), video));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(states(video)).isEqualTo("booked, settled");
        BigDecimal both = ledger(video);

        probe(link);

        assertThat(states(video)).isEqualTo(charged ? "booked, settled" : "settled for nothing, settled");
        assertThat(ledger(video)).isEqualByComparingTo(charged ? both : both.divide(BigDecimal.valueOf(2)));
    }

    @Test
    void charactersAreCountedAtThePriceAtWhichTheyAreBooked(@Autowired Prices prices) {
        LocalDate today = LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC);
        prices.change("speech-elevenlabs", today, new BigDecimal("0.60"), "ada");
        try {
            aLostCallCostsWhatItsVendorCharges("elevenlabs", "speech-elevenlabs", true);
        } finally {
            prices.change("speech-elevenlabs", today, null, "ada");
        }
    }
}
