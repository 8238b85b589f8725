package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Problem;
import jakarta.annotation.PreDestroy;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Stores events so that many share one commit. Whoever stores waits for the commit; meanwhile the next batch gathers,
 * so that batches grow with the load and nobody waits on purpose. A row is an event and its work, written by one
 * statement.
 *
 * <p>Rows of a batch are sorted by key, so that two writers that meet on the same keys wait for each other and never in
 * a circle. When a batch fails each of its rows is tried alone, so that one bad row takes no other with it. Once
 * storing fails for want of a database, further events are refused at once, until a probe gets through.
 */
@Component
class EventWriter {

    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);

    private static final String STORE = """
            with incoming as (
                select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                                     ?::boolean[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::text[], ?::bytea[])
                    as row (service, event_id, type, object_key, change_id, source, secret_id,
                            livemode, api_version, created_at, received_at, headers, body)
            ), stored as (
                insert into webhooks.event (service, event_id, type, object_key, change_id, source, secret_id,
                                            livemode, api_version, created_at, received_at, headers, body)
                select service, event_id, type, object_key, change_id, source, secret_id,
                       livemode, api_version, created_at, received_at, headers::jsonb, body
                  from incoming
                on conflict (service, event_id) do nothing
                returning event_no, service, event_id, object_key, received_at
            ), marked as (
                select event_no, service, object_key, received_at,
                       service || '/' || event_id = any(?::text[]) as ours,
                       service || '/' || event_id = any(?::text[]) as unhandled
                  from stored
            ), queued as (
                insert into webhooks.work (event_no, service, object_key, state, due_at, result, finished_at)
                select event_no, service, object_key, case when unhandled then 'ignored' else 'received' end,
                       received_at + case when ours then make_interval(secs => ?) else interval '0' end,
                       case when unhandled then ? end, case when unhandled then received_at end
                  from marked
            )
            select service, event_id from stored
            """;

    private final DataSource database;
    private final WebhookSettings.Store settings;
    private final BlockingQueue<Waiting> queue;
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean available = true;
    private volatile boolean stopping;

    EventWriter(DataSource database, WebhookSettings settings) {
        this.database = database;
        this.settings = settings.store();
        this.queue = new ArrayBlockingQueue<>(this.settings.queue());
        for (int i = 1; i <= this.settings.writers(); i++) {
            Thread writer = new Thread(this::write, "webhooks-writer-" + i);
            writer.setDaemon(true);
            writer.start();
            writers.add(writer);
        }
    }

    /**
     * Returns after the commit.
     *
     * @param wanted false for an event that is kept, and nothing follows from it
     * @return true when the event is new, false when it had been stored before
     * @throws Problem 503 when it is not known to be stored: the sender must send it again
     */
    boolean store(NewEvent event, boolean wanted) {
        if (!available) {
            throw notStored();
        }
        Waiting waiting = new Waiting(event, wanted, new CompletableFuture<>());
        if (!queue.offer(waiting)) {
            throw Problem.retryLater("overloaded", "Too many events are waiting to be stored", 5);
        }
        try {
            return waiting.stored.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            available = false;
            throw notStored();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Problem problem ? problem : notStored();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notStored();
        }
    }

    private static Problem notStored() {
        return Problem.retryLater("not_stored", "The event could not be stored; send it again", 5);
    }

    @PreDestroy
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread writer : writers) {
            writer.join(Duration.ofSeconds(10).toMillis());
        }
    }

    private void write() {
        List<Waiting> batch = new ArrayList<>(settings.batch());
        while (!stopping || !queue.isEmpty()) {
            try {
                Waiting first = queue.poll(settings.probe().toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, settings.batch() - 1);
                    storeAll(batch);
                } else if (!available) {
                    probe();
                }
            } catch (InterruptedException e) {
                // stopping: what is queued is still stored
            } finally {
                batch.clear();
            }
        }
    }

    private void storeAll(List<Waiting> batch) {
        batch.sort(Comparator.comparing((Waiting waiting) -> waiting.event.service())
                .thenComparing(waiting -> waiting.event.eventId()));
        try {
            answer(batch, insert(batch));
            available = true;
        } catch (SQLException e) {
            if (batch.size() > 1 && !isAbsent(e)) {
                LOG.warn("a batch of {} events failed ({}), each is tried alone", batch.size(), e.getSQLState());
                batch.forEach(waiting -> storeAll(new ArrayList<>(List.of(waiting))));
            } else {
                fail(batch, e);
            }
        } catch (RuntimeException | Error e) { // a batch too large for the memory must not end the thread
            batch.forEach(waiting -> waiting.stored.completeExceptionally(e));
            LOG.error("storing {} events failed", batch.size(), e);
        }
    }

    /** The first of several copies of a new event is the one that was stored. */
    private static void answer(List<Waiting> batch, Set<String> stored) {
        for (Waiting waiting : batch) {
            waiting.stored.complete(stored.remove(waiting.event.dedupeKey()));
        }
    }

    private void fail(List<Waiting> batch, SQLException e) {
        boolean badRow = e.getSQLState() != null && e.getSQLState().startsWith("22");
        if (!badRow) {
            available = false;
            LOG.warn("events cannot be stored, the endpoints answer 503: {}", e.getMessage());
        }
        Problem problem = badRow
                ? new Problem(HttpStatus.BAD_REQUEST, "invalid_event", "The event cannot be stored")
                : notStored();
        batch.forEach(waiting -> waiting.stored.completeExceptionally(problem));
    }

    /** SQLState classes 08 and 57 and pool time-outs: no server, or one that is stopping. */
    private static boolean isAbsent(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57") || state.startsWith("53");
    }

    private Set<String> insert(List<Waiting> batch) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(STORE)) {
            int column = 1;
            statement.setArray(column++, text(connection, batch, NewEvent::service));
            statement.setArray(column++, text(connection, batch, NewEvent::eventId));
            statement.setArray(column++, text(connection, batch, NewEvent::type));
            statement.setArray(column++, text(connection, batch, NewEvent::objectKey));
            statement.setArray(column++, text(connection, batch, NewEvent::changeId));
            statement.setArray(column++, text(connection, batch, NewEvent::source));
            statement.setArray(column++, text(connection, batch, NewEvent::secretId));
            statement.setArray(
                    column++,
                    connection.createArrayOf("boolean", values(batch, NewEvent::livemode, new Boolean[batch.size()])));
            statement.setArray(column++, text(connection, batch, NewEvent::apiVersion));
            statement.setArray(column++, times(connection, batch, NewEvent::createdAt));
            statement.setArray(column++, times(connection, batch, NewEvent::receivedAt));
            statement.setArray(column++, text(connection, batch, NewEvent::headers));
            statement.setArray(
                    column++,
                    connection.createArrayOf("bytea", values(batch, NewEvent::body, new byte[batch.size()][])));
            statement.setArray(column++, keys(connection, batch, waiting -> waiting.event.ours()));
            statement.setArray(column++, keys(connection, batch, waiting -> !waiting.wanted));
            statement.setDouble(column++, settings.ownDelay().toMillis() / 1e3);
            statement.setString(column, EventPlan.UNHANDLED);
            Set<String> stored = new HashSet<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    stored.add(rows.getString(1) + "/" + rows.getString(2));
                }
            }
            return stored;
        }
    }

    private static Array text(Connection connection, List<Waiting> batch, Function<NewEvent, String> field)
            throws SQLException {
        return connection.createArrayOf("text", values(batch, field, new String[batch.size()]));
    }

    private static Array keys(Connection connection, List<Waiting> batch, Predicate<Waiting> which)
            throws SQLException {
        return connection.createArrayOf(
                "text",
                batch.stream()
                        .filter(which)
                        .map(waiting -> waiting.event.dedupeKey())
                        .toArray());
    }

    private static Array times(Connection connection, List<Waiting> batch, Function<NewEvent, Instant> field)
            throws SQLException {
        Function<NewEvent, String> text = event -> {
            Instant time = field.apply(event);
            return time == null ? null : time.toString();
        };
        return connection.createArrayOf("text", values(batch, text, new String[batch.size()]));
    }

    private static <T> T[] values(List<Waiting> batch, Function<NewEvent, T> field, T[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = field.apply(batch.get(i).event);
        }
        return values;
    }

    private void probe() {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("select 1")) {
            statement.execute();
            available = true;
            LOG.info("events can be stored again");
        } catch (SQLException e) {
            LOG.debug("the database is still away: {}", e.getMessage());
        }
    }

    private record Waiting(NewEvent event, boolean wanted, CompletableFuture<Boolean> stored) {}
}
