package com.ytempire.hub.spending;

/**
 * A link of a provider chain.
 *
 * @param name its id everywhere, for instance {@code script-premium}
 * @param capability the chain it belongs to
 * @param vendor whom it calls; null when it calls nobody
 * @param howToTurnOn one sentence when its credentials are missing; null when it can be used
 */
public record LinkDefinition(String name, String capability, String vendor, String howToTurnOn) {}
