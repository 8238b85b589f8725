package com.ytempire.hub.operations;

import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import com.ytempire.hub.webhooks.EventFilter;
import com.ytempire.hub.webhooks.EventPages;
import com.ytempire.hub.webhooks.Events;
import com.ytempire.hub.webhooks.Replay;
import com.ytempire.hub.webhooks.Replays;
import java.util.List;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Running events again, one or many, and putting dead letters aside. */
@Component
@org.springframework.core.annotation.Order(10)
class EventActions implements ActionList {

    private static final Function<String, String> TO_EVENT = target -> {
        String[] parts = ActionList.parts(target);
        return EventPages.path(parts[0], parts[1]);
    };
    private static final Function<String, String> TO_DEAD = target -> "/operations/events?status=dead";
    private static final List<Field> FILTER = List.of(
            new Field("service", "Service", "text", false, ""),
            new Field("status", "State", "text", false, "dead"),
            new Field("type", "Type, or its beginning and *", "text", false, ""));

    private final Events events;
    private final Replays replays;

    EventActions(Events events, Replays replays) {
        this.events = events;
        this.replays = replays;
    }

    @Override
    public List<OperatorAction> actions() {
        return List.of(
                new OperatorAction(
                        "event.replay",
                        "Run this event again",
                        "event",
                        target -> "Event " + target
                                + " goes through its flow once more, as at first. What it has already done is not done"
                                + " twice.",
                        List.of(),
                        TO_EVENT,
                        this::replay),
                new OperatorAction(
                        "event.resolve",
                        "Put this dead letter aside",
                        "event",
                        target -> "Event " + target + " counts as dealt with by hand and is not run again by itself.",
                        List.of(Field.text("note", "What was done")),
                        TO_EVENT,
                        this::resolve),
                new OperatorAction(
                        "events.dry-run",
                        "Try a replay without running it",
                        null,
                        target -> "Counts and lists the events that would run again. Nothing runs.",
                        FILTER,
                        TO_DEAD,
                        order -> {
                            Replay replay = replays.many(filter(order), true, order.operator());
                            return "Dry run " + replay.head().id() + ": "
                                    + replay.head().matched() + " events would run again";
                        }),
                new OperatorAction(
                        "events.replay",
                        "Run these events again",
                        null,
                        target -> "All events that match go through their flows once more, at most 20 a second. Try it"
                                + " first: the dry run says how many there are.",
                        FILTER,
                        TO_DEAD,
                        order -> {
                            Replay replay = replays.many(filter(order), false, order.operator());
                            return "Replay " + replay.head().id() + ": "
                                    + replay.head().matched() + " events are queued";
                        }));
    }

    private String replay(Order order) {
        String[] parts = ActionList.parts(order.target());
        Replay replay = replays.one(parts[0], parts[1], order.operator());
        return "Replay " + replay.head().id() + " is queued";
    }

    private String resolve(Order order) {
        String[] parts = ActionList.parts(order.target());
        events.resolve(parts[0], parts[1], order.value("note"), order.operator());
        return "It is resolved";
    }

    private static EventFilter filter(Order order) {
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
}
