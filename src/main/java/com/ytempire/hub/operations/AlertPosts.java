package com.ytempire.hub.operations;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.ytempire.hub.platform.VendorCall;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Messages about alerts on their way to the webhook of those who run the hub, signed as Standard Webhooks. */
@Component("alertPosts")
class AlertPosts {

    private static final Logger LOG = LoggerFactory.getLogger(AlertPosts.class);
    private static final int LEASE_SECONDS = 60;
    private static final int BATCH = 20;
    private static final Duration LONGEST = Duration.ofSeconds(20); // of one message as a whole

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Thresholds thresholds;
    private final List<Duration> retries;

    AlertPosts(JdbcClient jdbc, Clock clock, Thresholds thresholds, OperationsSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.thresholds = thresholds;
        this.retries = settings.alerts().retries();
    }

    record Post(UUID id, String body, int attempts) {

        @Override
        public String toString() {
            return "alert post " + id;
        }
    }

    /** Those that are due, for this node; none while there is no address or no secret. */
    public List<Post> claim() {
        if (thresholds.secret().isBlank()
                || thresholds.values().text(Thresholds.WEBHOOK).isBlank()) {
            return List.of();
        }
        return jdbc.sql("""
                        update operations.alert_post
                           set attempts = attempts + 1, lease_until = now() + make_interval(secs => :lease)
                         where id in (select id from operations.alert_post
                                       where state = 'waiting' and due_at <= :now
                                         and (lease_until is null or lease_until < now())
                                       order by due_at limit :batch for update skip locked)
                        returning id, body, attempts
                        """)
                .param("lease", LEASE_SECONDS)
                .param("now", Timestamp.from(clock.instant()))
                .param("batch", BATCH)
                .query(Post.class)
                .list();
    }

    public VendorCall request(@Body Post post) {
        long now = clock.instant().getEpochSecond();
        try {
            return new VendorCall(
                    "POST",
                    thresholds.values().text(Thresholds.WEBHOOK),
                    Map.of(
                            "Content-Type",
                            "application/json",
                            "webhook-id",
                            post.id().toString(),
                            "webhook-timestamp",
                            String.valueOf(now),
                            "webhook-signature",
                            new Webhook(thresholds.secret()).sign(post.id().toString(), now, post.body())),
                    post.body().getBytes(StandardCharsets.UTF_8),
                    LONGEST);
        } catch (WebhookSigningException e) {
            throw new IllegalStateException("a text can always be signed", e);
        }
    }

    /** Every 2xx means that it was taken. */
    public void answered(@Variable("post") Post post, @Header(Exchange.HTTP_RESPONSE_CODE) int status) {
        if (status >= 200 && status < 300) {
            end(post, "sent", null, "HTTP " + status);
        } else {
            again(post, "HTTP " + status);
        }
    }

    /** There was no answer. */
    public void failed(@Variable("post") Post post, Throwable failure) {
        again(post, failure.getClass().getSimpleName());
    }

    private void again(Post post, String why) {
        if (post.attempts() > retries.size()) {
            LOG.error("{} was not taken: {}", post, why);
            end(post, "failed", null, why);
        } else {
            end(post, "waiting", clock.instant().plus(retries.get(post.attempts() - 1)), why);
        }
    }

    private void end(Post post, String state, Instant due, String result) {
        jdbc.sql("""
                        update operations.alert_post
                           set state = :state, due_at = coalesce(:due::timestamptz, due_at), lease_until = null,
                               result = :result
                         where id = :id and attempts = :attempts
                        """)
                .param("state", state)
                .param("due", due == null ? null : Timestamp.from(due))
                .param("result", result)
                .param("id", post.id())
                .param("attempts", post.attempts())
                .update();
    }
}
