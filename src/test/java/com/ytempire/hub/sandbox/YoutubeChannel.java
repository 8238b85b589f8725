package com.ytempire.hub.sandbox;

import java.time.Instant;

/** A channel at the sandbox's YouTube, and the Google account it belongs to. */
public final class YoutubeChannel {

    /** What YouTube did to the account. */
    public enum State {
        OK,
        SUSPENDED,
        CLOSED,
        /** A Google account that has no channel. */
        NONE
    }

    private static final int UPLOADS = 100;

    private final String id;
    private final String title;
    private final Instant since;
    private volatile State state = State.OK;
    private volatile int uploadLimit = UPLOADS;

    YoutubeChannel(String id, String title, Instant since) {
        this.id = id;
        this.title = title;
        this.since = since;
    }

    /** Like UC and 22 characters more. */
    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    /** The playlist of all its videos. */
    public String uploads() {
        return "UU" + id.substring(2);
    }

    Instant since() {
        return since;
    }

    State state() {
        return state;
    }

    /** What becomes of the account. */
    public void state(State to) {
        state = to;
    }

    int uploadLimit() {
        return uploadLimit;
    }

    /** How many videos it takes in 24 hours. */
    public void uploadLimit(int videos) {
        uploadLimit = videos;
    }

    /** @throws YoutubeError when the account is no more */
    void check() {
        switch (state) {
            case SUSPENDED ->
                throw YoutubeError.of(
                        403,
                        "youtube.common",
                        "authenticatedUserAccountSuspended",
                        "The YouTube account of the authenticated user is suspended.");
            case CLOSED ->
                throw YoutubeError.of(
                        403,
                        "youtube.common",
                        "authenticatedUserAccountClosed",
                        "The YouTube account of the authenticated user is closed.");
            default -> {
                // may act
            }
        }
    }
}
