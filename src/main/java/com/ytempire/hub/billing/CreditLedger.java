package com.ytempire.hub.billing;

import com.ytempire.hub.platform.RequestIds;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Body;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/**
 * Credits come in lots, go by entries that are only appended, and re-add: a user's balance is the sum of his entries and
 * of what remains in his lots. Every change first locks the user's account row, so that one comes after the other, and
 * runs in the caller's transaction.
 *
 * <p>What is taken back is taken from its own lot; what was spent of that already is taken from the user's other lots,
 * and what they lack is owed: a balance never goes below zero, and the next credits pay what is owed.
 */
@Component("creditLedger")
class CreditLedger {

    private static final int AT_ONCE = 200;
    private static final String GRANT = "grant";
    private static final String SPENDABLE =
            " where user_id = :user and remaining > 0 and not frozen and (expires_at is null or expires_at > :now)";

    private final JdbcClient jdbc;
    private final History history;
    private final Clock clock;

    CreditLedger(JdbcClient jdbc, History history, Clock clock) {
        this.jdbc = jdbc;
        this.history = history;
        this.clock = clock;
    }

    /** The account, from now until the transaction ends nobody else's to change. */
    Account lock(UUID user) {
        return locked(user).orElseGet(() -> {
            jdbc.sql("insert into billing.credit_account (user_id) values (:user) on conflict do nothing")
                    .param("user", user)
                    .update();
            return locked(user).orElseThrow();
        });
    }

    private Optional<Account> locked(UUID user) {
        return jdbc.sql("select user_id, balance, owed from billing.credit_account where user_id = :user for update")
                .param("user", user)
                .query(Account.class)
                .optional();
    }

    /**
     * Grants what a source grants, the first time it is asked.
     *
     * @return false when the source has granted before
     */
    boolean grant(Grant grant) {
        Granted granted = tryGrant(grant).orElseGet(() -> {
            lock(grant.user());
            return tryGrant(grant).orElseThrow();
        });
        long settled = granted.lot() == null ? 0 : Math.min(granted.owed(), grant.amount());
        if (settled > 0) {
            use(granted.lot(), settled);
            append(new Entry(
                    grant.user(),
                    granted.lot(),
                    "owed_settled",
                    -settled,
                    -settled,
                    grant.source(),
                    null,
                    History.THE_HUB,
                    grant.cause()));
        }
        return granted.lot() != null;
    }

    /**
     * Lot, entry, balance and history in one round trip, the account locked first as by {@link #lock}.
     *
     * @return empty when the user has no account yet: nothing is granted then
     */
    private Optional<Granted> tryGrant(Grant grant) {
        Entry entry = new Entry(
                grant.user(),
                null,
                GRANT,
                grant.amount(),
                0,
                grant.source(),
                grant.reason(),
                grant.actor(),
                grant.cause());
        return values(jdbc.sql("""
                                with account as (
                                    select user_id, owed from billing.credit_account where user_id = :user for update
                                ), lot as (
                                    insert into billing.credit_lot (user_id, type, amount, remaining, source, payment,
                                                                    invoice, product, granted_at, expires_at)
                                    select user_id, :type, :amount, :amount, :operation, :payment, :invoice, :product,
                                           :now, :expires
                                      from account
                                    on conflict (source) do nothing
                                    returning id
                                ), granted as (
                                    select id from lot where :amount > 0
                                ), entry as (
                                    insert into billing.credit_entry
                                        (user_id, lot, kind, amount, owed, at, operation, reason, actor, cause)
                                    select :user, id, :kind, :amount, :owed, :now, :operation, :reason, :actor, :cause
                                      from granted
                                ), balance as (
                                    update billing.credit_account set balance = balance + :amount
                                     where user_id = :user and exists (select 1 from granted)
                                    returning balance, owed
                                ), told as (
                                    insert into billing.history
                                        (at, actor, user_id, object_kind, object_id, action, before, after, cause)
                                    select :now, :actor, :user, 'credit', id::text, :kind,
                                           billing.credit_state(balance - :amount, owed, null),
                                           billing.credit_state(balance, owed, :amount), coalesce(:cause, :operation)
                                      from granted, balance
                                )
                                select owed, (select id from lot) as lot from account
                                """), entry)
                .param("type", grant.type())
                .param("payment", grant.payment())
                .param("invoice", grant.invoice())
                .param("product", grant.product())
                .param("expires", grant.expiresAt() == null ? null : Timestamp.from(grant.expiresAt()))
                .query((row, number) -> new Granted(row.getLong("owed"), row.getObject("lot", Long.class)))
                .optional();
    }

    /** @param lot null when the source has granted before */
    private record Granted(long owed, Long lot) {}

    /**
     * Spends, what expires first before what expires later.
     *
     * @return false when there are not enough: nothing is spent then
     */
    boolean spend(UUID user, long amount, String kind, String operation, String reason, String actor) {
        lock(user);
        List<Lot> lots = spendable(user);
        if (lots.stream().mapToLong(Lot::remaining).sum() < amount) {
            return false;
        }
        take(lots, amount, new Entry(user, 0L, kind, 0, 0, operation, reason, actor, null));
        return true;
    }

    private List<Lot> spendable(UUID user) {
        return jdbc.sql(Lot.SELECT + SPENDABLE + " order by expires_at nulls last, id")
                .param("user", user)
                .param("now", now())
                .query(Lot.class)
                .list();
    }

    /** @return how much of the amount the lots did not have */
    private long take(List<Lot> lots, long amount, Entry like) {
        long left = amount;
        for (Lot lot : lots) {
            long part = Math.min(left, lot.remaining());
            if (part > 0) {
                use(lot.id(), part);
                append(like.of(lot.id(), -part, 0));
                left -= part;
            }
        }
        return left;
    }

    private void use(long lot, long amount) {
        jdbc.sql(
                        "update billing.credit_lot set remaining = remaining - :amount, spent = spent + :amount where id = :lot")
                .param("amount", amount)
                .param("lot", lot)
                .update();
    }

    /** The lots a payment granted, oldest first. */
    List<Lot> lotsOf(String payment) {
        return jdbc.sql(Lot.SELECT + " where payment = :payment order by id")
                .param("payment", payment)
                .query(Lot.class)
                .list();
    }

    /**
     * Holds what is left of a lot back from spending, or lets it go, because of the payment behind it.
     *
     * @param cause as in {@link Grant}
     */
    void freeze(Lot lot, boolean frozen, String payment, String cause) {
        if (lot.frozen() != frozen) {
            lock(lot.userId()); // before the lot, as everybody does: who spends holds the account and wants the lot
            jdbc.sql("update billing.credit_lot set frozen = :frozen where id = :lot")
                    .param("frozen", frozen)
                    .param("lot", lot.id())
                    .update();
            history.append(new History.Entry(
                    History.THE_HUB,
                    lot.userId(),
                    "credit",
                    String.valueOf(lot.id()),
                    frozen ? "frozen" : "released",
                    Map.of("frozen", !frozen, "remaining", lot.remaining()),
                    Map.of("frozen", frozen, "remaining", lot.remaining()),
                    cause == null ? "payment:" + payment : cause));
        }
    }

    /**
     * Brings what is taken back from a lot to so many in all. What expired unspent is gone anyhow and is asked of
     * nobody. Only whose turn it is with the lot's payment takes back, so that the number itself is not read again.
     *
     * @param cause as in {@link Grant}
     */
    void takeBack(Lot found, long wanted, String reason, String cause) {
        if (wanted == found.takenBack()) {
            return;
        }
        UUID user = found.userId();
        lock(user);
        Lot lot = jdbc.sql(Lot.SELECT + " where id = :lot")
                .param("lot", found.id())
                .query(Lot.class)
                .single();
        long charged = Math.max(0, wanted - (lot.amount() - lot.spent()));
        Entry like = new Entry(user, lot.id(), "take_back", 0, 0, "lot:" + lot.id(), reason, History.THE_HUB, cause);
        if (wanted > lot.takenBack()) {
            take(lot, wanted, Math.max(charged, lot.charged()), like);
        } else if (wanted < lot.takenBack()) {
            giveBack(lot, wanted, Math.min(charged, lot.charged()), like.kind("give_back"));
        }
    }

    private void take(Lot lot, long wanted, long charged, Entry like) {
        long own = Math.min(lot.remaining(), wanted - lot.takenBack() - (charged - lot.charged()));
        noteTaken(lot, wanted, charged, -own, 0);
        if (own > 0) {
            append(like.of(lot.id(), -own, 0));
        }
        long owed = take(spendable(like.user()), charged - lot.charged(), like);
        if (owed > 0) {
            append(like.kind("owed").of(null, 0, owed));
        }
    }

    private void giveBack(Lot lot, long wanted, long charged, Entry like) {
        long uncharged = lot.charged() - charged;
        long forgiven = Math.min(uncharged, lock(like.user()).owed());
        long respent = uncharged - forgiven; // came from other lots, and comes back into this one
        long room = lot.amount() - lot.remaining() - (lot.spent() - respent);
        long own = Math.min(lot.takenBack() - wanted - uncharged + respent, room);
        noteTaken(lot, wanted, charged, own, respent);
        if (own > 0) {
            append(like.of(lot.id(), own, 0));
        }
        if (forgiven > 0) {
            append(like.kind("owed").of(null, 0, -forgiven));
        }
    }

    private void noteTaken(Lot lot, long wanted, long charged, long remaining, long unspent) {
        jdbc.sql("""
                        update billing.credit_lot set taken_back = :wanted, charged = :charged,
                               remaining = remaining + :remaining, spent = spent - :unspent where id = :lot
                        """)
                .param("wanted", wanted)
                .param("charged", charged)
                .param("remaining", remaining)
                .param("unspent", unspent)
                .param("lot", lot.id())
                .update();
    }

    /** Users with lots whose time is over. */
    public List<UUID> expired() {
        return jdbc.sql("select distinct user_id from billing.credit_lot"
                        + " where remaining > 0 and expires_at <= :now limit " + AT_ONCE)
                .param("now", now())
                .query(UUID.class)
                .list();
    }

    /** Ends what is left of the lots of one user whose time is over; another node finds nothing left to end. */
    public long expire(@Body UUID user) {
        lock(user);
        List<Lot> over = jdbc.sql(Lot.SELECT + " where user_id = :user and remaining > 0 and expires_at <= :now")
                .param("user", user)
                .param("now", now())
                .query(Lot.class)
                .list();
        for (Lot lot : over) {
            jdbc.sql("update billing.credit_lot set remaining = 0 where id = :lot")
                    .param("lot", lot.id())
                    .update();
            append(new Entry(
                    user, lot.id(), "expiry", -lot.remaining(), 0, "lot:" + lot.id(), null, History.THE_HUB, null));
        }
        return over.stream().mapToLong(Lot::remaining).sum();
    }

    private void append(Entry entry) {
        values(jdbc.sql("""
                        with entry as (
                            insert into billing.credit_entry
                                (user_id, lot, kind, amount, owed, at, operation, reason, actor, cause)
                            values (:user, :lot, :kind, :amount, :owed, :now, :operation, :reason, :actor, :cause)
                        ), account as (
                            update billing.credit_account set balance = balance + :amount, owed = owed + :owed
                             where user_id = :user returning balance, owed
                        )
                        insert into billing.history
                            (at, actor, user_id, object_kind, object_id, action, before, after, cause)
                        select :now, :actor, :user, 'credit', coalesce(:lot::text, :user::text), :kind,
                               billing.credit_state(balance - :amount, owed - :owed, null),
                               billing.credit_state(balance, owed, :amount), coalesce(:cause, :operation)
                          from account
                        """), entry).param("lot", entry.lot()).update();
    }

    private StatementSpec values(StatementSpec statement, Entry entry) {
        return statement
                .param("user", entry.user())
                .param("kind", entry.kind())
                .param("amount", entry.amount())
                .param("owed", entry.owed())
                .param("now", now())
                .param("operation", entry.operation())
                .param("reason", entry.reason())
                .param("actor", entry.actor())
                .param("cause", entry.cause() == null ? RequestIds.current().orElse(null) : entry.cause());
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    /** @param owed taken back after it was spent */
    record Account(UUID userId, long balance, long owed) {}

    /**
     * What is to be granted.
     *
     * @param amount 0 decides for good that the source grants nothing
     * @param source unique; a source grants once
     * @param expiresAt null: never
     * @param cause the event or command it came from; null for the request this thread works for, if it does
     */
    record Grant(
            UUID user,
            String type,
            long amount,
            String source,
            String payment,
            String invoice,
            String product,
            Instant expiresAt,
            String reason,
            String actor,
            String cause) {}

    record Lot(
            long id,
            UUID userId,
            long amount,
            long remaining,
            long spent,
            long takenBack,
            long charged,
            boolean frozen) {

        static final String SELECT = "select id, user_id, amount, remaining, spent, taken_back, charged, frozen"
                + " from billing.credit_lot";
    }

    private record Entry(
            UUID user,
            Long lot,
            String kind,
            long amount,
            long owed,
            String operation,
            String reason,
            String actor,
            String cause) {

        Entry of(Long otherLot, long otherAmount, long otherOwed) {
            return new Entry(user, otherLot, kind, otherAmount, otherOwed, operation, reason, actor, cause);
        }

        Entry kind(String otherKind) {
            return new Entry(user, lot, otherKind, amount, owed, operation, reason, actor, cause);
        }
    }
}
