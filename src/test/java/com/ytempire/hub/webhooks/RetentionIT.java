package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What is kept, for how long. */
class RetentionIT extends HubIT {

    @Autowired
    private Retention retention;

    @Autowired
    private TransactionTemplate transaction;

    private String stored(String state, int daysAgo) {
        String id = unique("evt");
        jdbc.sql("""
                        with stored as (
                            insert into webhooks.event (service, event_id, type, object_key, change_id, source,
                                                        received_at, headers, body)
                            values ('stripe', :id, 'test.kept', :id, :id, 'delivery', :at, '{}', 'body'::bytea)
                            returning event_no)
                        insert into webhooks.work (event_no, service, object_key, state, due_at)
                        select event_no, 'stripe', :id, :state, :far from stored
                        """)
                .param("id", id)
                .param("state", state)
                .param("at", Timestamp.from(SANDBOX.clock().instant().minus(Duration.ofDays(daysAgo))))
                .param("far", Timestamp.from(SANDBOX.clock().instant().plus(Duration.ofDays(3650))))
                .update();
        return id;
    }

    /** Empty when the event is gone; else whether its body is there. */
    private Optional<Boolean> hasBody(String id) {
        return jdbc.sql("select body is not null and headers is not null from webhooks.event where event_id = :id")
                .param("id", id)
                .query(Boolean.class)
                .optional();
    }

    @ParameterizedTest
    @CsvSource({
        "processed, 6, body",
        "processed, 8, head",
        "processed, 39, head",
        "processed, 41, gone",
        "ignored, 8, head",
        "resolved, 8, head",
        "resolved, 41, gone",
        "dead, 8, body",
        "dead, 400, body",
        "retrying, 41, body"
    })
    void keepsWhatIsNeeded(String state, int days, String left) {
        String id = stored(state, days);
        retention.apply();
        assertThat(hasBody(id))
                .isEqualTo(
                        switch (left) {
                            case "body" -> Optional.of(true);
                            case "head" -> Optional.of(false);
                            default -> Optional.empty();
                        });
        jdbc.sql("update webhooks.work set state = 'ignored' where object_key = :id")
                .param("id", id)
                .update();
    }

    private void waitForReplay(String id) {
        jdbc.sql("""
                        with asked as (
                            insert into webhooks.replay (requested_by, requested_at, filter, dry_run, matched)
                            values ('test', now(), '{}', false, 1) returning id)
                        insert into webhooks.replay_item (replay_id, event_no)
                        select asked.id, event_no from asked, webhooks.event where event_id = :id
                        """).param("id", id).update();
    }

    /** Not committed, so that the replay waits for as long as the test wants. */
    @ParameterizedTest
    @ValueSource(ints = {8, 41})
    void whatWaitsForItsReplayKeepsItsBody(int days) {
        transaction.executeWithoutResult(status -> {
            String id = stored("processed", days);
            waitForReplay(id);
            retention.apply();
            assertThat(hasBody(id)).contains(true);
            jdbc.sql("update webhooks.replay set finished_at = now() where requested_by = 'test'")
                    .update();
            retention.apply();
            assertThat(hasBody(id)).isEqualTo(days == 8 ? Optional.of(false) : Optional.empty());
            status.setRollbackOnly();
        });
    }

    @Test
    void whatLostItsBodyBeforeItsReplayCameIsNoDeadLetter() {
        String id = stored("processed", 8);
        retention.apply();
        waitForReplay(id);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> "its body has been deleted by retention"
                        .equals(jdbc.sql("select coalesce(note, '') from webhooks.replay_item join webhooks.event"
                                        + " using (event_no) where event_id = :id")
                                .param("id", id)
                                .query(String.class)
                                .single()));
        assertThat(stateOf("stripe", id)).isEqualTo("processed");
    }

    @Test
    void whatHasLostItsBodyIsStillADuplicate() {
        String id = stored("processed", 20);
        retention.apply();
        assertThat(postStripe("{\"id\":\"" + id + "\",\"type\":\"test.kept\",\"livemode\":false}")
                        .body())
                .contains("\"status\":\"duplicate\"");
    }
}
