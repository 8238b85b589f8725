package com.ytempire.hub.platform;

/** The hub must not start as it is set up. Spring Boot shows what is wrong and what to do, without a stack trace. */
public class StartRefused extends RuntimeException {

    private final String action;

    /**
     * @param problem what is wrong; never contains a secret
     * @param action what whoever starts the hub can do about it
     */
    public StartRefused(String problem, String action) {
        super(problem);
        this.action = action;
    }

    public String action() {
        return action;
    }
}
