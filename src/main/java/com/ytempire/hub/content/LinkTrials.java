package com.ytempire.hub.content;

import com.ytempire.hub.content.ContentSettings.Level;
import com.ytempire.hub.content.ContentSettings.TokenPrice;
import com.ytempire.hub.platform.Flows;
import com.ytempire.hub.spending.LinkTrial;
import com.ytempire.hub.spending.Money;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Tries the link of the cheapest level of text, those that speak with a voice of their own, and those that make pictures. It
 * goes the way of every request; of a chain of pictures only the link itself is asked.
 */
@Component
class LinkTrials implements LinkTrial {

    private static final String TEXT = "Hello";
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final int PROMPT = 500; // tokens at the most, with what the hub says around the text

    private final ContentSettings settings;
    private final SpeechSettings speech;
    private final ContentPrices prices;
    private final Flows flows;
    private final Clock clock;

    LinkTrials(ContentSettings settings, SpeechSettings speech, ContentPrices prices, Flows flows, Clock clock) {
        this.settings = settings;
        this.speech = speech;
        this.prices = prices;
        this.flows = flows;
        this.clock = clock;
    }

    @Override
    public boolean knows(String link) {
        return isText(link) || speech.voices().containsKey(link) || isPicture(link);
    }

    private boolean isPicture(String link) {
        return settings.thumbnails().models().containsKey(link);
    }

    private boolean isText(String link) {
        return cheapest().link().equals(link);
    }

    private Level cheapest() {
        return settings.levels().get(ContentLevels.CHEAPEST);
    }

    @Override
    public BigDecimal bound(String link) {
        if (isPicture(link)) {
            return Money.up(prices.of(settings.thumbnails().models().get(link)).bound());
        }
        if (!isText(link)) {
            return Money.up(prices.of(speech.voices().get(link))
                    .multiply(BigDecimal.valueOf(TEXT.length()))
                    .divide(THOUSAND));
        }
        TokenPrice price = prices.of(cheapest());
        return Money.up(price.input()
                .multiply(BigDecimal.valueOf(PROMPT))
                .add(price.output().multiply(BigDecimal.valueOf(cheapest().maxTokens())))
                .divide(MILLION));
    }

    @Override
    public Tried tryOut(String link) {
        Instant deadline = clock.instant().plus(settings.interactive());
        if (isText(link)) {
            TextAnswer answer = flows.ask(
                    "direct:content-text",
                    new TextRequest(
                            TextRequest.Type.TITLE,
                            TEXT,
                            ContentLevels.CHEAPEST,
                            null,
                            null,
                            null,
                            null,
                            null,
                            true,
                            deadline),
                    TextAnswer.class);
            return tried(link, answer.link(), answer.cost(), answer.millis(), answer.links());
        }
        if (isPicture(link)) {
            ThumbnailAnswer answer = flows.ask(
                    "direct:content-thumbnail",
                    new ThumbnailRequest(TEXT, null, null, null, null, null, true, deadline, link),
                    ThumbnailAnswer.class);
            return tried(link, answer.link(), answer.cost(), answer.millis(), answer.links());
        }
        SpeechAnswer answer = flows.ask(
                "direct:content-speech",
                new SpeechRequest(TEXT, null, speech.voices().get(link).usual(), null, null, true, deadline),
                SpeechAnswer.class);
        return tried(link, answer.link(), answer.cost(), answer.millis(), answer.links());
    }

    private static Tried tried(String wanted, String answered, BigDecimal cost, long millis, List<PassedOver> links) {
        if (wanted.equals(answered)) {
            return new Tried(true, cost, millis + " ms");
        }
        String why = links.stream()
                .filter(link -> wanted.equals(link.link()))
                .map(link -> String.valueOf(link.reason()))
                .collect(Collectors.joining(", "));
        return new Tried(false, cost, answered + " answered instead: " + why);
    }
}
