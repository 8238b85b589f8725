package com.ytempire.hub.platform;

/**
 * Whether a vendor can be used. An area registers one bean for each vendor it talks to; the log says at the start, and
 * the health page always, which are off and how to turn them on.
 *
 * @param name short, lower case: {@code stripe}
 * @param configured whether its credentials are there
 * @param howToTurnOn one sentence that names the variable
 */
public record VendorStatus(String name, boolean configured, String howToTurnOn) {}
