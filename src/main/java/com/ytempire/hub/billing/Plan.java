package com.ytempire.hub.billing;

import java.util.Set;

/**
 * What a subscription promises.
 *
 * @param name of the table; the product's own, or its price, when the table does not know it
 * @param videosPerDay by the business day of {@code hub.zone}
 */
record Plan(String name, int channels, int videosPerDay, Set<String> features) {}
