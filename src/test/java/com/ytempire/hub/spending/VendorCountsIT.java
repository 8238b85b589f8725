package com.ytempire.hub.spending;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** A call that may have gone out is booked until the vendor's own count says otherwise. */
class VendorCountsIT extends HubIT {

    private static final BigDecimal PRICE = new BigDecimal("0.01");

    @Autowired
    private Spending spending;

    @Autowired
    private VendorCounts counts;

    private final String vendor = unique("vendor");
    private final String video = unique("video");

    private Spend spend(String bound) {
        return new Spend(
                vendor, Spend.Kind.IMAGE, "thumbnail", "link", null, video, null, false, new BigDecimal(bound));
    }

    private Reservation sent(String bound) {
        return spending.reserveAndSend(spend(bound));
    }

    private void counted(String units) {
        SANDBOX.clock().advance(Duration.ofMinutes(3));
        counts.told(vendor, new BigDecimal(units), PRICE);
    }

    private String costs() {
        List<BigDecimal> all = jdbc.sql(
                        "select cost from spending.attempt where service = :vendor order by created_at, bound")
                .param("vendor", vendor)
                .query(BigDecimal.class)
                .list();
        return String.join(
                " ",
                all.stream()
                        .map(cost -> cost.stripTrailingZeros().toPlainString())
                        .toList());
    }

    private BigDecimal ledger() {
        return jdbc.sql("select coalesce(sum(amount), 0) from spending.cost where video_id = :video")
                .param("video", video)
                .query(BigDecimal.class)
                .single();
    }

    private BigDecimal budget() {
        return jdbc.sql("select spent + reserved from spending.budget where scope = 'video' and key = :video")
                .param("video", video)
                .query(BigDecimal.class)
                .single();
    }

    /** One call is answered and costs 0.03; the others are lost. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.05      | 3   | 0.03 0           | not counted",
                "0.05      | 8   | 0.03 0.05        | counted",
                "0.05      | 5   | 0.03 0.02        | counted, and less than it might have been",
                "0.05      | 20  | 0.03 0.05        | somebody else uses the account as well",
                "0.05      | 1   | 0.03 0.05        | the count has begun anew",
                "0.04 0.05 | 3   | 0.03 0 0         | none was counted",
                "0.04 0.05 | 5   | 0.03 0 0         | less than any of them costs",
                "0.04 0.05 | 8   | 0.03 0.04 0.05   | nobody knows which",
                "0.04 0.05 | 12  | 0.03 0.04 0.05   | both were counted",
            })
    void whatWasLostCostsWhatTheVendorHasCounted(String bounds, String units, String costs, String why) {
        counted("0");
        spending.settle(sent("0.03"), new Usage(new BigDecimal("0.03"), BigDecimal.ONE, "images"));
        SANDBOX.clock().advance(Duration.ofMillis(1));
        Stream.of(bounds.split(" ")).map(this::sent).forEach(spending::lost);
        BigDecimal booked = ledger();

        counts.told(vendor, new BigDecimal(units), PRICE);
        assertThat(ledger()).as("it may not have counted yet").isEqualTo(booked);
        counted(units);

        assertThat(costs()).as(why).isEqualTo(costs.strip());
        assertThat(ledger())
                .isEqualByComparingTo(Stream.of(costs.strip().split(" "))
                        .map(BigDecimal::new)
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(budget());
        counted(units);
        assertThat(costs()).as("told once more").isEqualTo(costs.strip());
    }

    @Test
    void countsAtDifferentPricesAreNotCompared() {
        counted("0");
        spending.lost(sent("0.05"));
        SANDBOX.clock().advance(Duration.ofMinutes(3));
        counts.told(vendor, BigDecimal.ONE, PRICE.multiply(BigDecimal.valueOf(2)));
        assertThat(ledger()).as("nobody knows what it cost").isEqualByComparingTo("0.05");

        SANDBOX.clock().advance(Duration.ofMinutes(3));
        counts.told(vendor, BigDecimal.ONE, PRICE.multiply(BigDecimal.valueOf(2)));
        assertThat(ledger()).as("it ended before the last count").isEqualByComparingTo("0.05");
    }

    @Test
    void nothingIsComparedWhileACallIsUnderWay() {
        counted("0");
        spending.lost(sent("0.05"));
        Reservation underWay = sent("0.03");
        counted("0");
        assertThat(ledger()).isEqualByComparingTo("0.05");

        spending.settle(underWay, new Usage(new BigDecimal("0.03"), BigDecimal.ONE, "images"));
        counted("3");
        assertThat(ledger()).isEqualByComparingTo("0.03");
    }

    @Test
    void withoutAnEarlierCountNothingIsKnown() {
        spending.lost(sent("0.05"));
        counted("0");
        assertThat(ledger()).isEqualByComparingTo("0.05");
    }
}
