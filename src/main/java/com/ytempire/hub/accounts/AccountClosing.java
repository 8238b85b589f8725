package com.ytempire.hub.accounts;

import java.util.UUID;

/**
 * Something that has to happen when an account is closed; an area registers a bean for it. It runs in the transaction
 * that closes the account, so it calls no vendor.
 */
public interface AccountClosing {

    void close(UUID userId);
}
