package com.ytempire.hub.billing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.billing.SubscriptionCommands.Proration;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.IdempotencyKey;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Subscribing, and what one does with a subscription. Each answers 202 when it has to wait for Stripe. */
@RestController("billingSubscriptionController")
@RequestMapping("/api/v1/billing/subscriptions")
class SubscriptionController {

    private final SubscriptionCommands subscriptions;
    private final Customers customers;
    private final ApiRequests requests;
    private final StripeReading stripe;

    SubscriptionController(
            SubscriptionCommands subscriptions, Customers customers, ApiRequests requests, StripeReading stripe) {
        this.subscriptions = subscriptions;
        this.customers = customers;
        this.requests = requests;
        this.stripe = stripe;
    }

    /**
     * @param userId for operators: who is subscribed
     * @param paymentMethodId a card of the customer; without one it is handed in with the client's secret
     * @param trialDays for operators: another trial than the plan's; 0 for none
     */
    record Wanted(
            @NotBlank String plan,
            @Size(max = 255) String paymentMethodId,
            @Min(0) @Max(730) Integer trialDays,
            UUID userId) {}

    /**
     * @param proration what becomes of the unused part of the period; counted in with the next invoice by default
     * @param prorationDate that of a preview, so that the change costs what was shown; now when it is left out, and then
     *     it is left out of the request's hash as well, as versions without this field computed it
     */
    record Change(
            @NotBlank String plan,
            Proration proration,
            @JsonInclude(Include.NON_NULL) Instant prorationDate) {

        Proration how() {
            return proration == null ? Proration.NEXT_INVOICE : proration;
        }
    }

    /**
     * @param atPeriodEnd what is paid for stays usable; the default
     * @param reason for figures of churn
     */
    record End(
            Boolean atPeriodEnd,

            @Pattern(regexp = "[a-z_]{1,50}", message = "lower case, with _")
            String reason) {

        static final End USUAL = new End(null, null);

        boolean later() {
            return atPeriodEnd == null || atPeriodEnd;
        }

        String why() {
            return reason == null ? "user_requested" : reason;
        }
    }

    /** 201 with the new subscription, 200 with the one of the same plan there is. */
    @PostMapping
    ResponseEntity<Object> create(
            @RequestBody @Valid Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return requests.once(
                caller,
                key,
                "subscriptions",
                wanted,
                request -> subscriptions.create(
                        caller,
                        customers.account(caller, wanted.userId()),
                        wanted.plan(),
                        wanted.paymentMethodId(),
                        wanted.trialDays(),
                        request));
    }

    /** What a change would cost, and the time for which it costs that; changes nothing. */
    @PostMapping("/{id}/preview")
    ApiAnswer<Map<String, Object>> preview(@PathVariable String id, @RequestBody @Valid Change change, Caller caller) {
        Instant at = subscriptions.prorationDate(change.prorationDate());
        Map<String, Object> answer = new LinkedHashMap<>(
                stripe.preview(subscriptions.previewParameters(caller, id, change.plan(), change.how(), at)));
        answer.put("proration_date", change.how() == Proration.NONE ? null : at.toString());
        return ApiAnswer.of(answer);
    }

    @PatchMapping("/{id}")
    ResponseEntity<Object> change(
            @PathVariable String id,
            @RequestBody @Valid Change change,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return requests.once(
                caller,
                key,
                "subscriptions/" + id,
                change,
                request ->
                        subscriptions.change(caller, id, change.plan(), change.how(), change.prorationDate(), request));
    }

    @PostMapping("/{id}/cancel")
    ResponseEntity<Object> cancel(
            @PathVariable String id,
            @RequestBody(required = false) @Valid End end,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        End how = end == null ? End.USUAL : end;
        return requests.once(
                caller,
                key,
                "subscriptions/" + id + "/cancel",
                end,
                request -> subscriptions.cancel(caller, id, how.later(), how.why(), request));
    }

    @PostMapping("/{id}/pause")
    ResponseEntity<Object> pause(
            @PathVariable String id,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return requests.once(
                caller,
                key,
                "subscriptions/" + id + "/pause",
                null,
                request -> subscriptions.pause(caller, id, request));
    }

    @PostMapping("/{id}/resume")
    ResponseEntity<Object> resume(
            @PathVariable String id,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return requests.once(
                caller,
                key,
                "subscriptions/" + id + "/resume",
                null,
                request -> subscriptions.resume(caller, id, request));
    }
}
