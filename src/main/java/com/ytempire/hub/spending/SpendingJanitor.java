package com.ytempire.hub.spending;

import com.ytempire.hub.platform.NodeId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Clears what a crash has left: a reservation whose call never went out is given back, one that may have gone out is
 * booked at its bound. A node's own are cleared at its start, those of other nodes when their lease has ended.
 */
@Component("spendingJanitor")
class SpendingJanitor {

    private static final Logger LOG = LoggerFactory.getLogger(SpendingJanitor.class);
    private static final int AT_ONCE = 200;

    /** What {@link #reservation} reads. */
    static final String COLUMNS = "id, service, kind, operation, link, model, video_id, user_id, bound, business_date";

    private final JdbcClient jdbc;
    private final Budgets budgets;
    private final NodeId node;
    private final String startedAt;

    SpendingJanitor(JdbcClient jdbc, Budgets budgets, NodeId node) {
        this.jdbc = jdbc;
        this.budgets = budgets;
        this.node = node;
        this.startedAt = jdbc.sql("select now()::text").query(String.class).single();
    }

    /** What has been left behind, oldest first. */
    public List<BudgetChange> leftBehind() {
        return jdbc.sql("select " + COLUMNS + "\n" + """
                          from spending.attempt
                         where state in ('reserved', 'sent')
                           and (lease_until < now() or node = :node and begun_at < :started::timestamptz)
                         order by lease_until
                         limit :most
                        """)
                .param("node", node.value())
                .param("started", startedAt)
                .param("most", AT_ONCE)
                .query((row, number) -> (BudgetChange) new BudgetChange.Abandon(reservation(row)))
                .list();
    }

    /** As it was taken. */
    static Reservation reservation(ResultSet row) throws SQLException {
        return new Reservation(
                row.getObject("id", UUID.class),
                new Spend(
                        row.getString("service"),
                        Spend.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                        row.getString("operation"),
                        row.getString("link"),
                        row.getString("model"),
                        row.getString("video_id"),
                        row.getObject("user_id", UUID.class),
                        true,
                        row.getBigDecimal("bound")),
                row.getObject("business_date", LocalDate.class));
    }

    /** Gives back or books, unless it has been settled meanwhile. */
    public void clear(@Body List<BudgetChange> left) {
        budgets.apply(left);
        LOG.warn("{} paid calls were left behind by a node that is gone; cleared", left.size());
    }
}
