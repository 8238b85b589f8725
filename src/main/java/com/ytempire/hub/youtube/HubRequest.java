package com.ytempire.hub.youtube;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One request to the WebSub hub.
 *
 * @param mode subscribe or unsubscribe
 */
record HubRequest(
        long subscriptionId,
        String channelId,
        String mode,
        String topic,
        String callback,
        String secret,
        long leaseSeconds) {

    /** As <a href="https://www.w3.org/TR/websub/#x5-1-subscriber-sends-subscription-request">a form</a>. */
    public String form() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("hub.mode", mode);
        fields.put("hub.callback", callback);
        fields.put("hub.topic", topic);
        fields.put("hub.verify", "async");
        if (mode.equals("subscribe")) {
            fields.put("hub.secret", secret);
            fields.put("hub.lease_seconds", String.valueOf(leaseSeconds));
        }
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** Leaves token and secret out. */
    @Override
    public String toString() {
        return mode + " " + channelId;
    }
}
