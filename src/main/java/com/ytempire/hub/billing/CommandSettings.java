package com.ytempire.hub.billing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The figures of {@code hub.billing.commands} in application.yml; each is explained there.
 *
 * @param patience how long a person waits for the end of a command
 * @param tries calls made while that person waits
 * @param tryAgain pause before the second of them; doubles
 * @param lease how long a call may take before another node takes the command up
 * @param attempts failed attempts after which people take over
 * @param backOff pause before the queue's next attempt; trebles with each failure that counts
 * @param postpone pause while Stripe as a whole is down
 * @param keyLife how long Stripe is trusted to know an idempotency key
 * @param giveUp age at which people take over whatever the reason
 * @param perSecond commands of the queue a second, on all nodes together
 * @param kept how long an Idempotency-Key of the API is honoured
 */
@ConfigurationProperties("hub.billing.commands")
record CommandSettings(
        Duration patience,
        int tries,
        Duration tryAgain,
        Duration lease,
        int attempts,
        Duration backOff,
        Duration postpone,
        Duration keyLife,
        Duration giveUp,
        int perSecond,
        Duration kept) {}
