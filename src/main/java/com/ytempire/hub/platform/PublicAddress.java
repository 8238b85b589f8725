package com.ytempire.hub.platform;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Where others reach this hub. */
@Component
public class PublicAddress {

    private final Environment settings;
    private volatile String known;

    PublicAddress(Environment settings) {
        this.settings = settings;
    }

    /** With a port chosen by the system the address is known only once the server runs. */
    @EventListener(ApplicationReadyEvent.class)
    void remember() {
        known = base();
    }

    /** @param path begins with a slash */
    public String of(String path) {
        String remembered = known;
        return (remembered == null ? base() : remembered) + path;
    }

    private String base() {
        return settings.getRequiredProperty("hub.base-url").replaceFirst("/+$", "");
    }
}
