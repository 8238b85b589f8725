package com.ytempire.hub.sandbox;

import java.time.Instant;
import java.util.Map;

/**
 * One request a vendor has received, as the hub sent it; only the {@code Authorization} header is masked.
 *
 * @param vendor stripe, youtube, n8n, resend, mixpanel or amplitude
 * @param at by the sandbox's clock
 * @param headers names in lower case
 * @param status what the vendor answered; 0 when it cut the connection
 */
public record SentRequest(
        String vendor,
        Instant at,
        String method,
        String path,
        String query,
        Map<String, String> headers,
        String body,
        int status) {}
