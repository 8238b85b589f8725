package com.ytempire.hub.content;

import java.util.List;
import org.springframework.stereotype.Component;

/** Deletes what was made and is too old to be of use; each store knows its own age. */
@Component("contentRetention")
class ContentRetention {

    private final TextStore texts;
    private final SpeechStore speech;
    private final ThumbnailStore thumbnails;
    private final List<UnfinishedWork> works;

    ContentRetention(TextStore texts, SpeechStore speech, ThumbnailStore thumbnails, List<UnfinishedWork> works) {
        this.texts = texts;
        this.speech = speech;
        this.thumbnails = thumbnails;
        this.works = works;
    }

    /** @return one line for the operator */
    public String apply() {
        List<String> unfinished =
                works.stream().flatMap(work -> work.videos().stream()).toList();
        return "%d texts, %d parts of speech and %d thumbnails deleted"
                .formatted(texts.forgetOld(unfinished), speech.forgetOld(unfinished), thumbnails.forgetOld(unfinished));
    }
}
