package com.ytempire.hub.content;

import org.springframework.stereotype.Component;

/** Deletes what was made and is too old to be of use; each store knows its own age. */
@Component("contentRetention")
class ContentRetention {

    private final TextStore texts;
    private final SpeechStore speech;

    ContentRetention(TextStore texts, SpeechStore speech) {
        this.texts = texts;
        this.speech = speech;
    }

    /** @return one line for the operator */
    public String apply() {
        return "%d texts and %d parts of speech deleted".formatted(texts.forgetOld(), speech.forgetOld());
    }
}
