package com.ytempire.hub.notifications;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A way out of the hub. */
enum Channel {
    MAIL,
    MIXPANEL,
    AMPLITUDE,
    WEBHOOK,
    N8N;

    /** All, as tables and the API write them. */
    static final List<String> STORED =
            Arrays.stream(values()).map(Channel::stored).toList();

    /** As tables and the API write it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
