package com.ytempire.hub.content;

import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The audio of narrations, for those who make more of it. */
@Component("narrations")
public class Narrations {

    private final SpeechStore store;
    private final SpeechSettings settings;

    Narrations(SpeechStore store, SpeechSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** Whether some link speaks with that voice. */
    public boolean knowsVoice(String voice) {
        return settings.wanted(null, voice).isPresent();
    }

    /**
     * @param id as {@link SpeechAnswer} tells it
     * @return one MP3; empty when it has been forgotten, which is 30 days (setting) after it was made
     */
    public Optional<byte[]> audio(UUID id) {
        return store.find(id).map(store::audio);
    }
}
