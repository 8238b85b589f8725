package com.ytempire.hub.platform;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Where others reach this hub. */
@Component
public class PublicAddress {

    private final Environment settings;

    PublicAddress(Environment settings) {
        this.settings = settings;
    }

    /**
     * Looked up at each call: with a port chosen by the system the address is known only once the server runs.
     *
     * @param path begins with a slash
     */
    public String of(String path) {
        return settings.getRequiredProperty("hub.base-url").replaceFirst("/+$", "") + path;
    }
}
