package com.ytempire.hub.spending;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The connections of this node on which budgets are changed, one for reservations and one for settlements, opened when
 * they are needed first. Their statements are planned once: planning a batch's anew took longer than they do, for their
 * lists differ in length. A plan that was made while the tables were small must be good for large ones, so it finds rows
 * by their keys alone.
 */
@Component
class BudgetConnection implements AutoCloseable {

    private static final List<String> PLANS = List.of(
            "set plan_cache_mode = force_generic_plan",
            "set enable_seqscan = off",
            "set enable_hashjoin = off",
            "set enable_mergejoin = off",
            "set jit = off",
            // whoever waits for a vanished hub's locks has given up by then: nothing is reserved for him afterwards
            "set lock_timeout = '4s'");

    private final HikariDataSource own = new HikariDataSource();
    private final JdbcClient jdbc = JdbcClient.create(own);
    private final TransactionOperations transactions = new TransactionTemplate(new JdbcTransactionManager(own));

    /** @throws SQLException when the pool is none of Hikari's */
    BudgetConnection(DataSource database) throws SQLException {
        HikariDataSource usual = database.unwrap(HikariDataSource.class);
        usual.copyStateTo(own);
        own.setPoolName("budgets");
        own.setRegisterMbeans(false);
        own.setMaximumPoolSize(2);
        String first = usual.getConnectionInitSql() == null ? "" : usual.getConnectionInitSql() + ";";
        own.setConnectionInitSql(first + String.join(";", PLANS));
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    TransactionOperations transactions() {
        return transactions;
    }

    @Override
    public void close() {
        own.close();
    }
}
