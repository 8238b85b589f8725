package com.ytempire.hub.billing;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How the money does, in figures; amounts are in the smallest unit of their currency, and never summed across. */
@Component
public class BillingFigures {

    /** A payment that was tried and did not go through, as the mirror tells one from a payment nobody has tried. */
    private static final String FAILED =
            "status = 'requires_payment_method' and (error_code is not null or decline_code is not null)";

    private final JdbcClient jdbc;
    private final ZoneId zone;

    BillingFigures(JdbcClient jdbc, @Value("${hub.zone}") ZoneId zone) {
        this.jdbc = jdbc;
        this.zone = zone;
    }

    /** Net revenue of a day in {@code hub.zone}, by currency. */
    public Map<String, Long> revenue(LocalDate day) {
        Map<String, Long> revenue = new LinkedHashMap<>();
        jdbc.sql("select currency, sum(amount) as amount from billing.revenue_entry where at >= :from and at < :to"
                        + " group by 1 order by 1")
                .param("from", start(day))
                .param("to", start(day.plusDays(1)))
                .query(row -> {
                    revenue.put(row.getString("currency"), row.getLong("amount"));
                });
        return revenue;
    }

    private Timestamp start(LocalDate day) {
        return Timestamp.from(day.atStartOfDay(zone).toInstant());
    }

    /** @param declined that is, refused by the card's issuer: of the failed ones */
    public record Outcomes(long succeeded, long failed, long declined) {

        /** All that ended. */
        public long all() {
            return succeeded + failed;
        }

        /** 0 to 1; null when none ended. */
        public Double failureRate() {
            return all() == 0 ? null : (double) failed / all();
        }
    }

    /** How payments ended whose last change is of that time. */
    public Outcomes payments(Instant from, Instant to) {
        return jdbc.sql("""
                        select count(*) filter (where status = 'succeeded') as succeeded,
                               count(*) filter (where %1$s) as failed,
                               count(*) filter (where %1$s and decline_code is not null) as declined
                          from billing.payment where state_at >= :from and state_at < :to
                        """.formatted(FAILED))
                .param("from", Timestamp.from(from))
                .param("to", Timestamp.from(to))
                .query(Outcomes.class)
                .single();
    }

    /** A payment that failed. */
    public record FailedPayment(
            String payment, String customer, long amount, String currency, String code, Instant at) {}

    /** Payments that failed in that time and have not gone through since, the newest first. */
    public List<FailedPayment> failedPayments(Instant from, int most) {
        return jdbc.sql("""
                        select id as payment, customer, amount, currency, coalesce(decline_code, error_code) as code,
                               state_at as at
                          from billing.payment where state_at >= :from and %s order by state_at desc limit :most
                        """.formatted(FAILED))
                .param("from", Timestamp.from(from))
                .param("most", most)
                .query(FailedPayment.class)
                .list();
    }

    /** @param mrr a month */
    public record Recurring(String currency, long mrr, long active) {}

    /** Recurring revenue and active subscriptions as they are now, by currency. */
    public List<Recurring> recurring() {
        return jdbc.sql("select currency, sum(amount) as mrr, sum(active) as active from billing.mrr_movement"
                        + " group by 1 having sum(amount) <> 0 or sum(active) <> 0 order by 3 desc, 1")
                .query(Recurring.class)
                .list();
    }

    /** @param kind new, expansion, contraction, churn or reactivation */
    public record Movement(LocalDate day, String currency, String kind, long amount, long number) {}

    /** Movements of recurring revenue of the days, both included, by day in {@code hub.zone}. */
    public List<Movement> movements(LocalDate from, LocalDate to) {
        return jdbc.sql("""
                        select (at at time zone :zone)::date as day, currency, kind, sum(amount) as amount,
                               count(*) as number
                          from billing.mrr_movement where at >= :from and at < :to
                         group by 1, 2, 3 order by 1, 2, 3
                        """)
                .param("zone", zone.getId())
                .param("from", start(from))
                .param("to", start(to.plusDays(1)))
                .query(Movement.class)
                .list();
    }

    /** @param endingSoon cases whose next step is due within a day */
    public record Dunning(long open, long suspended, long endingSoon) {}

    /** Invoices that could not be collected. */
    public Dunning dunning(Instant now) {
        return jdbc.sql("""
                        select count(*) filter (where state = 'open') as open,
                               count(*) filter (where state = 'suspended') as suspended,
                               count(*) filter (where state = 'open' and next_at < :soon) as ending_soon
                          from billing.dunning_case where state <> 'ended'
                        """)
                .param("soon", Timestamp.from(now.plusSeconds(86_400)))
                .query(Dunning.class)
                .single();
    }

    /** @param oldestAt null when nothing waits */
    public record Queue(long waiting, long sending, long manual, Instant oldestAt) {}

    /** Commands to Stripe that are not done. */
    public Queue queue() {
        return jdbc.sql("""
                        select count(*) filter (where state = 'waiting') as waiting,
                               count(*) filter (where state = 'sending') as sending,
                               count(*) filter (where state = 'manual') as manual, min(created_at) as oldest_at
                          from billing.command where state in ('waiting', 'sending', 'manual')
                        """).query(Queue.class).single();
    }

    /** @param due until when it has to be answered; null when not known */
    public record OpenDispute(String dispute, long amount, String currency, String status, Instant due) {}

    /** Disputes that are not decided, the most urgent first. */
    public List<OpenDispute> disputes() {
        return jdbc.sql("""
                        select id as dispute, amount, currency, status, evidence_due_by as due from billing.dispute
                         where status not in ('won', 'lost', 'warning_closed') and deleted_at is null
                         order by evidence_due_by nulls last, id limit 100
                        """).query(OpenDispute.class).list();
    }

    /** Differences between mirror and Stripe that nobody has repaired. */
    public long drift() {
        return jdbc.sql("select count(*) from billing.drift where repaired_at is null")
                .query(Long.class)
                .single();
    }
}
