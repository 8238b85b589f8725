package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.model.StripeObject;
import com.ytempire.hub.camel.stripe.StripeFailures;
import com.ytempire.hub.platform.Causes;
import com.ytempire.hub.platform.Problem;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.FluentProducerTemplate;
import org.springframework.stereotype.Component;

/** What is asked of Stripe while a person waits, and changes nothing. */
@Component
class StripeReading {

    private static final Pattern ID = Pattern.compile("[A-Za-z]+_[A-Za-z0-9_]{1,240}");

    private final FluentProducerTemplate routes;
    private final StripeMirror mirror;
    private final MirrorTables tables;
    private final MirrorRefresh refresh;
    private final BuyingSettings settings;

    StripeReading(
            FluentProducerTemplate routes,
            StripeMirror mirror,
            MirrorTables tables,
            MirrorRefresh refresh,
            BuyingSettings settings) {
        this.routes = routes;
        this.mirror = mirror;
        this.tables = tables;
        this.refresh = refresh;
        this.settings = settings;
    }

    /**
     * The next invoice as it would be, with all its lines: of those Stripe shows ten in it.
     *
     * @throws Problem 503 {@code billing_delayed} while Stripe is away; 422 when Stripe refuses the change
     */
    Map<String, Object> preview(Map<String, Object> parameters) {
        JsonNode invoice = mirror.object(ask("direct:billing-preview", parameters, StripeObject.class));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("amount_due", StripeJson.number(invoice, "amount_due"));
        answer.put("total", StripeJson.number(invoice, "total"));
        answer.put("currency", StripeJson.text(invoice, "currency"));
        List<Map<String, Object>> lines = new ArrayList<>();
        if (MirrorKind.INVOICE.isWithoutLines(invoice)) {
            List<?> all = ask("direct:billing-preview-lines", StripeJson.text(invoice, "id"), List.class);
            all.forEach(line -> lines.add(shown((JsonNode) line)));
        } else {
            invoice.path("lines").path("data").forEach(line -> lines.add(shown(line)));
        }
        answer.put("lines", lines);
        return answer;
    }

    private static Map<String, Object> shown(JsonNode line) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("description", StripeJson.text(line, "description"));
        shown.put("amount", StripeJson.number(line, "amount"));
        shown.put("currency", StripeJson.text(line, "currency"));
        return shown;
    }

    /** The object as Stripe has it, taken into the mirror when that does not hold it yet; empty when there is none. */
    Optional<JsonNode> known(MirrorKind kind, String id) {
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        return tables.held(kind, id).isNothing() ? fresh(kind, id) : held(kind, id);
    }

    /** The object as Stripe has it at this moment, taken into the mirror; empty when there is none. */
    Optional<JsonNode> fresh(MirrorKind kind, String id) {
        ask("direct:billing-refresh", refresh.wanted(kind, id), Object.class);
        return held(kind, id);
    }

    private Optional<JsonNode> held(MirrorKind kind, String id) {
        return tables.held(kind, id).deleted() ? Optional.empty() : tables.object(kind, id);
    }

    private <T> T ask(String route, Object body, Class<T> answer) {
        try {
            return routes.to(route).withBody(body).request(answer);
        } catch (CamelExecutionException e) {
            throw problem(e.getCause());
        }
    }

    private RuntimeException problem(Throwable failure) {
        if (Causes.find(failure, CallNotPermittedException.class).isPresent()) {
            return CommandFailures.delayed(settings.comeAgain());
        }
        return switch (StripeFailures.kind(failure)) {
            case TEMPORARY, AUTHENTICATION -> CommandFailures.delayed(settings.comeAgain());
            case OTHER -> new IllegalStateException("Stripe could not be asked", failure);
            default -> CommandFailures.problem(StripeFailures.code(failure).orElse("invalid_request"), null);
        };
    }
}
