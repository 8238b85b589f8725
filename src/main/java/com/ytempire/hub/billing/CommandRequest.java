package com.ytempire.hub.billing;

import java.util.Map;
import java.util.UUID;

/**
 * One write at Stripe that somebody wants.
 *
 * @param businessKey names the operation: the same key again is the same command, with the parameters it had first
 * @param actor a user id, an operator's name or {@code the hub}
 * @param userId whose affair it is; null when nobody's
 * @param customer Stripe's id; null when there is none yet
 * @param objectId the object that is changed; null for one that is created
 * @param parameters Stripe's, without {@code metadata.command_id}: that is added where the kind is found by it
 * @param exclusive of commands with the same one may be open; null when that does not matter
 * @param requestId the API request this is the answer to; null when it is none's
 */
record CommandRequest(
        CommandKind kind,
        String businessKey,
        String actor,
        UUID userId,
        String customer,
        String objectId,
        Map<String, Object> parameters,
        String exclusive,
        UUID requestId)
        implements Decision {

    /** The same as the answer to a request of the API. */
    CommandRequest answering(UUID request) {
        return new CommandRequest(kind, businessKey, actor, userId, customer, objectId, parameters, exclusive, request);
    }

    /** For other parts of billing: on nobody's request, next to whatever else is open. */
    CommandRequest(
            CommandKind kind,
            String businessKey,
            String actor,
            UUID userId,
            String customer,
            String objectId,
            Map<String, Object> parameters) {
        this(kind, businessKey, actor, userId, customer, objectId, parameters, null, null);
    }
}
