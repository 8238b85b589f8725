package com.ytempire.hub.platform;

import java.time.Instant;
import java.util.List;

/** An area that measures something somebody must know of registers a bean; it is asked once in a while, on one node. */
public interface AlertSource {

    /** All troubles there are now; one that is not among them is on its way to its end. */
    List<Trouble> troubles(Instant now);
}
