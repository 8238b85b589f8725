package com.ytempire.hub.billing;

import com.ytempire.hub.platform.Problem;
import java.util.Map;
import java.util.UUID;

/**
 * What became of a command so far.
 *
 * @param commandId null when none was needed
 * @param status of HTTP: 2xx with data, 202 while it is queued; 4xx and 5xx with a problem
 * @param data what the API shows; null with a problem
 * @param problem null when all went well
 */
record CommandAnswer(UUID commandId, int status, Map<String, Object> data, Problem problem) implements Decision {

    /** An answer for which nothing has to be sent. */
    static CommandAnswer of(int status, Map<String, Object> data) {
        return new CommandAnswer(null, status, data, null);
    }

    static CommandAnswer queued(UUID commandId) {
        return new CommandAnswer(commandId, 202, Map.of("status", "queued", "command_id", commandId), null);
    }

    boolean isQueued() {
        return status == 202 && problem == null && data.get("status").equals("queued");
    }

    /** @throws Problem when it failed */
    CommandAnswer orThrow() {
        if (problem != null) {
            throw problem;
        }
        return this;
    }
}
