package com.ytempire.hub.spending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.NodeId;
import java.math.BigDecimal;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** A bill above its bound is booked and told, and the next bound is higher. */
class BoundsIT extends HubIT {

    @Autowired
    private Spending spending;

    @Autowired
    private Alerts alerts;

    @Autowired
    private Clock clock;

    @Autowired
    private BudgetConnection connection;

    @Autowired
    private Limits limits;

    @Autowired
    private SpendingSettings settings;

    @Autowired
    private NodeId node;

    private final String link = unique("link");
    private final String video = unique("video");

    @AfterEach
    void nothingIsTold() {
        jdbc.sql("delete from spending.bound_correction where link = :link")
                .param("link", link)
                .update();
        alerts.open().stream()
                .filter(alert -> alert.subject().startsWith(link))
                .forEach(alert -> alerts.close(alert.id(), OPERATOR));
    }

    private Spend spend(String bound) {
        return new Spend("vendor", Spend.Kind.TEXT, "script", link, "model", video, null, false, new BigDecimal(bound));
    }

    private void cost(Spend spend, String amount) {
        spending.settle(spending.reserveAndSend(spend), new Usage(new BigDecimal(amount), BigDecimal.TEN, "tokens"));
    }

    private BigDecimal bounded(String bound) {
        Reservation reservation = spending.reserve(spend(bound));
        spending.release(reservation);
        assertThat(reservation.isFor(spend(bound))).isTrue();
        return reservation.spend().bound();
    }

    @Test
    void aBoundThatWasTooLowIsHigherFromThenOnOnAllNodesAndToldOnce() {
        cost(spend("0.02"), "0.02");
        assertThat(bounded("0.02")).as("just enough").isEqualByComparingTo("0.02");

        cost(spend("0.02"), "0.03");
        assertThat(bounded("0.02")).isEqualByComparingTo("0.03");
        assertThat(bounded("0.05")).isEqualByComparingTo("0.075");
        Bounds otherNode = new Bounds(jdbc, alerts, clock);
        assertThat(otherNode.corrected(spend("0.02")).bound()).isEqualByComparingTo("0.03");

        cost(spend("0.02"), "0.05");
        cost(spend("0.02"), "0.06");
        assertThat(bounded("0.02")).as("higher still").isEqualByComparingTo("0.06");
        otherNode.refresh();
        assertThat(otherNode.corrected(spend("0.02")).bound()).isEqualByComparingTo("0.06");
        assertThat(alerts.open())
                .filteredOn(alert -> alert.subject().equals(link + " model"))
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.kind()).isEqualTo("bound_too_low");
                    assertThat(alert.times()).isEqualTo(3);
                });
        assertThat(jdbc.sql("select spent from spending.budget where scope = 'video' and key = :video")
                        .param("video", video)
                        .query(BigDecimal.class)
                        .single())
                .as("all of it is booked")
                .isEqualByComparingTo("0.16");

        jdbc.sql("delete from spending.bound_correction where link = :link")
                .param("link", link)
                .update();
        otherNode.refresh();
        assertThat(otherNode.corrected(spend("0.02")).bound())
                .as("somebody has put the setting right")
                .isEqualByComparingTo("0.02");
    }

    @Test
    void aBillIsBookedWhateverBecomesOfItsAlert() throws InterruptedException {
        Alerts failing = mock(Alerts.class);
        doThrow(new CannotGetJdbcConnectionException("no connection is free"))
                .when(failing)
                .raise(any());
        BudgetWriter writer = new SpendingConfiguration()
                .budgetWriter(connection, limits, new Bounds(jdbc, failing, clock), settings, clock, node);
        Reservation call = spending.reserveAndSend(spend("0.02"));

        writer.settle(call, new Usage(new BigDecimal("0.03"), BigDecimal.TEN, "tokens"));
        writer.stop();

        verify(failing).raise(any());
        assertThat(jdbc.sql("select amount from spending.cost where attempt_id = :id")
                        .param("id", call.id())
                        .query(BigDecimal.class)
                        .single())
                .isEqualByComparingTo("0.03");
    }
}
