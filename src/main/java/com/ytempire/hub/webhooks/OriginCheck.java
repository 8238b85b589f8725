package com.ytempire.hub.webhooks;

import java.util.Optional;

/** How an area answers for a service whose every subscription has a token and a secret of its own (YouTube). */
public interface OriginCheck {

    /** The service whose path tokens this check knows. */
    String service();

    /** Who may post to this token; empty for a token nobody asked for. */
    Optional<Origin> origin(String token);

    /**
     * @param secret the key of the signature
     * @param subject what the token stands for, for the log: a channel id
     */
    record Origin(String secret, String subject) {

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "origin of " + subject;
        }
    }
}
