package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.platform.Problem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.http.HttpStatus;

/** Whatever a step fails of, the video has a state and a reason people understand. */
class VideoFailuresIT extends VideosHubIT {

    @Autowired
    private VideoFailures failures;

    @Autowired
    private VideoStore store;

    @Autowired
    private VideosSettings settings;

    /** A run in the middle of the film, whose tries are used up unless one says otherwise. */
    private VideoRun run(int tries) {
        UUID id = generate("{\"topic\":\"%s\",\"publish\":\"hold\"}".formatted(topic()));
        act(id, "cancel");
        jdbc.sql("update videos.video set state = 'processing', node = 'another', attempt = attempt + 1,"
                        + " lease_until = now() + interval '1 hour', failures = :tries where id = :id")
                .param("tries", tries)
                .param("id", id)
                .update();
        VideoRun run = new VideoRun(store.find(id).orElseThrow());
        run.begun(Step.ASSEMBLY);
        return run;
    }

    private static AssemblyFailed film(AssemblyFailed.Kind kind) {
        return new AssemblyFailed(kind, "FFmpeg wrote to /var/lib/hub/work/film.mp4 and ended");
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of(film(AssemblyFailed.Kind.MISSING), 2, "assembly_missing"),
                Arguments.of(film(AssemblyFailed.Kind.FAILED), 2, "assembly_failed"),
                Arguments.of(film(AssemblyFailed.Kind.TOO_LONG), 2, "assembly_too_long"),
                Arguments.of(film(AssemblyFailed.Kind.TOO_LARGE), 0, "assembly_too_large"),
                Arguments.of(film(AssemblyFailed.Kind.BAD_INPUT), 0, "assembly_bad_input"),
                Arguments.of(StepFailed.forGood("nothing_to_show", "There is nothing to show"), 0, "nothing_to_show"),
                Arguments.of(
                        new Problem(HttpStatus.BAD_GATEWAY, "refused_by_provider", "The provider refuses the request"),
                        0,
                        "refused_by_provider"),
                Arguments.of(new IllegalStateException("secret detail"), 2, "unexpected"));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void whatNoFurtherTryCanMendEndsTheVideoWithItsReason(Exception failure, int tries, String code) {
        VideoRun run = run(tries);
        failures.failed(run, new RuntimeException(failure));

        JsonNode video = video(run.video().id());
        assertThat(video.get("state").asText()).isEqualTo("failed");
        assertThat(video.get("error_code").asText()).isEqualTo(code);
        assertThat(video.get("error_message").asText())
                .isNotBlank()
                .doesNotContain("/var/lib")
                .doesNotContain("secret detail");
        assertThat(step(video, "assembly").get("state").asText()).isEqualTo("failed");
        assertThat(run.isStopped()).isTrue();
    }

    static Stream<Arguments> pauses() {
        return Stream.of(
                Arguments.of(film(AssemblyFailed.Kind.DISK_FULL), "disk_full", 0),
                Arguments.of(VideoFiles.failed(new IOException("No space left on device")), "disk_full", 0),
                Arguments.of(VideoFiles.failed(new IOException("Stale file handle")), "storage_failed", 0),
                Arguments.of(new QueryTimeoutException("select …"), "database", 0),
                Arguments.of(Problem.retryLater("budget_reserved", "The budget is taken", 600), "budget_reserved", 1));
    }

    @ParameterizedTest
    @MethodSource("pauses")
    void whatPassesIsTriedAgainLaterAndCountsOnlyWhereSomethingWasTried(Exception failure, String code, int counts) {
        VideoRun run = run(0);
        Instant before = SANDBOX.clock().instant();
        failures.failed(run, failure);

        Video video = store.find(run.video().id()).orElseThrow();
        assertThat(video.state()).isEqualTo("processing");
        assertThat(video.errorCode()).isEqualTo(code);
        assertThat(video.failures()).isEqualTo(counts);
        Duration wait = counts == 0 ? settings.postpone() : Duration.ofSeconds(600);
        assertThat(video.dueAt())
                .isBetween(before.plus(wait), SANDBOX.clock().instant().plus(wait));
        assertThat(step(video.id(), "assembly")).isEqualTo("pending");
        assertThat(act(video.id(), "cancel").statusCode()).isEqualTo(200);
    }

    @Test
    void aRunThatHasLostTheVideoWritesNothingOfItsFailure() {
        for (AssemblyFailed.Kind kind : List.of(AssemblyFailed.Kind.CANCELLED, AssemblyFailed.Kind.BAD_INPUT)) {
            VideoRun run = run(0);
            jdbc.sql("update videos.video set attempt = attempt + 1 where id = :id")
                    .param("id", run.video().id())
                    .update();
            failures.failed(run, film(kind));
            assertThat(state(run.video().id())).isEqualTo("processing");
            assertThat(act(run.video().id(), "cancel").statusCode()).isEqualTo(200);
        }
    }
}
