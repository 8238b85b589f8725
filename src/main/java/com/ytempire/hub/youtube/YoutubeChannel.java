package com.ytempire.hub.youtube;

import java.util.UUID;

/**
 * A channel the hub may publish on.
 *
 * @param owner whose it is; null: the fleet's
 * @param project the Google Cloud project whose quota its calls use
 * @param youtubeId YouTube's own id of it
 * @param state connecting, active, unhealthy, suspended, revoked, out or removed
 */
record YoutubeChannel(
        UUID id,
        UUID owner,
        String project,
        String youtubeId,
        String title,
        String state,
        String reason,
        boolean reserve,
        int uploadsPerDay) {

    static final String COLUMNS = "c.id, c.user_id as owner, c.project, c.youtube_id, c.title, c.state, c.reason,"
            + " c.reserve, c.uploads_per_day";
}
