package com.ytempire.hub.spending;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.ytempire.hub.platform.Alerts;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is looked at once a bill is booked. */
class BoundsTest {

    private final JdbcClient jdbc = mock(JdbcClient.class, RETURNS_DEEP_STUBS);
    private final Alerts alerts = mock(Alerts.class);
    private final Bounds bounds = new Bounds(jdbc, alerts, Clock.systemUTC());

    private static List<BudgetChange> settled(String cost) {
        Spend spend = new Spend("openai", Spend.Kind.TEXT, "title", "l", "m", null, null, true, new BigDecimal("0.02"));
        return List.of(new BudgetChange.Settle(
                new Reservation(UUID.randomUUID(), spend, LocalDate.EPOCH),
                new Usage(new BigDecimal(cost), BigDecimal.ONE, "call")));
    }

    @Test
    void aBoundThatCannotBeRaisedUndoesNoBooking() {
        when(jdbc.sql(anyString())).thenThrow(new DataAccessResourceFailureException("no connection is free"));

        assertThatCode(() -> bounds.afterCommit(settled("0.03"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> bounds.booked(settled("0.03"))).isInstanceOf(DataAccessResourceFailureException.class);
    }

    @Test
    void aBillWithinItsBoundIsNothing() {
        bounds.afterCommit(settled("0.02"));

        verifyNoInteractions(alerts);
    }
}
