package com.ytempire.hub.content;

import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;

/** A request on its way: its hash, and whether this one makes the picture or waits for another that does. */
final class ThumbnailOrder {

    private final ThumbnailRequest request;
    private final String hash;
    private final UUID holder = UUID.randomUUID();
    private boolean tooLate;

    ThumbnailOrder(ThumbnailRequest request) {
        this.request = request;
        this.hash = hash(request);
    }

    ThumbnailRequest request() {
        return request;
    }

    /** Of all that was asked, its owner included. */
    String hash() {
        return hash;
    }

    /** By which its claim is told from others of the same request. */
    UUID holder() {
        return holder;
    }

    /** Another one is still making the same picture, and the time is over. */
    void gaveUpWaiting() {
        tooLate = true;
    }

    boolean hasGivenUpWaiting() {
        return tooLate;
    }

    private static String hash(ThumbnailRequest request) {
        String all = String.join(
                "\u0000",
                String.valueOf(request.owner()),
                request.title(),
                String.valueOf(request.prompt()),
                String.valueOf(request.style()));
        return DigestUtils.sha256Hex(all);
    }
}
