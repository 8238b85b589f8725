package com.ytempire.hub.camel.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtube.model.VideoSnippet;
import com.google.api.services.youtube.model.VideoStatus;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Kind;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.YoutubeChannel;
import com.ytempire.hub.sandbox.YoutubeVendor;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of a resumable upload over real HTTP, and all that goes wrong in them. */
class YoutubeUploadIT extends AtYoutube {

    private static final int GRAIN = 256 * 1024;
    private static final int CHUNK = 2 * GRAIN;
    private static final long BYTES = 3L * CHUNK + 777;

    private static final Mood[] MISHAPS = {
        Mood.CONFIRM_NOTHING, Mood.CONFIRM_LESS, Mood.CHUNK_LOST, Mood.CHUNK_FAILED, Mood.CHUNK_REFUSED, Mood.FINAL_LOST
    };

    @TempDir
    private static Path folder;

    private static Path file;

    @BeforeAll
    static void writeFile() throws IOException {
        file = folder.resolve("video.mp4");
        byte[] bytes = new byte[(int) BYTES];
        new Random(7).nextBytes(bytes);
        System.arraycopy("\0\0\0\20ftypisom".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 12);
        Files.write(file, bytes);
    }

    @BeforeEach
    void start() {
        component.setChunkSize(CHUNK);
        component.setReadTimeout(Duration.ofSeconds(5));
        start("Uploads", "youtube.upload", "youtube");
    }

    private static Video metadata() {
        return new Video()
                .setSnippet(new VideoSnippet().setTitle("A title \uD83D\uDE00").setCategoryId("22"))
                .setStatus(new VideoStatus()
                        .setPrivacyStatus("public")
                        .setSelfDeclaredMadeForKids(false)
                        .setContainsSyntheticMedia(true));
    }

    private YoutubeSession begin() {
        return call("upload/start?part=snippet,status", metadata(), YoutubeSession.class, "bytes", BYTES);
    }

    private YoutubeProgress chunk(YoutubeSession session, long offset) {
        return call("upload/chunk", null, YoutubeProgress.class, "session", session, "file", file, "offset", offset);
    }

    private YoutubeProgress status(YoutubeSession session) {
        return call("upload/status", null, YoutubeProgress.class, "session", session, "bytes", BYTES);
    }

    /** What a caller does: on from what is confirmed, after a question when the last answer left it open. */
    private YoutubeProgress upload(YoutubeSession session) {
        YoutubeProgress progress = new YoutubeProgress(0, null);
        for (int tries = 0; !progress.finished() && tries < 30; tries++) {
            try {
                progress = chunk(session, progress.confirmed());
            } catch (YoutubeFailure e) {
                assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                progress = status(session);
            }
        }
        return progress;
    }

    private void assertOneWholeVideo(YoutubeProgress progress) throws Exception {
        assertThat(sandbox.youtube().videos(channel.id())).singleElement().satisfies(video -> {
            assertThat(video.id()).isEqualTo(progress.videoId());
            assertThat(video.bytes()).isEqualTo(BYTES);
            assertThat(video.sha256())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
            assertThat(video.title()).isEqualTo("A title \uD83D\uDE00");
            assertThat(video.disclosesAi()).isTrue();
        });
        assertThat(progress.confirmed()).isEqualTo(BYTES);
    }

    @Test
    void chunkAfterChunkBecomesTheVideo() throws Exception {
        YoutubeSession session = begin();
        assertThat(status(session)).isEqualTo(new YoutubeProgress(0, null));
        YoutubeProgress first = chunk(session, 0);
        assertThat(first).isEqualTo(new YoutubeProgress(CHUNK, null));
        assertThat(status(session)).isEqualTo(first);
        assertThat(chunk(session, CHUNK).confirmed()).isEqualTo(2L * CHUNK);
        assertThat(chunk(session, 2L * CHUNK).finished()).isFalse();
        YoutubeProgress last = chunk(session, 3L * CHUNK);
        assertOneWholeVideo(last);
        assertThat(status(session).videoId()).isEqualTo(last.videoId());
        assertThat(sandbox.youtube().used("1234567890", "uploads")).isPositive();
    }

    @Test
    void goesOnFromWhatIsConfirmedAndAfterFailuresInTheMiddle() throws Exception {
        for (Mood mood : MISHAPS) {
            sandbox.youtube().next(mood, channel.id(), 1);
        }
        assertOneWholeVideo(upload(begin()));
    }

    /** Whatever goes wrong in whatever order, the same loop ends with one whole video. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void endsWithOneWholeVideoWhateverHappens(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            sandbox.youtube().next(MISHAPS[random.nextInt(MISHAPS.length)], channel.id(), 1);
        }
        assertOneWholeVideo(upload(begin()));
    }

    @Test
    void sessionOfAnotherChannelIsNotToBeHad() {
        YoutubeChannel other = sandbox.youtube().newChannel("Other");
        String own = token;
        YoutubeSession session = begin();
        token = sandbox.youtube()
                .grant(other.id(), YoutubeVendor.CLIENT_ID, "youtube.upload")
                .access();
        assertThat(failure(() -> chunk(session, 0)).kind()).isEqualTo(Kind.SESSION_GONE);
        token = own;
        assertThat(chunk(session, 0).confirmed()).isEqualTo(CHUNK);
    }

    @Test
    void lostFinalAnswerIsFoundByAsking() throws Exception {
        sandbox.youtube().next(Mood.FINAL_LOST, channel.id(), 1);
        assertOneWholeVideo(upload(begin()));
    }

    @Test
    void sessionThatIsGoneIsTold() {
        YoutubeSession session = begin();
        sandbox.youtube().next(Mood.SESSION_GONE, channel.id(), 1);
        YoutubeFailure gone = failure(() -> chunk(session, 0));
        assertThat(gone.kind()).isEqualTo(Kind.SESSION_GONE);
        assertThat(gone).hasMessage("youtube upload/chunk failed: 404 sessionGone");
        assertThat(failure(() -> status(session)).kind()).isEqualTo(Kind.SESSION_GONE);
    }

    @Test
    void sessionEndsAfterAWeekOrWhenItIsCancelled() {
        YoutubeSession cancelled = begin();
        call("upload/cancel", null, Object.class, "session", cancelled);
        call("upload/cancel", null, Object.class, "session", cancelled);
        assertThat(failure(() -> chunk(cancelled, 0)).kind()).isEqualTo(Kind.SESSION_GONE);
        YoutubeSession old = begin();
        sandbox.clock().advance(Duration.ofDays(8));
        token = sandbox.youtube()
                .grant(channel.id(), YoutubeVendor.CLIENT_ID, "youtube.upload")
                .access();
        assertThat(failure(() -> chunk(old, 0)).kind()).isEqualTo(Kind.SESSION_GONE);
    }

    @Test
    void anotherTokenGoesOnWithTheSameSession() throws Exception {
        YoutubeSession session = begin();
        chunk(session, 0);
        sandbox.youtube().expire(channel.id());
        assertThat(failure(() -> chunk(session, CHUNK)).reason()).isEqualTo(Reason.AUTH_ERROR);
        assertThat(refused).isEqualTo(1);
        token = sandbox.youtube()
                .grant(channel.id(), YoutubeVendor.CLIENT_ID, "youtube.upload")
                .access();
        YoutubeProgress progress = status(session);
        while (!progress.finished()) {
            progress = chunk(session, progress.confirmed());
        }
        assertOneWholeVideo(progress);
    }

    @Test
    void revokedInTheMiddle() {
        YoutubeSession session = begin();
        sandbox.youtube().next(Mood.REVOKED_MIDWAY, channel.id(), 1);
        YoutubeFailure failure = failure(() -> chunk(session, 0));
        assertThat(failure.kind()).isEqualTo(Kind.AUTHENTICATION);
        assertThat(failure.status()).isEqualTo(401);
    }

    @Test
    void startIsRefusedForItsReason() {
        channel.uploadLimit(0);
        assertThat(failure(this::begin).kind()).isEqualTo(Kind.UPLOAD_LIMIT);
        channel.uploadLimit(9);
        sandbox.youtube().limit("1234567890", "uploads", 0);
        assertThat(failure(this::begin)).satisfies(spent -> {
            assertThat(spent.kind()).isEqualTo(Kind.QUOTA_SPENT);
            assertThat(spent.reason()).isEqualTo(Reason.QUOTA_EXCEEDED);
            assertThat(spent.status()).isEqualTo(403);
        });
        sandbox.youtube().recover();
        channel.state(YoutubeChannel.State.SUSPENDED);
        assertThat(failure(this::begin).reason()).isEqualTo(Reason.ACCOUNT_SUSPENDED);
        channel.state(YoutubeChannel.State.NONE);
        assertThat(failure(this::begin).kind()).isEqualTo(Kind.ACCOUNT_GONE);
    }

    @Test
    void metadataIsTakenAsMapAndJsonToo() {
        Object map = Map.of("snippet", Map.of("title", "x".repeat(101)), "status", Map.of("privacyStatus", "private"));
        assertThat(failure(() -> call("upload/start?part=snippet,status", map, Object.class, "bytes", 5L))
                        .reason())
                .isEqualTo(Reason.INVALID_TITLE);
        String json = "{\"snippet\":{\"title\":\"t\"},\"status\":{\"publishAt\":\"2030-01-01T00:00:00Z\"}}";
        assertThat(failure(() -> call("upload/start?part=snippet,status", json, Object.class, "bytes", 5L))
                        .reason())
                .isEqualTo(Reason.INVALID_PUBLISH_AT);
    }

    @Test
    void nothingIsRepeatedAndNothingSecretIsToldWhenNoAnswerComes() {
        YoutubeSession session = begin();
        long before = sandbox.sent().count("youtube_api");
        sandbox.faults().fail("youtube_api", Fault.cut(), 1);
        YoutubeFailure failure = failure(() -> chunk(session, 0));
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.status()).isZero();
        assertThat(sandbox.sent().count("youtube_api")).isEqualTo(before + 1);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain("upload_id", token);
        }
        assertThat(session.toString()).doesNotContain("http");
    }

    @Test
    void wrongArgumentsAreRefusedBeforeAnythingIsSent() {
        YoutubeSession session = begin();
        long before = sandbox.sent().count("youtube_api");
        assertThat(catchThrowable(() -> chunk(session, BYTES))).isInstanceOf(IllegalArgumentException.class);
        assertThat(catchThrowable(() -> call(
                        "upload/chunk",
                        null,
                        Object.class,
                        "session",
                        session,
                        "file",
                        file,
                        "offset",
                        0L,
                        "length",
                        GRAIN + 1L)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(catchThrowable(() -> call(
                        "upload/chunk",
                        null,
                        Object.class,
                        "session",
                        session,
                        "file",
                        folder.resolve("none"),
                        "offset",
                        0L)))
                .isInstanceOf(IllegalArgumentException.class);
        // a bearer goes to YouTube only
        assertThat(catchThrowable(() ->
                        call("upload/status", null, Object.class, "session", "http://127.0.0.1:1/upload", "bytes", 5L)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(sandbox.sent().count("youtube_api")).isEqualTo(before);
    }

    @Test
    void wholeUploadInOneCall() throws Exception {
        Video video = call("videos/insert?part=snippet,status", metadata(), Video.class, "file", file.toString());
        assertOneWholeVideo(new YoutubeProgress(BYTES, video));
    }

    private static YoutubeFailure failure(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(YoutubeFailure.class);
        return (YoutubeFailure) thrown;
    }
}
