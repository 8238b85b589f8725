package com.ytempire.hub.accounts;

import java.util.UUID;

/** What an area knows of a user, as one section of the user's export; an area registers a bean for it. */
public interface AccountExport {

    /** The section's name in the export: {@code billing}. */
    String section();

    /** Anything Jackson can write. */
    Object of(UUID userId);
}
