package com.ytempire.hub.platform;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The claims of this node on the rows of a table with the columns {@code node}, {@code attempt} and {@code lease_until}.
 * Leases go by the database's clock, which is one for all nodes.
 *
 * @param <T> one run: the row as it was claimed
 */
public final class TableLeases<T> implements Leases<T> {

    /**
     * Where the rows are, and what it means there to be claimed. All of it is SQL of the hub's own.
     *
     * @param name of the table, with its schema
     * @param key its primary key
     * @param type the key's type
     * @param held true for rows that are claimed, in a form that an index serves
     * @param free what is set, besides the three columns, when a claim ends; empty: nothing
     */
    public record Table(String name, String key, String type, String held, String free) {}

    private final JdbcClient jdbc;
    private final String node;
    private final Duration lease;
    private final Function<T, Object> key;
    private final Function<T, Integer> attempt;
    private final String renew;
    private final String giveBack;

    /**
     * @param lease how long a claim lasts that is not renewed
     * @param key the key of a run's row
     * @param attempt the number of a run's claim: the same node may claim a row again while a run that has lost it ends
     */
    public TableLeases(
            JdbcClient jdbc,
            NodeId node,
            Duration lease,
            Table table,
            Function<T, Object> key,
            Function<T, Integer> attempt) {
        this.jdbc = jdbc;
        this.node = node.value();
        this.lease = lease;
        this.key = key;
        this.attempt = attempt;
        this.renew = """
                update %s claimed set lease_until = now() + make_interval(secs => :lease)
                  from unnest(:keys::text[]::%s[], :attempts::text[]::int[]) as mine (key, attempt)
                 where claimed.%s = mine.key and claimed.attempt = mine.attempt and node = :node and %s
                """.formatted(table.name, table.type, table.key, table.held);
        this.giveBack = "update %s set node = null, lease_until = null%s where %s and "
                .formatted(table.name, table.free.isEmpty() ? "" : ", " + table.free, table.held);
    }

    @Override
    public void renew(Collection<T> runs) {
        List<T> mine = List.copyOf(runs);
        jdbc.sql(renew)
                .param("lease", lease.toSeconds())
                .param("node", node)
                .param("keys", SqlColumns.texts(mine, key))
                .param("attempts", SqlColumns.texts(mine, attempt))
                .update();
    }

    @Override
    public int giveBackOwn() {
        return jdbc.sql(giveBack + "node = :node").param("node", node).update();
    }

    @Override
    public int takeExpired() {
        return jdbc.sql(giveBack + "lease_until < now()").update();
    }
}
