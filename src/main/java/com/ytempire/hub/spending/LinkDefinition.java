package com.ytempire.hub.spending;

import com.ytempire.hub.spending.VendorWindows.Allowance;
import java.util.List;

/**
 * A link of a provider chain.
 *
 * @param name its id everywhere, for instance {@code script-premium}
 * @param capability the chain it belongs to
 * @param vendor whom it calls; null when it calls nobody
 * @param howToTurnOn one sentence when its credentials are missing; null when it can be used
 * @param allowances what its vendor allows in a window of time, over all links of that vendor
 */
public record LinkDefinition(
        String name, String capability, String vendor, String howToTurnOn, List<Allowance> allowances) {

    /** A link whose vendor does not count. */
    public LinkDefinition(String name, String capability, String vendor, String howToTurnOn) {
        this(name, capability, vendor, howToTurnOn, List.of());
    }
}
