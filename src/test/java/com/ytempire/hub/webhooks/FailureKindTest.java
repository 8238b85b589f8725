package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;

class FailureKindTest {

    @Test
    void looksThroughWrappers() {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        assertThat(FailureKind.of(new CamelExecutionException("wrapped", exchange, new SocketTimeoutException())))
                .isEqualTo(FailureKind.TEMPORARY);
        assertThat(FailureKind.of(new IllegalStateException(new Postponed("later"))))
                .isEqualTo(FailureKind.POSTPONED);
    }

    @Test
    void postponesWhenTheDatabaseIsAway() {
        assertThat(FailureKind.of(new CannotCreateTransactionException("no connection")))
                .isEqualTo(FailureKind.POSTPONED);
        assertThat(FailureKind.of(new DataAccessResourceFailureException("gone")))
                .isEqualTo(FailureKind.POSTPONED);
        assertThat(FailureKind.of(new SQLException("terminating", "57P01"))).isEqualTo(FailureKind.POSTPONED);
        assertThat(FailureKind.of(new SQLException("deadlock", "40P01"))).isEqualTo(FailureKind.POSTPONED);
        assertThat(FailureKind.of(new UncategorizedSQLException(
                        "insert", "insert", new SQLException("read-only transaction", "25006"))))
                .isEqualTo(FailureKind.POSTPONED);
        assertThat(FailureKind.of(new UncategorizedSQLException(
                        "insert", "insert", new SQLException("could not extend file", "58030"))))
                .isEqualTo(FailureKind.POSTPONED);
    }

    @Test
    void retriesWhatTheNetworkDoes() {
        assertThat(FailureKind.of(new IOException("reset"))).isEqualTo(FailureKind.TEMPORARY);
        assertThat(FailureKind.of(new TemporaryFailure("503"))).isEqualTo(FailureKind.TEMPORARY);
    }

    @Test
    void buriesWhatNoRepetitionMends() {
        assertThat(FailureKind.of(new PermanentFailure("bad field", new IOException())))
                .isEqualTo(FailureKind.PERMANENT);
        assertThat(FailureKind.of(new NullPointerException())).isEqualTo(FailureKind.PERMANENT);
        assertThat(FailureKind.of(new DataIntegrityViolationException("check"))).isEqualTo(FailureKind.PERMANENT);
    }
}
