package com.ytempire.hub.billing;

import static com.ytempire.hub.platform.SqlColumns.instant;

import com.ytempire.hub.billing.DunningCase.Hold;
import com.ytempire.hub.billing.DunningCase.State;
import com.ytempire.hub.billing.DunningFacts.Cards;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of dunning cases. Whoever writes one has locked its user's customer. */
@Component
class DunningCases {

    private final JdbcClient jdbc;

    DunningCases(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A case as it is stored.
     *
     * @param cards the default cards that are known to have failed
     * @param payWith the card that came after them; null for Stripe's choice
     * @param twoOwnersAt when Stripe was seen to retry as well
     */
    record Kept(
            String invoice,
            String subscription,
            String customer,
            UUID userId,
            DunningCase progress,
            Cards cards,
            String payWith,
            Instant twoOwnersAt) {

        Kept with(DunningCase next) {
            return new Kept(invoice, subscription, customer, userId, next, cards, payWith, twoOwnersAt);
        }

        Kept withCard(String card, Cards known, DunningCase next) {
            return new Kept(invoice, subscription, customer, userId, next, known, card, twoOwnersAt);
        }

        Kept withTwoOwners(Instant at) {
            return new Kept(invoice, subscription, customer, userId, progress, cards, payWith, at);
        }
    }

    Optional<Kept> find(String invoice) {
        return jdbc.sql("select * from billing.dunning_case where invoice = :invoice")
                .param("invoice", invoice)
                .query(DunningCases::kept)
                .optional();
    }

    private static Kept kept(ResultSet row, int number) throws SQLException {
        String hold = row.getString("hold");
        DunningCase progress = new DunningCase(
                State.valueOf(upper(row.getString("state"))),
                row.getInt("failures"),
                instant(row, "started_at"),
                instant(row, "last_failed_at"),
                row.getString("decline_code"),
                hold == null ? null : Hold.valueOf(upper(hold)),
                row.getInt("slot"),
                instant(row, "next_at"),
                row.getInt("tries"),
                instant(row, "suspended_at"),
                instant(row, "ended_at"),
                row.getString("end_reason"));
        return new Kept(
                row.getString("invoice"),
                row.getString("subscription"),
                row.getString("customer"),
                row.getObject("user_id", UUID.class),
                progress,
                new Cards(row.getString("customer_card"), row.getString("subscription_card")),
                row.getString("pay_with"),
                instant(row, "two_owners_at"));
    }

    void save(Kept kept) {
        DunningCase progress = kept.progress();
        jdbc.sql("""
                        insert into billing.dunning_case
                            (invoice, subscription, customer, user_id, state, failures, started_at, last_failed_at,
                             decline_code, hold, slot, next_at, tries, customer_card, subscription_card, pay_with,
                             suspended_at, ended_at, end_reason, two_owners_at)
                        values (:invoice, :subscription, :customer, :user, :state, :failures, :started, :failed,
                                :decline, :hold, :slot, :next, :tries, :customer_card, :subscription_card, :pay_with,
                                :suspended, :ended, :reason, :two_owners)
                        on conflict (invoice) do update
                           set state = excluded.state, failures = excluded.failures,
                               last_failed_at = excluded.last_failed_at, decline_code = excluded.decline_code,
                               hold = excluded.hold, slot = excluded.slot, next_at = excluded.next_at,
                               tries = excluded.tries, customer_card = excluded.customer_card,
                               subscription_card = excluded.subscription_card, pay_with = excluded.pay_with,
                               suspended_at = excluded.suspended_at, ended_at = excluded.ended_at,
                               end_reason = excluded.end_reason, two_owners_at = excluded.two_owners_at
                        """)
                .param("invoice", kept.invoice())
                .param("subscription", kept.subscription())
                .param("customer", kept.customer())
                .param("user", kept.userId())
                .param("state", lower(progress.state()))
                .param("failures", progress.failures())
                .param("started", timestamp(progress.startedAt()))
                .param("failed", timestamp(progress.lastFailedAt()))
                .param("decline", progress.declineCode())
                .param("hold", progress.hold() == null ? null : lower(progress.hold()))
                .param("slot", progress.slot())
                .param("next", timestamp(progress.nextAt()))
                .param("tries", progress.tries())
                .param("customer_card", kept.cards().ofCustomer())
                .param("subscription_card", kept.cards().ofSubscription())
                .param("pay_with", kept.payWith())
                .param("suspended", timestamp(progress.suspendedAt()))
                .param("ended", timestamp(progress.endedAt()))
                .param("reason", progress.endReason())
                .param("two_owners", timestamp(kept.twoOwnersAt()))
                .update();
    }

    /** @return false when this very attempt was counted before */
    boolean count(DunningFacts facts) {
        return jdbc.sql("""
                                insert into billing.dunning_failure (invoice, attempt, failed_at, decline_code)
                                values (:invoice, :attempt, :at, :decline) on conflict do nothing
                                """)
                        .param("invoice", facts.invoice())
                        .param("attempt", facts.attempt())
                        .param("at", timestamp(facts.failedAt()))
                        .param("decline", facts.declineCode())
                        .update()
                == 1;
    }

    /** Whether the subscription is suspended because of another invoice. */
    boolean isSuspended(String subscription) {
        return jdbc.sql("select exists (select 1 from billing.dunning_case where subscription = :id"
                        + " and state = 'suspended')")
                .param("id", subscription)
                .query(Boolean.class)
                .single();
    }

    /** The oldest case of the subscription that goes on. */
    Optional<Kept> unpaidOf(String subscription) {
        return jdbc.sql("select * from billing.dunning_case where subscription = :id and state <> 'ended'"
                        + " order by started_at, invoice limit 1")
                .param("id", subscription)
                .query(DunningCases::kept)
                .optional();
    }

    /** Invoices the hub has something to do for; those without a time were followed while Stripe was the owner. */
    List<String> due(Instant now) {
        return jdbc.sql("select invoice from billing.dunning_case where state = 'open'"
                        + " and (next_at <= :now or next_at is null) order by next_at nulls last limit 100")
                .param("now", timestamp(now))
                .query(String.class)
                .list();
    }

    /** @param slots how many tries are planned */
    Optional<Shown> show(String invoice, int slots) {
        return jdbc.sql("select d.*, i.amount_remaining, i.currency from billing.dunning_case d"
                        + " left join billing.invoice i on i.id = d.invoice where d.invoice = :invoice")
                .param("invoice", invoice)
                .query((row, number) -> shown(row, slots))
                .optional();
    }

    private static Shown shown(ResultSet row, int slots) throws SQLException {
        return Shown.of(kept(row, 0), row.getLong("amount_remaining"), row.getString("currency"), slots);
    }

    /**
     * Newest first.
     *
     * @param state null for all
     * @param slots how many tries are planned
     */
    Page<Shown> list(String state, int slots, Paging paging) {
        String where = " from billing.dunning_case d left join billing.invoice i on i.id = d.invoice"
                + " where :state::text is null or d.state = :state";
        List<Shown> items = jdbc.sql("select d.*, i.amount_remaining, i.currency" + where
                        + " order by d.started_at desc, d.invoice limit :limit offset :offset")
                .param("state", state)
                .param("limit", paging.perPage())
                .param("offset", paging.offset())
                .query((row, number) -> shown(row, slots))
                .list();
        long total = jdbc.sql("select count(*)" + where)
                .param("state", state)
                .query(Long.class)
                .single();
        return new Page<>(items, total, paging);
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Timestamp timestamp(Instant time) {
        return time == null ? null : Timestamp.from(time);
    }

    /**
     * A case as the API shows it.
     *
     * @param amount what is still to be paid, in the smallest unit of the currency
     * @param nextStep try, wait or suspend; null when the hub has nothing to do
     */
    record Shown(
            String invoice,
            String subscription,
            String customer,
            UUID userId,
            String state,
            long amount,
            String currency,
            int failures,
            int tries,
            Instant startedAt,
            Instant lastFailedAt,
            String declineCode,
            String hold,
            String nextStep,
            Instant nextAt,
            Instant suspendedAt,
            Instant endedAt,
            String endReason) {

        static Shown of(Kept kept, long amount, String currency, int slots) {
            DunningCase progress = kept.progress();
            return new Shown(
                    kept.invoice(),
                    kept.subscription(),
                    kept.customer(),
                    kept.userId(),
                    lower(progress.state()),
                    amount,
                    currency,
                    progress.failures(),
                    progress.tries(),
                    progress.startedAt(),
                    progress.lastFailedAt(),
                    progress.declineCode(),
                    progress.hold() == null ? null : lower(progress.hold()),
                    nextStep(progress, slots),
                    progress.nextAt(),
                    progress.suspendedAt(),
                    progress.endedAt(),
                    progress.endReason());
        }

        private static String nextStep(DunningCase progress, int slots) {
            if (progress.nextAt() == null) {
                return null;
            }
            if (progress.slot() >= slots) {
                return "suspend";
            }
            return progress.hold() == null ? "try" : "wait";
        }
    }
}
