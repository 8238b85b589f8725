package com.ytempire.hub.spending;

import com.ytempire.hub.platform.NodeId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps the states of links in the database, so that all nodes see them and a restart keeps them. */
@Component
class LinkStates {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final NodeId node;
    private final LinkSettings settings;

    LinkStates(JdbcClient jdbc, Clock clock, NodeId node, LinkSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.node = node;
        this.settings = settings;
    }

    List<LinkState> all() {
        return jdbc.sql("select * from spending.link_state")
                .query(LinkState.class)
                .list();
    }

    /** This node's breaker has opened; another's probe that was under way ends with it. */
    void opened(String link) {
        Instant now = clock.instant();
        write(link, "open", now.plus(settings.open()), null, now);
    }

    void closed(String link) {
        write(link, "closed", null, null, clock.instant());
    }

    private void write(String link, String breaker, Instant openUntil, String probedBy, Instant now) {
        jdbc.sql("""
                        insert into spending.link_state (link, breaker, open_until, probed_by, changed_at)
                        values (:link, :breaker, :until, :node, :now)
                        on conflict (link) do update
                           set breaker = excluded.breaker, open_until = excluded.open_until,
                               probed_by = excluded.probed_by, changed_at = excluded.changed_at,
                               version = link_state.version + 1
                        """)
                .param("link", link)
                .param("breaker", breaker)
                .param("until", openUntil == null ? null : Timestamp.from(openUntil))
                .param("node", probedBy)
                .param("now", Timestamp.from(now))
                .update();
    }

    /** @return whether this node is the one that may try an open link whose time is over */
    boolean winsProbe(String link) {
        Instant now = clock.instant();
        return jdbc.sql("""
                                update spending.link_state
                                   set breaker = 'half_open', probed_by = :node, open_until = :until, changed_at = :now,
                                       version = version + 1
                                 where link = :link and breaker <> 'closed' and open_until <= :now
                                """)
                        .param("node", node.value())
                        .param("until", Timestamp.from(now.plus(settings.probe())))
                        .param("now", Timestamp.from(now))
                        .param("link", link)
                        .update()
                == 1;
    }

    /** @param until null: until an operator switches it on */
    void switchOff(String link, String reason, String detail, Instant until, String by) {
        jdbc.sql("""
                        insert into spending.link_state
                            (link, off_reason, off_detail, off_until, off_by, changed_at)
                        values (:link, :reason, :detail, :until, :by, :now)
                        on conflict (link) do update
                           set off_reason = excluded.off_reason, off_detail = excluded.off_detail,
                               off_until = excluded.off_until, off_by = excluded.off_by,
                               changed_at = excluded.changed_at, version = link_state.version + 1
                        """)
                .param("link", link)
                .param("reason", reason)
                .param("detail", detail)
                .param("until", until == null ? null : Timestamp.from(until))
                .param("by", by)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** On, with a closed breaker: an operator says that it works. */
    void switchOn(String link) {
        jdbc.sql("""
                        update spending.link_state
                           set off_reason = null, off_detail = null, off_until = null, off_by = null, breaker = 'closed',
                               open_until = null, probed_by = null, changed_at = :now, version = version + 1
                         where link = :link
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("link", link)
                .update();
    }
}
