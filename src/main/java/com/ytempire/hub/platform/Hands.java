package com.ytempire.hub.platform;

import java.util.function.IntFunction;

/**
 * Threads of this node for one sort of work.
 *
 * @param name of the threads
 * @param count how many: so much is under way at the same time
 * @param claim claims at most so many pieces of work
 */
public record Hands<T>(String name, int count, IntFunction<Claimed<T>> claim) {}
