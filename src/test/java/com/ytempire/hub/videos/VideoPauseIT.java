package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** While new videos are paused none is begun. */
class VideoPauseIT extends HubIT {

    @Autowired
    private VideoPause pause;

    @AfterEach
    void resume() {
        pause.end(OPERATOR);
    }

    @Test
    void noneIsBegun() {
        pause.begin("all speech is down", OPERATOR);
        pause.begin("asked twice", OPERATOR);
        assertThat(pause.state().orElseThrow().reason()).isEqualTo("all speech is down");
        UUID queued = video();

        // the loop of this node looks for videos every 50 ms
        await().during(Duration.ofMillis(400))
                .atMost(Duration.ofSeconds(5))
                .until(() -> jdbc.sql("select state || ' ' || attempt from videos.video where id = :id")
                        .param("id", queued)
                        .query(String.class)
                        .single()
                        .equals("queued 0"));

        jdbc.sql("update videos.video set state = 'cancelled' where id = :id")
                .param("id", queued)
                .update();
        pause.end(OPERATOR);
        assertThat(pause.state()).isEmpty();
    }

    private UUID video() {
        UUID id = UUID.randomUUID();
        jdbc.sql("""
                        insert into videos.video
                            (id, created_by, topic, topic_key, duration_target, aspect, high_value, privacy, publish,
                             plan_day, state, due_at, created_at, updated_at)
                        values (:id, 'operator', 'pause', :id::text, 30, '16:9', false, 'private', 'hold', current_date,
                                'queued', :now, :now, :now)
                        """)
                .param("id", id)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        return id;
    }
}
