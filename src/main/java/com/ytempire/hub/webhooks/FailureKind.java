package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Causes;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** How a failure is treated, told by its type, never by its text. */
public enum FailureKind {
    /** The claim went to another node, which ends the event. */
    LEASE_LOST,
    /** Nothing was tried, or the database was away: comes again and uses up no attempt. */
    POSTPONED,
    /** May be gone later: comes again after its back-off. */
    TEMPORARY,
    /** Stays: goes to the dead letter. */
    PERMANENT;

    /** Looks through the causes; what nobody knows is permanent. */
    public static FailureKind of(Throwable failure) {
        return Causes.of(failure)
                .map(FailureKind::ofThis)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(PERMANENT);
    }

    private static FailureKind ofThis(Throwable cause) {
        if (cause instanceof LeaseLost) {
            return LEASE_LOST;
        }
        if (cause instanceof Postponed
                || cause instanceof CallNotPermittedException
                || cause instanceof CannotCreateTransactionException
                || cause instanceof TransactionSystemException
                || cause instanceof DataAccessResourceFailureException
                || cause instanceof RecoverableDataAccessException
                || cause instanceof TransientDataAccessException
                || cause instanceof SQLTransientException
                || cause instanceof SQLRecoverableException
                || cause instanceof SQLException sql && isAbsentDatabase(sql)) {
            return POSTPONED;
        }
        if (cause instanceof PermanentFailure) {
            return PERMANENT;
        }
        if (cause instanceof TemporaryFailure || cause instanceof IOException || cause instanceof TimeoutException) {
            return TEMPORARY;
        }
        return null;
    }

    /**
     * SQLState class 08 (connection), 57 (server stopping), 40 (deadlock, serialization), 53 (no resources), 58 (disk)
     * and 25: after a failover the old server takes no writes.
     */
    static boolean isAbsentDatabase(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.length() == 5 && "08 57 40 53 58 25".contains(state.substring(0, 2));
    }
}
