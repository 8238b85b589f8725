package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingOffline;
import com.ytempire.hub.billing.RefundDesk;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.AuditLog;
import com.ytempire.hub.platform.AuditLog.Action;
import com.ytempire.hub.platform.ChangedSettings;
import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import com.ytempire.hub.platform.OperatorActionSource;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.LinkDesk;
import com.ytempire.hub.spending.Prices;
import com.ytempire.hub.spending.SpendingFigures;
import com.ytempire.hub.webhooks.EndpointRegistry;
import com.ytempire.hub.webhooks.EventFilter;
import com.ytempire.hub.webhooks.EventPages;
import com.ytempire.hub.webhooks.Events;
import com.ytempire.hub.webhooks.Replay;
import com.ytempire.hub.webhooks.Replays;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * All an operator can do from the pages and the console: what each action is called, what it asks, what it will do and what it did. Every
 * one goes through {@link #run}, which writes it down.
 */
@Component
class OperatorActions {

    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{8,255}");
    private static final int LONGEST = 500;
    private static final String SETTING = "setting.change";

    private final Map<String, OperatorAction> acts = new LinkedHashMap<>();
    private final List<OperatorActionSource> more;
    private final ChangedSettings settings;
    private final AuditLog audit;
    private final Clock clock;

    OperatorActions(
            Events events,
            Replays replays,
            EndpointRegistry endpoints,
            LinkDesk links,
            SpendingFigures spending,
            RefundDesk refunds,
            BillingOffline offline,
            Alerts alerts,
            ChangedSettings settings,
            Prices prices,
            ObjectProvider<ProducerTemplate> routes,
            ObjectProvider<OperatorActionSource> more,
            AuditLog audit,
            Clock clock) {
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
        ofEvents(events, replays);
        ofEndpoints(endpoints);
        ofMoney(refunds, offline);
        ofTheRest(links, alerts, routes);
        ofSettings(spending, prices);
        this.more = more.orderedStream().toList();
        this.more.forEach(source -> source.actions().forEach(action -> acts.put(action.name(), action)));
    }

    private void add(
            String name,
            String title,
            String on,
            Function<String, String> says,
            List<Field> fields,
            Function<String, String> back,
            Function<Order, String> work) {
        acts.put(name, new OperatorAction(name, title, on, says, fields, back, work));
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

    /**
     * What it needs to know of its target. A secret is asked for as one; any other setting begins as it is, so that no
     * address has to bring its value along: some are people's mail addresses.
     */
    List<Field> fields(OperatorAction act, String target) {
        if (!act.name().equals(SETTING)) {
            return act.fields();
        }
        ChangedSettings.Setting setting = settings.setting(target);
        return act.fields().stream()
                .map(field -> new Field(
                        field.name(),
                        field.label(),
                        setting.secret() ? "password" : field.type(),
                        field.needed(),
                        setting.secret() ? "" : setting.value()))
                .toList();
    }

    /**
     * Does it, and writes it down; secrets are not written.
     *
     * @return the number of the entry that says what happened
     * @throws Problem as the action is refused
     */
    long run(OperatorAction act, Order order) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (Field field : fields(act, order.target())) {
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

    private void ofEvents(Events events, Replays replays) {
        Function<String, String> toEvent = target -> EventPages.path(eventOf(target)[0], eventOf(target)[1]);
        add(
                "event.replay",
                "Run this event again",
                "event",
                target ->
                        "Event " + target + " goes through its flow once more, as at first. What it has already done is"
                                + " not done twice.",
                List.of(),
                toEvent,
                order -> {
                    String[] parts = eventOf(order.target());
                    Replay replay = replays.one(parts[0], parts[1], order.operator());
                    return "Replay " + replay.head().id() + " is queued";
                });
        add(
                "event.resolve",
                "Put this dead letter aside",
                "event",
                target -> "Event " + target + " counts as dealt with by hand and is not run again by itself.",
                List.of(Field.text("note", "What was done")),
                toEvent,
                order -> {
                    String[] parts = eventOf(order.target());
                    events.resolve(parts[0], parts[1], order.value("note"), order.operator());
                    return "It is resolved";
                });
        List<Field> filter = List.of(
                new Field("service", "Service", "text", false, ""),
                new Field("status", "State", "text", false, "dead"),
                new Field("type", "Type, or its beginning and *", "text", false, ""));
        add(
                "events.dry-run",
                "Try a replay without running it",
                null,
                target -> "Counts and lists the events that would run again. Nothing runs.",
                filter,
                target -> "/operations/events?status=dead",
                order -> {
                    Replay replay = replays.many(filterOf(order), true, order.operator());
                    return "Dry run " + replay.head().id() + ": "
                            + replay.head().matched() + " events would run again";
                });
        add(
                "events.replay",
                "Run these events again",
                null,
                target ->
                        "All events that match go through their flows once more, at most 20 a second. Try it first: the"
                                + " dry run says how many there are.",
                filter,
                target -> "/operations/events?status=dead",
                order -> {
                    Replay replay = replays.many(filterOf(order), false, order.operator());
                    return "Replay " + replay.head().id() + ": " + replay.head().matched() + " events are queued";
                });
    }

    private static String[] eventOf(String target) {
        int slash = target.indexOf('/');
        if (slash < 1) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "No such event");
        }
        return new String[] {target.substring(0, slash), target.substring(slash + 1)};
    }

    private static EventFilter filterOf(Order order) {
        return new EventFilter(
                emptyIsNull(order.value("service")),
                emptyIsNull(order.value("status")),
                emptyIsNull(order.value("type")),
                null,
                null,
                null,
                null);
    }

    private static String emptyIsNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private void ofEndpoints(EndpointRegistry endpoints) {
        Function<String, String> back = target -> "/operations/actions#endpoints";
        add(
                "endpoint.close",
                "Close this endpoint",
                "service",
                target -> "Webhooks of " + target
                        + " are answered 503 on all nodes within a second; the sender tries again"
                        + " later. Each attempt is recorded without its body.",
                List.of(Field.text("reason", "Why")),
                back,
                order -> {
                    endpoints.close(order.target(), order.value("reason"), order.operator());
                    return order.target() + " is closed";
                });
        add(
                "endpoint.open",
                "Open this endpoint",
                "service",
                target -> "Webhooks of " + target + " are taken again.",
                List.of(),
                back,
                order -> {
                    endpoints.open(order.target(), order.operator());
                    return order.target() + " is open";
                });
        add(
                "endpoint.secret",
                "Rotate the secret",
                "service",
                target -> "The new secret of " + target
                        + " counts at once. The others count for the hours you say, so that"
                        + " no event is lost while the sender changes over.",
                List.of(
                        new Field("secret", "New secret", "password", true, ""),
                        new Field("hours", "Hours the others still count", "number", true, "24")),
                back,
                order -> {
                    Duration hours = Duration.ofHours(hours(order.value("hours")));
                    if (!SECRET.matcher(order.value("secret")).matches()) {
                        throw new Problem(
                                HttpStatus.UNPROCESSABLE_ENTITY,
                                "validation_failed",
                                "A secret has 8 to 255 printable characters without spaces",
                                "secret");
                    }
                    endpoints.addSecret(
                            order.target(),
                            order.value("secret"),
                            clock.instant().plus(hours),
                            order.operator());
                    return "The new secret counts; the others end in " + hours.toHours() + " hours";
                });
        add(
                "endpoint.revoke",
                "End this secret for good",
                "secret",
                target -> "Secret " + target + " never counts again, wherever it comes from. What is signed with it is"
                        + " refused.",
                List.of(),
                back,
                order -> {
                    String[] parts = eventOf(order.target());
                    endpoints.revokeSecret(parts[0], parts[1], order.operator());
                    return "Secret " + parts[1] + " of " + parts[0] + " has ended";
                });
    }

    private static long hours(String text) {
        if (!text.matches("\\d{1,4}")) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "A number of hours", "hours");
        }
        return Long.parseLong(text);
    }

    private void ofMoney(RefundDesk refunds, BillingOffline offline) {
        Function<String, String> back = target -> "/operations/actions#money";
        add(
                "refund.approve",
                "Approve this refund",
                "refund",
                target -> "The money goes back to the customer now; it cannot be taken back.",
                List.of(),
                back,
                order -> "Stripe says: " + refunds.approve(uuid(order.target()), order.operator()));
        add(
                "refund.reject",
                "Reject this refund",
                "refund",
                target -> "The customer keeps what he paid for, and is not paid back.",
                List.of(Field.text("reason", "Why")),
                back,
                order -> {
                    refunds.reject(uuid(order.target()), order.value("reason"), order.operator());
                    return "It is rejected";
                });
        add(
                "billing.offline",
                "Take billing offline",
                null,
                target -> "Nothing is sent to Stripe any more, on all nodes within a second. Commands are queued and"
                        + " answered 202; what needs the customer present is answered 503. Finance is told.",
                List.of(Field.text("reason", "Why")),
                back,
                order -> {
                    offline.begin(order.value("reason"), order.operator());
                    return "Billing is offline";
                });
        add(
                "billing.online",
                "Bring billing back online",
                null,
                target -> "Stripe is called again, and the queue is sent in its order. Finance is told.",
                List.of(),
                back,
                order -> {
                    offline.end(order.operator());
                    return "Billing is online";
                });
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such refund");
        }
    }

    private void ofTheRest(LinkDesk links, Alerts alerts, ObjectProvider<ProducerTemplate> routes) {
        Function<String, String> toLinks = target -> "/operations/actions#links";
        add(
                "link.off",
                "Switch this link off",
                "link",
                target -> target + " is passed over by its chain on all nodes within a second; the next link answers.",
                List.of(),
                toLinks,
                order -> {
                    links.switchOff(order.target(), order.operator());
                    return order.target() + " is off";
                });
        add(
                "link.on",
                "Switch this link on",
                "link",
                target -> target + " is tried again at once, with a closed breaker.",
                List.of(),
                toLinks,
                order -> {
                    links.switchOn(order.target());
                    return order.target() + " is on";
                });
        add(
                "vendor.probe",
                "Ask this vendor now",
                "vendor",
                target -> target + " is asked at no cost whether it is well.",
                List.of(),
                target -> "/operations#vendors",
                order -> {
                    ask(routes.getObject(), order.target());
                    return order.target() + " was asked";
                });
        add(
                "alert.close",
                "Close this alert",
                "alert",
                target -> "Whoever was told of it is told that it is over. When the trouble lasts, a new one opens.",
                List.of(),
                target -> "/operations/alerts",
                order -> alerts.close(number(order.target()), order.operator())
                        ? "It is closed"
                        : "It was closed already");
    }

    private void ofSettings(SpendingFigures spending, Prices prices) {
        add(
                "limit.change",
                "Change this limit",
                "limit",
                target -> "The limit " + target + " holds for the next paid call on every node. Empty brings back what"
                        + " stands in the hub's settings.",
                List.of(new Field("amount", "US dollars", "text", false, "")),
                target -> "/operations/settings#limits",
                order -> {
                    String amount = order.value("amount");
                    spending.changeLimit(order.target(), amount.isEmpty() ? null : amount(amount), order.operator());
                    return order.target() + " is $"
                            + spending.allLimits()
                                    .get(order.target())
                                    .stripTrailingZeros()
                                    .toPlainString()
                            + " now";
                });
        add(
                "price.change",
                "Change this price",
                "price",
                target -> target
                        + " costs this from the day on, for what is paid for then, on every node. What was booked"
                        + " stays as it is. An empty amount takes back what was set for that day.",
                List.of(
                        new Field("from", "From, a day of UTC", "date", true, ""),
                        new Field("amount", "US dollars", "text", false, "")),
                target -> "/operations/settings#prices",
                order -> {
                    String amount = order.value("amount");
                    Prices.Listed price = prices.change(
                            order.target(),
                            day(order.value("from")),
                            amount.isEmpty() ? null : amount(amount),
                            order.operator());
                    return price.name() + " is $" + price.now() + " today";
                });
        add(
                SETTING,
                "Change this setting",
                "setting",
                target -> target
                        + " holds on every node within a second. Empty brings back what stands in the hub's settings.",
                List.of(new Field("value", "Value", "text", false, "")),
                target -> "/operations/settings#" + settings.find(target).anchor(),
                order -> {
                    ChangedSettings.Setting setting =
                            settings.change(order.target(), order.value("value"), order.operator());
                    return setting.name() + " is " + (setting.value().isEmpty() ? "empty" : setting.value()) + " now";
                });
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "A day such as 2026-12-01", "from");
        }
    }

    private static void ask(ProducerTemplate routes, String vendor) {
        try {
            routes.requestBody("direct:operations-probe-now", vendor);
        } catch (CamelExecutionException e) {
            if (e.getCause() instanceof Problem problem) {
                throw problem;
            }
            throw e;
        }
    }

    private static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    private static BigDecimal amount(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "An amount", "amount");
        }
    }
}
