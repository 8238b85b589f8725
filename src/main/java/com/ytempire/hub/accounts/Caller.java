package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.Problem;
import java.util.UUID;
import org.springframework.http.HttpStatus;

/**
 * Who makes a request. Controllers take it as an argument.
 *
 * @param userId whose account; null for the operator who logged in with the hub's own operator login
 * @param name what is written into the history: the user id, or the operator's name
 * @param isOperator whether he may see and do everything; a user sees what is his
 */
public record Caller(UUID userId, String name, boolean isOperator) {

    /** @throws Problem 403 unless this is an operator */
    public void mustBeOperator() {
        if (!isOperator) {
            throw new Problem(HttpStatus.FORBIDDEN, "forbidden", "This is for operators");
        }
    }

    /**
     * @return the user, for what only somebody with an account can do
     * @throws Problem 403 for the operator who logged in with the hub's own operator login
     */
    public UUID mustBeUser() {
        if (userId == null) {
            throw new Problem(HttpStatus.FORBIDDEN, "account_required", "The operator's login has no account");
        }
        return userId;
    }

    /** Whether he may see what is that user's; null, nobody's, is for operators. */
    public boolean maySee(UUID owner) {
        return isOperator || owner != null && owner.equals(userId);
    }
}
