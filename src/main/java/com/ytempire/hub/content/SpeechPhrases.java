package com.ytempire.hub.content;

import com.ytempire.hub.content.SpeechSettings.Voice;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Phrases of nearly every video, spoken once by the cheap voice and kept, for times when nobody speaks. */
@Component("speechPhrases")
class SpeechPhrases {

    private final SpeechStore store;
    private final SpeechSettings settings;
    private final ContentSettings content;
    private final Clock clock;

    SpeechPhrases(SpeechStore store, SpeechSettings settings, ContentSettings content, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.content = content;
        this.clock = clock;
    }

    /** Those that have not been spoken yet, each as a run of its own. */
    public List<SpeechRun> missing() {
        Voice voice = settings.voices().get(settings.phrasesLink());
        List<String> keys = settings.phrases().stream()
                .map(phrase -> SpeechStore.key(voice, voice.usual(), phrase))
                .toList();
        Map<String, Long> kept = store.kept(keys);
        return settings.phrases().stream()
                .filter(phrase -> !kept.containsKey(SpeechStore.key(voice, voice.usual(), phrase)))
                .map(phrase -> new SpeechRun(
                        new SpeechRequest(
                                phrase,
                                voice.provider(),
                                voice.usual(),
                                null,
                                null,
                                false,
                                clock.instant().plus(content.pipeline())),
                        clock.instant()))
                .toList();
    }
}
