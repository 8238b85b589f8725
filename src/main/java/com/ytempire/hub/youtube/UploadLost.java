package com.ytempire.hub.youtube;

/** This thread's claim on the upload has gone to another, who goes on with it. */
class UploadLost extends RuntimeException {
    UploadLost(UploadRun run) {
        super("lost the claim on " + run, null, false, false);
    }
}
