package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** How long the hub knows that a change has been applied. */
class AppliedChangesIT extends HubIT {

    @Autowired
    private AppliedChanges changes;

    private String applied(int daysAgo) {
        String id = unique("change");
        jdbc.sql("insert into billing.applied_change (change_id, event_no, applied_at) values (:id, 1, :at)")
                .param("id", id)
                .param("at", Timestamp.from(SANDBOX.clock().instant().minus(Duration.ofDays(daysAgo))))
                .update();
        return id;
    }

    private List<String> left(String... ids) {
        return jdbc.sql("select change_id from billing.applied_change where change_id = any(:ids) order by applied_at")
                .param("ids", ids)
                .query(String.class)
                .list();
    }

    @Test
    void isForgottenWhenItsEventsAre() {
        String gone = applied(41);
        String old = applied(39);
        String recent = applied(0);
        assertThat(changes.forget()).endsWith(" applied changes");
        assertThat(left(gone, old, recent)).containsExactly(old, recent);
    }

    @Test
    void everyOneIsForgottenHoweverManyThereAre() {
        String prefix = unique("many");
        jdbc.sql("insert into billing.applied_change (change_id, event_no, applied_at)"
                        + " select :prefix || n, n, :at from generate_series(1, 10001) n")
                .param("prefix", prefix)
                .param("at", Timestamp.from(SANDBOX.clock().instant().minus(Duration.ofDays(50))))
                .update();
        changes.forget();
        assertThat(jdbc.sql("select count(*) from billing.applied_change where starts_with(change_id, :prefix)")
                        .param("prefix", prefix)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    /** The version before does not know the column. */
    @Test
    void aRowWithoutAnAgeIsNew() {
        String id = unique("change");
        jdbc.sql("insert into billing.applied_change (change_id, event_no) values (:id, 1)")
                .param("id", id)
                .update();
        assertThat(jdbc.sql("select applied_at > now() - interval '1 minute' from billing.applied_change"
                                + " where change_id = :id")
                        .param("id", id)
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    /** A dated job that was missed runs at the start. */
    @Test
    void aDatedJobDoesIt() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> jdbc.sql("select exists (select 1 from operations.job_run where job = 'billing-retention'"
                                + " and state = 'done' and result like '% applied changes')")
                        .query(Boolean.class)
                        .single());
    }
}
