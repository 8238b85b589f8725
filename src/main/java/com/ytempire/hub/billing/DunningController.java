package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Paging;
import java.security.Principal;
import java.util.List;
import org.apache.camel.FluentProducerTemplate;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The operator looks at dunning, ends it, or has an invoice tried at once. */
@RestController
@RequestMapping("/api/v1/billing/dunning")
class DunningController {

    private static final List<String> STATES = List.of("open", "suspended", "ended");

    private final DunningCases cases;
    private final Dunning dunning;
    private final Commands commands;
    private final ApiRequests requests;
    private final FluentProducerTemplate routes;

    DunningController(
            DunningCases cases,
            Dunning dunning,
            Commands commands,
            ApiRequests requests,
            FluentProducerTemplate routes) {
        this.cases = cases;
        this.dunning = dunning;
        this.commands = commands;
        this.requests = requests;
        this.routes = routes;
    }

    @GetMapping
    ApiAnswer<List<DunningCases.Shown>> list(
            @RequestParam(required = false) String state,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        Filters.mustBeOneOf(STATES, state, "state");
        return ApiAnswer.of(cases.list(state, dunning.schedule().slots(), new Paging(page, perPage)));
    }

    @GetMapping("/{invoice}")
    ApiAnswer<DunningCases.Shown> show(@PathVariable String invoice) {
        return ApiAnswer.of(shown(invoice));
    }

    private DunningCases.Shown shown(String invoice) {
        return cases.show(invoice, dunning.schedule().slots()).orElseThrow(Dunning::noCase);
    }

    /** No more tries and mails for this invoice; it stays open at Stripe. */
    @PostMapping("/{invoice}/stop")
    ApiAnswer<DunningCases.Shown> stop(@PathVariable String invoice, Principal operator) {
        shown(invoice);
        routes.to("direct:billing-dunning-stop")
                .withBody(invoice)
                .withVariable("actor", operator.getName())
                .request();
        return ApiAnswer.of(shown(invoice));
    }

    /** One try at once, beside the schedule: 200 when it was paid, 402 when the card is refused, 202 while queued. */
    @PostMapping("/{invoice}/pay-now")
    ResponseEntity<Object> payNow(
            @PathVariable String invoice,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        caller.mustBeOperator();
        return requests.once(
                caller,
                key,
                "dunning/" + invoice + "/pay-now",
                null,
                request -> commands.run(
                        () -> dunning.payNow(invoice, caller.name()).answering(request)));
    }
}
