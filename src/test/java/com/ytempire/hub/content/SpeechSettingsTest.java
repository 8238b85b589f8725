package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.content.SpeechSettings.CharacterPrice;
import com.ytempire.hub.content.SpeechSettings.Voice;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which link speaks, how much it takes at once, and at what price. */
class SpeechSettingsTest {

    private static Voice voice(String provider, String usual, String voices, String model) {
        return new Voice(
                provider,
                usual,
                Pattern.compile(voices),
                null,
                model,
                80,
                null,
                5000,
                Map.of("long", 40_000, "short", 3000),
                null,
                null,
                null,
                null,
                List.of(
                        new CharacterPrice(LocalDate.of(2026, 1, 1), new BigDecimal("0.30")),
                        new CharacterPrice(LocalDate.of(2026, 12, 1), new BigDecimal("0.25"))));
    }

    private static SpeechSettings settings() {
        Map<String, Voice> voices = new LinkedHashMap<>();
        voices.put("neural", voice("google", "N-J", "N-.", null));
        voices.put("standard", voice("google", "S-J", "S-.", null));
        voices.put("eleven", voice("elevenlabs", "abc", "[a-z]{3}", "short"));
        return new SpeechSettings(1000, null, 15, List.of(), "standard", voices);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, neural",
                "google, -, neural",
                "elevenlabs, -, eleven",
                "-, S-B, standard",
                "google, S-B, standard",
                "-, xyz, eleven",
                "google, xyz, -",
                "amazon, -, -"
            })
    void theLinkThatHasProviderAndVoiceIsWanted(String provider, String voice, String link) {
        assertThat(settings().wanted(provider, voice).orElse(null)).isEqualTo(link);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"short, 3000", "long, 5000", "other, 5000", "-, 5000"})
    void noModelIsSentMoreThanItTakes(String model, int most) {
        assertThat(voice("elevenlabs", "abc", "x", model).mostCharacters()).isEqualTo(most);
    }

    @Test
    void whatSoundsDifferentIsNotJoined() {
        Voice voice = voice("google", "N-J", "N-.", null);

        assertThat(voice.sound("N-J")).isNotEqualTo(voice.sound("N-B"));
        assertThat(SpeechStore.key(voice, "N-J", "Hello")).isNotEqualTo(SpeechStore.key(voice, "N-J", "Hello!"));
    }
}
