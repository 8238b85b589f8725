package com.ytempire.hub.camel.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.api.services.youtube.model.Caption;
import com.google.api.services.youtube.model.ChannelListResponse;
import com.google.api.services.youtube.model.PlaylistItemListResponse;
import com.google.api.services.youtube.model.SearchListResponse;
import com.google.api.services.youtube.model.ThumbnailSetResponse;
import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtube.model.VideoListResponse;
import com.google.api.services.youtube.model.VideoSnippet;
import com.google.api.services.youtube.model.VideoStatus;
import com.google.api.services.youtubeAnalytics.v2.model.QueryResponse;
import com.sun.management.ThreadMXBean;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Kind;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.SentRequest;
import com.ytempire.hub.sandbox.YoutubeChannel;
import com.ytempire.hub.sandbox.YoutubeVendor;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every call but the steps of an upload, over real HTTP. */
class YoutubeComponentIT extends AtYoutube {

    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F'};
    private static final String[] SCOPES = {
        "youtube.upload", "youtube", "youtube.readonly", "yt-analytics.readonly", "youtube.force-ssl"
    };

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        start("Calls", SCOPES);
    }

    private static YoutubeFailure failure(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(YoutubeFailure.class);
        return (YoutubeFailure) thrown;
    }

    private Video upload(String title) throws IOException {
        Path file =
                Files.write(folder.resolve("v.mp4"), ("\0\0\0\20ftypisom" + title).getBytes(StandardCharsets.UTF_8));
        Video video = new Video()
                .setSnippet(new VideoSnippet()
                        .setTitle(title)
                        .setDescription("About " + title)
                        .setTags(List.of("marker-" + title))
                        .setCategoryId("22"))
                .setStatus(new VideoStatus().setPrivacyStatus("public"));
        return call("videos/insert?part=snippet,status", video, Video.class, "file", file);
    }

    @Test
    void channelsOfTheAccount() {
        ChannelListResponse mine = call(
                "channels/list?part=id,snippet,contentDetails,statistics&mine=true", null, ChannelListResponse.class);
        assertThat(mine.getItems()).singleElement().satisfies(one -> {
            assertThat(one.getId()).isEqualTo(channel.id());
            assertThat(one.getSnippet().getTitle()).isEqualTo("Calls");
            assertThat(one.getContentDetails().getRelatedPlaylists().getUploads())
                    .isEqualTo(channel.uploads());
            assertThat(one.getStatistics().getVideoCount()).isEqualTo(0);
        });
        channel.state(YoutubeChannel.State.NONE);
        assertThat(call("channels/list?part=id&mine=true", null, ChannelListResponse.class)
                        .getItems())
                .isEmpty();
        assertThat(call("channels/list?part=id", null, ChannelListResponse.class, "id", channel.id())
                        .getItems())
                .hasSize(1);
    }

    @Test
    void videoIsWatchedChangedAndTakenAway() throws Exception {
        Video made = upload("first");
        assertThat(made.getStatus().getUploadStatus()).isEqualTo("uploaded");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> status(made.getId()).getUploadStatus().equals("processed"));
        VideoListResponse seen = call(
                "videos/list?part=snippet,status,processingDetails,statistics,contentDetails,fileDetails",
                null,
                VideoListResponse.class,
                "id",
                List.of(made.getId(), "unknown"));
        assertThat(seen.getItems()).singleElement().satisfies(video -> {
            assertThat(video.getSnippet().getTags()).containsExactly("marker-first");
            assertThat(video.getProcessingDetails().getProcessingStatus()).isEqualTo("succeeded");
            assertThat(video.getFileDetails().getFileSize().longValue()).isEqualTo(17);
        });

        Video changed = seen.getItems().get(0);
        changed.getSnippet().setTitle("second");
        Video update = new Video().setId(made.getId()).setSnippet(changed.getSnippet());
        assertThat(call("videos/update?part=snippet", update, Video.class)
                        .getSnippet()
                        .getTitle())
                .isEqualTo("second");
        assertThat(sandbox.youtube().video(made.getId()).orElseThrow().title()).isEqualTo("second");
        assertThat(sandbox.youtube().video(made.getId()).orElseThrow().privacy())
                .isEqualTo("public");

        assertThat(call("videos/delete", null, Object.class, "id", made.getId()))
                .isNull();
        assertThat(sandbox.youtube().video(made.getId())).isEmpty();
        assertThat(failure(() -> call("videos/delete", null, Object.class, "id", made.getId()))
                        .reason())
                .isEqualTo(Reason.VIDEO_NOT_FOUND);
    }

    private VideoStatus status(String id) {
        return call("videos/list?part=status", null, VideoListResponse.class, "id", id)
                .getItems()
                .get(0)
                .getStatus();
    }

    @Test
    void refusedVideosTellWhy() throws Exception {
        sandbox.youtube().processing(Duration.ZERO);
        sandbox.youtube().next(Mood.REJECTED, channel.id(), 1);
        VideoStatus rejected = status(upload("rejected").getId());
        assertThat(rejected.getUploadStatus()).isEqualTo("rejected");
        assertThat(rejected.getRejectionReason()).isEqualTo("copyright");
        sandbox.youtube().next(Mood.FAILED, channel.id(), 1);
        assertThat(status(upload("failed").getId()).getFailureReason()).isEqualTo("codec");
        sandbox.youtube().next(Mood.STUCK, channel.id(), 1);
        assertThat(status(upload("stuck").getId()).getUploadStatus()).isEqualTo("uploaded");
    }

    @Test
    void thumbnailComesFromBytesStreamsAndFiles() throws Exception {
        String id = upload("picture").getId();
        Path file = Files.write(folder.resolve("t.jpg"), JPEG);
        for (Object body : List.of(JPEG, new ByteArrayInputStream(JPEG), file, file.toFile())) {
            ThumbnailSetResponse set = call("thumbnails/set", body, ThumbnailSetResponse.class, "videoId", id);
            assertThat(set.getItems().get(0).getDefault().getUrl()).contains(id);
            assertThat(sandbox.youtube().video(id).orElseThrow().thumbnail()).isEqualTo(JPEG);
        }
        assertThat(catchThrowable(() -> call("thumbnails/set", folder.resolve("none"), Object.class, "videoId", id)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(failure(() -> call("thumbnails/set", "no picture".getBytes(), Object.class, "videoId", id))
                        .reason())
                .isEqualTo(Reason.INVALID_IMAGE);
        sandbox.youtube().next(Mood.THUMBNAIL_FORBIDDEN, channel.id(), 1);
        assertThat(failure(() -> call("thumbnails/set", JPEG, Object.class, "videoId", id))
                        .kind())
                .isEqualTo(Kind.FORBIDDEN);
        sandbox.youtube().next(Mood.THUMBNAIL_RATE_LIMITED, channel.id(), 1);
        assertThat(failure(() -> call("thumbnails/set", JPEG, Object.class, "videoId", id))
                        .reason())
                .isEqualTo(Reason.UPLOAD_RATE_LIMIT_EXCEEDED);
    }

    @Test
    void uploadsAreListedPageByPageAndFound() throws Exception {
        List<String> ids = List.of(
                upload("one").getId(), upload("two").getId(), upload("three").getId());
        PlaylistItemListResponse first = call(
                "playlistItems/list?part=contentDetails,snippet&maxResults=2",
                null,
                PlaylistItemListResponse.class,
                "playlistId",
                channel.uploads());
        assertThat(first.getItems())
                .extracting(item -> item.getContentDetails().getVideoId())
                .containsExactly(ids.get(2), ids.get(1));
        PlaylistItemListResponse second = call(
                "playlistItems/list?part=contentDetails&maxResults=2",
                null,
                PlaylistItemListResponse.class,
                "playlistId",
                channel.uploads(),
                "pageToken",
                first.getNextPageToken());
        assertThat(second.getItems())
                .extracting(item -> item.getContentDetails().getVideoId())
                .containsExactly(ids.get(0));
        assertThat(second.getNextPageToken()).isNull();

        SearchListResponse found = call(
                "search/list?part=snippet&forMine=true&type=video&maxResults=50",
                null,
                SearchListResponse.class,
                "q",
                "marker-two");
        assertThat(found.getItems())
                .extracting(item -> item.getId().getVideoId())
                .containsExactly(ids.get(1));
        assertThat(sandbox.youtube().used("1234567890", "search")).isPositive();
    }

    @Test
    void captionsGoWithTheirMetadata() throws Exception {
        String id = upload("spoken").getId();
        Path file = Files.writeString(folder.resolve("c.vtt"), "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n");
        Object caption = Map.of("snippet", Map.of("videoId", id, "language", "en", "name", ""));
        assertThat(call("captions/insert?part=snippet", caption, Caption.class, "file", file)
                        .getSnippet()
                        .getStatus())
                .isEqualTo("serving");
        assertThat(sandbox.youtube().video(id).orElseThrow().captions()).isEqualTo(1);
    }

    @Test
    void reportsTellWhatTheVideosHave() throws Exception {
        String id = upload("watched").getId();
        sandbox.youtube().video(id).orElseThrow().statistics(10, 4, 2, 30);
        QueryResponse report = call(
                "reports/query?ids=channel==MINE&dimensions=video&startDate=2026-01-01&endDate=2027-01-01"
                        + "&metrics=views,likes,comments,estimatedMinutesWatched",
                null,
                QueryResponse.class,
                "filters",
                "video==" + id);
        assertThat(report.getRows()).hasSize(1);
        assertThat(report.getRows().get(0)).hasToString("[" + id + ", 10, 4, 2, 30]");
    }

    @ParameterizedTest
    @CsvSource({
        "QUOTA_EXCEEDED, QUOTA_SPENT, QUOTA_EXCEEDED",
        "DAILY_LIMIT, QUOTA_SPENT, DAILY_LIMIT_EXCEEDED",
        "RATE_LIMITED, RATE_LIMITED, RATE_LIMIT_EXCEEDED",
        "UNAUTHORIZED, AUTHENTICATION, AUTH_ERROR",
        "FORBIDDEN, FORBIDDEN, FORBIDDEN",
        "BACKEND_ERROR, UNAVAILABLE, BACKEND_ERROR",
        "UNAVAILABLE, UNAVAILABLE, BACKEND_ERROR",
        "HTML, UNAVAILABLE, BACKEND_ERROR"
    })
    void failureIsToldByItsReasonAfterOneRequest(Mood mood, Kind kind, Reason reason) {
        long before = sandbox.sent().count("youtube_api");
        sandbox.youtube().next(mood, channel.id(), 1);
        YoutubeFailure failure = failure(() -> call("channels/list?part=id&mine=true", null, Object.class));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.retryAfter())
                .isEqualTo(mood == Mood.UNAVAILABLE ? Optional.of(Duration.ofSeconds(1)) : Optional.empty());
        assertThat(refused).isEqualTo(mood == Mood.UNAUTHORIZED ? 1 : 0);
        assertThat(sandbox.sent().count("youtube_api")).isEqualTo(before + 1);
        assertThat(failure.toString()).doesNotContain(token);
    }

    @Test
    void scopeNobodyAgreedToIsAMatterOfTheConsent() {
        token = sandbox.youtube()
                .grant(channel.id(), YoutubeVendor.CLIENT_ID, "youtube.readonly")
                .access();
        assertThat(failure(() -> upload("nobody")).reason()).isEqualTo(Reason.INSUFFICIENT_PERMISSIONS);
    }

    @Test
    void cutConnectionsAndSilenceAreNotRepeated() {
        long before = sandbox.sent().count("youtube_api");
        sandbox.faults().fail("youtube_api", Fault.cut(), 1);
        assertThat(failure(() -> call("channels/list?part=id&mine=true", null, Object.class))
                        .reason())
                .isEqualTo(Reason.NO_ANSWER);
        sandbox.faults().fail("youtube_api", Fault.slow(Duration.ofSeconds(1)), 1);
        assertThat(another(component.getRootUrl(), Duration.ofMillis(100))).contains(Reason.NO_ANSWER);
        await().atMost(Duration.ofSeconds(5)).until(() -> sandbox.sent().count("youtube_api") == before + 2);
    }

    @Test
    void nobodyThereIsNoAnswer() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(another("http://127.0.0.1:" + port, Duration.ofSeconds(5))).contains(Reason.NO_ANSWER);
    }

    /** How the same call fails elsewhere. */
    private Optional<Reason> another(String root, Duration readTimeout) {
        YoutubeComponent lonely = new YoutubeComponent();
        lonely.setRootUrl(root);
        lonely.setReadTimeout(readTimeout);
        lonely.setAccess(component.getAccess());
        CamelContext other = new DefaultCamelContext();
        other.addComponent("google-youtube", lonely);
        other.start();
        try {
            Throwable thrown = catchThrowable(() -> other.createFluentProducerTemplate()
                    .to("google-youtube:channels/list?part=id&mine=true")
                    .withHeader(YoutubeConstants.CHANNEL, "c")
                    .request());
            return YoutubeFailure.of(thrown).map(YoutubeFailure::reason);
        } finally {
            other.stop();
        }
    }

    @Test
    void tokenIsAskedForEachTime() {
        call("channels/list?part=id&mine=true", null, Object.class);
        sandbox.youtube().expire(channel.id());
        assertThat(failure(() -> call("channels/list?part=id&mine=true", null, Object.class))
                        .kind())
                .isEqualTo(Kind.AUTHENTICATION);
        token = sandbox.youtube()
                .grant(channel.id(), YoutubeVendor.CLIENT_ID, SCOPES)
                .access();
        assertThat(call("channels/list?part=id&mine=true", null, Object.class)).isNotNull();
    }

    @Test
    void sentAsYoutubeWantsIt() throws Exception {
        upload("form");
        List<SentRequest> sent = sandbox.sent().to("youtube_api");
        SentRequest start = sent.get(sent.size() - 2);
        assertThat(start.query()).contains("uploadType=resumable").contains("part=snippet&part=status");
        assertThat(start.headers())
                .containsEntry("x-upload-content-type", "video/mp4")
                .containsEntry("x-upload-content-length", "16")
                .containsEntry("content-type", "application/json; charset=UTF-8");
        assertThat(sent.get(sent.size() - 1).headers())
                .containsEntry("content-range", "bytes 0-15/16")
                .containsEntry("content-length", "16");
    }

    /** What a chunk of 50 MiB costs in memory: buffers, not the chunk. */
    @Test
    void chunkIsNeverHeldAsAWhole() throws Exception {
        long bytes = YoutubeComponent.CHUNK_SIZE + 1L;
        Path file = folder.resolve("long.mp4");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write("\0\0\0\20ftypisom".getBytes(StandardCharsets.US_ASCII));
            sparse.setLength(bytes);
        }
        Object metadata = Map.of("snippet", Map.of("title", "long"), "status", Map.of());
        YoutubeSession session =
                call("upload/start?part=snippet,status", metadata, YoutubeSession.class, "bytes", bytes);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        YoutubeProgress progress =
                call("upload/chunk", null, YoutubeProgress.class, "session", session, "file", file, "offset", 0L);
        long used = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(progress.confirmed()).isEqualTo(YoutubeComponent.CHUNK_SIZE);
        assertThat(used).isLessThan(5_000_000);
    }
}
