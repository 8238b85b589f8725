package com.ytempire.hub.operations;

import com.ytempire.hub.spending.LinkDesk;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Whether the hub leaves a vendor alone. Those of provider chains are of all nodes together; of Stripe, mail and analytics
 * each node learns by itself, and what it knows is shown.
 */
@Component
class VendorBreakers {

    private static final List<String> BY_WEIGHT = List.of("closed", "half_open", "open", "forced_open");

    private final ObjectProvider<CircuitBreaker> breakersOfThisNode;
    private final LinkDesk links;

    VendorBreakers(ObjectProvider<CircuitBreaker> breakersOfThisNode, LinkDesk links) {
        this.breakersOfThisNode = breakersOfThisNode;
        this.links = links;
    }

    /** By vendor: closed, half_open, open or forced_open; the worst, where a vendor has several. */
    Map<String, String> states() {
        Map<String, String> states = new HashMap<>();
        breakersOfThisNode.stream()
                .forEach(breaker -> states.merge(
                        breaker.getName(), breaker.getState().name().toLowerCase(Locale.ROOT), VendorBreakers::worse));
        links.list().stream()
                .filter(link -> link.vendor() != null)
                .forEach(link -> states.merge(link.vendor(), link.breaker(), VendorBreakers::worse));
        return states;
    }

    private static String worse(String one, String other) {
        return BY_WEIGHT.indexOf(one) > BY_WEIGHT.indexOf(other) ? one : other;
    }
}
