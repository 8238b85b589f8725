package com.ytempire.hub.webhooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.WakeUp;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs events again at an operator's word. A replay is written down with all it will touch before anything runs; the
 * route {@code webhooks-replay} then queues a few each second. The event goes through the work loop as at first, so it
 * is never taken for a duplicate.
 */
@Component
public class Replays {

    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final ObjectMapper json;
    private final WakeUp wakeUp;
    private final TransactionTemplate transactions;
    private final WebhookSettings.Replay settings;

    Replays(
            JdbcClient jdbc,
            Clock clock,
            ObjectMapper json,
            WakeUp wakeUp,
            PlatformTransactionManager transactions,
            WebhookSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.json = json;
        this.wakeUp = wakeUp;
        this.transactions = new TransactionTemplate(transactions);
        this.settings = settings.replay();
    }

    /**
     * @throws Problem 404 for an unknown event, 409 {@code event_body_gone} when retention has taken its body
     */
    @Transactional
    public Replay one(String service, String eventId, String operator) {
        boolean hasBody = jdbc.sql("select body is not null from webhooks.event"
                        + " where service = :service and event_id = :event")
                .param("service", service)
                .param("event", eventId)
                .query(Boolean.class)
                .optional()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "No such event"));
        if (!hasBody) {
            throw new Problem(HttpStatus.CONFLICT, "event_body_gone", "The event's body has been deleted by retention");
        }
        return create(EventFilter.one(service, eventId), false, operator);
    }

    /**
     * @param dryRun only counts and lists what would run
     * @throws Problem 422 when more events match than one replay may hold
     */
    @Transactional
    public Replay many(EventFilter filter, boolean dryRun, String operator) {
        return create(filter, dryRun, operator);
    }

    private Replay create(EventFilter filter, boolean dryRun, String operator) {
        long id = jdbc.sql("""
                        insert into webhooks.replay (requested_by, requested_at, filter, dry_run, matched)
                        values (:operator, :now, :filter::jsonb, :dry, 0) returning id
                        """)
                .param("operator", operator)
                .param("now", Timestamp.from(clock.instant()))
                .param("filter", json.valueToTree(filter).toString())
                .param("dry", dryRun)
                .query(Long.class)
                .single();
        EventFilter.Sql where = filter.sql();
        int matched = jdbc.sql("insert into webhooks.replay_item (replay_id, event_no)"
                        + " select :replay, event_no from webhooks.event e join webhooks.work w using (event_no)"
                        + " where e.body is not null and " + where.text() + " order by event_no limit :most")
                .params(where.values())
                .param("replay", id)
                .param("most", settings.most() + 1)
                .update();
        if (matched > settings.most()) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "too_many_events",
                    "More than " + settings.most() + " events match; narrow the filter");
        }
        jdbc.sql("update webhooks.replay set matched = :matched,"
                        + " finished_at = case when :dry or :matched = 0 then :now::timestamptz end where id = :id")
                .param("matched", matched)
                .param("dry", dryRun)
                .param("now", Timestamp.from(clock.instant()))
                .param("id", id)
                .update();
        LOG.info("replay {} of {} events asked for by {}{}", id, matched, operator, dryRun ? " as a dry run" : "");
        return find(id);
    }

    /**
     * Queues the next few events of the replays that wait; called several times a second. However many nodes call it,
     * only one second's worth is queued in any second. While none waits this only looks.
     */
    public void queueNext() {
        if (transactions.execute(transaction -> queue()) > 0) {
            wakeUp.raise(); // what is not committed yet would not be found
        }
    }

    /** @return how many came to their turn */
    private int queue() {
        Timestamp now = Timestamp.from(clock.instant());
        boolean mine = jdbc.sql("""
                                insert into webhooks.cursor (name, position, updated_at)
                                select 'replay', :now, now()
                                 where exists (select 1 from webhooks.replay where finished_at is null and not dry_run)
                                on conflict (name) do update set position = excluded.position, updated_at = now()
                                 where webhooks.cursor.updated_at <= now() - interval '1 second'
                                """).param("now", now).update() == 1;
        if (!mine) {
            return 0;
        }
        List<Long[]> next = next();
        int queued = jdbc.sql("""
                        with next as (
                            select * from unnest(:replays::bigint[], :events::bigint[]) as next (replay_id, event_no)
                        ), queued as (
                            update webhooks.work w
                               set state = 'received', due_at = :now, failures = 0, replayed = true, finished_at = null,
                                   result = null, error = null, failed_at = null
                              from next join webhooks.event e using (event_no)
                             where w.event_no = next.event_no and w.state not in ('received', 'processing', 'retrying')
                               and e.body is not null
                            returning w.event_no, w.attempt
                        )
                        update webhooks.replay_item i
                           set state = case when q.event_no is null then 'skipped' else 'queued' end,
                               note = case when q.event_no is not null then null
                                           when e.body is null then 'its body has been deleted by retention'
                                           else 'was waiting or under way already' end,
                               attempt = q.attempt, queued_at = :now
                          from next join webhooks.event e using (event_no) left join queued q using (event_no)
                         where i.replay_id = next.replay_id and i.event_no = next.event_no
                        """)
                .param("replays", next.stream().map(item -> item[0]).toArray(Long[]::new))
                .param("events", next.stream().map(item -> item[1]).toArray(Long[]::new))
                .param("now", now)
                .update();
        jdbc.sql("""
                        update webhooks.replay r set finished_at = :now
                         where finished_at is null and not dry_run
                           and not exists (select 1 from webhooks.replay_item i
                                            where i.replay_id = r.id and i.state = 'waiting')
                        """).param("now", now).update();
        return queued;
    }

    /** Locks the events' work, so that what retention is about to take is seen by the statement that queues. */
    private List<Long[]> next() {
        return jdbc.sql("""
                        select i.replay_id, i.event_no
                          from webhooks.replay_item i join webhooks.replay r on r.id = i.replay_id
                          join webhooks.work w using (event_no)
                         where i.state = 'waiting' and r.finished_at is null
                         order by i.replay_id, i.event_no
                         limit :rate for update of w
                        """)
                .param("rate", settings.perSecond())
                .query((row, number) -> new Long[] {row.getLong("replay_id"), row.getLong("event_no")})
                .list();
    }

    /** @throws Problem 404 for an unknown replay */
    public Replay find(long id) {
        Replay.Head head = jdbc.sql("select id, requested_by, requested_at, filter::text as filter, dry_run, matched,"
                        + " finished_at from webhooks.replay where id = :id")
                .param("id", id)
                .query(Replay.Head.class)
                .optional()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "No such replay"));
        List<Replay.Item> items =
                jdbc.sql("""
                        select e.service, e.event_id, e.type, e.received_at,
                               case when i.state = 'queued' and w.attempt > i.attempt then w.state else i.state end
                                   as state,
                               case when i.state = 'queued' and w.attempt > i.attempt
                                    then coalesce(w.result, w.error) else i.note end as result
                          from webhooks.replay_item i
                          join webhooks.event e using (event_no)
                          join webhooks.work w using (event_no)
                         where i.replay_id = :id
                         order by i.event_no limit 100
                        """).param("id", id).query(Replay.Item.class).list();
        List<Replay.Count> counts =
                jdbc.sql("""
                        select case when i.state = 'queued' and w.attempt > i.attempt then w.state else i.state end
                                   as state, count(*) as events
                          from webhooks.replay_item i join webhooks.work w using (event_no)
                         where i.replay_id = :id group by 1 order by 1
                        """).param("id", id).query(Replay.Count.class).list();
        return new Replay(head, counts, items);
    }
}
