package com.ytempire.hub.accounts;

import java.util.UUID;

/** What a user's plan grants; whoever knows the plans provides the one bean. */
public interface Entitlements {

    /** @param feature for instance {@code api_access} */
    boolean grants(UUID userId, String feature);
}
