package com.ytempire.hub.operations;

import com.ytempire.hub.platform.AuditLog;
import com.ytempire.hub.platform.AuditLog.Action;
import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import com.ytempire.hub.platform.OperatorActionSource;
import com.ytempire.hub.platform.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** All an operator can do from the pages and the console. Every one goes through {@link #run}, which writes it down. */
@Component
class OperatorActions {

    private static final int LONGEST = 500;

    /** What a link of ours brings along to these two: which events the page shows. No other value of an address counts. */
    private static final Set<String> OF_EVENTS = Set.of("events.dry-run", "events.replay");

    private static final Map<String, Pattern> OF_LINKS = Map.of(
            "service", Pattern.compile("[a-z0-9]{0,32}"),
            "status", Pattern.compile("[a-z]{0,32}"),
            "type", Pattern.compile("[A-Za-z0-9._]{0,200}\\*?"));

    private final Map<String, OperatorAction> acts = new LinkedHashMap<>();
    private final List<OperatorActionSource> more;
    private final AuditLog audit;

    OperatorActions(ObjectProvider<ActionList> own, ObjectProvider<OperatorActionSource> more, AuditLog audit) {
        this.audit = audit;
        this.more = more.orderedStream().toList();
        own.orderedStream().forEach(list -> list.actions().forEach(action -> acts.put(action.name(), action)));
        this.more.forEach(source -> source.actions().forEach(action -> acts.put(action.name(), action)));
    }

    /** What other areas have to act on. */
    record Offers(String title, List<OperatorActionSource.Offer> offers) {}

    List<Offers> offers() {
        return more.stream()
                .map(source -> new Offers(source.title(), source.offers()))
                .toList();
    }

    /** What each action is called, by its name. */
    Map<String, String> titles() {
        Map<String, String> titles = new LinkedHashMap<>();
        acts.forEach((name, act) -> titles.put(name, act.title()));
        return titles;
    }

    /** @throws Problem 404 for an unknown action */
    OperatorAction find(String name) {
        OperatorAction act = acts.get(name);
        if (act == null) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such action");
        }
        return act;
    }

    /** All there are. */
    List<OperatorAction> all() {
        return List.copyOf(acts.values());
    }

    /** What a form begins with. Nobody can make an operator a link that fills it in, but for a replay's filter. */
    Map<String, String> beginning(OperatorAction act, String target, Map<String, String> link) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Field field : act.asks().apply(target)) {
            Pattern allowed = OF_EVENTS.contains(act.name()) ? OF_LINKS.get(field.name()) : null;
            String brought = link.get(field.name());
            boolean fits = allowed != null
                    && brought != null
                    && allowed.matcher(brought).matches();
            values.put(field.name(), fits ? brought : field.usual());
        }
        return values;
    }

    /**
     * Does it, and writes it down; secrets are not written.
     *
     * @return the number of the entry that says what happened
     * @throws Problem as the action is refused
     */
    long run(OperatorAction act, Order order) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (Field field : act.asks().apply(order.target())) {
            String value = order.value(field.name());
            if (field.needed() && value.isEmpty() || value.length() > LONGEST) {
                throw new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY,
                        "validation_failed",
                        field.label() + ": 1 to " + LONGEST + " characters",
                        field.name());
            }
            kept.put(field.name(), field.isSecret() ? "(not kept)" : value);
        }
        return audit.run(
                new Action(order.operator(), order.source(), act.name(), order.target(), kept),
                () -> act.work().apply(order));
    }
}
