package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.platform.Leases;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Vault;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Uploads whose node dies, or loses its claim: they go on where they were. */
class UploadCrashIT extends UploadHubIT {

    @Autowired
    private Leases<UploadRun> leases;

    @Autowired
    private UploadSettings settings;

    @Autowired
    private Vault vault;

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
}
