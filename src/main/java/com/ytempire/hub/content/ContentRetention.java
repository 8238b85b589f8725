package com.ytempire.hub.content;

import org.springframework.stereotype.Component;

/** Deletes what was made and is too old to be of use; each store knows its own age. */
@Component("contentRetention")
class ContentRetention {

    private final TextStore texts;
    private final SpeechStore speech;
    private final ThumbnailStore thumbnails;

    ContentRetention(TextStore texts, SpeechStore speech, ThumbnailStore thumbnails) {
        this.texts = texts;
        this.speech = speech;
        this.thumbnails = thumbnails;
    }

    /** @return one line for the operator */
    public String apply() {
        return "%d texts, %d parts of speech and %d thumbnails deleted"
                .formatted(texts.forgetOld(), speech.forgetOld(), thumbnails.forgetOld());
    }
}
