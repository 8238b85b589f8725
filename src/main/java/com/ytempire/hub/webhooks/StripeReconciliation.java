package com.ytempire.hub.webhooks;

import com.stripe.model.Event;
import com.ytempire.hub.camel.stripe.StripeConstants;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How far Stripe's list of events has been read. The list goes back 30 days
 * (docs.stripe.com/webhooks/process-undelivered-events). It is read from the stored position with some overlap, because
 * an event may appear in it late; what is known already is looked up a page at a time and left.
 */
@Component
class StripeReconciliation {

    private static final String CURSOR = "stripe-events";

    /** As many as Stripe lists at once. */
    private static final int PAGE = 100;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final WebhookSettings.Reconcile settings;
    private final boolean hasKey;

    StripeReconciliation(
            JdbcClient jdbc,
            Clock clock,
            WebhookSettings settings,
            @Value("${hub.stripe.secret-key}") String stripeKey) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings.reconcile();
        this.hasKey = !stripeKey.isBlank();
    }

    /**
     * Begins a reading, unless there is no key or another node began one within the interval.
     *
     * @return what to read; null for nothing
     */
    public ReadingWindow begin() {
        if (!hasKey) {
            return null;
        }
        Instant now = clock.instant();
        Instant horizon = now.minus(settings.horizon());
        return jdbc.sql("""
                        insert into webhooks.cursor (name, position, updated_at) values (:name, :horizon, now())
                        on conflict (name) do update set updated_at = now()
                         where webhooks.cursor.updated_at <= now() - make_interval(secs => :seconds)
                        returning position
                        """)
                .param("name", CURSOR)
                .param("horizon", Timestamp.from(horizon))
                .param("seconds", settings.every().toMillis() * 0.0008) // a bit less than the interval
                .query(Timestamp.class)
                .optional()
                .map(position -> {
                    Instant held = position.toInstant();
                    Instant from = (held.isBefore(now) ? held : now).minus(settings.overlap());
                    return new ReadingWindow(from.isBefore(horizon) ? horizon : from, now);
                })
                .orElse(null);
    }

    /** Stripe's parameters for the window. */
    public Map<String, Object> parameters(ReadingWindow window) {
        return Map.of("created", Map.of("gte", window.from().getEpochSecond()));
    }

    /**
     * Of each page of the listed events those that are not stored, read and looked up as the next page is asked for. Who
     * stores one meanwhile makes it a duplicate, as any.
     */
    public Iterator<List<Event>> missing(@Body Iterable<Event> listed) {
        Iterator<Event> events = listed.iterator();
        return Stream.iterate(nextPage(events), page -> !page.isEmpty(), page -> nextPage(events))
                .map(this::missingOf)
                .iterator();
    }

    private static List<Event> nextPage(Iterator<Event> events) {
        List<Event> page = new ArrayList<>(PAGE);
        while (page.size() < PAGE && events.hasNext()) {
            page.add(events.next());
        }
        return page;
    }

    private List<Event> missingOf(List<Event> page) {
        // a long reading stays this node's
        jdbc.sql("update webhooks.cursor set updated_at = now() where name = :name")
                .param("name", CURSOR)
                .update();
        Set<String> known = jdbc.sql(
                        "select event_id from webhooks.event where service = 'stripe' and event_id = any(:ids)")
                .param("ids", page.stream().map(Event::getId).toArray(String[]::new))
                .query(String.class)
                .set();
        return page.stream().filter(event -> !known.contains(event.getId())).toList();
    }

    /**
     * The whole window has been stored: the next reading begins where Stripe's own clock stood when it answered. Ours
     * may be wrong for a while, and what Stripe refused to be delivered then must not be passed over afterwards.
     *
     * @param answeredAt by Stripe's clock; null when the answer had no date
     */
    public void done(@Variable("window") ReadingWindow window, @Header(StripeConstants.DATE) Instant answeredAt) {
        Instant end = answeredAt == null ? window.askedAt() : answeredAt;
        if (end.isBefore(window.from())) {
            return; // our clock is days ahead: nothing was read
        }
        jdbc.sql("update webhooks.cursor set position = :end where name = :name")
                .param("name", CURSOR)
                .param("end", Timestamp.from(end))
                .update();
    }
}
