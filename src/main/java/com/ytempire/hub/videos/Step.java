package com.ytempire.hub.videos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is done for a video, in this order. */
enum Step {
    SCRIPT,
    METADATA,
    SPEECH,
    THUMBNAIL,
    ASSEMBLY,
    QUALITY,
    UPLOAD;

    /** As tables, routes and the API write it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Step of(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }

    /** As n8n names it: like the hub, whatever the case; empty for what the hub does not know. */
    static Optional<Step> named(String name) {
        return Arrays.stream(values())
                .filter(step -> step.stored().equalsIgnoreCase(name))
                .findFirst();
    }

    /** All, as tables write them. */
    static List<String> allStored() {
        return Arrays.stream(values()).map(Step::stored).toList();
    }
}
