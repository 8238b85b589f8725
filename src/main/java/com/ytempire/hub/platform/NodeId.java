package com.ytempire.hub.platform;

/**
 * Tells this hub from the others on the same database. It belongs to the data folder and outlives restarts.
 *
 * @param value letters, digits and dashes, at most 40 characters
 */
public record NodeId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
