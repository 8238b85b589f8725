package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A user sees and spends his credits; an operator sees everybody's, and gives and takes. */
@RestController
@RequestMapping("/api/v1/billing/credits")
class CreditController {

    private static final long MOST = 1_000_000_000L;

    private final Credits credits;
    private final Customers customers;
    private final ApiRequests requests;

    CreditController(Credits credits, Customers customers, ApiRequests requests) {
        this.credits = credits;
        this.customers = customers;
        this.requests = requests;
    }

    /** @param userId for operators: whose credits; a user's own when it is left out */
    record Spend(
            @NotNull @Min(1) @Max(MOST) Long amount,
            @NotBlank @Size(max = 200) String reason,
            UUID userId) {}

    /**
     * @param amount negative to take
     * @param type of what is given: payg or subscription
     * @param expiresAt of what is given; null for never
     */
    record Adjustment(
            @NotNull UUID userId,
            @NotNull @Min(-MOST) @Max(MOST) Long amount,
            @Pattern(regexp = "payg|subscription") String type,
            Instant expiresAt,
            @NotBlank @Size(max = 200) String reason) {}

    @GetMapping
    ApiAnswer<Credits.Balance> balance(@RequestParam(name = "user_id", required = false) UUID user, Caller caller) {
        return ApiAnswer.of(credits.balance(owner(caller, user)));
    }

    @GetMapping("/history")
    ApiAnswer<List<Credits.Entry>> history(
            @RequestParam(name = "user_id", required = false) UUID user,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        return ApiAnswer.of(credits.history(owner(caller, user), new Paging(page, perPage)));
    }

    @PostMapping("/spend")
    ResponseEntity<Object> spend(
            @RequestBody @Valid Spend spend,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        if (key == null) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "validation_failed",
                    "Spending needs an idempotency key, or a repeated request would spend twice",
                    IdempotencyKey.HEADER);
        }
        UUID user = owner(caller, spend.userId());
        return requests.once(
                caller,
                key,
                "credits/spend",
                spend,
                request -> credits.spend(request, user, spend.amount(), spend.reason(), caller));
    }

    @PostMapping("/adjustments")
    ResponseEntity<Object> adjust(
            @RequestBody @Valid Adjustment given,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        caller.mustBeOperator();
        if (given.amount() == 0) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "amount is not 0", "amount");
        }
        UUID user = customers.account(caller, given.userId()).id();
        return requests.once(
                caller,
                key,
                "credits/adjustments",
                given,
                request -> credits.adjust(
                        request,
                        user,
                        given.amount(),
                        given.type() == null ? "payg" : given.type(),
                        given.expiresAt(),
                        given.reason(),
                        caller));
    }

    private UUID owner(Caller caller, UUID wanted) {
        return customers.account(caller, wanted).id();
    }
}
