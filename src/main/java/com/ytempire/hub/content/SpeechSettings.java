package com.ytempire.hub.content;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the speech chain needs besides its links.
 *
 * @param longest text, in characters
 * @param kept how long audio is kept since it was last used; phrases stay
 * @param pace characters a voice speaks in a second, for the length of silence
 * @param phrasesLink that speaks the phrases once, so that they can be had when nobody speaks
 * @param voices by the name of the link, in the order of the chain
 */
@ConfigurationProperties("hub.content.speech")
record SpeechSettings(
        int longest, Duration kept, int pace, List<String> phrases, String phrasesLink, Map<String, Voice> voices) {

    /**
     * How a link speaks.
     *
     * @param provider as callers name it
     * @param usual voice
     * @param voices it can speak with as well, at the same price
     * @param gender of the usual voice; null when its vendor does not ask
     * @param model null when the vendor has only one
     * @param quality 0 to 100; counts in the score of a video
     * @param mostBytes of the text of a request; null for no such limit
     * @param mostCharacters of the text of a request, or fewer when the model takes fewer; null for no such limit
     * @param models characters of a request that each model takes
     * @param rate of speaking, 1 is usual; this and what follows: null when its vendor does not know it
     * @param pitch in semitones
     * @param stability 0 to 1
     * @param similarity 0 to 1
     * @param prices by the day from which they hold
     */
    record Voice(
            String provider,
            String usual,
            Pattern voices,
            String gender,
            String model,
            int quality,
            Integer mostBytes,
            Integer mostCharacters,
            Map<String, Integer> models,
            BigDecimal rate,
            BigDecimal pitch,
            BigDecimal stability,
            BigDecimal similarity,
            List<CharacterPrice> prices) {

        @Override
        public Integer mostCharacters() {
            return models == null || model == null
                    ? mostCharacters
                    : Math.min(mostCharacters, models.getOrDefault(model, mostCharacters));
        }

        boolean knows(String name) {
            return name != null && (name.equals(usual) || voices.matcher(name).matches());
        }

        /** The wanted one when it has it. */
        String orUsual(String wanted) {
            return knows(wanted) ? wanted : usual;
        }

        /** Two parts of the same sound can be joined. */
        String sound(String voice) {
            return String.join(
                    "|",
                    provider,
                    voice,
                    String.valueOf(model),
                    String.valueOf(rate),
                    String.valueOf(pitch),
                    String.valueOf(stability),
                    String.valueOf(similarity));
        }
    }

    /** US dollars for a thousand characters. */
    record CharacterPrice(LocalDate from, BigDecimal thousand) {}

    /** The link that is to speak: the one that has the voice, else the provider's first, else the first. */
    Optional<String> wanted(String provider, String voice) {
        return voices.entrySet().stream()
                .filter(link -> provider == null || link.getValue().provider().equals(provider))
                .filter(link -> voice == null || link.getValue().knows(voice))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
