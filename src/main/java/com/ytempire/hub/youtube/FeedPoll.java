package com.ytempire.hub.youtube;

import java.time.Instant;

/**
 * One reading of a channel's feed.
 *
 * @param verifiedAt since when the hub should have pushed; null when it never verified the subscription
 */
record FeedPoll(long subscriptionId, String channelId, Instant verifiedAt) {

    /** The channel id has been checked to need no escaping. */
    public String query() {
        return "channel_id=" + channelId;
    }

    @Override
    public String toString() {
        return "poll of " + channelId;
    }
}
