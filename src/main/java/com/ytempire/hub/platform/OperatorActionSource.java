package com.ytempire.hub.platform;

import java.util.List;

/** An area that lets operators do something registers a bean: its actions are on the page and in the audit log. */
public interface OperatorActionSource {

    /**
     * Something that waits for an operator, or that he can switch.
     *
     * @param label what it is
     * @param note more of it; null when there is no more
     * @param actions that fit it now, by name
     */
    record Offer(String target, String label, String note, List<String> actions) {}

    /** Heading on the page. */
    String title();

    List<OperatorAction> actions();

    /** What there is to act on now; at most a hundred. */
    List<Offer> offers();
}
