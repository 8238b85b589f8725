package com.ytempire.hub.platform;

import java.util.Arrays;
import java.util.Locale;

/** What this node does; together the nodes of a database must do both. */
public enum NodeRole {
    /** Webhooks, API and pages; no event is worked on here, and nothing happens by the clock. */
    RECEIVE,
    /** Events and scheduled work; requests to the API are sent to another node. */
    WORK,
    BOTH;

    /** @throws StartRefused for anything else */
    static NodeRole of(String text) {
        return Arrays.stream(values())
                .filter(role -> role.name().toLowerCase(Locale.ROOT).equals(text.strip()))
                .findFirst()
                .orElseThrow(() -> new StartRefused(
                        "HUB_ROLE is '" + text + "'.", "Set it to receive, work or both, or leave it out."));
    }

    public boolean receives() {
        return this != WORK;
    }

    public boolean works() {
        return this != RECEIVE;
    }
}
