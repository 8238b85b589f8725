package com.ytempire.hub.platform;

/** The name of this node: the same after a restart, another for every other process. */
public record NodeId(String value) {}
