package com.ytempire.hub.camel.youtube;

/** Who knows the channels' access tokens. Asked before each request, so that a refreshed token is used at once. */
public interface YoutubeAccess {

    /**
     * A token to act for the channel.
     *
     * @param channel what the header {@value YoutubeConstants#CHANNEL} says
     * @throws YoutubeFailure when there is none: the channel is unknown, or its owner must consent again
     */
    String accessToken(String channel);

    /** Google has refused the channel's token although it was not due to end. */
    void refused(String channel);
}
