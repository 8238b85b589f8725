package com.ytempire.hub.platform;

import java.time.Duration;

/** What happens outside of Camel's routes, in their traces. There is a bean only where tracing is wanted. */
public interface TraceMarks {

    /**
     * What this thread does is the subject's beginning: a mark in the subject's own trace leads to it.
     *
     * @param what stable, as a route is called: {@code videos-generate}
     */
    void begins(Traced subject, String what);

    /** A call of a vendor, over just now, as part of what this thread does. */
    void called(String vendor, Duration took, boolean failed);
}
