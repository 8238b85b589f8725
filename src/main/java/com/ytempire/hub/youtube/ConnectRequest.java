package com.ytempire.hub.youtube;

/**
 * What Google's redirect has brought.
 *
 * @param code to be exchanged for tokens
 * @param browser the cookie of the browser that brought it; null when it has none
 */
record ConnectRequest(Token state, String code, Token browser) {

    @Override
    public String toString() {
        return "callback of a consent";
    }
}
