package com.ytempire.hub.content;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * A text that is wanted.
 *
 * @param prompt what it is to be about; for descriptions, titles and tags usually the script
 * @param level economy, standard or premium
 * @param style of the video, for instance {@code educational}
 * @param seconds the script is to last when spoken; null for the usual
 * @param videoId it is for; null when for none
 * @param round how often the step of that video is made that asks, from 1: what was paid for in this round is found
 *     again however long the hub was away; null when no step asks
 * @param owner whose it is; null for the fleet. Nobody is answered with another owner's text
 * @param fresh true to pass the cache by
 * @param deadline after it nothing is waited for any more
 */
public record TextRequest(
        Type type,
        String prompt,
        String level,
        String style,
        Integer seconds,
        String videoId,
        Integer round,
        UUID owner,
        boolean fresh,
        Instant deadline) {

    /** What kind of text. */
    public enum Type {
        SCRIPT,
        DESCRIPTION,
        TITLE,
        TAGS;

        /** As the ledger, the table and the answers write it. */
        public String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
