package com.ytempire.hub.content;

import com.ytempire.hub.spending.VendorWindows.Allowance;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Everything about providers that changes: models, prices, addresses, sizes.
 *
 * @param interactive how long somebody who waits for an answer may wait
 * @param pipeline how long a step of a video may take
 * @param tries the most calls of one link for one request, by the class of the failure
 * @param backoff before the second try of a link, doubling; ± 50 %
 * @param busy how long a call waits before it looks again whether another one has ended
 * @param slot how long a call may take before its node is taken for dead
 * @param levels of text, by name
 * @param text what the text chain needs besides
 * @param thumbnails what the thumbnail chain needs besides
 * @param models how they are watched
 * @param links by name: whom they call and how
 */
@ConfigurationProperties("hub.content")
record ContentSettings(
        Duration interactive,
        Duration pipeline,
        Tries tries,
        Duration backoff,
        Duration busy,
        Duration slot,
        Map<String, Level> levels,
        Text text,
        Thumbnails thumbnails,
        Models models,
        Map<String, Link> links) {

    /**
     * @param warnBefore so long before a vendor shuts a model down somebody is told
     * @param urgentBefore so long before, once more
     */
    record Models(Duration warnBefore, Duration urgentBefore) {}

    record Tries(int rateLimited, int unavailable) {}

    /**
     * @param link of the text chain that makes this level
     * @param model as the vendor names it
     * @param prices by the day from which they hold
     */
    record Level(
            String link,
            String model,
            int maxTokens,
            BigDecimal temperature,
            String quality,
            List<TokenPrice> prices) {}

    /** US dollars for a million tokens. */
    record TokenPrice(LocalDate from, BigDecimal input, BigDecimal output) {}

    /**
     * @param exact how long the same request is answered from what was made
     * @param kept how long texts are kept for similar requests
     * @param similarity from 0 to 1; below it two prompts have nothing to do with each other
     * @param longestPrompt characters
     */
    record Text(Duration exact, Duration kept, BigDecimal similarity, int longestPrompt) {}

    /**
     * @param wanted the link that answers when all is well
     * @param cached how long the same request is answered from what a vendor made
     * @param kept how long pictures can be fetched
     * @param lease how long others wait for a node that makes the same picture
     * @param longestTitle characters, as is the longest prompt
     * @param jpegQuality from 0 to 1
     * @param webpQuality from 0 to 100
     * @param webpLimit how long the WebP may take; then there is none
     * @param mostPixels of a vendor's picture; looked at before it is decoded
     * @param smallestSide of a vendor's picture, in pixels
     * @param models by link
     */
    record Thumbnails(
            String wanted,
            Duration cached,
            Duration kept,
            Duration lease,
            int longestTitle,
            int longestPrompt,
            BigDecimal jpegQuality,
            int webpQuality,
            Duration webpLimit,
            long mostPixels,
            int smallestSide,
            Map<String, ImageModel> models) {}

    /**
     * @param model as the vendor names it
     * @param sizes WIDTHxHEIGHT by how the model's name begins; the longest beginning counts
     * @param parameters sent as they are
     * @param prices by the day from which they hold
     */
    record ImageModel(
            String model,
            String quality,
            Map<String, String> sizes,
            Map<String, String> parameters,
            List<ImagePrice> prices) {

        String size() {
            return sizes.entrySet().stream()
                    .filter(size -> model.startsWith(size.getKey()))
                    .max(Comparator.comparing(size -> size.getKey().length()))
                    .map(Map.Entry::getValue)
                    .orElseThrow(() -> new IllegalStateException("no size for " + model + " is set"));
        }
    }

    /**
     * US dollars.
     *
     * @param image for one, when the vendor does not count
     * @param bound one cannot cost more; null: the same
     * @param input for a million tokens, null when the vendor does not count them, as is output
     */
    record ImagePrice(LocalDate from, BigDecimal image, BigDecimal bound, BigDecimal input, BigDecimal output) {

        ImagePrice {
            bound = bound == null ? image : bound;
        }
    }

    /**
     * @param vendor whose bill it is
     * @param url the whole address of the call
     * @param key of the vendor; empty: the link is off
     * @param keyName the variable that sets the key, to tell operators
     * @param tokenParameter what this server calls the most tokens to make
     * @param allowances what the vendor allows the account in a window of time
     * @param probeUrl where the vendor tells at no cost whether it is well; null: nowhere
     * @param counter where the answer of that address tells how much the vendor has counted; null: nowhere
     * @param keyHeader that carries the key there; null: as a bearer token
     * @param concurrent calls the vendor takes at the same time, over all links of that vendor; null: it does not count
     */
    record Link(
            String capability,
            String vendor,
            String url,
            String key,
            String keyName,
            String tokenParameter,
            List<LinkAllowance> allowances,
            Integer concurrent,
            String probeUrl,
            Counter counter,
            String keyHeader) {

        Link {
            allowances = allowances == null ? List.of() : allowances;
        }

        List<Allowance> allowed() {
            return allowances.stream()
                    .map(each -> new Allowance(vendor, each.unit(), each.window(), each.most()))
                    .toList();
        }

        @Override
        public String toString() {
            return vendor + " " + url;
        }
    }

    /**
     * @param at JSON pointer
     * @param left whether it tells what is left, and not what is used
     * @param price US dollars of a unit; null when it counts the characters that the link's voice is priced by
     */
    record Counter(String at, boolean left, BigDecimal price) {}

    /**
     * @param unit {@code requests} or {@code characters}
     * @param window a minute, an hour, a day, or 30d for a month of the calendar
     */
    record LinkAllowance(String unit, Duration window, long most) {}
}
