package com.ytempire.hub.camel.youtube;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * A call to YouTube, or to Google's OAuth, that did not succeed.
 *
 * <p>Its message names the call, the status and Google's reason; no token, code, address or text of the answer. Source
 * of the reasons: developers.google.com/youtube/v3/docs/errors and RFC 6749.
 */
public class YoutubeFailure extends RuntimeException {

    /** The kinds callers treat differently. */
    public enum Kind {
        /** A quota of the project is spent until the next reset. */
        QUOTA_SPENT,
        /** The channel takes no more videos for 24 hours. */
        UPLOAD_LIMIT,
        /** Too fast: the same call may succeed in a moment. */
        RATE_LIMITED,
        /** The token or the client is refused: nothing succeeds until it is renewed or an operator acts. */
        AUTHENTICATION,
        /** The account is suspended, closed or has no channel. */
        ACCOUNT_GONE,
        /** This account may not do this. */
        FORBIDDEN,
        /** What was asked cannot be done; asking again does not help. */
        BAD_REQUEST,
        /** The object of the call does not exist. */
        NOT_FOUND,
        /** No answer, or an error at Google's: the same call may succeed later; what it did is open. */
        UNAVAILABLE,
        /** The resumable upload has ended or expired: its bytes are lost. */
        SESSION_GONE
    }

    /** Google's reasons. */
    public enum Reason {
        QUOTA_EXCEEDED("quotaExceeded", Kind.QUOTA_SPENT),
        DAILY_LIMIT_EXCEEDED("dailyLimitExceeded", Kind.QUOTA_SPENT),
        RATE_LIMIT_EXCEEDED("rateLimitExceeded", Kind.RATE_LIMITED),
        USER_RATE_LIMIT_EXCEEDED("userRateLimitExceeded", Kind.RATE_LIMITED),
        UPLOAD_RATE_LIMIT_EXCEEDED("uploadRateLimitExceeded", Kind.RATE_LIMITED),
        UPLOAD_LIMIT_EXCEEDED("uploadLimitExceeded", Kind.UPLOAD_LIMIT),
        AUTH_ERROR("authError", Kind.AUTHENTICATION),
        AUTHORIZATION_REQUIRED("authorizationRequired", Kind.AUTHENTICATION),
        LOGIN_REQUIRED("required", Kind.AUTHENTICATION),
        INSUFFICIENT_PERMISSIONS("insufficientPermissions", Kind.AUTHENTICATION),
        ACCESS_NOT_CONFIGURED("accessNotConfigured", Kind.AUTHENTICATION),
        /** The refresh token or the code: a person must consent again. */
        INVALID_GRANT("invalid_grant", Kind.AUTHENTICATION),
        INVALID_CLIENT("invalid_client", Kind.AUTHENTICATION),
        UNAUTHORIZED_CLIENT("unauthorized_client", Kind.AUTHENTICATION),
        /** Nothing was sent: the channel has no usable token. */
        NO_TOKEN("noToken", Kind.AUTHENTICATION),
        SIGNUP_REQUIRED("youtubeSignupRequired", Kind.ACCOUNT_GONE),
        ACCOUNT_SUSPENDED("authenticatedUserAccountSuspended", Kind.ACCOUNT_GONE),
        ACCOUNT_CLOSED("authenticatedUserAccountClosed", Kind.ACCOUNT_GONE),
        CHANNEL_SUSPENDED("channelSuspended", Kind.ACCOUNT_GONE),
        CHANNEL_CLOSED("channelClosed", Kind.ACCOUNT_GONE),
        FORBIDDEN("forbidden", Kind.FORBIDDEN),
        CHANNEL_FORBIDDEN("channelForbidden", Kind.FORBIDDEN),
        THUMBNAIL_FORBIDDEN("thumbnailForbidden", Kind.FORBIDDEN),
        INVALID_TITLE("invalidTitle", Kind.BAD_REQUEST),
        INVALID_DESCRIPTION("invalidDescription", Kind.BAD_REQUEST),
        INVALID_TAGS("invalidTags", Kind.BAD_REQUEST),
        INVALID_CATEGORY("invalidCategoryId", Kind.BAD_REQUEST),
        INVALID_PUBLISH_AT("invalidPublishAt", Kind.BAD_REQUEST),
        INVALID_METADATA("invalidVideoMetadata", Kind.BAD_REQUEST),
        INVALID_FILENAME("invalidFilename", Kind.BAD_REQUEST),
        INVALID_IMAGE("invalidImage", Kind.BAD_REQUEST),
        MEDIA_BODY_REQUIRED("mediaBodyRequired", Kind.BAD_REQUEST),
        MISSING_PARAMETER("missingRequiredParameter", Kind.BAD_REQUEST),
        VIDEO_NOT_FOUND("videoNotFound", Kind.NOT_FOUND),
        CHANNEL_NOT_FOUND("channelNotFound", Kind.NOT_FOUND),
        PLAYLIST_NOT_FOUND("playlistNotFound", Kind.NOT_FOUND),
        BACKEND_ERROR("backendError", Kind.UNAVAILABLE),
        INTERNAL_ERROR("internalError", Kind.UNAVAILABLE),
        /** Nothing came back. */
        NO_ANSWER("noAnswer", Kind.UNAVAILABLE),
        /** What came back is not Google's, or not to be understood. */
        UNREADABLE("unreadable", Kind.UNAVAILABLE),
        SESSION_GONE("sessionGone", Kind.SESSION_GONE),
        /** Another one; its kind follows from the status. */
        UNKNOWN("unknown", null);

        private final String text;
        private final Kind kind;

        Reason(String text, Kind kind) {
            this.text = text;
            this.kind = kind;
        }

        static Reason of(String text) {
            return Arrays.stream(values())
                    .filter(reason -> reason.text.equals(text))
                    .findFirst()
                    .orElse(UNKNOWN);
        }

        /** As Google writes it. */
        @Override
        public String toString() {
            return text;
        }
    }

    private final Reason reason;
    private final Kind kind;
    private final int status;
    private final transient Duration retryAfter;

    /** A failure that is no answer of Google's. */
    public YoutubeFailure(String call, Reason reason) {
        this(call, reason, 0, null, null, null);
    }

    YoutubeFailure(String call, Reason reason, Throwable cause) {
        this(call, reason, 0, null, null, cause);
    }

    /**
     * @param text Google's word for a reason unknown here; null for none
     * @param retryAfter null when Google said none
     */
    YoutubeFailure(String call, Reason reason, int status, String text, Duration retryAfter, Throwable cause) {
        super(message(call, reason, status, text, cause), cause);
        this.reason = reason;
        this.kind = reason.kind == null ? kindOf(status) : reason.kind;
        this.status = status;
        this.retryAfter = retryAfter;
    }

    private static String message(String call, Reason reason, int status, String text, Throwable cause) {
        // a word at most: what is longer might repeat what was sent
        String known = reason == Reason.UNKNOWN && text != null && text.matches("\\w{1,60}") ? text : reason.text;
        return call + " failed: " + (status == 0 ? "" : status + " ") + known
                + (cause == null ? "" : " (" + cause.getClass().getSimpleName() + ")");
    }

    private static Kind kindOf(int status) {
        return switch (status) {
            case 401 -> Kind.AUTHENTICATION;
            case 403 -> Kind.FORBIDDEN;
            case 404, 410 -> Kind.NOT_FOUND;
            case 408 -> Kind.UNAVAILABLE;
            case 429 -> Kind.RATE_LIMITED;
            // an answer that is neither success nor error leaves open what happened
            default -> status >= 400 && status < 500 ? Kind.BAD_REQUEST : Kind.UNAVAILABLE;
        };
    }

    /** Finds it in a failure or its causes. */
    public static Optional<YoutubeFailure> of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof YoutubeFailure found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    public Reason reason() {
        return reason;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the same call may succeed later without anybody doing anything: a moment later, not after a reset. */
    public boolean isTemporary() {
        return kind == Kind.UNAVAILABLE || kind == Kind.RATE_LIMITED;
    }

    /** Whether the call may have been carried out although it failed: it was sent, and no answer came. */
    public boolean isAnswerLost() {
        for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException) {
                return false;
            }
        }
        return reason == Reason.NO_ANSWER;
    }

    /** The HTTP status; 0 when there was no answer. */
    public int status() {
        return status;
    }

    /** How long Google asks to be left alone. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
