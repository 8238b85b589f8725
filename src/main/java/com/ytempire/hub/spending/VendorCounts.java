package com.ytempire.hub.spending;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Compares what a vendor has counted with what the hub has booked, so that calls whose answer was lost cost what the vendor
 * charges for them and not what they might have cost. Between two readings the vendor's count grows by what all calls
 * have cost; what the answered ones do not explain is of the lost ones, or of somebody else who uses the account. Nothing
 * is compared when the price has changed between them: nobody knows which calls cost which.
 */
@Component("vendorCounts")
public class VendorCounts {

    private static final Logger LOG = LoggerFactory.getLogger(VendorCounts.class);

    private final JdbcClient jdbc;
    private final Budgets budgets;
    private final Bounds bounds;
    private final SpendingSettings settings;
    private final Clock clock;

    VendorCounts(JdbcClient jdbc, Budgets budgets, Bounds bounds, SpendingSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.budgets = budgets;
        this.bounds = bounds;
        this.settings = settings;
        this.clock = clock;
    }

    /** @param cost as it is booked now, in US dollars */
    private record Ended(Reservation reservation, boolean booked, BigDecimal cost) {}

    /** @param price null when it was read by a version that did not keep it */
    private record Reading(BigDecimal counted, BigDecimal price, Instant readAt) {}

    /**
     * A vendor has said how much it has counted. That is of use only while none of its calls is under way or has ended a
     * moment ago; else nothing happens.
     *
     * @param service whose bill it is
     * @param counted in the vendor's own units, since its period began
     * @param price US dollars of a unit today, as its calls are booked
     */
    @Transactional
    public void told(String service, BigDecimal counted, BigDecimal price) {
        Instant now = clock.instant();
        // two nodes that ask at the same time take turns, and the second finds nothing left to compare
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('spending.vendor_count/' || :service, 0))")
                .param("service", service)
                .query()
                .singleRow();
        if (isBusy(service, now)) {
            return;
        }
        jdbc.sql("select counted, price, read_at from spending.vendor_count where service = :service")
                .param("service", service)
                .query(Reading.class)
                .optional()
                .filter(before -> before.price() != null && before.price().compareTo(price) == 0)
                .ifPresent(before -> compare(
                        service, counted.subtract(before.counted()).multiply(price), ended(service, before.readAt())));
        // what was corrected just now belongs to what has been compared
        jdbc.sql("""
                        insert into spending.vendor_count (service, counted, price, read_at)
                        values (:service, :counted, :price, :now)
                        on conflict (service) do update set counted = excluded.counted, price = excluded.price,
                            read_at = excluded.read_at
                        """)
                .param("service", service)
                .param("counted", counted)
                .param("price", price)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    private boolean isBusy(String service, Instant now) {
        return jdbc.sql("""
                        select exists (select from spending.attempt
                                        where service = :service
                                          and (ended_at > :quiet or state in ('reserved', 'sent')))
                        """)
                .param("service", service)
                .param("quiet", Timestamp.from(now.minus(settings.countedWithin())))
                .query(Boolean.class)
                .single();
    }

    private List<Ended> ended(String service, Instant since) {
        return jdbc.sql(
                        "select state, cost, " + SpendingJanitor.COLUMNS + " from spending.attempt"
                                + " where service = :service and ended_at > :since and state in ('settled', 'booked') order by id")
                .param("service", service)
                .param("since", Timestamp.from(since))
                .query((row, number) -> new Ended(
                        SpendingJanitor.reservation(row),
                        row.getString("state").equals("booked"),
                        row.getBigDecimal("cost")))
                .list();
    }

    /**
     * What is certain is corrected: a single lost call costs what is left, several cost nothing when what is left is less
     * than the least of them. A count that is below what was answered has begun anew, and tells nothing.
     */
    private void compare(String service, BigDecimal grown, List<Ended> ended) {
        List<Ended> lost = ended.stream().filter(Ended::booked).toList();
        BigDecimal answered =
                ended.stream().filter(call -> !call.booked()).map(Ended::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
        // each cost was rounded up
        BigDecimal rounding = BigDecimal.valueOf(ended.size(), Money.PLACES);
        BigDecimal left = grown.subtract(answered);
        if (lost.isEmpty() || left.add(rounding).signum() < 0) {
            return;
        }
        BigDecimal least =
                lost.stream().map(Ended::cost).reduce(BigDecimal::min).orElseThrow();
        if (left.subtract(rounding).signum() <= 0
                || lost.size() > 1 && left.add(rounding).compareTo(least) < 0) {
            correct(service, lost, BigDecimal.ZERO);
        } else if (lost.size() == 1 && left.add(rounding).compareTo(least) < 0) {
            correct(service, lost, Money.up(left));
        }
    }

    private void correct(String service, List<Ended> calls, BigDecimal cost) {
        calls.forEach(call -> LOG.info("{} charges {} for a call that was booked with {}", service, cost, call.cost()));
        Usage usage = new Usage(cost, BigDecimal.ONE, "call");
        List<BudgetChange> corrections = calls.stream()
                .<BudgetChange>map(call -> new BudgetChange.Settle(call.reservation(), usage))
                .toList();
        budgets.apply(corrections);
        bounds.booked(corrections);
    }
}
