package com.ytempire.hub.accounts;

import java.util.UUID;

/**
 * Who makes a request. Controllers take it as an argument.
 *
 * @param userId whose account; null for the operator who logged in with the hub's own operator login
 * @param name what is written into the history: the user id, or the operator's name
 * @param isOperator whether he may see and do everything; a user sees what is his
 */
public record Caller(UUID userId, String name, boolean isOperator) {}
