package com.ytempire.hub.accounts;

/**
 * From where a request comes.
 *
 * @param address IP address
 * @param userAgent shortened; null when it does not say
 */
record Client(String address, String userAgent) {

    private static final int MOST = 200;

    Client {
        userAgent = userAgent == null || userAgent.length() <= MOST ? userAgent : userAgent.substring(0, MOST);
    }
}
