package com.ytempire.hub.platform;

import java.util.List;

/**
 * One page of a list.
 *
 * @param total how many there are on all pages
 */
public record Page<T>(List<T> items, long total, Paging paging) {

    /** The wanted page of a list that is short by its nature, and at hand as a whole. */
    public static <T> Page<T> of(List<T> all, Paging paging) {
        int from = (int) Math.min(paging.offset(), all.size());
        int to = (int) Math.min(paging.offset() + paging.perPage(), all.size());
        return new Page<>(List.copyOf(all.subList(from, to)), all.size(), paging);
    }
}
