package com.ytempire.hub.content;

import com.ytempire.hub.content.ContentSettings.Link;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.VendorWindows;
import com.ytempire.hub.spending.VendorWindows.Allowance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What vendors allow, as the settings of a link say; a call they would refuse is not sent. */
@Component
class Allowances {

    private static final String CHARACTERS = "characters";

    private final VendorWindows windows;
    private final VendorSlots slots;
    private final ContentSettings settings;
    private final Clock clock;

    Allowances(VendorWindows windows, VendorSlots slots, ContentSettings settings, Clock clock) {
        this.windows = windows;
        this.slots = slots;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Takes what the next call of the run's link uses. What the vendor does not count in the end is given back.
     *
     * @param characters of this call
     * @param ahead characters of this call and all that have to follow: without room for them none is begun
     * @throws LinkFailure of a kind that is held back, with the time to wait
     */
    void take(ChainRun<?, ?> run, long characters, long ahead) {
        Link link = settings.links().get(run.link());
        if (link.concurrent() != null) {
            UUID slot = slots.take(link.vendor(), link.concurrent())
                    .orElseThrow(() -> new LinkFailure(
                            Kind.BUSY, "as many calls as the vendor takes at once are under way", settings.busy()));
            run.whenCallEnds(mayCost -> slots.free(slot));
        }
        for (Allowance allowance : link.allowed()) {
            boolean counts = allowance.unit().equals(CHARACTERS);
            take(run, allowance, counts ? characters : 1, counts ? ahead : 1);
        }
    }

    private void take(ChainRun<?, ?> run, Allowance allowance, long amount, long ahead) {
        Instant now = clock.instant();
        boolean enough = ahead <= amount || windows.used(allowance) + ahead <= allowance.most();
        Duration wait = enough ? windows.take(allowance, amount) : windows.untilNext(allowance);
        if (wait != null) {
            throw new LinkFailure(Kind.ALLOWANCE, "the vendor allows no more " + allowance.unit() + " now", wait);
        }
        run.whenCallEnds(mayCost -> {
            boolean sent = run.calledAt() != null && !run.calledAt().isBefore(now);
            if (!mayCost && (!sent || allowance.unit().equals(CHARACTERS))) {
                windows.giveBack(allowance, amount, now);
            }
        });
    }
}
