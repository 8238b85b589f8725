package com.ytempire.hub.notifications;

import java.util.Locale;

/** A way out of the hub. */
enum Channel {
    MAIL,
    MIXPANEL,
    AMPLITUDE,
    WEBHOOK;

    /** As tables and the API write it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
