package com.ytempire.hub.videos;

import com.ytempire.hub.billing.PlanLimits;
import com.ytempire.hub.youtube.ChannelAllowance;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The plan says how many channels a user may connect. */
@Component
class PlanChannels implements ChannelAllowance {

    private final PlanLimits limits;

    PlanChannels(PlanLimits limits) {
        this.limits = limits;
    }

    @Override
    public int channels(UUID userId) {
        return limits.of(userId).channels();
    }
}
