package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a subscription is worth a month, in the shapes in which Stripe tells of discounts. */
class RecurringValueTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private static JsonNode tree(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }

    private static String item(long cents, String interval, int count, String more) {
        return """
                {"quantity": 1, "price": {"unit_amount": %d, "recurring": {"interval": "%s", "interval_count": %d}}%s}""".formatted(cents, interval, count, more);
    }

    private static long monthly(String items, String more) {
        return RecurringValue.monthly(tree("{\"items\": {\"data\": [" + items + "]}" + more + "}"), NOW);
    }

    @ParameterizedTest
    @CsvSource({"month, 1, 1200", "month, 3, 400", "year, 1, 100", "week, 1, 5200", "day, 30, 1217"})
    void anyIntervalIsCountedByTheMonth(String interval, int count, long worth) {
        assertThat(monthly(item(1_200, interval, count, ""), "")).isEqualTo(worth);
    }

    /** Of an item, of the subscription, or of both; carried, or named by a source. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"coupon\": {\"percent_off\": 50, \"duration\": \"forever\"}}",
                "{\"source\": {\"type\": \"coupon\", \"coupon\": {\"percent_off\": 50, \"duration\": \"forever\"}}}"
            })
    void discountsOfItemsAndOfTheWholeAreTakenOff(String half) {
        String of = ", \"discounts\": [" + half + "]";
        assertThat(monthly(item(1_000, "month", 1, of) + "," + item(500, "month", 1, ""), ""))
                .isEqualTo(1_000);
        assertThat(monthly(item(1_000, "month", 1, of) + "," + item(500, "month", 1, ""), of))
                .isEqualTo(500);
    }

    @Test
    void whatEndedOrWasForOneInvoiceCountsNoMore() {
        String once = ", \"discounts\": [{\"coupon\": {\"amount_off\": 300, \"duration\": \"once\"}}]";
        String over = ", \"discounts\": [{\"end\": %d, \"coupon\": {\"amount_off\": 300, \"duration\": \"repeating\"}}]"
                .formatted(NOW.getEpochSecond());
        String lasting =
                ", \"discounts\": [{\"end\": %d, \"coupon\": {\"amount_off\": 300, \"duration\": \"repeating\"}}]"
                        .formatted(NOW.getEpochSecond() + 1);
        assertThat(monthly(item(1_000, "month", 1, ""), once)).isEqualTo(1_000);
        assertThat(monthly(item(1_000, "month", 1, ""), over)).isEqualTo(1_000);
        assertThat(monthly(item(1_000, "month", 1, ""), lasting)).isEqualTo(700);
        assertThat(monthly(item(200, "month", 1, ""), lasting))
                .as("never less than nothing")
                .isZero();
    }

    /** Then all items are asked for, with their discounts: Stripe shows ten, and of a discount the id. */
    @ParameterizedTest
    @CsvSource({
        "'{\"items\": {\"has_more\": true, \"data\": []}}', true",
        "'{\"items\": {\"has_more\": false, \"data\": [{\"discounts\": [\"di_1\"]}]}}', true",
        "'{\"items\": {\"has_more\": false, \"data\": [{\"discounts\": [{\"id\": \"di_1\"}]}]}}', false",
        "'{\"items\": {\"data\": [{\"discounts\": []}, {}]}}', false"
    })
    void whatTheObjectLeavesOutIsSeen(String subscription, boolean isLeftOut) {
        assertThat(MirrorKind.SUBSCRIPTION.isWithoutItems(tree(subscription))).isEqualTo(isLeftOut);
        assertThat(MirrorKind.SUBSCRIPTION.isIncomplete(tree(subscription))).isEqualTo(isLeftOut);
        assertThat(MirrorKind.INVOICE.isWithoutItems(tree(subscription))).isFalse();
    }
}
