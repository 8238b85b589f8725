package com.ytempire.hub.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.io.IOException;
import java.time.Duration;

/** What stock vendors' answers have in common. */
final class StockFailures {

    private StockFailures() {}

    /** A status that says by itself what it means. */
    static LinkFailure failure(int status, Duration wait) {
        return switch (status) {
            case 401, 403 -> new LinkFailure(Kind.AUTHENTICATION, "the key is not accepted", null);
            case 402 -> new LinkFailure(Kind.UNFUNDED, "the account has no funds left", null);
            case 408 -> new LinkFailure(Kind.TIMEOUT, "the vendor ran out of time", null);
            case 410 -> new LinkFailure(Kind.RETIRED, "the vendor's interface has moved", null);
            case 429 -> new LinkFailure(Kind.RATE_LIMITED, "too many requests", wait);
            default ->
                status >= 500
                        ? new LinkFailure(Kind.UNAVAILABLE, "the vendor answers " + status, wait)
                        : new LinkFailure(Kind.BAD_REQUEST, "status " + status, null);
        };
    }

    /** HTML where JSON was due is a proxy that speaks for a vendor that is down. */
    static JsonNode tree(ObjectMapper json, byte[] body) {
        try {
            JsonNode tree = json.readTree(body);
            return tree == null ? json.missingNode() : tree;
        } catch (IOException e) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer is no JSON", null);
        }
    }

    /** Seconds; null for what is no number of them. */
    static Duration seconds(String header) {
        return header != null && header.strip().matches("\\d{1,10}")
                ? Duration.ofSeconds(Long.parseLong(header.strip()))
                : null;
    }
}
