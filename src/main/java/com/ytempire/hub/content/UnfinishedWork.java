package com.ytempire.hub.content;

import java.util.List;

/**
 * An area that has content made for steps it goes on with after a crash, however long that was ago, registers a bean: what
 * was paid for such work is not forgotten before the work is over.
 */
public interface UnfinishedWork {

    /** The videos, by the ids their requests name. */
    List<String> videos();
}
