package com.ytempire.hub.platform;

/** Something whose way through the hub is one trace, on whatever nodes and however often it is tried. */
public interface Traced {

    /** Stable: {@code event/stripe/evt_1}, {@code video/<id>}. */
    String traceOf();
}
