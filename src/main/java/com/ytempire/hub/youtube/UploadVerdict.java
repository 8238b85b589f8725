package com.ytempire.hub.youtube;

import com.ytempire.hub.camel.youtube.YoutubeFailure;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Kind;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import com.ytempire.hub.youtube.UploadRun.Step;
import java.util.Set;

/**
 * What follows from a failure at YouTube, by what was being done and by whether the video may already be there.
 *
 * @param code for programs, and for people in short
 */
record UploadVerdict(What what, String code) {

    /** What is done. */
    enum What {
        /** The same again after a pause. */
        AGAIN,
        /** The same again without a pause: the token is renewed meanwhile. */
        AT_ONCE,
        /** The same again after the next reset of quotas. */
        AT_RESET,
        /** From the start, with another channel. */
        LEAVE,
        /** The session is gone: see whether its video is there. */
        LOOK,
        /** There is nothing to be looked through. */
        NOTHING,
        /** The channel cannot be asked whether the video is there: nobody else may upload it. */
        UNKNOWN,
        /** The video stands without this, also without being watched. */
        REFUSED,
        /** It will not work. */
        FAILED
    }

    /** They concern the hub's own client, and so every channel. */
    private static final Set<Reason> OURS =
            Set.of(Reason.INVALID_CLIENT, Reason.UNAUTHORIZED_CLIENT, Reason.ACCESS_NOT_CONFIGURED);

    private static final String REVOKED = "channel_revoked";

    /** A video just uploaded may not be found everywhere at once. */
    private static final int NOT_FOUND_TRIES = 3;

    /**
     * @param mayBeThere the last byte was sent, and nobody said that it was refused
     * @param failures in a row before this one
     * @param before the code of the one before; null when there was none
     */
    static UploadVerdict of(Step step, YoutubeFailure failure, boolean mayBeThere, int failures, String before) {
        boolean again = REVOKED.equals(before);
        return new UploadVerdict(what(step, failure, mayBeThere, failures, again), code(failure));
    }

    private static What what(Step step, YoutubeFailure failure, boolean mayBeThere, int failures, boolean again) {
        return switch (failure.kind()) {
            case UNAVAILABLE, RATE_LIMITED -> What.AGAIN;
            case SESSION_GONE -> What.LOOK;
            case QUOTA_SPENT -> quotaSpent(step, mayBeThere);
            case UPLOAD_LIMIT -> step.isSending() ? leave(mayBeThere) : What.AGAIN;
            case AUTHENTICATION -> authentication(step, failure.reason(), mayBeThere, again);
            case ACCOUNT_GONE -> step.isSending() ? leave(mayBeThere) : afterwards(step);
            case FORBIDDEN, BAD_REQUEST ->
                !step.isSending() ? What.REFUSED : mayBeThere && step != Step.CHUNK ? What.UNKNOWN : What.FAILED;
            case NOT_FOUND -> notFound(step, failures);
        };
    }

    private static What quotaSpent(Step step, boolean mayBeThere) {
        if (step == Step.CAPTIONS) {
            return What.REFUSED;
        }
        return step.isSending() && step != Step.FIND && !mayBeThere ? What.LEAVE : What.AT_RESET;
    }

    private static What authentication(Step step, Reason reason, boolean mayBeThere, boolean again) {
        if (OURS.contains(reason)) {
            return What.AGAIN;
        }
        if (reason == Reason.INSUFFICIENT_PERMISSIONS && !step.isSending()) {
            return What.REFUSED; // the consent does not cover it, and covers the video
        }
        if (reason == Reason.AUTH_ERROR && !again) {
            return What.AT_ONCE;
        }
        return step.isSending() ? leave(mayBeThere) : What.AGAIN;
    }

    private static What leave(boolean mayBeThere) {
        return mayBeThere ? What.UNKNOWN : What.LEAVE;
    }

    private static What afterwards(Step step) {
        return step.isExtra() ? What.REFUSED : What.FAILED;
    }

    private static What notFound(Step step, int failures) {
        if (step.isExtra()) {
            return failures < NOT_FOUND_TRIES ? What.AGAIN : What.REFUSED;
        }
        return switch (step) {
            case WATCH -> What.AGAIN;
            case FIND -> What.NOTHING;
            default -> What.FAILED;
        };
    }

    /** Whether the request that failed was certainly not carried out. */
    static boolean isCertain(YoutubeFailure failure) {
        return failure.kind() != Kind.UNAVAILABLE && failure.kind() != Kind.SESSION_GONE;
    }

    private static String authenticationCode(Reason reason) {
        if (reason == Reason.INSUFFICIENT_PERMISSIONS) {
            return "scope_missing";
        }
        return OURS.contains(reason) ? "not_configured" : REVOKED;
    }

    private static String code(YoutubeFailure failure) {
        return switch (failure.kind()) {
            case UNAVAILABLE, RATE_LIMITED -> "youtube_unavailable";
            case QUOTA_SPENT -> "quota_spent";
            case UPLOAD_LIMIT -> "upload_limit";
            case AUTHENTICATION -> authenticationCode(failure.reason());
            case ACCOUNT_GONE -> "account_gone";
            case FORBIDDEN -> "forbidden";
            case BAD_REQUEST -> "bad_request";
            case NOT_FOUND -> "not_found";
            case SESSION_GONE -> "session_gone";
        };
    }
}
