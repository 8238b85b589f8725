package com.ytempire.hub.notifications;

import java.util.Optional;
import java.util.UUID;

/** Whether a user may be told by webhook, and by which mail he is told that his endpoint does not answer. */
public interface WebhookReceivers {

    /** Looked at before each delivery: a plan may have ended. */
    boolean mayReceive(UUID userId);

    /** The address for mails; empty when the account is closed. */
    Optional<String> mailOf(UUID userId);
}
