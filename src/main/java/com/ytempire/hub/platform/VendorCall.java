package com.ytempire.hub.platform;

import java.time.Duration;
import java.util.Map;

/**
 * An HTTP request to a vendor whose address is a setting.
 *
 * @param headers with the vendor's key among them
 * @param body null for a request without one
 * @param within how long the answer may be waited for, when that is less than usual; null: as long as usual
 */
public record VendorCall(String method, String url, Map<String, String> headers, byte[] body, Duration within) {

    /** A call whose answer is waited for as long as usual. */
    public VendorCall(String method, String url, Map<String, String> headers, byte[] body) {
        this(method, url, headers, body, null);
    }

    /** The same call for somebody who has so much time left. */
    public VendorCall within(Duration left) {
        return new VendorCall(method, url, headers, body, left);
    }

    /** Says where it goes, without the query and the headers: a key may stand there. */
    @Override
    public String toString() {
        return method + " " + url.replaceFirst("\\?.*", "");
    }
}
