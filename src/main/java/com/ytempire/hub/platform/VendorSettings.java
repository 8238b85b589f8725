package com.ytempire.hub.platform;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The vendors the hub calls, by name.
 *
 * @param vendors in the order in which they are shown
 */
@ConfigurationProperties("hub")
public record VendorSettings(@DefaultValue Map<String, Vendor> vendors) {

    /**
     * A vendor.
     *
     * @param group what it is for: payments, text, speech …
     * @param every how often it is asked whether it is well
     * @param bases how addresses of its API begin; calls to them count as calls of this vendor
     * @param probe what it is asked at no cost; empty: its links know how to ask, or nobody does
     * @param key goes along as a bearer token, unless a header is named; empty: none is sent
     * @param header the one that takes the key
     * @param refusedIsWell text in an answer that refuses and yet shows that vendor and key are well
     * @param anyAnswer whether each answer below 500 shows that it is well: the question was none it knows
     */
    public record Vendor(
            String group,
            Duration every,
            @DefaultValue List<String> bases,
            @DefaultValue("") String probe,
            @DefaultValue("") String key,
            @DefaultValue("") String header,
            @DefaultValue("") String refusedIsWell,
            @DefaultValue("false") boolean anyAnswer) {}

    /** Whose address this is; the longest beginning wins. Nobody's when it is asked only to see whether he is there. */
    Optional<String> owner(URI address) {
        String text = address.toString();
        String owner = null;
        int longest = 0;
        for (Map.Entry<String, Vendor> vendor : vendors.entrySet()) {
            if (vendor.getValue().probe().equals(text)) {
                return Optional.empty();
            }
            for (String base : vendor.getValue().bases()) {
                if (base.length() > longest && !base.isBlank() && text.startsWith(base)) {
                    owner = vendor.getKey();
                    longest = base.length();
                }
            }
        }
        return Optional.ofNullable(owner);
    }
}
