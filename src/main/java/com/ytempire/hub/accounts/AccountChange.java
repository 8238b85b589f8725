package com.ytempire.hub.accounts;

/**
 * Somebody who has to know that a user's name, mail address or telephone number is another one; an area registers a bean
 * for it. It runs in the transaction that changes the account, so it calls no vendor.
 */
public interface AccountChange {

    /** @param after the same account as it is from now on */
    void changed(Account before, Account after);
}
