package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Refunds that wait for an operator's word. */
@Component
public class RefundDesk {

    private static final int MOST = 50;

    private final Refunds refunds;
    private final RefundRequests requests;
    private final Commands commands;
    private final TransactionTemplate transactions;

    RefundDesk(Refunds refunds, RefundRequests requests, Commands commands, PlatformTransactionManager transactions) {
        this.refunds = refunds;
        this.requests = requests;
        this.commands = commands;
        this.transactions = new TransactionTemplate(transactions);
    }

    /**
     * A refund that waits.
     *
     * @param amount in the smallest unit of the currency
     */
    public record Pending(UUID id, String customer, long amount, String currency, String reason, Instant requestedAt) {}

    /** At most fifty of them. */
    public List<Pending> pending() {
        Page<RefundRequests.Request> found = requests.list(null, "pending_approval", new Paging(1, MOST));
        return found.items().stream()
                .map(request -> new Pending(
                        request.id(),
                        request.customer(),
                        request.amount(),
                        request.currency(),
                        request.reason(),
                        request.requestedAt()))
                .toList();
    }

    /**
     * Lets one go.
     *
     * @return what Stripe answered, in a word: succeeded, pending, or queued while Stripe is away
     * @throws com.ytempire.hub.platform.Problem as the API answers it
     */
    public String approve(UUID id, String operator) {
        CommandAnswer answer =
                commands.run(() -> refunds.approve(id, operator(operator))).orThrow();
        return String.valueOf(answer.data().get("status"));
    }

    /** @throws com.ytempire.hub.platform.Problem as the API answers it */
    public void reject(UUID id, String why, String operator) {
        transactions.executeWithoutResult(status -> refunds.reject(id, why, operator(operator)));
    }

    private static Caller operator(String name) {
        return new Caller(null, name, true);
    }
}
