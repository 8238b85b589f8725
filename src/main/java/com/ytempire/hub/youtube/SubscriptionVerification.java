package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.Answer;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Answers the WebSub hub's question whether we meant it:
 * <a href="https://www.w3.org/TR/websub/#hub-verifies-intent">hub verifies intent</a>. The challenge goes back only to
 * who knows the token and names the topic and the mode we asked for; all else is 404, whatever is wrong with it.
 */
@Component("subscriptionVerification")
public class SubscriptionVerification {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionVerification.class);

    private static final Pattern CHALLENGE = Pattern.compile("[\\x21-\\x7e]{1,1024}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    /** What a hub may grant at most: a lease without end would never be renewed, and so never be noticed as lost. */
    private static final Duration LONGEST_LEASE = Duration.ofDays(30);

    private static final int LONGEST_REASON = 300;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final YoutubeSettings settings;

    SubscriptionVerification(JdbcClient jdbc, Clock clock, YoutubeSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings;
    }

    public Answer answer(
            @Header("token") String token,
            @Header("hub.mode") String mode,
            @Header("hub.topic") String topic,
            @Header("hub.challenge") String challenge,
            @Header("hub.lease_seconds") String leaseSeconds,
            @Header("hub.reason") String reason) {
        if (token == null || mode == null || topic == null) {
            return notFound();
        }
        byte[] hash = new Token(token).hash();
        boolean meant = switch (mode) {
            case "subscribe" -> isChallenge(challenge) && verified(hash, topic, lease(leaseSeconds));
            case "unsubscribe" -> isChallenge(challenge) && ended(hash, topic);
            case "denied" -> denied(hash, topic, reason);
            default -> false;
        };
        if (!meant) {
            return notFound();
        }
        return mode.equals("denied") ? text(200, "") : text(200, challenge);
    }

    private static boolean isChallenge(String challenge) {
        return challenge != null && CHALLENGE.matcher(challenge).matches();
    }

    private Duration lease(String seconds) {
        boolean told = seconds != null && SECONDS.matcher(seconds).matches() && Long.parseLong(seconds) > 0;
        Duration lease = told ? Duration.ofSeconds(Long.parseLong(seconds)) : settings.lease();
        return lease.compareTo(LONGEST_LEASE) > 0 ? LONGEST_LEASE : lease;
    }

    private boolean verified(byte[] hash, String topic, Duration lease) {
        Instant now = clock.instant();
        int rows = jdbc.sql("""
                        update youtube.subscription
                           set state = 'verified', verified_at = coalesce(verified_at, :now), lease_until = :until,
                               due_at = :renewal, tries = 0, error = null, reason = null
                         where token_hash = :hash and topic = :topic and state in ('requested', 'verified')
                           and asked_at is not null
                        """)
                .param("now", Timestamp.from(now))
                .param("until", Timestamp.from(now.plus(lease)))
                .param("renewal", Timestamp.from(now.plus(renewalAfter(lease))))
                .param("hash", hash)
                .param("topic", topic)
                .update();
        return told(rows, "verified", topic);
    }

    /** After four fifths: of five days, a whole day is left for tries. */
    static Duration renewalAfter(Duration lease) {
        return lease.multipliedBy(4).dividedBy(5);
    }

    private boolean ended(byte[] hash, String topic) {
        int rows = jdbc.sql("""
                        update youtube.subscription
                           set state = 'ended', ended_at = coalesce(ended_at, :now), due_at = null, error = null,
                               token_sealed = null, secret_sealed = null
                         where token_hash = :hash and topic = :topic and state in ('ending', 'ended')
                        """)
                .param("now", Timestamp.from(clock.instant()))
                .param("hash", hash)
                .param("topic", topic)
                .update();
        return told(rows, "ended", topic);
    }

    /** A hub that denies may grant it later: it is asked again, and meanwhile the feed is read. */
    private boolean denied(byte[] hash, String topic, String reason) {
        String text = reason == null ? "" : reason.replaceAll("\\p{Cntrl}", " ");
        int rows = jdbc.sql("""
                        update youtube.subscription
                           set state = 'denied', reason = :reason, due_at = :again
                         where token_hash = :hash and topic = :topic and state in ('requested', 'verified')
                           and asked_at is not null
                        """)
                .param(
                        "again",
                        Timestamp.from(clock.instant().plus(settings.ask().longest())))
                .param("reason", text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text)
                .param("hash", hash)
                .param("topic", topic)
                .update();
        return told(rows, "denied", topic);
    }

    private static boolean told(int rows, String what, String topic) {
        if (rows == 1) {
            LOG.info("the WebSub hub has {} the subscription to {}", what, topic);
        }
        return rows == 1;
    }

    private static Answer notFound() {
        return text(404, "");
    }

    private static Answer text(int status, String body) {
        return new Answer(status, "text/plain;charset=UTF-8", Map.of("X-Content-Type-Options", "nosniff"), body);
    }
}
