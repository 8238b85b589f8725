package com.ytempire.hub.billing;

import com.ytempire.hub.camel.stripe.StripeSettings;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/**
 * Effects that wait for an object the mirror does not hold yet: an invoice may be told of before its product. They are
 * noted in the transaction that could not do them, and a job runs them again until what was missing is there.
 */
@Component("openEffects")
class OpenEffects {

    private static final Logger LOG = LoggerFactory.getLogger(OpenEffects.class);
    private static final int AT_ONCE = 50;

    private final JdbcClient jdbc;
    private final MirrorTables tables;
    private final MirrorRefresh refresh;
    private final StripeSettings stripe;
    private final Clock clock;

    OpenEffects(JdbcClient jdbc, MirrorTables tables, MirrorRefresh refresh, StripeSettings stripe, Clock clock) {
        this.jdbc = jdbc;
        this.tables = tables;
        this.refresh = refresh;
        this.stripe = stripe;
        this.clock = clock;
    }

    /**
     * The effects of one object wait for another, unless the mirror holds that one.
     *
     * @return whether they wait
     */
    boolean awaitIfMissing(Mirrored wanted, Mirrored waiting) {
        return parameters(jdbc.sql("""
                                with missing as (
                                    select 1 where not exists (select 1 from billing.%s where id = :missing_id)
                                ), noted as (
                                    insert into billing.open_effect
                                        (kind, object_id, missing_kind, missing_id, since, due_at)
                                    select :kind, :id, :missing_kind, :missing_id, :now, :now from missing
                                    on conflict do nothing
                                )
                                select exists (select 1 from missing)
                                """.formatted(wanted.table())), wanted, waiting)
                .query(Boolean.class)
                .single();
    }

    /** The effects of one object wait for another, which the mirror does not hold. */
    void await(Mirrored wanted, Mirrored waiting) {
        parameters(jdbc.sql("""
                        insert into billing.open_effect (kind, object_id, missing_kind, missing_id, since, due_at)
                        values (:kind, :id, :missing_kind, :missing_id, :now, :now) on conflict do nothing
                        """), wanted, waiting).update();
    }

    private StatementSpec parameters(StatementSpec statement, Mirrored wanted, Mirrored waiting) {
        return statement
                .param("kind", waiting.kind().name())
                .param("id", waiting.id())
                .param("missing_kind", wanted.kind().name())
                .param("missing_id", wanted.id())
                .param("now", Timestamp.from(clock.instant()));
    }

    /**
     * Ends the waiting of a payment for its invoice and of an invoice for its payment: what they waited with has followed
     * from the one that is there now.
     */
    public void met(@Variable("money") MoneyFacts money) {
        if (money.isAwaited()) {
            jdbc.sql("""
                            delete from billing.open_effect
                             where missing_kind = :kind and missing_id = :id
                               and (kind = 'PAYMENT' and object_id = :payment
                                    or kind = 'INVOICE' and object_id = any(:invoices))
                            """)
                    .param("kind", money.object().kind().name())
                    .param("id", money.object().id())
                    .param("payment", money.paymentId())
                    .param(
                            "invoices",
                            money.invoices().stream().map(PaidInvoice::id).toArray(String[]::new))
                    .update();
        }
    }

    /** What is due, for this node alone; each comes again later and later, at the latest after ten minutes. */
    public List<OpenEffect> claim() {
        Instant now = clock.instant();
        return jdbc.sql("""
                        with due as (
                            select * from billing.open_effect where due_at <= :now
                             order by due_at limit :batch for update skip locked
                        )
                        update billing.open_effect o
                           set attempts = o.attempts + 1,
                               due_at = :now::timestamptz + make_interval(secs => least(600, 5 * 2 ^ least(due.attempts, 10)))
                          from due
                         where (o.kind, o.object_id, o.missing_kind, o.missing_id)
                             = (due.kind, due.object_id, due.missing_kind, due.missing_id)
                        returning o.kind, o.object_id, o.missing_kind, o.missing_id
                        """)
                .param("now", Timestamp.from(now))
                .param("batch", AT_ONCE)
                .query((row, number) -> new OpenEffect(
                        new Mirrored(MirrorKind.valueOf(row.getString(1)), row.getString(2)),
                        new Mirrored(MirrorKind.valueOf(row.getString(3)), row.getString(4))))
                .list();
    }

    /** Whether Stripe has to be asked for what is missing, and can be. */
    public boolean isFetchNeeded(@Variable("effect") OpenEffect effect) {
        return stripe.configured() && isMissing(effect.missing());
    }

    /** What is to be fetched. */
    public MirrorChange wanted(@Variable("effect") OpenEffect effect) {
        return refresh.wanted(effect.missing().kind(), effect.missing().id());
    }

    /**
     * Ends the waiting when what was missing is there, in the transaction that runs the effects.
     *
     * @return the object whose effects follow now; null when they wait on
     */
    public Mirrored close(@Variable("effect") OpenEffect effect) {
        if (isMissing(effect.missing())) {
            return null;
        }
        int closed = jdbc.sql("""
                        delete from billing.open_effect
                         where kind = :kind and object_id = :id
                           and missing_kind = :missing_kind and missing_id = :missing_id
                        """)
                .param("kind", effect.waiting().kind().name())
                .param("id", effect.waiting().id())
                .param("missing_kind", effect.missing().kind().name())
                .param("missing_id", effect.missing().id())
                .update();
        if (closed == 0) {
            return null;
        }
        LOG.info(
                "{} is there, the effects of {} follow",
                effect.missing().id(),
                effect.waiting().id());
        return effect.waiting();
    }

    private boolean isMissing(Mirrored object) {
        return tables.held(object.kind(), object.id()).isNothing();
    }

    /** @param waiting the object whose effects wait for the missing one */
    record OpenEffect(Mirrored waiting, Mirrored missing) {}
}
