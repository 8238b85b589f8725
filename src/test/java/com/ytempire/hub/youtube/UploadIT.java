package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.platform.ClaimLoop;
import com.ytempire.hub.platform.Leases;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.Vault;
import com.ytempire.hub.sandbox.SentRequest;
import com.ytempire.hub.sandbox.YoutubeChannel;
import com.ytempire.hub.sandbox.YoutubeVendor;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import com.ytempire.hub.sandbox.YoutubeVideo;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** Uploads from the queue to the end, and everything that comes between: one video at YouTube, whatever happens. */
class UploadIT extends HubIT {

    private static final int GRAIN = 256 * 1024;
    private static final AtomicInteger SIZES = new AtomicInteger(1);

    @TempDir
    private static Path folder;

    @Autowired
    private Uploads uploads;

    @Autowired
    private ClaimLoop<UploadRun> loop;

    @Autowired
    private Leases<UploadRun> leases;

    @Autowired
    private UploadClaims claims;

    @Autowired
    private UploadSettings settings;

    @Autowired
    private UploadSending sending;

    @Autowired
    private TestChannels channels;

    @Autowired
    private ToldUploads told;

    @Autowired
    private Quota quota;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private ProducerTemplate routes;

    @Autowired
    private Vault vault;

    @Autowired
    private Clock clock;

    @Autowired
    private ObjectMapper json;

    private final UUID owner = UUID.randomUUID();
    private final String project = TestChannels.project();
    private YoutubeVendor youtube;
    private YoutubeChannel onYoutube;
    private UUID channel;
    private Path file;
    private long bytes;
    private String sha256;

    @BeforeEach
    void oneChannelAndOneFile() throws Exception {
        youtube = SANDBOX.youtube();
        youtube.processing(Duration.ZERO);
        onYoutube = youtube.newChannel("Uploads");
        channel = channels.connected(owner, youtube, onYoutube.id(), project, 50);
        newFile(4);
    }

    @AfterEach
    void asUsual() {
        youtube.recover();
        SANDBOX.faults().clear();
        loop.start();
    }

    /** Its size tells its requests from those of other tests. */
    private void newFile(int grains) throws IOException, GeneralSecurityException {
        byte[] content = new byte[grains * GRAIN - SIZES.getAndIncrement()];
        new Random(content.length).nextBytes(content);
        System.arraycopy("\0\0\0\20ftypisom".getBytes(StandardCharsets.US_ASCII), 0, content, 0, 12);
        file = Files.write(folder.resolve(UUID.randomUUID() + ".mp4"), content);
        bytes = content.length;
        sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private UploadOrder order(UUID video, Path thumbnail) {
        return new UploadOrder(
                video,
                owner,
                null,
                file,
                bytes,
                sha256,
                thumbnail,
                null,
                "Six \"quiet\" towns 🌊 שלום",
                "About them.",
                "Clip by A",
                List.of("sea", "old towns"),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private UUID queue(UploadOrder order) {
        return transactions.execute(status -> uploads.queue(order));
    }

    private UUID queue() {
        UUID video = UUID.randomUUID();
        queue(order(video, null));
        return video;
    }

    private UploadView view(UUID video) {
        return uploads.of(video).orElseThrow();
    }

    private UploadView awaitState(UUID video, String... states) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> List.of(states).contains(view(video).state()));
        return view(video);
    }

    private List<String> history(UUID video) {
        return view(video).events().stream().map(UploadView.Event::kind).toList();
    }

    private YoutubeVideo onlyVideo() {
        List<YoutubeVideo> videos = youtube.videos(onYoutube.id());
        assertThat(videos).hasSize(1);
        return videos.get(0);
    }

    private Stream<SentRequest> parts() {
        return SANDBOX.sent().to("youtube_api").stream()
                .filter(request ->
                        request.headers().getOrDefault("content-range", "").matches("bytes \\d+-\\d+/" + bytes));
    }

    private List<Long> offsets() {
        return parts().map(request ->
                        Long.parseLong(request.headers().get("content-range").replaceAll("bytes (\\d+)-.*", "$1")))
                .toList();
    }

    private void wantPublishedOnce(UUID video) {
        UploadView published = awaitState(video, "published", "failed");
        assertThat(published.state()).as("%s", published).isEqualTo("published");
        YoutubeVideo there = onlyVideo();
        assertThat(published.youtubeId()).isEqualTo(there.id());
        assertThat(there.sha256()).isEqualTo(sha256);
        assertThat(told.of(video)).endsWith("published " + there.id());
        assertThat(openHolds(published.id())).isZero();
    }

    private int openHolds(UUID upload) {
        return jdbc.sql("select count(*) from youtube.quota_hold where upload_id = :upload"
                        + " and state in ('reserved', 'sent')")
                .param("upload", upload)
                .query(Integer.class)
                .single();
    }

    private long used(String method) {
        return jdbc.sql("select count(*) from youtube.quota_hold where channel_id = :channel and method = :method"
                        + " and state = 'settled'")
                .param("channel", channel)
                .param("method", method)
                .query(Long.class)
                .single();
    }

    // ---- all goes well

    @Test
    void aVideoIsUploadedInPartsFinishedAndWatchedUntilItIsProcessed() throws IOException {
        Path picture = Files.write(folder.resolve("picture.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, 1, 2, 3});
        UUID video = UUID.randomUUID();
        queue(order(video, picture));

        wantPublishedOnce(video);

        assertThat(offsets()).containsExactly(0L, (long) GRAIN, 2L * GRAIN, 3L * GRAIN);
        YoutubeVideo there = onlyVideo();
        assertThat(there.title()).isEqualTo("Six \"quiet\" towns 🌊 שלום");
        assertThat(there.description()).isEqualTo("About them.\n\nClip by A");
        assertThat(there.tags()).containsExactly("sea", "old towns"); // the marker has gone
        assertThat(there.privacy()).isEqualTo("public");
        assertThat(there.disclosesAi()).isTrue();
        assertThat(there.thumbnail()).hasSize(5);
        UploadView view = view(video);
        assertThat(view.thumbnail()).isEqualTo("set");
        assertThat(view.percent()).isEqualTo(100);
        assertThat(view.bytesPerSecond()).isPositive();
        assertThat(view.youtubeUrl()).isEqualTo("https://www.youtube.com/watch?v=" + there.id());
        assertThat(history(video))
                .containsExactly("queued", "channel_chosen", "session_started", "uploaded", "published");
        assertThat(told.of(video)).startsWith("queued 1", "uploading 0", "uploading 25", "uploading 50");
        assertThat(used("videos.insert")).isOne();
        assertThat(used("thumbnails.set")).isOne();
        assertThat(used("videos.update")).isOne();
        assertThat(jdbc.sql("select marker from youtube.upload where video_id = :video")
                        .param("video", video)
                        .query(String.class)
                        .single())
                .matches("yte[0-9a-f]{20}");
        assertThat(jdbc.sql("select session_sealed is null from youtube.upload where video_id = :video")
                        .param("video", video)
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void theSameVideoQueuedTwiceAtOnceIsOneUpload() throws Exception {
        UUID video = UUID.randomUUID();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<UUID>> ids = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ids.add(threads.submit(() -> queue(order(video, null))));
            }
            UUID first = ids.get(0).get();
            for (Future<UUID> id : ids) {
                assertThat(id.get()).isEqualTo(first);
            }
        } finally {
            threads.shutdownNow();
        }
        wantPublishedOnce(video);
        assertThat(queue(order(video, null))).isEqualTo(view(video).id());
    }

    @Test
    void aVideoForLaterIsPrivateUntilThen() {
        UUID video = UUID.randomUUID();
        Instant at = clock.instant().plus(Duration.ofDays(30));
        queue(new UploadOrder(
                video, owner, channel, file, bytes, sha256, null, null, "Later", null, null, List.of(), "27", "en",
                "public", at, true, false));

        wantPublishedOnce(video);
        assertThat(onlyVideo().privacy()).isEqualTo("private");
        assertThat(onlyVideo().disclosesAi()).isFalse();
        assertThat(view(video).note()).isNull();
    }

    private UploadOrder withTrack(UUID video) throws IOException {
        Path track = Files.writeString(
                folder.resolve(UUID.randomUUID() + ".srt"), "1\n00:00:00,000 --> 00:00:01,000\nHello\n");
        return new UploadOrder(
                video, owner, null, file, bytes, sha256, null, track, "Words", null, null, List.of(), null, "en", null,
                null, null, null);
    }

    @Test
    void aCaptionTrackIsLeftOutUnlessTheSettingWantsIt() throws IOException {
        UUID video = UUID.randomUUID();
        queue(withTrack(video));

        wantPublishedOnce(video);
        assertThat(view(video).captions()).isEqualTo("none");
        assertThat(onlyVideo().captions()).isZero();
    }

    @Test
    void aScopeThatIsMissingForTheCaptionsHarmsNeitherVideoNorChannel() throws IOException {
        loop.stop();
        UUID video = UUID.randomUUID();
        queue(withTrack(video));
        jdbc.sql("update youtube.upload set captions_state = 'wanted' where video_id = :video")
                .param("video", video)
                .update();
        loop.start();

        wantPublishedOnce(video);
        assertThat(view(video).captions()).isEqualTo("refused");
        assertThat(view(video).note()).isEqualTo("captions: scope_missing");
        assertThat(stateOfChannel()).isEqualTo("active");
        assertThat(onlyVideo().tags()).containsExactly(); // the marker went nevertheless
    }

    @Test
    void theNoticeOfOurOwnVideoIsMatchedToItsUpload() {
        operatorPost("/api/v1/youtube/subscriptions", "{\"channel_id\":\"" + onYoutube.id() + "\"}");
        await().atMost(Duration.ofSeconds(15))
                .until(() -> jdbc.sql("select count(*) from youtube.subscription where channel_id = :id"
                                        + " and state = 'verified'")
                                .param("id", onYoutube.id())
                                .query(Integer.class)
                                .single()
                        == 1);
        UUID video = queue();

        wantPublishedOnce(video);
        await().atMost(Duration.ofSeconds(15)).until(() -> view(video).seenInFeedAt() != null);
    }

    // ---- the middle

    @ParameterizedTest
    @EnumSource(
            value = Mood.class,
            names = {
                "CONFIRM_LESS",
                "CONFIRM_NOTHING",
                "CHUNK_LOST",
                "CHUNK_FAILED",
                "CHUNK_REFUSED",
                "START_LOST",
                "FINAL_LOST",
                "FINAL_LOST_AND_GONE",
                "SESSION_GONE",
                "BACKEND_ERROR",
                "RATE_LIMITED",
                "HTML",
                "UNAUTHORIZED",
                "UNAVAILABLE"
            })
    void whateverYoutubeAnswersInBetweenThereIsOneVideo(Mood mood) {
        youtube.next(mood, onYoutube.id(), 1);
        UUID video = queue();

        wantPublishedOnce(video);
        if (mood == Mood.FINAL_LOST_AND_GONE) {
            assertThat(history(video)).contains("session_gone", "found_by_marker");
        } else if (mood == Mood.SESSION_GONE) {
            assertThat(history(video)).containsSubsequence("session_started", "session_gone", "begun_anew");
        } else {
            assertThat(used("videos.insert")).isOne();
        }
    }

    @Test
    void aStartWhoseAnswerWasLostIsCountedAsYoutubeCountsIt() {
        youtube.next(Mood.START_LOST, onYoutube.id(), 2);
        UUID video = queue();

        wantPublishedOnce(video);
        assertThat(youtube.used(project, "uploads")).isEqualTo(3);
        assertThat(jdbc.sql(
                                "select sum(used + reserved) from youtube.quota_use where owner = :owner and bucket = 'uploads'")
                        .param("owner", "project:" + project)
                        .query(Integer.class)
                        .single())
                .isEqualTo(3);
    }

    @Test
    void youtubeKeepingNothingForAWhileIsWaitedFor() {
        youtube.next(Mood.CONFIRM_NOTHING, onYoutube.id(), 5);
        UUID video = queue();

        wantPublishedOnce(video);
    }

    @Test
    void aVideoThatIsLateInTheListIsLookedForAgain() {
        youtube.listingLag(Duration.ofMillis(150));
        youtube.next(Mood.FINAL_LOST_AND_GONE, onYoutube.id(), 1);
        UUID video = queue();

        wantPublishedOnce(video);
        assertThat(history(video)).contains("found_by_marker").doesNotContain("begun_anew");
    }

    /** Sends the first parts as a node that then dies: its row stays claimed, its lease ends. */
    private UUID leftInTheMiddle(int parts, boolean lastConfirmationLost) {
        loop.stop();
        UUID video = queue();
        UploadRun run = claimed(video);
        sending.choose(run);
        step("direct:youtube-upload-start", run);
        for (int i = 0; i < parts; i++) {
            step("direct:youtube-upload-part", run);
        }
        if (lastConfirmationLost) {
            sending.nextPart(run);
            step("direct:youtube-upload-part-call", run);
        }
        jdbc.sql("update youtube.upload set node = 'a-dead-node', lease_until = now() - interval '1 second'"
                        + " where video_id = :video")
                .param("video", video)
                .update();
        return video;
    }

    private void step(String route, UploadRun run) {
        var done = routes.send(route, exchange -> exchange.setVariable("upload", run));
        assertThat(done.getException()).isNull();
    }

    private UploadRun claimed(UUID video) {
        List<UploadRun> found = new ArrayList<>();
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            found.addAll(claims.sending(100));
            return found.stream().anyMatch(run -> run.order().video().equals(video));
        });
        return found.stream()
                .filter(run -> run.order().video().equals(video))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void killedInTheMiddleItGoesOnFromTheConfirmedByte() {
        UUID video = leftInTheMiddle(2, false);
        loop.start();

        wantPublishedOnce(video);
        assertThat(offsets()).containsExactly(0L, (long) GRAIN, 2L * GRAIN, 3L * GRAIN);
        assertThat(used("videos.insert")).isOne();
    }

    @Test
    void killedBeforeTheConfirmationWasStoredNothingIsSentTwice() {
        UUID video = leftInTheMiddle(1, true);
        loop.start();

        wantPublishedOnce(video);
        assertThat(offsets()).containsExactly(0L, (long) GRAIN, 2L * GRAIN, 3L * GRAIN);
    }

    @Test
    void killedAfterTheLastByteTheVideoIsRecognised() {
        UUID video = leftInTheMiddle(3, true);
        loop.start();

        wantPublishedOnce(video);
        assertThat(offsets()).hasSize(4);
    }

    @Test
    void killedBetweenTheChoiceAndTheSessionItBeginsOnTheSameChannel() {
        loop.stop();
        UUID video = queue();
        UploadRun run = claimed(video);
        sending.choose(run);
        jdbc.sql("update youtube.upload set node = 'a-dead-node', lease_until = now() - interval '1 second'"
                        + " where video_id = :video")
                .param("video", video)
                .update();
        loop.start();

        wantPublishedOnce(video);
        assertThat(used("videos.insert")).isOne();
    }

    @Test
    void aSessionThatExpiredIsBegunAnew() {
        UUID video = leftInTheMiddle(2, false);
        jdbc.sql("update youtube.upload set session_sealed = :sealed where video_id = :video")
                .param(
                        "sealed",
                        vault.seal(
                                UploadClaims.context(view(video).id()),
                                SANDBOX.baseUrl() + "/youtube/upload/youtube/v3/videos?upload_id=expired"))
                .param("video", video)
                .update();
        loop.start();

        wantPublishedOnce(video);
        assertThat(history(video)).containsSubsequence("session_started", "session_gone", "begun_anew");
        assertThat(used("videos.insert")).isEqualTo(2);
    }

    @Test
    void aSessionSealedUnderAnotherKeyIsAsGoodAsGone() {
        UUID video = leftInTheMiddle(3, true);
        jdbc.sql("update youtube.upload set session_sealed = 'v1.00000000.AAAA' where video_id = :video")
                .param("video", video)
                .update();
        loop.start();

        wantPublishedOnce(video);
        assertThat(history(video)).contains("found_by_marker");
    }

    @Test
    void whoLostItsClaimWritesNothingMore() {
        loop.stop();
        UUID video = queue();
        UploadRun run = claimed(video);
        jdbc.sql("update youtube.upload set node = null, lease_until = null where video_id = :video")
                .param("video", video)
                .update();
        UploadRun next = claimed(video);

        assertThat(next.attempt()).isEqualTo(run.attempt() + 1);
        assertThatThrownBy(() -> sending.choose(run)).isInstanceOf(UploadLost.class);
        sending.choose(next);
        assertThat(view(video).state()).isEqualTo("uploading");
        leases.giveBackOwn();
        loop.start();
        wantPublishedOnce(video);
    }

    @Test
    void ofTwoNodesThatClaimOneHasIt() throws Exception {
        loop.stop();
        NodeId another = new NodeId("another-node");
        UploadClaims other = new UploadClaims(jdbc, clock, vault, another, settings);
        for (int round = 0; round < 5; round++) {
            UUID video = queue();
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                Future<List<UploadRun>> one = threads.submit(() -> claims.sending(100));
                Future<List<UploadRun>> two = threads.submit(() -> other.sending(100));
                long had = Stream.concat(one.get().stream(), two.get().stream())
                        .filter(run -> run.order().video().equals(video))
                        .count();
                assertThat(had).isOne();
            } finally {
                threads.shutdownNow();
            }
            leases.giveBackOwn();
            UploadConfiguration.uploadLeases(jdbc, another, settings).giveBackOwn();
            uploads.cancel(video); // or the next one would stand behind it
        }
    }

    // ---- channels and quota

    private UUID secondChannel(String ofProject, YoutubeChannel second) {
        return channels.connected(owner, youtube, second.id(), ofProject, 50);
    }

    @Test
    void aTokenRevokedInTheMiddleMovesTheUploadToAnotherChannel() {
        youtube.next(Mood.REVOKED_MIDWAY, onYoutube.id(), 1);
        UUID video = queue();
        await().atMost(Duration.ofSeconds(15)).until(() -> stateOfChannel().equals("revoked"));
        YoutubeChannel second = youtube.newChannel("Second");
        UUID other = secondChannel(TestChannels.project(), second);

        assertThat(awaitState(video, "published").channel()).isEqualTo(other);
        assertThat(youtube.videos(onYoutube.id())).isEmpty();
        assertThat(youtube.videos(second.id()))
                .singleElement()
                .satisfies(there -> assertThat(there.sha256()).isEqualTo(sha256));
        assertThat(history(video))
                .containsSubsequence("session_started", "channel_left", "channel_chosen", "session_started")
                .doesNotContain("begun_anew"); // its marker can be on no other channel
    }

    private String stateOfChannel() {
        return jdbc.sql("select state from youtube.channel where id = :id")
                .param("id", channel)
                .query(String.class)
                .single();
    }

    @Test
    void aRefreshedTokenGoesOnInTheSameSession() {
        UUID video = leftInTheMiddle(2, false);
        youtube.expire(onYoutube.id());
        channels.consent(channel, youtube, onYoutube.id(), project);
        loop.start();

        wantPublishedOnce(video);
        assertThat(used("videos.insert")).isOne();
    }

    @Test
    void aSuspendedChannelIsLeft() {
        onYoutube.state(YoutubeChannel.State.SUSPENDED);
        YoutubeChannel second = youtube.newChannel("Second");
        loop.stop();
        UUID video = queue();
        loop.start();
        await().atMost(Duration.ofSeconds(15)).until(() -> stateOfChannel().equals("suspended"));
        UUID other = secondChannel(project, second);

        assertThat(awaitState(video, "published").channel()).isEqualTo(other);
    }

    @Test
    void aSpentBucketMovesTheUploadToAProjectThatHasQuota() {
        UUID video = UUID.randomUUID();
        youtube.next(Mood.QUOTA_EXCEEDED, onYoutube.id(), 1);
        queue(order(video, null));
        await().atMost(Duration.ofSeconds(15)).until(() -> view(video).state().equals("waiting_quota"));
        YoutubeChannel same = youtube.newChannel("Same project");
        secondChannel(project, same);
        YoutubeChannel second = youtube.newChannel("Another project");
        UUID other = secondChannel(TestChannels.project(), second);

        assertThat(awaitState(video, "published").channel()).isEqualTo(other);
        assertThat(youtube.videos(same.id())).isEmpty();
        assertThat(used("videos.insert")).isZero(); // given back: it was not made
    }

    @Test
    void aChannelAtItsLimitIsOutForADay() {
        onYoutube.uploadLimit(0);
        UUID video = queue();
        UploadView waiting = awaitState(video, "waiting_quota");

        assertThat(waiting.code()).isEqualTo("channel_limit");
        assertThat(waiting.expectedAt())
                .isBetween(
                        clock.instant().plus(Duration.ofHours(23)),
                        clock.instant().plus(Duration.ofHours(25)));
        YoutubeChannel second = youtube.newChannel("Second");
        UUID other = secondChannel(project, second);
        assertThat(awaitState(video, "published").channel()).isEqualTo(other);
    }

    @Test
    void whatFindsNoQuotaIsDoneAfterTheResetInItsOrder() {
        youtube.limit(project, "uploads", 0);
        List<UUID> videos = List.of(queue(), queue(), queue());
        for (int i = 0; i < videos.size(); i++) {
            UploadView waiting = awaitState(videos.get(i), "waiting_quota");
            assertThat(waiting.place()).isEqualTo(i + 1L);
            assertThat(waiting.code()).isEqualTo("quota");
            assertThat(waiting.expectedAt()).isEqualTo(quota.nextReset());
        }
        assertThat(youtube.videos(onYoutube.id())).isEmpty();
        assertThat(told.of(videos.get(2))).containsExactly("queued 3");

        youtube.recover();
        SANDBOX.clock().advance(Duration.between(clock.instant(), quota.nextReset()));
        channels.consent(channel, youtube, onYoutube.id(), project);

        videos.forEach(video -> awaitState(video, "published"));
        List<UUID> begun = jdbc.sql("select u.video_id from youtube.upload_event e"
                        + " join youtube.upload u on u.id = e.upload_id"
                        + " where u.owner_id = :owner and e.kind = 'channel_chosen'"
                        + " and not exists (select 1 from youtube.upload_event later where later.upload_id = u.id"
                        + " and later.kind = 'channel_chosen' and later.id > e.id) order by e.id")
                .param("owner", owner)
                .query(UUID.class)
                .list();
        assertThat(begun).containsExactlyElementsOf(videos);
        assertThat(youtube.videos(onYoutube.id())).hasSize(3);
    }

    @Test
    void anOwnerWithoutAChannelWaitsAndIsToldWhy() {
        UUID video = UUID.randomUUID();
        UUID nobody = UUID.randomUUID();
        queue(new UploadOrder(
                video, nobody, null, file, bytes, sha256, null, null, "None", null, null, List.of(), null, null, null,
                null, null, null));

        await().atMost(Duration.ofSeconds(15))
                .until(() -> "no_channel".equals(view(video).code()));
        assertThat(view(video).state()).isEqualTo("queued");
        assertThat(view(video).place()).isOne();
        uploads.cancel(video);
        assertThat(view(video).state()).isEqualTo("cancelled");
    }

    // ---- after the file

    @Test
    void aRefusedThumbnailDoesNotFailTheVideo() throws IOException {
        Path picture = Files.write(folder.resolve("forbidden.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        youtube.next(Mood.THUMBNAIL_FORBIDDEN, onYoutube.id(), 1);
        UUID video = UUID.randomUUID();
        queue(order(video, picture));

        wantPublishedOnce(video);
        assertThat(view(video).thumbnail()).isEqualTo("refused");
        assertThat(view(video).note()).isEqualTo("thumbnail: forbidden");
    }

    @Test
    void aThumbnailThatIsTooLargeOrMissingIsLeftOut() throws IOException {
        Path large = Files.write(folder.resolve("large.jpg"), new byte[2 * 1024 * 1024 + 1]);
        UUID video = UUID.randomUUID();
        queue(order(video, large));
        wantPublishedOnce(video);
        assertThat(view(video).note()).isEqualTo("thumbnail: thumbnail_too_large");
        assertThat(used("thumbnails.set")).isZero();

        newFileQuietly();
        UUID another = UUID.randomUUID();
        queue(order(another, folder.resolve("nowhere.jpg")));
        awaitState(another, "published");
        assertThat(view(another).note()).isEqualTo("thumbnail: thumbnail_missing");
    }

    private void newFileQuietly() throws IOException {
        try {
            newFile(1);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mood.class,
            names = {"REJECTED", "FAILED"})
    void aVideoMayBeRefusedAfterItArrived(Mood mood) {
        youtube.next(mood, onYoutube.id(), 1);
        UUID video = queue();

        UploadView failed = awaitState(video, "failed");
        assertThat(failed.code()).isEqualTo(mood == Mood.REJECTED ? "rejected_copyright" : "processing_codec");
        assertThat(failed.youtubeId()).isEqualTo(onlyVideo().id());
        assertThat(told.of(video)).endsWith("failed " + failed.code());

        // looked at again, not uploaded again: YouTube may have changed its mind
        youtube.process(failed.youtubeId(), YoutubeVideo.Outcome.PROCESSED, null);
        transactions.executeWithoutResult(status -> uploads.retry(video));
        wantPublishedOnce(video);
    }

    @Test
    void aVideoThatCannotBeWatchedStandsNevertheless() {
        youtube.processing(Duration.ofDays(30));
        UUID video = queue();
        awaitState(video, "watching");
        youtube.revoke(onYoutube.id());
        await().atMost(Duration.ofSeconds(15)).until(() -> view(video).failures() > 0);
        jdbc.sql("update youtube.upload set since = since - interval '80 hours',"
                        + " uploaded_at = uploaded_at - interval '80 hours' where video_id = :video")
                .param("video", video)
                .update();
        int failures = view(video).failures();
        await().atMost(Duration.ofSeconds(15)).until(() -> view(video).failures() > failures);
        assertThat(view(video).state()).isEqualTo("watching");

        jdbc.sql("update youtube.upload set uploaded_at = uploaded_at - interval '7 days' where video_id = :video")
                .param("video", video)
                .update();
        assertThat(awaitState(video, "published").note()).startsWith("watch: ");
    }

    // ---- poison

    @Test
    void ourOwnBadRequestIsNotRepeated() {
        UUID video = UUID.randomUUID();
        queue(new UploadOrder(
                video,
                owner,
                null,
                file,
                bytes,
                sha256,
                null,
                null,
                "Bad",
                null,
                null,
                List.of(),
                "not-a-category",
                null,
                null,
                null,
                null,
                null));

        UploadView failed = awaitState(video, "failed");
        assertThat(failed.code()).isEqualTo("bad_request");
        assertThat(failed.reason()).contains("invalidCategoryId").doesNotContain("upload_id");
        assertThat(openHolds(failed.id())).isZero();
        assertThat(youtube.videos(onYoutube.id())).isEmpty();
    }

    @Test
    void anotherFileIsNotSentAndARightOneIsLater() throws Exception {
        byte[] right = Files.readAllBytes(file);
        Files.write(file, new byte[(int) bytes]);
        UUID video = queue();
        assertThat(awaitState(video, "failed").code()).isEqualTo("file_changed");
        assertThat(parts()).isEmpty();

        Files.delete(file);
        transactions.executeWithoutResult(status -> uploads.retry(video));
        await().atMost(Duration.ofSeconds(15))
                .until(() -> "file_missing".equals(view(video).code()));

        Files.write(file, right);
        awaitState(video, "failed");
        transactions.executeWithoutResult(status -> uploads.retry(video));
        wantPublishedOnce(video);
    }

    @Test
    void anotherFileOfAVideoMayFollowOneThatFailed() throws Exception {
        UUID video = UUID.randomUUID();
        Path kept = file;
        queue(order(video, null));
        assertThat(view(video).bytes()).isEqualTo(bytes);
        awaitState(video, "published");
        newFile(2);
        assertThat(queue(order(video, null)))
                .as("published: nothing new")
                .isEqualTo(view(video).id());
        Files.deleteIfExists(kept);

        UUID other = UUID.randomUUID();
        Path missing = file;
        Files.delete(missing);
        queue(order(other, null));
        UUID failed = awaitState(other, "failed").id();
        newFile(1);
        assertThat(queue(order(other, null))).isNotEqualTo(failed);
        awaitState(other, "published");
        assertThat(userless(failed, "retry").statusCode()).isEqualTo(409);
    }

    @Test
    void aFolderThatIsAwayIsWaitedFor() throws Exception {
        Path away = folder.resolve("away-" + UUID.randomUUID());
        Path there = file;
        file = away.resolve("video.mp4");
        UUID video = queue();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> "storage_away".equals(view(video).code()));

        Files.createDirectory(away);
        Files.copy(there, file);
        wantPublishedOnce(video);
    }

    @Test
    void withoutProgressForTooLongItFails() {
        SANDBOX.faults()
                .outage(
                        "youtube_api",
                        com.ytempire.hub.sandbox.Faults.Fault.status(503),
                        clock.instant().plus(Duration.ofDays(30)));
        UUID video = queue();
        await().atMost(Duration.ofSeconds(15))
                .until(() -> "youtube_unavailable".equals(view(video).code()));
        jdbc.sql("update youtube.upload set since = since - interval '73 hours' where video_id = :video")
                .param("video", video)
                .update();

        assertThat(awaitState(video, "failed").code()).isEqualTo("youtube_unavailable");
        assertThat(openHolds(view(video).id())).isZero();
        SANDBOX.faults().clear();
        transactions.executeWithoutResult(status -> uploads.retry(video));
        wantPublishedOnce(video);
    }

    @Test
    void theTimeItWaitedForAChannelIsNoTimeWithoutProgress() {
        loop.stop();
        UUID video = queue();
        jdbc.sql("update youtube.upload set state = 'waiting_quota', code = 'quota',"
                        + " since = since - interval '73 hours' where video_id = :video")
                .param("video", video)
                .update();
        youtube.next(Mood.UNAVAILABLE, onYoutube.id(), 2);
        loop.start();

        wantPublishedOnce(video);
    }

    @Test
    void anotherFileDoesNotFollowOneThatMayBeAtYoutube() throws Exception {
        UUID video = leftInTheMiddle(3, true);
        jdbc.sql("update youtube.upload set state = 'failed', code = 'outcome_unknown', node = null,"
                        + " lease_until = null, due_at = null where video_id = :video")
                .param("video", video)
                .update();
        UUID first = view(video).id();
        Path kept = file;
        long size = bytes;
        String hash = sha256;
        newFile(2);

        assertThat(queue(order(video, null))).isEqualTo(first);
        transactions.executeWithoutResult(status -> uploads.retry(video));
        loop.start();
        file = kept;
        bytes = size;
        sha256 = hash;
        wantPublishedOnce(video);
    }

    @Test
    void whatIsPublishedIsToldAgainToWhoeverQueuesItAgain() {
        UUID video = queue();
        wantPublishedOnce(video);
        transactions.executeWithoutResult(status -> {
            uploads.queue(order(video, null));
            assertThat(told.of(video)).endsWith("published " + view(video).youtubeId());
        });
    }

    @Test
    void aChannelThatWasGivenUpIsNotWaitedFor() {
        jdbc.sql("update youtube.channel set state = 'removed' where id = :id")
                .param("id", channel)
                .update();
        UUID video = UUID.randomUUID();
        queue(new UploadOrder(
                video, owner, channel, file, bytes, sha256, null, null, "Gone", null, null, List.of(), null, null, null,
                null, null, null));

        assertThat(awaitState(video, "failed").code()).isEqualTo("channel_removed");
    }

    @Test
    void aPersonRetriesNoUploadWhoseVideoWasCancelled() throws Exception {
        loop.stop();
        UUID video = queue();
        uploads.cancel(video);
        told.refuse(video);

        HttpResponse<String> refused = userless(view(video).id(), "retry");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("video_not_uploading");
    }

    // ---- cancel

    @Test
    void oneThatWaitsIsCancelledAtOnce() {
        loop.stop();
        UUID video = queue();
        uploads.cancel(video);

        assertThat(view(video).state()).isEqualTo("cancelled");
        assertThat(told.of(video)).endsWith("cancelled");
        uploads.cancel(video); // again does nothing
        loop.start();
        transactions.executeWithoutResult(status -> uploads.retry(video));
        wantPublishedOnce(video);
    }

    @Test
    void oneInTheMiddleIsCancelledByWhoeverIsAtIt() {
        UUID video = leftInTheMiddle(2, false);
        uploads.cancel(video);
        assertThat(view(video).state()).isEqualTo("uploading"); // its node has to see it
        loop.start();

        awaitState(video, "cancelled");
        assertThat(offsets()).hasSize(2);
        assertThat(openHolds(view(video).id())).isZero();
    }

    @Test
    void oneWhoseLastByteWasSentIsAskedAboutFirst() {
        UUID video = leftInTheMiddle(3, true);
        uploads.cancel(video);
        loop.start();

        wantPublishedOnce(video);
        assertThat(view(video).events())
                .anySatisfy(event -> assertThat(event.detail()).isEqualTo("The cancellation came too late"));
    }

    @Test
    void oneThatIsAtYoutubeCannotBeCancelled() {
        youtube.processing(Duration.ofDays(1));
        UUID video = queue();
        awaitState(video, "watching");

        assertThatThrownBy(() -> uploads.cancel(video))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo("upload_finished"));
        youtube.process(onlyVideo().id(), YoutubeVideo.Outcome.PROCESSED, null);
        wantPublishedOnce(video);
        assertThatThrownBy(() -> uploads.cancel(video)).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> uploads.retry(video)))
                .isInstanceOf(Problem.class);
    }

    // ---- the API

    private JsonNode data(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body()).get("data");
    }

    private HttpResponse<String> userless(UUID upload, String what) {
        return operatorPost("/api/v1/youtube/uploads/" + upload + "/" + what, "");
    }

    @Test
    void ownersSeeTheirsAndOperatorsAll() throws Exception {
        TestUsers.User user = user();
        TestUsers.User stranger = user();
        UUID video = UUID.randomUUID();
        queue(new UploadOrder(
                video, user.id(), null, file, bytes, sha256, null, null, "Mine", null, null, List.of(), null, null,
                null, null, null, null));
        UUID id = view(video).id();
        String path = "/api/v1/youtube/uploads/" + id;

        JsonNode mine = data(userGet(user, path));
        assertThat(mine.get("video_id").asText()).isEqualTo(video.toString());
        assertThat(mine.get("place").asInt()).isOne();
        assertThat(mine.get("bytes").asLong()).isEqualTo(bytes);
        assertThat(mine.get("percent").asInt()).isZero();
        assertThat(data(userGet(user, "/api/v1/youtube/uploads"))).hasSize(1);
        assertThat(data(userGet(user, "/api/v1/youtube/uploads?state=published")))
                .isEmpty();
        assertThat(data(userGet(stranger, "/api/v1/youtube/uploads"))).isEmpty();
        assertThat(userGet(stranger, path).statusCode()).isEqualTo(404);
        assertThat(userPost(stranger, path + "/cancel", "").statusCode()).isEqualTo(404);
        assertThat(send(request(path).GET()).statusCode()).isEqualTo(401);
        assertThat(data(operatorGet("/api/v1/youtube/uploads?video_id=" + video)))
                .hasSize(1);
        assertThat(data(operatorGet("/api/v1/youtube/uploads?video_id=" + video + "&channel_id=" + channel)))
                .isEmpty();
        assertThat(operatorGet("/api/v1/youtube/uploads?state=lost").statusCode())
                .isEqualTo(400);

        assertThat(data(userPost(user, path + "/cancel", "")).get("state").asText())
                .isEqualTo("cancelled");
        assertThat(data(userPost(user, path + "/retry", "")).get("state").asText())
                .isEqualTo("queued");
        assertThat(data(userless(id, "cancel")).get("state").asText()).isIn("cancelled", "queued");
        assertThat(send(operator("/api/v1/youtube/uploads/" + UUID.randomUUID())
                                .method("GET", HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(404);
    }
}
