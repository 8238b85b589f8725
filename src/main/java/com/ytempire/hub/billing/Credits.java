package com.ytempire.hub.billing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.billing.CreditLedger.Grant;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A user's credits, as he and operators see and change them. */
@Component
class Credits {

    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private final CreditLedger ledger;
    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Credits(
            CreditLedger ledger,
            JdbcClient jdbc,
            ObjectMapper json,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.ledger = ledger;
        this.jdbc = jdbc;
        this.json = json;
        this.transactions = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    Balance balance(UUID user) {
        Instant now = clock.instant();
        List<OfType> types = jdbc.sql("""
                        select type, sum(remaining)::bigint as balance,
                               coalesce(sum(remaining) filter (where not frozen), 0)::bigint as available,
                               coalesce(sum(remaining) filter (where frozen), 0)::bigint as frozen
                          from billing.credit_lot
                         where user_id = :user and remaining > 0 and (expires_at is null or expires_at > :now)
                         group by type order by type
                        """)
                .param("user", user)
                .param("now", Timestamp.from(now))
                .query(OfType.class)
                .list();
        List<Expiring> expiring = jdbc.sql("""
                        select type, sum(remaining)::bigint as amount, expires_at from billing.credit_lot
                         where user_id = :user and remaining > 0 and expires_at > :now
                         group by type, expires_at order by expires_at limit 5
                        """)
                .param("user", user)
                .param("now", Timestamp.from(now))
                .query(Expiring.class)
                .list();
        long owed = jdbc.sql("select owed from billing.credit_account where user_id = :user")
                .param("user", user)
                .query(Long.class)
                .optional()
                .orElse(0L);
        return new Balance(
                types.stream().mapToLong(OfType::balance).sum(),
                types.stream().mapToLong(OfType::available).sum(),
                owed,
                types,
                expiring,
                now);
    }

    /** Newest first. */
    Page<Entry> history(UUID user, Paging paging) {
        long total = jdbc.sql("select count(*) from billing.credit_entry where user_id = :user")
                .param("user", user)
                .query(Long.class)
                .single();
        List<Entry> entries = jdbc.sql("""
                        select e.id, e.kind, l.type, e.amount, e.owed, e.at, e.reason, e.operation, e.cause, l.payment, l.invoice
                          from billing.credit_entry e left join billing.credit_lot l on l.id = e.lot
                         where e.user_id = :user order by e.id desc limit :limit offset :offset
                        """)
                .param("user", user)
                .param("limit", paging.perPage())
                .param("offset", paging.offset())
                .query(Entry.class)
                .list();
        return new Page<>(entries, total, paging);
    }

    /**
     * Spends credits, those that expire first before the others.
     *
     * @param id of the request: the same one spends once
     * @throws Problem 422 {@code insufficient_credits}; nothing is spent then
     */
    CommandAnswer spend(UUID id, UUID user, long amount, String reason, Caller caller) {
        return once(
                id,
                user,
                -amount,
                reason,
                () -> ledger.spend(user, amount, "spend", id.toString(), reason, caller.name()));
    }

    /** An operator gives credits, or with a negative amount takes them; as {@link #spend}. */
    CommandAnswer adjust(
            UUID id, UUID user, long amount, String type, Instant expiresAt, String reason, Caller caller) {
        return once(
                id,
                user,
                amount,
                reason,
                () -> amount > 0
                        ? ledger.grant(new Grant(
                                user,
                                type,
                                amount,
                                "operator:" + id,
                                null,
                                null,
                                null,
                                expiresAt,
                                reason,
                                caller.name(),
                                null))
                        : ledger.spend(user, -amount, "adjustment", id.toString(), reason, caller.name()));
    }

    private CommandAnswer once(UUID id, UUID user, long amount, String reason, BooleanSupplier work) {
        return transactions.execute(transaction -> {
            ledger.lock(user);
            return jdbc.sql("select answer::text from billing.credit_operation where id = :id")
                    .param("id", id)
                    .query(String.class)
                    .optional()
                    .map(answer -> CommandAnswer.of(201, Json.read(json, answer, MAP)))
                    .orElseGet(() -> CommandAnswer.of(201, done(id, user, amount, reason, work)));
        });
    }

    private Map<String, Object> done(UUID id, UUID user, long amount, String reason, BooleanSupplier work) {
        if (!work.getAsBoolean()) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY, "insufficient_credits", "There are not enough credits", "amount");
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("operation_id", id.toString());
        answer.put("amount", amount);
        answer.put("reason", reason);
        answer.put("available", balance(user).available());
        jdbc.sql(
                        "insert into billing.credit_operation (id, user_id, answer, at) values (:id, :user, :answer::jsonb, :now)")
                .param("id", id)
                .param("user", user)
                .param("answer", Json.text(json, answer))
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return answer;
    }

    /**
     * @param balance with what is frozen
     * @param owed taken back after it was spent; the next credits pay it
     * @param expiringNext the five next times something expires
     */
    record Balance(
            long balance, long available, long owed, List<OfType> types, List<Expiring> expiringNext, Instant asOf) {}

    /** @param frozen because the payment behind it is disputed */
    record OfType(String type, long balance, long available, long frozen) {}

    record Expiring(String type, long amount, Instant expiresAt) {}

    /**
     * @param operation what it is for: once for each
     * @param cause Stripe's event, the command or the request it came from; null when time brought it
     */
    record Entry(
            long id,
            String kind,
            String type,
            long amount,
            long owed,
            Instant at,
            String reason,
            String operation,
            String cause,
            String payment,
            String invoice) {}
}
