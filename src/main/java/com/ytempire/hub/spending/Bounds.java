package com.ytempire.hub.spending;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.Trouble;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Bounds that were too low. A bill above its bound raises an alert, and from then on the bounds of that link and model are
 * as much higher, on all nodes; a setting that is put right is told by deleting the row.
 */
@Component("bounds")
class Bounds {

    private static final Logger LOG = LoggerFactory.getLogger(Bounds.class);
    private static final int PLACES = 4;

    /** Somebody has looked at it long before. */
    private static final BigDecimal MOST = BigDecimal.valueOf(1000);

    private static final Duration QUIET = Duration.ofDays(1);

    private final JdbcClient jdbc;
    private final Alerts alerts;
    private final Clock clock;
    private final Map<Key, BigDecimal> factors = new ConcurrentHashMap<>();

    Bounds(JdbcClient jdbc, Alerts alerts, Clock clock) {
        this.jdbc = jdbc;
        this.alerts = alerts;
        this.clock = clock;
        refresh();
    }

    private record Key(String link, String model) {

        static Key of(Spend spend) {
            return new Key(spend.link(), spend.model() == null ? "" : spend.model());
        }
    }

    private record Row(String link, String model, BigDecimal factor) {}

    /** Takes over what other nodes have learnt. */
    public void refresh() {
        Map<Key, BigDecimal> now = new ConcurrentHashMap<>();
        jdbc.sql("select link, model, factor from spending.bound_correction")
                .query(Row.class)
                .list()
                .forEach(row -> now.put(new Key(row.link(), row.model()), row.factor()));
        factors.keySet().retainAll(now.keySet());
        factors.putAll(now);
    }

    Spend corrected(Spend spend) {
        BigDecimal factor = factors.get(Key.of(spend));
        return factor == null ? spend : spend.withBound(Money.up(spend.bound().multiply(factor)));
    }

    /**
     * Looks whether calls have cost more than they could, once that is booked: what fails here must undo no booking, and
     * nobody waits for it with budgets locked. What a crash leaves out is told with the next such bill.
     */
    void afterCommit(List<BudgetChange> changes) {
        try {
            booked(changes);
        } catch (RuntimeException e) {
            LOG.error("a bound that was too low could not be raised: {}", e.getMessage());
        }
    }

    /** The same within the transaction that books it. */
    void booked(List<BudgetChange> changes) {
        for (BudgetChange change : changes) {
            if (change instanceof BudgetChange.Settle settle
                    && settle.usage()
                                    .amount()
                                    .compareTo(settle.reservation().spend().bound())
                            > 0) {
                tooLow(settle.reservation(), settle.usage().amount());
            }
        }
    }

    private void tooLow(Reservation reservation, BigDecimal cost) {
        Spend spend = reservation.spend();
        Key key = Key.of(spend);
        if (reservation.estimate().signum() > 0) {
            BigDecimal factor = cost.divide(reservation.estimate(), PLACES, RoundingMode.CEILING)
                    .min(MOST);
            jdbc.sql("""
                            insert into spending.bound_correction as c (link, model, factor, raised_at)
                            values (:link, :model, :factor, :now)
                            on conflict (link, model) do update
                               set factor = greatest(c.factor, excluded.factor), raised_at = excluded.raised_at
                            """)
                    .param("link", key.link())
                    .param("model", key.model())
                    .param("factor", factor)
                    .param("now", Timestamp.from(clock.instant()))
                    .update();
            factors.merge(key, factor, BigDecimal::max);
        }
        alerts.raise(Trouble.of(
                "bound_too_low",
                spend.service(),
                spend.link() + (key.model().isEmpty() ? "" : " " + key.model()),
                Trouble.Level.WARNING,
                "A call of link %s cost $%s and was reserved with $%s: its price or its limit of tokens is set too low"
                        .formatted(
                                spend.link(),
                                cost.toPlainString(),
                                spend.bound().toPlainString()),
                "/operations#spending",
                QUIET));
    }
}
