package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.IdempotencyKey;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Operators answer disputes. */
@RestController
@RequestMapping("/api/v1/billing/disputes")
class DisputeController {

    private final Disputes disputes;
    private final Commands commands;
    private final ApiRequests requests;

    DisputeController(Disputes disputes, Commands commands, ApiRequests requests) {
        this.disputes = disputes;
        this.commands = commands;
        this.requests = requests;
    }

    /**
     * @param text in our own words, beside what the hub knows
     * @param submit false keeps it at Stripe without handing it in; the bank takes evidence once
     */
    record Evidence(@Size(max = 15_000) String text, Boolean submit) {}

    @GetMapping("/{id}/evidence")
    ApiAnswer<Disputes.Packet> evidence(@PathVariable String id, Caller caller) {
        caller.mustBeOperator();
        return ApiAnswer.of(disputes.packet(id));
    }

    @PostMapping("/{id}/evidence")
    ResponseEntity<Object> submit(
            @PathVariable String id,
            @RequestBody @Valid Evidence evidence,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        caller.mustBeOperator();
        boolean isFinal = !Boolean.FALSE.equals(evidence.submit());
        return requests.once(
                caller,
                key,
                "disputes/" + id,
                evidence,
                request -> commands.run(() -> disputes.submit(request, id, evidence.text(), isFinal, caller)));
    }
}
