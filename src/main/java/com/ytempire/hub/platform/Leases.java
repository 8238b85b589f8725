package com.ytempire.hub.platform;

import java.util.Collection;

/**
 * The claims of this node on work that waits in a table. A claim is a lease: it ends by itself when its node does not
 * renew it.
 *
 * @param <T> one run: the work as it was claimed, with the number of its claim
 */
public interface Leases<T> {

    /** Keeps the claims of these runs, of each only while it is still the one that holds its work. */
    void renew(Collection<T> runs);

    /**
     * What this node held when it died or stops is free at once; there is only one process of a node's name.
     *
     * @return how many claims ended
     */
    int giveBackOwn();

    /**
     * What a dead node held is free once its lease has ended.
     *
     * @return how many claims ended
     */
    int takeExpired();
}
