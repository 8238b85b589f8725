package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.camel.youtube.YoutubeFailure;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Kind;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import com.ytempire.hub.youtube.UploadRun.Step;
import com.ytempire.hub.youtube.UploadVerdict.What;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from a failure; above all, that nothing is uploaded twice. */
class UploadVerdictTest {

    private static UploadVerdict verdict(Step step, Reason reason, boolean mayBeThere) {
        return UploadVerdict.of(step, new YoutubeFailure("a call", reason), mayBeThere, 0, null);
    }

    @ParameterizedTest
    @CsvSource({
        "START,     QUOTA_EXCEEDED,           LEAVE,    quota_spent",
        "CHUNK,     QUOTA_EXCEEDED,           LEAVE,    quota_spent",
        "FIND,      QUOTA_EXCEEDED,           AT_RESET, quota_spent",
        "THUMBNAIL, QUOTA_EXCEEDED,           AT_RESET, quota_spent",
        "CAPTIONS,  QUOTA_EXCEEDED,           REFUSED,  quota_spent",
        "WATCH,     DAILY_LIMIT_EXCEEDED,     AT_RESET, quota_spent",
        "START,     UPLOAD_LIMIT_EXCEEDED,    LEAVE,    upload_limit",
        "START,     ACCOUNT_SUSPENDED,        LEAVE,    account_gone",
        "THUMBNAIL, ACCOUNT_SUSPENDED,        REFUSED,  account_gone",
        "WATCH,     CHANNEL_CLOSED,           FAILED,   account_gone",
        "START,     INVALID_GRANT,            LEAVE,    channel_revoked",
        "CHUNK,     NO_TOKEN,                 LEAVE,    channel_revoked",
        "CHUNK,     AUTH_ERROR,               AT_ONCE,  channel_revoked",
        "DETAILS,   INVALID_GRANT,            AGAIN,    channel_revoked",
        "START,     INVALID_CLIENT,           AGAIN,    not_configured",
        "START,     INVALID_TITLE,            FAILED,   bad_request",
        "START,     MEDIA_BODY_REQUIRED,      FAILED,   bad_request",
        "START,     FORBIDDEN,                FAILED,   forbidden",
        "THUMBNAIL, FORBIDDEN,                REFUSED,  forbidden",
        "DETAILS,   INVALID_TAGS,             REFUSED,  bad_request",
        "THUMBNAIL, VIDEO_NOT_FOUND,          AGAIN,    not_found",
        "FIND,      PLAYLIST_NOT_FOUND,       NOTHING,  not_found",
        "START,     INSUFFICIENT_PERMISSIONS, LEAVE,    scope_missing",
        "CAPTIONS,  INSUFFICIENT_PERMISSIONS, REFUSED,  scope_missing",
        "WATCH,     INSUFFICIENT_PERMISSIONS, REFUSED,  scope_missing",
        "WATCH,     FORBIDDEN,                REFUSED,  forbidden",
        "STATUS,    SESSION_GONE,             LOOK,     session_gone",
        "CHUNK,     SESSION_GONE,             LOOK,     session_gone",
        "CHUNK,     BACKEND_ERROR,            AGAIN,    youtube_unavailable",
        "WATCH,     NO_ANSWER,                AGAIN,    youtube_unavailable",
        "THUMBNAIL, UPLOAD_RATE_LIMIT_EXCEEDED, AGAIN,  youtube_unavailable",
    })
    void eachFailureHasItsConsequence(Step step, Reason reason, What what, String code) {
        assertThat(verdict(step, reason, false)).isEqualTo(new UploadVerdict(what, code));
    }

    @Test
    void aRefusedTokenIsRenewedOnceAndThenTheChannelIsLeft() {
        YoutubeFailure refused = new YoutubeFailure("a call", Reason.AUTH_ERROR);

        assertThat(UploadVerdict.of(Step.CHUNK, refused, false, 3, "youtube_unavailable")
                        .what())
                .isEqualTo(What.AT_ONCE);
        assertThat(UploadVerdict.of(Step.CHUNK, refused, false, 1, "channel_revoked")
                        .what())
                .isEqualTo(What.LEAVE);
    }

    @Test
    void aVideoThatIsNotFoundForLongHasNoThumbnail() {
        YoutubeFailure missing = new YoutubeFailure("a call", Reason.VIDEO_NOT_FOUND);

        assertThat(UploadVerdict.of(Step.THUMBNAIL, missing, false, 2, null).what())
                .isEqualTo(What.AGAIN);
        assertThat(UploadVerdict.of(Step.THUMBNAIL, missing, false, 3, null).what())
                .isEqualTo(What.REFUSED);
    }

    @Property
    void nobodyElseUploadsWhatMayBeThere(@ForAll Step step, @ForAll Reason reason) {
        Assume.that(reason != Reason.UNKNOWN);

        assertThat(verdict(step, reason, true).what()).isNotEqualTo(What.LEAVE);
    }

    @Property
    void whatIsNotCertainIsNeverTheEnd(@ForAll Step step, @ForAll Reason reason) {
        YoutubeFailure failure = new YoutubeFailure("a call", reason);
        Assume.that(failure.kind() == Kind.UNAVAILABLE || failure.kind() == Kind.RATE_LIMITED);

        assertThat(verdict(step, reason, false).what()).isEqualTo(What.AGAIN);
        assertThat(verdict(step, reason, true).what()).isEqualTo(What.AGAIN);
    }

    @Property
    void anExtraNeverFailsTheVideo(@ForAll Reason reason, @ForAll boolean mayBeThere) {
        for (Step step : Step.values()) {
            if (step.isExtra()) {
                assertThat(verdict(step, reason, mayBeThere).what()).isNotIn(What.FAILED, What.LEAVE, What.UNKNOWN);
            }
        }
    }
}
