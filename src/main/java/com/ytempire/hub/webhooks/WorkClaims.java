package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Claimed;
import com.ytempire.hub.platform.NodeId;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Claims due events for this node. Their leases go by the database's clock, due times by the hub's. */
@Component
class WorkClaims {

    /**
     * Walks from object to object, takes the first due event of each that has none under way, and claims it. However
     * many events one object has waiting, it costs one step. The row's state is looked at again when it is locked,
     * and the partial unique index refuses a second event of one object, so two nodes never hold both.
     */
    private static final String CLAIM = """
            with recursive walk (service, object_key, step) as (
                (select service, object_key, 1
                   from webhooks.work
                  where state in ('received', 'retrying') and (service, object_key) > (:service, :key)
                  order by service, object_key limit 1)
                union all
                select next.service, next.object_key, walk.step + 1
                  from walk, lateral (
                    select service, object_key
                      from webhooks.work
                     where state in ('received', 'retrying')
                       and (service, object_key) > (walk.service, walk.object_key)
                     order by service, object_key limit 1) next
                 where walk.step < :steps
            ), due as materialized (
                select head.event_no, walk.service, walk.object_key
                  from walk, lateral (
                    select event_no
                      from webhooks.work
                     where state in ('received', 'retrying')
                       and service = walk.service and object_key = walk.object_key and due_at <= :now
                     order by due_at, event_no limit 1) head
                 where not exists (
                    select 1 from webhooks.work
                     where state = 'processing'
                       and service = walk.service and object_key = walk.object_key)
                 limit :free
            ), claimed as (
                update webhooks.work
                   set state = 'processing', attempt = attempt + 1, node = :node,
                       lease_until = now() + make_interval(secs => :lease)
                 where event_no in (select event_no from due)
                   and case when state in ('received', 'retrying') then true end -- by key, not through all that waits
                -- a claim the server forgets in a crash is only claimed again: its commit need not wait for the disk
                returning event_no, attempt, replayed, set_config('synchronous_commit', 'off', true)
            )
            select event_no, service, event_id, type, object_key, change_id, created_at, received_at, livemode,
                   api_version, body, attempt, replayed,
                   null::text as walked_service, null::text as walked_key, null::integer as walked
              from claimed join webhooks.event using (event_no)
            union all -- enough found: go on behind the last of them, and do not walk further now
            (select null, null, null, null, null, null, null, null, null, null, null, null, null,
                    service, object_key, :steps
               from due where (select count(*) from due) >= :free
              order by service desc, object_key desc limit 1)
            union all
            (select null, null, null, null, null, null, null, null, null, null, null, null, null,
                    service, object_key, step
               from walk where (select count(*) from due) < :free order by step desc limit 1)
            """;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final String node;
    private final WebhookSettings.Work settings;
    private String service = "";
    private String key = "";

    WorkClaims(JdbcClient jdbc, Clock clock, NodeId node, WebhookSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.node = node.value();
        this.settings = settings.work();
    }

    /**
     * Claims due events, no more than there are threads free for, going on where the last walk ended.
     *
     * @return the claimed events, and whether the walk saw everything that waits
     */
    Claimed<ClaimedEvent> claim(int free) {
        boolean fromStart = service.isEmpty();
        List<Row> rows = jdbc.sql(CLAIM)
                .param("service", service)
                .param("key", key)
                .param("steps", settings.walk())
                .param("free", free)
                .param("now", Timestamp.from(clock.instant()))
                .param("node", node)
                .param("lease", settings.lease().toSeconds())
                .query((row, number) -> row.getObject("walked") != null
                        ? new Row(
                                null,
                                row.getString("walked_service"),
                                row.getString("walked_key"),
                                row.getInt("walked"))
                        : new Row(ClaimedEventRow.map(row), null, null, 0))
                .list();
        List<ClaimedEvent> events =
                rows.stream().filter(row -> row.event != null).map(Row::event).toList();
        Row end = rows.stream().filter(row -> row.event == null).findFirst().orElse(null);
        boolean sawTheEnd = end == null || end.steps < settings.walk();
        if (sawTheEnd) {
            service = "";
            key = "";
        } else {
            service = end.service;
            key = end.key;
        }
        return new Claimed<>(events, sawTheEnd && fromStart);
    }

    private record Row(ClaimedEvent event, String service, String key, int steps) {}
}
