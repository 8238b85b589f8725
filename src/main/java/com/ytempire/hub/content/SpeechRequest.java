package com.ytempire.hub.content;

import java.time.Instant;
import java.util.UUID;

/**
 * A text that is to be spoken.
 *
 * @param provider that goes first when it is well; null for the usual order
 * @param voice by its vendor's name; null for the usual
 * @param videoId it is for; null when for none
 * @param owner whose it is; null for the fleet
 * @param fresh true to have it spoken anew
 * @param deadline after it nothing is waited for any more
 */
public record SpeechRequest(
        String text, String provider, String voice, String videoId, UUID owner, boolean fresh, Instant deadline) {}
