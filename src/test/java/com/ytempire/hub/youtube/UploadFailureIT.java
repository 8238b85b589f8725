package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import com.ytempire.hub.sandbox.YoutubeVideo;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Uploads that fail, in parts or altogether, or are cancelled. */
class UploadFailureIT extends UploadHubIT {
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

        newFile(1);
        UUID another = UUID.randomUUID();
        queue(order(another, folder.resolve("nowhere.jpg")));
        awaitState(another, "published");
        assertThat(view(another).note()).isEqualTo("thumbnail: thumbnail_missing");
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
                .outage("youtube_api", Fault.status(503), clock.instant().plus(Duration.ofDays(30)));
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
        queue(plainOrder(video, owner, channel, "Gone"));

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
}
