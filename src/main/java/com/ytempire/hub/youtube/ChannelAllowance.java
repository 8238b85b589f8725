package com.ytempire.hub.youtube;

import java.util.UUID;

/** How many channels a user may connect; whoever knows the plans provides the one bean. */
public interface ChannelAllowance {

    /** Zero without a plan that grants any. */
    int channels(UUID userId);
}
