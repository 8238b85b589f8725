package com.ytempire.hub.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.media.MediaSettings.Link;
import com.ytempire.hub.spending.LinkFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How a vendor is searched. Its bean's name is what settings call the protocol. */
interface StockProtocol {

    /** What is asked, by parameter and without a key: the same request has the same parameters in the same order. */
    Map<String, String> parameters(StockRequest request, int page);

    /** Parameters that carry the key; they are written nowhere. */
    default Map<String, String> secrets(Link link) {
        return Map.of();
    }

    /** Headers of a call, with the key among them where it belongs there. */
    default Map<String, String> headers(Link link) {
        return Map.of();
    }

    /**
     * What is in an answer with status 200.
     *
     * @return null when it is not the list that was asked for
     */
    List<StockFind> read(JsonNode answer, StockRequest request);

    /**
     * What an answer with another status means.
     *
     * @param body as text, which need not be JSON
     * @param wait as the vendor told; null when it did not
     */
    LinkFailure failure(int status, String body, Duration wait);

    /** How long the vendor says to wait, in a header of its own beside {@code Retry-After}. */
    enum Reset {
        /** Seconds since 1970. */
        AT,
        /** Seconds from now. */
        AFTER
    }

    /** How this vendor's {@code X-RateLimit-Reset} is to be read. */
    default Reset reset() {
        return Reset.AFTER;
    }
}
