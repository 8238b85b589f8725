package com.ytempire.hub.media;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Everything about stock media that changes: addresses, allowances, prices, licences.
 *
 * @param interactive how long somebody who waits for an answer may wait
 * @param tries the most calls of one link for one request, by the class of the failure
 * @param backoff before the second try of a link, doubling; ± 50 %
 * @param fresh how long a vendor is not asked the same again
 * @param kept how long what was found answers when no vendor does
 * @param copies answers of vendors that a node keeps in memory
 * @param page results asked of a vendor at once
 * @param most items in one answer
 * @param vendors by name
 * @param links by name, in the order of their chains
 * @param licences what buying needs besides
 */
@ConfigurationProperties("hub.media")
record MediaSettings(
        Duration interactive,
        Tries tries,
        Duration backoff,
        Duration fresh,
        Duration kept,
        int copies,
        int page,
        int most,
        Map<String, Vendor> vendors,
        Map<String, Link> links,
        Licences licences) {

    record Tries(int rateLimited, int unavailable) {}

    /**
     * @param licence under which its assets may be used
     * @param credit a line for the description of a video, with {type}, {author} and {page}
     * @param hosts from which its files may be loaded, with all below them; the host of a link's address is one as well
     * @param allowances the shortest window first
     */
    record Vendor(String licence, String credit, List<String> hosts, List<Allowance> allowances) {}

    /** So many requests in a window of time. */
    record Allowance(Duration window, long most) {}

    /**
     * @param capability videos, photos or licences
     * @param protocol it speaks, by the name of its {@link StockProtocol}; null for one that calls nobody
     * @param url the whole address of the call; of licences the one they begin with
     * @param key of the vendor; empty: the link is off
     * @param secret that goes with the key, where there is one
     * @param keyName the variable that sets the key, to tell operators
     * @param highValue whether only requests marked as such come here: its assets cost money
     */
    record Link(
            String capability,
            String vendor,
            String protocol,
            String url,
            String key,
            String secret,
            String keyName,
            boolean highValue) {

        boolean isOff() {
            return keyName != null && (key == null || key.isBlank() || secret != null && secret.isBlank());
        }

        URI address() {
            return URI.create(url);
        }

        /** Without the key. */
        @Override
        public String toString() {
            return vendor + " " + url;
        }
    }

    /**
     * @param subscription of the vendor that is charged; empty: the account's only one
     * @param price US dollars of an asset
     * @param urlLife how long the address of a bought file is good
     * @param doubt a purchase whose answer was lost is not repeated before; until then the vendor is only asked for it
     * @param lease a node that has not ended a purchase by then is taken for dead
     * @param look between two looks whether another has ended the purchase of the same asset
     * @param videoSizes the usual one first
     * @param photoSizes the usual one first
     */
    record Licences(
            String subscription,
            BigDecimal price,
            Duration urlLife,
            Duration doubt,
            Duration lease,
            Duration look,
            List<String> videoSizes,
            List<String> photoSizes) {}
}
