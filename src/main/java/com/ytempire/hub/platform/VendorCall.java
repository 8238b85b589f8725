package com.ytempire.hub.platform;

import java.util.Map;

/**
 * An HTTP request to a vendor whose address is a setting.
 *
 * @param headers with the vendor's key among them
 * @param body null for a request without one
 */
public record VendorCall(String method, String url, Map<String, String> headers, byte[] body) {

    /** Says where it goes, without the query and the headers: a key may stand there. */
    @Override
    public String toString() {
        return method + " " + url.replaceFirst("\\?.*", "");
    }
}
