package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.AlertSource;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** Dead letters that wait are a trouble until the last of their type is dealt with. */
@Component
class DeadLetters implements AlertSource {

    /** An hour is long for somebody who waits for his money to be booked. */
    private static final Duration LONG = Duration.ofHours(1);

    private static final Duration QUIET = Duration.ofMinutes(2);

    private final WebhookFigures figures;

    DeadLetters(WebhookFigures figures) {
        this.figures = figures;
    }

    static Trouble trouble(String service, String type, Level level) {
        return Trouble.of(
                "dead_letter",
                service,
                type,
                level,
                "Events of this type wait as dead letters",
                "/operations/events?status=dead",
                QUIET);
    }

    @Override
    public List<Trouble> troubles(Instant now) {
        return figures.dead().stream()
                .map(dead -> trouble(
                        dead.service(),
                        dead.type(),
                        dead.oldestAt().isBefore(now.minus(LONG)) ? Level.CRITICAL : Level.WARNING))
                .toList();
    }
}
