package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.FluentProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Users read what is theirs of the mirror; the operator reads all of it, fills it, and repairs what drifted. */
@RestController
@RequestMapping("/api/v1/billing")
class BillingController {

    private static final Map<String, MirrorKind> LISTS = new TreeMap<>(Map.of(
            "customers", MirrorKind.CUSTOMER,
            "products", MirrorKind.PRODUCT,
            "prices", MirrorKind.PRICE,
            "subscriptions", MirrorKind.SUBSCRIPTION,
            "invoices", MirrorKind.INVOICE,
            "payments", MirrorKind.PAYMENT,
            "charges", MirrorKind.CHARGE,
            "refunds", MirrorKind.REFUND,
            "disputes", MirrorKind.DISPUTE));

    private static final Logger LOG = LoggerFactory.getLogger(BillingController.class);

    private final MirrorReader mirror;
    private final MirrorSync sync;
    private final SubscriptionSweep sweep;
    private final FluentProducerTemplate routes;

    BillingController(MirrorReader mirror, MirrorSync sync, SubscriptionSweep sweep, FluentProducerTemplate routes) {
        this.mirror = mirror;
        this.sync = sync;
        this.sweep = sweep;
        this.routes = routes;
    }

    @GetMapping("/{list:customers|products|prices|subscriptions|invoices|payments|charges|refunds|disputes}")
    ApiAnswer<List<Map<String, Object>>> list(
            @PathVariable String list,
            @RequestParam(required = false) String customer,
            @RequestParam(required = false) String status,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        MirrorKind kind = LISTS.get(list);
        UUID user = caller.isOperator() ? null : caller.mustBeUser();
        if (customer != null && !MirrorReader.hasCustomer(kind)) {
            throw new Problem(
                    HttpStatus.BAD_REQUEST, "validation_failed", "This list has no customer to filter by", "customer");
        }
        Filters.mustBeOneOf(kind.statuses(), status, "status");
        Paging paging = new Paging(page, perPage);
        return ApiAnswer.of(new Page<>(
                mirror.list(kind, user, customer, status, paging), mirror.count(kind, user, customer, status), paging));
    }

    @GetMapping("/{list:customers|products|prices|subscriptions|invoices|payments|charges|refunds|disputes}/{id}")
    ApiAnswer<Map<String, Object>> show(@PathVariable String list, @PathVariable String id, Caller caller) {
        return ApiAnswer.of(mirror.find(LISTS.get(list), caller.isOperator() ? null : caller.mustBeUser(), id));
    }

    @PostMapping("/sync")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ApiAnswer<MirrorSync.SyncRun> startSync(Principal operator) {
        return ApiAnswer.of(sync.request(operator.getName()));
    }

    @GetMapping("/sync/{id}")
    ApiAnswer<MirrorSync.SyncRun> showSync(@PathVariable long id) {
        return ApiAnswer.of(sync.find(id));
    }

    @GetMapping("/drift")
    ApiAnswer<List<SubscriptionSweep.Drift>> drift(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(sweep.list(new Paging(page, perPage)));
    }

    /**
     * Takes Stripe's state over for all that drifted; what fails stays drifted.
     *
     * @throws Problem 502 {@code stripe_failed} when something is left
     */
    @PostMapping("/drift/repair")
    ApiAnswer<Map<String, Integer>> repair(Principal operator) {
        int before = sweep.drifted().size();
        CamelExecutionException failure = null;
        try {
            routes.to("direct:billing-repair")
                    .withVariable("actor", operator.getName())
                    .request();
        } catch (CamelExecutionException e) {
            failure = e;
        }
        int left = sweep.drifted().size();
        if (failure != null) {
            LOG.warn("{} drifted subscriptions repaired, {} left", before - left, left, failure);
            throw new Problem(
                    HttpStatus.BAD_GATEWAY,
                    "stripe_failed",
                    "Stripe did not hand out every subscription: %d repaired, %d left".formatted(before - left, left));
        }
        return ApiAnswer.of(Map.of("repaired", before - left, "left", left));
    }
}
