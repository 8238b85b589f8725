package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;

/** What the answers of all vendors have in common. */
final class VendorAnswers {

    private VendorAnswers() {}

    /**
     * HTML where JSON was due is a proxy that speaks for a vendor that is down.
     *
     * @throws LinkFailure when it is no JSON
     */
    static JsonNode json(ObjectMapper json, byte[] body) {
        try {
            JsonNode tree = json.readTree(body);
            return tree == null ? json.missingNode() : tree;
        } catch (IOException e) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer is no JSON", null);
        }
    }

    /** Seconds; a date, which the standard allows too, is not sent by these vendors. Null when it says nothing. */
    static Duration retryAfter(String header) {
        return header != null && header.strip().matches("\\d{1,6}(\\.\\d+)?")
                ? Duration.ofMillis(
                        new BigDecimal(header.strip()).movePointRight(3).longValue())
                : null;
    }
}
