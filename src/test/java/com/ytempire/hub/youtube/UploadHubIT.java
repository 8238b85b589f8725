package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.ClaimLoop;
import com.ytempire.hub.sandbox.SentRequest;
import com.ytempire.hub.sandbox.YoutubeChannel;
import com.ytempire.hub.sandbox.YoutubeVendor;
import com.ytempire.hub.sandbox.YoutubeVideo;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What tests of uploads have in common: a channel at YouTube, a file, and what is known of them. */
abstract class UploadHubIT extends HubIT {

    static final int GRAIN = 256 * 1024;
    static final AtomicInteger SIZES = new AtomicInteger(1);

    @TempDir
    static Path folder;

    @Autowired
    Uploads uploads;

    @Autowired
    ClaimLoop<UploadRun> loop;

    @Autowired
    UploadClaims claims;

    @Autowired
    UploadSending sending;

    @Autowired
    TestChannels channels;

    @Autowired
    ToldUploads told;

    @Autowired
    Quota quota;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    ProducerTemplate routes;

    @Autowired
    Clock clock;

    final UUID owner = UUID.randomUUID();
    final String project = TestChannels.project();
    YoutubeVendor youtube;
    YoutubeChannel onYoutube;
    UUID channel;
    Path file;
    long bytes;
    String sha256;

    @BeforeEach
    void oneChannelAndOneFile() throws IOException {
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
    void newFile(int grains) throws IOException {
        byte[] content = new byte[grains * GRAIN - SIZES.getAndIncrement()];
        new Random(content.length).nextBytes(content);
        System.arraycopy("\0\0\0\20ftypisom".getBytes(StandardCharsets.US_ASCII), 0, content, 0, 12);
        file = Files.write(folder.resolve(UUID.randomUUID() + ".mp4"), content);
        bytes = content.length;
        sha256 = DigestUtils.sha256Hex(content);
    }

    UploadOrder order(UUID video, Path thumbnail) {
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

    /** Nothing but what an order must have. */
    UploadOrder plainOrder(UUID video, UUID owner, UUID channel, String title) {
        return new UploadOrder(
                video, owner, channel, file, bytes, sha256, null, null, title, null, null, List.of(), null, null, null,
                null, null, null);
    }

    UUID queue(UploadOrder order) {
        return transactions.execute(status -> uploads.queue(order));
    }

    UUID queue() {
        UUID video = UUID.randomUUID();
        queue(order(video, null));
        return video;
    }

    UploadView view(UUID video) {
        return uploads.of(video).orElseThrow();
    }

    UploadView awaitState(UUID video, String... states) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> List.of(states).contains(view(video).state()));
        return view(video);
    }

    List<String> history(UUID video) {
        return view(video).events().stream().map(UploadView.Event::kind).toList();
    }

    YoutubeVideo onlyVideo() {
        List<YoutubeVideo> videos = youtube.videos(onYoutube.id());
        assertThat(videos).hasSize(1);
        return videos.get(0);
    }

    Stream<SentRequest> parts() {
        return SANDBOX.sent().to("youtube_api").stream()
                .filter(request ->
                        request.headers().getOrDefault("content-range", "").matches("bytes \\d+-\\d+/" + bytes));
    }

    List<Long> offsets() {
        return parts().map(request ->
                        Long.parseLong(request.headers().get("content-range").replaceAll("bytes (\\d+)-.*", "$1")))
                .toList();
    }

    void wantPublishedOnce(UUID video) {
        UploadView published = awaitState(video, "published", "failed");
        assertThat(published.state()).as("%s", published).isEqualTo("published");
        YoutubeVideo there = onlyVideo();
        assertThat(published.youtubeId()).isEqualTo(there.id());
        assertThat(there.sha256()).isEqualTo(sha256);
        assertThat(told.of(video)).endsWith("published " + there.id());
        assertThat(openHolds(published.id())).isZero();
    }

    int openHolds(UUID upload) {
        return jdbc.sql("select count(*) from youtube.quota_hold where upload_id = :upload"
                        + " and state in ('reserved', 'sent')")
                .param("upload", upload)
                .query(Integer.class)
                .single();
    }

    long used(String method) {
        return jdbc.sql("select count(*) from youtube.quota_hold where channel_id = :channel and method = :method"
                        + " and state = 'settled'")
                .param("channel", channel)
                .param("method", method)
                .query(Long.class)
                .single();
    }

    /** Sends the first parts as a node that then dies: its row stays claimed, its lease ends. */
    UUID leftInTheMiddle(int parts, boolean lastConfirmationLost) {
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

    void step(String route, UploadRun run) {
        var done = routes.send(route, exchange -> exchange.setVariable("upload", run));
        assertThat(done.getException()).isNull();
    }

    UploadRun claimed(UUID video) {
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

    String stateOfChannel() {
        return jdbc.sql("select state from youtube.channel where id = :id")
                .param("id", channel)
                .query(String.class)
                .single();
    }

    HttpResponse<String> userless(UUID upload, String what) {
        return operatorPost("/api/v1/youtube/uploads/" + upload + "/" + what, "");
    }
}
