package com.ytempire.hub.videos;

/** The folder of the videos cannot take or give a file. It says nothing against the video, which is tried again. */
class StorageFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    /** @param code {@code disk_full}, {@code storage_unavailable} or {@code storage_failed} */
    StorageFailed(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    String code() {
        return code;
    }
}
