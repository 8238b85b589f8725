package com.ytempire.hub.youtube;

/** Why an upload cannot go on just now, or at all, without YouTube having said so. */
class UploadStopped extends RuntimeException {

    /** What becomes of it. */
    enum What {
        /** It never will: the file is gone or another one, or the hub asked for nonsense. */
        FAILED,
        /** Something of ours is away: it is tried again later. */
        AGAIN,
        /** No quota is left for this: it is tried again after the next reset. */
        AT_RESET,
        /** The video stands without this. */
        REFUSED,
        /** What was reserved for it is gone: it asks for a channel again. */
        CHOOSE
    }

    private final What what;
    private final String code;

    UploadStopped(What what, String code, String reason) {
        super(reason, null, false, false);
        this.what = what;
        this.code = code;
    }

    What what() {
        return what;
    }

    String code() {
        return code;
    }
}
