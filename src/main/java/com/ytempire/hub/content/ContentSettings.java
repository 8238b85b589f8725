package com.ytempire.hub.content;

import com.ytempire.hub.spending.VendorWindows.Allowance;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
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
        Map<String, Link> links) {

    record Tries(int rateLimited, int unavailable) {}

    /**
     * @param link of the text chain that makes this level
     * @param model as the vendor names it
     * @param prices by the day from which they hold
     */
    record Level(
            String link, String model, int maxTokens, BigDecimal temperature, String quality, List<TokenPrice> prices) {

        TokenPrice price(LocalDate day) {
            return prices.stream()
                    .filter(price -> !price.from().isAfter(day))
                    .reduce((earlier, later) -> later)
                    .orElseThrow(() -> new IllegalStateException("no price of " + model + " holds on " + day));
        }
    }

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
     * @param vendor whose bill it is
     * @param url the whole address of the call
     * @param key of the vendor; empty: the link is off
     * @param keyName the variable that sets the key, to tell operators
     * @param tokenParameter what this server calls the most tokens to make
     * @param allowances what the vendor allows the account in a window of time
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
            Integer concurrent) {

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
     * @param unit {@code requests} or {@code characters}
     * @param window a minute, an hour, a day, or 30d for a month of the calendar
     */
    record LinkAllowance(String unit, Duration window, long most) {}
}
