package com.ytempire.hub.webhooks;

import java.util.List;
import java.util.Map;

/**
 * One request as it came in, before anything of it is believed.
 *
 * @param service whose endpoint was called
 * @param qualifier what the path says beyond the service: a WebSub token, an n8n workflow; null when it says nothing
 * @param address the client's address, behind trusted proxies the one they report
 * @param headers the headers that are kept with the event, by lower-case name; a header sent twice has two values
 * @param body the bytes as received
 */
record Delivery(String service, String qualifier, String address, Map<String, List<String>> headers, byte[] body) {

    List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }

    @Override
    public String toString() {
        return service + " delivery of " + body.length + " bytes";
    }
}
