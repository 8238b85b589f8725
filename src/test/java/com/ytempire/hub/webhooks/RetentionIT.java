package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What is kept, for how long. */
class RetentionIT extends HubIT {

    @Autowired
    private Retention retention;

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

    @Test
    void whatHasLostItsBodyIsStillADuplicate() {
        String id = stored("processed", 20);
        retention.apply();
        assertThat(postStripe("{\"id\":\"" + id + "\",\"type\":\"test.kept\",\"livemode\":false}")
                        .body())
                .contains("\"status\":\"duplicate\"");
    }
}
