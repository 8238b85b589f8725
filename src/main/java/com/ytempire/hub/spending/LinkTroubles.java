package com.ytempire.hub.spending;

import com.ytempire.hub.platform.AlertSource;
import com.ytempire.hub.platform.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Links the hub has switched off itself: a key that is not accepted, an account without funds, a model that is gone. Their
 * chains go on with the next link, so that nobody would notice. Told when it begins and when it is over.
 */
@Component
class LinkTroubles implements AlertSource {

    private static final Duration QUIET = Duration.ofMinutes(2);

    private final Links links;

    LinkTroubles(Links links) {
        this.links = links;
    }

    @Override
    public List<Trouble> troubles(Instant now) {
        return links.definitions().stream()
                .filter(link -> link.howToTurnOn() == null && isOff(links.state(link.name()), now))
                .map(link -> trouble(link, links.state(link.name())))
                .toList();
    }

    private static boolean isOff(LinkState state, Instant now) {
        return state.isOff(now) && !state.offReason().equals(Links.OPERATOR);
    }

    private static Trouble trouble(LinkDefinition link, LinkState state) {
        return Trouble.of(
                        "link_off",
                        link.vendor(),
                        link.name(),
                        Trouble.Level.WARNING,
                        "Link %s is off (%s): %s; its chain goes on with the next one"
                                .formatted(link.name(), state.offReason(), state.offDetail()),
                        "/operations/actions#links",
                        QUIET)
                .once();
    }
}
