package com.ytempire.hub.platform;

import java.util.List;

/**
 * What one look for work found.
 *
 * @param runs what this node has claimed
 * @param sawAll false when there may be more to claim than this look saw
 */
public record Claimed<T>(List<T> runs, boolean sawAll) {}
