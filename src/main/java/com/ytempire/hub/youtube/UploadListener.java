package com.ytempire.hub.youtube;

import java.util.UUID;

/**
 * Is told how an upload goes on, in the transaction in which it does: what it throws rolls that back. It calls nobody
 * outside the database. The same may be told more than once, and an upload that failed may be taken up again.
 */
public interface UploadListener {

    /** Whether a person may have its upload tried again: not when the video was cancelled, or is made anew. */
    default boolean mayBeRetried(UUID video) {
        return true;
    }

    /** It waits. @param place in the queue, from 1 */
    void queued(UUID video, long place);

    /** Bytes are being sent. @param channel by its id in the hub @param percent of the file, 0 to 100 */
    void uploading(UUID video, UUID channel, int percent);

    /** YouTube has processed it: the end. */
    void published(UUID video, String youtubeId, String url);

    /** The end, unless somebody has it tried again. @param code for programs @param reason for people */
    void failed(UUID video, String code, String reason);

    /** The end: it was cancelled before YouTube had the whole file, by whomever. */
    void cancelled(UUID video);
}
