package com.ytempire.hub.videos;

/** A step has failed, and by whose fault is known. */
class StepFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean passing;

    private StepFailed(String code, String message, boolean passing) {
        super(message);
        this.code = code;
        this.passing = passing;
    }

    /** It may succeed later. */
    static StepFailed passing(String code, String message) {
        return new StepFailed(code, message, true);
    }

    /** It will not, unless somebody changes something. */
    static StepFailed forGood(String code, String message) {
        return new StepFailed(code, message, false);
    }

    String code() {
        return code;
    }

    boolean isPassing() {
        return passing;
    }
}
