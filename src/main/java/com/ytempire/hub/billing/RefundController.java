package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A user asks for his money back; what is above the policy's amount waits for an operator. */
@RestController
@RequestMapping("/api/v1/billing/refunds")
class RefundController {

    private final Refunds refunds;
    private final RefundRequests asked;
    private final Commands commands;
    private final ApiRequests requests;
    private final TransactionTemplate transactions;

    RefundController(
            Refunds refunds,
            RefundRequests asked,
            Commands commands,
            ApiRequests requests,
            PlatformTransactionManager transactions) {
        this.refunds = refunds;
        this.asked = asked;
        this.commands = commands;
        this.requests = requests;
        this.transactions = new TransactionTemplate(transactions);
    }

    /**
     * One of payment and invoice.
     *
     * @param amount in the currency's smallest unit; all that may go back when it is left out
     */
    record Wanted(
            @Size(max = 255) String paymentId,
            @Size(max = 255) String invoiceId,
            @Min(1) Long amount,
            @NotBlank @Size(max = 500) String reason) {}

    record Rejection(@NotBlank @Size(max = 500) String reason) {}

    /** 201 with the refund, or 202 while it waits for approval or for Stripe. */
    @PostMapping
    ResponseEntity<Object> create(
            @RequestBody @Valid Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        if ((wanted.paymentId() == null) == (wanted.invoiceId() == null)) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "validation_failed",
                    "Name a payment or an invoice, and not both",
                    "payment_id");
        }
        Refunds.Wanted given =
                new Refunds.Wanted(wanted.paymentId(), wanted.invoiceId(), wanted.amount(), wanted.reason());
        return requests.once(
                caller, key, "refunds", wanted, request -> commands.run(() -> refunds.request(request, given, caller)));
    }

    /** A user's own; an operator sees all, or those of one user. */
    @GetMapping("/requests")
    ApiAnswer<List<RefundRequests.Request>> list(
            @RequestParam(name = "user_id", required = false) UUID user,
            @RequestParam(required = false) String state,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        Filters.mustBeOneOf(RefundRequests.STATES, state, "state");
        UUID whose = caller.isOperator() ? user : caller.mustBeUser();
        Page<RefundRequests.Request> found = asked.list(whose, state, new Paging(page, perPage));
        return ApiAnswer.of(new Page<>(
                found.items().stream().map(request -> request.shownTo(caller)).toList(),
                found.total(),
                found.paging()));
    }

    @PostMapping("/{id}/approve")
    ResponseEntity<Object> approve(@PathVariable UUID id, Caller caller) {
        caller.mustBeOperator();
        return ApiRequests.respond(commands.run(() -> refunds.approve(id, caller)));
    }

    @PostMapping("/{id}/reject")
    ApiAnswer<RefundRequests.Request> reject(@PathVariable UUID id, @RequestBody @Valid Rejection why, Caller caller) {
        caller.mustBeOperator();
        RefundRequests.Request rejected = transactions.execute(status -> refunds.reject(id, why.reason(), caller));
        return ApiAnswer.of(rejected);
    }
}
