package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.camel.youtube.YoutubeFailure;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import com.ytempire.hub.sandbox.YoutubeChannel;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Which channel an upload goes to, and what it waits for when none will do. */
class UploadChannelIT extends UploadHubIT {

    @Autowired
    private UploadFailures failures;

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
    void aRequestThatWasRefusedForItsTokenIsSentAgainOnItsQuota() {
        loop.stop();
        UUID video = queue();
        UploadRun run = claimed(video);
        sending.choose(run);
        sending.starting(run);
        failures.note(run, new YoutubeFailure("a call", Reason.AUTH_ERROR));
        loop.start();

        wantPublishedOnce(video);
        assertThat(used("videos.insert")).isOne();
        assertThat(jdbc.sql("select count(*) from youtube.quota_entry where channel_id = :channel"
                                + " and method = 'videos.insert' and kind = 'taken'")
                        .param("channel", channel)
                        .query(Long.class)
                        .single())
                .as("booked once more")
                .isZero();
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
        assertThat(told.of(videos.get(2))).contains("queued 3"); // and "queued 2" while the first one was being refused

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
        queue(plainOrder(video, nobody, null, "None"));

        await().atMost(Duration.ofSeconds(15))
                .until(() -> "no_channel".equals(view(video).code()));
        assertThat(view(video).state()).isEqualTo("queued");
        assertThat(view(video).place()).isOne();
        uploads.cancel(video);
        assertThat(view(video).state()).isEqualTo("cancelled");
    }
}
