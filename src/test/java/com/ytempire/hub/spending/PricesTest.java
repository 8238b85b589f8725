package com.ytempire.hub.spending;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.spending.PriceSource.From;
import com.ytempire.hub.spending.Prices.Term;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From which day on which price holds. */
class PricesTest {

    private static final List<From> USUAL = List.of(
            new From(LocalDate.of(2026, 1, 1), new BigDecimal("0.30")),
            new From(LocalDate.of(2026, 12, 1), new BigDecimal("0.25")));

    private static Term set(String day, String amount) {
        return new Term(LocalDate.parse(day), new BigDecimal(amount), "operator", null);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "2025-12-31, -",
                "2026-01-01, 0.30",
                "2026-11-20, 0.30",
                "2026-11-21, 0.40",
                "2026-11-30, 0.40",
                "2026-12-01, 0.20",
                "2027-01-01, 0.20"
            })
    void theYoungestHolds_andOfTwoFromOneDayTheOperators(LocalDate day, BigDecimal price) {
        List<Term> terms = Prices.terms(USUAL, List.of(set("2026-11-21", "0.40"), set("2026-12-01", "0.20")));

        assertThat(Prices.on(day, terms).orElse(null)).isEqualTo(price);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"2025-12-31, -", "2026-06-01, 0.30", "2026-12-24, 0.25"})
    void theOrderInTheSettingsDoesNotMatter(LocalDate day, BigDecimal price) {
        assertThat(Prices.usual(day, USUAL).orElse(null)).isEqualTo(price);
        assertThat(Prices.usual(day, List.of(USUAL.get(1), USUAL.get(0))).orElse(null))
                .isEqualTo(price);
    }
}
