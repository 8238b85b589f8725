package com.ytempire.hub.youtube;

import com.ytempire.hub.camel.youtube.YoutubeFailure;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What the answers to calls mean for the channel they were made for, and for its quota. */
@Component("youtubeCalls")
public class YoutubeCalls {

    private final YoutubeChannels channels;
    private final Quota quota;

    YoutubeCalls(YoutubeChannels channels, Quota quota) {
        this.channels = channels;
        this.quota = quota;
    }

    /** It was answered. */
    public void succeeded(UUID channel) {
        channels.succeeded(channel);
    }

    /**
     * It failed. A bucket that is spent, too much of something at once, and what the channel may not do say nothing
     * about the channel's health.
     *
     * @param method as Google names it: {@code videos.insert}
     */
    public void failed(UUID channel, String method, YoutubeFailure failure) {
        String reason = failure.reason().toString();
        switch (failure.kind()) {
            case QUOTA_SPENT -> quota.bucketSpent(channel, method);
            case UPLOAD_LIMIT -> channels.limitReached(channel);
            case ACCOUNT_GONE -> channels.suspended(channel, reason);
            case AUTHENTICATION, UNAVAILABLE -> {
                if (failure.reason() != YoutubeFailure.Reason.INSUFFICIENT_PERMISSIONS
                        && failure.reason() != YoutubeFailure.Reason.ACCESS_NOT_CONFIGURED) {
                    channels.failed(channel, reason);
                }
            }
            default -> {
                // the caller's own matter
            }
        }
    }
}
