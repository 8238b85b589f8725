package com.ytempire.hub.youtube;

import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Tells whoever wants to know. They are looked up late, for they use uploads themselves. */
@Component
class UploadTold {

    private static final String WATCH = "https://www.youtube.com/watch?v=";

    private final ObjectProvider<UploadListener> listeners;

    UploadTold(ObjectProvider<UploadListener> listeners) {
        this.listeners = listeners;
    }

    static String url(String youtubeId) {
        return youtubeId == null ? null : WATCH + youtubeId;
    }

    void queued(UUID video, long place) {
        each(listener -> listener.queued(video, place));
    }

    void uploading(UUID video, UUID channel, int percent) {
        each(listener -> listener.uploading(video, channel, percent));
    }

    void published(UUID video, String youtubeId) {
        each(listener -> listener.published(video, youtubeId, url(youtubeId)));
    }

    void failed(UUID video, String code, String reason) {
        each(listener -> listener.failed(video, code, reason));
    }

    void cancelled(UUID video) {
        each(listener -> listener.cancelled(video));
    }

    boolean mayBeRetried(UUID video) {
        return listeners.orderedStream().allMatch(listener -> listener.mayBeRetried(video));
    }

    private void each(Consumer<UploadListener> call) {
        listeners.orderedStream().forEach(call);
    }
}
