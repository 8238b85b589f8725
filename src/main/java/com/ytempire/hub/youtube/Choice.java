package com.ytempire.hub.youtube;

import java.time.Instant;

/**
 * What the pool answers.
 *
 * @param channel null when none serves now
 * @param reason why none does: no_channel, out, quota or channel_limit; null when one does
 * @param next when one may serve again; null when that needs somebody to act
 */
record Choice(YoutubeChannel channel, String reason, Instant next) {

    boolean found() {
        return channel != null;
    }
}
