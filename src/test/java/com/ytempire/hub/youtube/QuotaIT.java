package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtube.model.VideoSnippet;
import com.google.api.services.youtube.model.VideoStatus;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.platform.JobRun;
import com.ytempire.hub.platform.JobRuns;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;

/** Quota as operators see and steer it, its reset, and the figures that are read with what is left. */
class QuotaIT extends HubIT {

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    @Autowired
    private Quota quota;

    @Autowired
    private QuotaDays days;

    @Autowired
    private QuotaReset reset;

    @Autowired
    private JobRuns jobs;

    @Autowired
    private ChannelAnalytics analytics;

    @Autowired
    private ProducerTemplate routes;

    private final String project = TestChannels.project();
    private final String owner = "project:" + project;

    @AfterEach
    void usualRules() {
        jdbc.sql("delete from youtube.quota_limit where project = :project or bucket = :project")
                .param("project", project)
                .update();
        jdbc.sql("delete from youtube.quota_cost where method = 'tests.call'").update();
        SANDBOX.youtube().recover();
    }

    private HttpResponse<String> put(String path, String body) {
        return send(operator("/api/v1/youtube/quota" + path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    private JsonNode bucket(JsonNode today, String name) {
        for (JsonNode bucket : today.get("buckets")) {
            if (bucket.get("owner").asText().equals(owner)
                    && bucket.get("bucket").asText().equals(name)) {
                return bucket;
            }
        }
        throw new AssertionError("no bucket " + name + " of " + owner);
    }

    @Test
    void theEmergencyShareNeedsAnOperatorsWord() {
        data(put("/rules/buckets/uploads", """
                {"from":"2026-01-01","project":"%s","units":20}""".formatted(project)), 200);
        UUID channel = channels.add(null, project, 0);
        for (int i = 0; i < 19; i++) {
            assertThat(quota.take(channel, Quota.INSERT)).isTrue();
        }
        assertThat(quota.take(channel, Quota.INSERT)).isFalse();
        JsonNode before = bucket(data(operatorGet("/api/v1/youtube/quota"), 200), "uploads");
        assertThat(before.get("units").asInt()).isEqualTo(20);
        assertThat(before.get("percent").asInt()).isEqualTo(95);
        assertThat(before.get("health").asText()).isEqualTo("critical");

        JsonNode after =
                bucket(data(operatorPost("/api/v1/youtube/quota/emergency", """
                        {"owner":"%s","bucket":"uploads","reason":"launch day"}""".formatted(owner)), 200), "uploads");
        assertThat(after.get("emergency_by").asText()).isEqualTo(OPERATOR);
        assertThat(quota.take(channel, Quota.INSERT)).isTrue();
        assertThat(quota.take(channel, Quota.INSERT)).isFalse();
        assertThat(operatorPost("/api/v1/youtube/quota/emergency", """
                                {"owner":"nobody","bucket":"uploads","reason":"x"}""").statusCode())
                .isEqualTo(422);
    }

    @Test
    void rulesAreDataWithADate() {
        String bucket = project;
        assertThat(put("/rules/methods/tests.call", """
                                {"from":"2026-01-01","bucket":"nowhere","units":3,"use":"metadata"}""").statusCode()).isEqualTo(422);
        data(put("/rules/buckets/" + bucket, """
                {"from":"2026-01-01","units":10,"scope":"channel","shares":{"metadata":100}}"""), 200);
        data(put("/rules/methods/tests.call", """
                {"from":"2026-01-01","bucket":"%s","units":4,"use":"metadata"}""".formatted(bucket)), 200);
        data(put("/rules/methods/tests.call", """
                {"from":"2100-01-01","bucket":"%s","units":1,"use":"metadata"}""".formatted(bucket)), 200);
        UUID one = channels.add(null, project, 0);
        UUID other = channels.add(null, project, 0);
        assertThat(quota.take(one, "tests.call")).isTrue();
        assertThat(quota.take(one, "tests.call")).isTrue();
        assertThat(quota.take(one, "tests.call")).as("10 are 4 and 4").isFalse();
        assertThat(quota.take(other, "tests.call"))
                .as("each channel has its own")
                .isTrue();
        assertThat(put("/rules/buckets/" + bucket, """
                                {"from":"2026-01-01","units":10,"shares":{"metadata":90,"updates":20}}""").statusCode()).isEqualTo(422);
        jdbc.sql("delete from youtube.quota_cost where method = 'tests.call'").update();
        jdbc.sql("delete from youtube.quota_limit where bucket = :bucket")
                .param("bucket", bucket)
                .update();
    }

    @Test
    void theLedgerIsAppendOnly() {
        UUID channel = channels.add(null, project, 0);
        quota.take(channel, "videos.list");
        for (String change : List.of("update youtube.quota_entry set units = 0", "delete from youtube.quota_entry")) {
            assertThatThrownBy(() -> jdbc.sql(change + " where channel_id = '" + channel + "'")
                            .update())
                    .isInstanceOf(DataAccessException.class)
                    .hasMessageContaining("append-only");
        }
    }

    private void used(LocalDate day, int units) {
        jdbc.sql("insert into youtube.quota_use (owner, bucket, day, use, used, most)"
                        + " values (:owner, 'general', :day, 'updates', :units, 7000)")
                .param("owner", owner)
                .param("day", Date.valueOf(day))
                .param("units", units)
                .update();
    }

    private int closed() {
        return jdbc.sql("select count(*) from youtube.quota_day where owner = :owner and closed_at is not null")
                .param("owner", owner)
                .query(Integer.class)
                .single();
    }

    @Test
    void aResetMissedByThreeDaysClosesAllOfThemOnce() {
        LocalDate today = days.today();
        for (int i = 0; i <= 3; i++) {
            used(today.minusDays(i), 100 * (i + 1));
        }
        String job = unique("reset");
        List<JobRun> runs = Stream.of("a", "b")
                .map(node -> CompletableFuture.supplyAsync(() -> jobs.begin(job, "00:00", PACIFIC)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .filter(Objects::nonNull)
                .toList();
        assertThat(runs).hasSize(1);

        assertThat(reset.close(runs.get(0))).contains("closed");
        assertThat(closed()).as("today goes on").isEqualTo(3);
        reset.close(runs.get(0));
        assertThat(closed()).isEqualTo(3);

        JsonNode history = data(operatorGet("/api/v1/youtube/quota/history?owner=" + owner), 200);
        assertThat(history).hasSize(3);
        assertThat(history.at("/0/day").asText()).isEqualTo(today.minusDays(1).toString());
        assertThat(history.at("/0/used").asInt()).isEqualTo(200);
        assertThat(history.at("/0/units").asInt()).isEqualTo(10_000);
    }

    @Test
    void theFiguresOfAChannelAndItsVideosAreReadOnceADay(@TempDir Path folder) throws Exception {
        String youtubeId = SANDBOX.youtube().newChannel("Lighthouses").id();
        UUID channel = channels.connected(null, SANDBOX.youtube(), youtubeId, project, 0);
        JobRun run = new JobRun("youtube-analytics", days.today());
        assertThat(analytics.due(run)).contains(channel);
        String video = video(channel, folder);
        SANDBOX.youtube().video(video).orElseThrow().statistics(1_000, 50, 7, 90);
        jdbc.sql("insert into youtube.video (video_id, channel_id, stamp, deleted, first_seen_at, changed_at)"
                        + " values (:video, :channel, now(), false, now(), now())")
                .param("video", video)
                .param("channel", youtubeId)
                .update();

        read(channel, run);
        read(channel, run);

        JsonNode figures = data(operatorGet("/api/v1/channels/" + channel + "/analytics"), 200);
        assertThat(figures).hasSize(1);
        assertThat(figures.at("/0/views").isNumber()).isTrue();
        assertThat(figures.at("/0/watch_minutes").isNumber()).isTrue();
        assertThat(analytics.due(run)).doesNotContain(channel);
        JsonNode videos = data(operatorGet("/api/v1/channels/" + channel + "/analytics/videos"), 200);
        assertThat(videos).hasSize(1);
        assertThat(videos.at("/0/video_id").asText()).isEqualTo(video);
        assertThat(videos.at("/0/views").asInt()).isEqualTo(1_000);
        assertThat(videos.at("/0/likes").asInt()).isEqualTo(50);
        assertThat(videos.at("/0/comments").asInt()).isEqualTo(7);
        assertThat(videos.at("/0/watch_minutes").asInt()).isEqualTo(90);
        assertThat(operatorGet("/api/v1/channels/" + channel + "/analytics/export")
                        .body())
                .contains(video + ",1000,50,7,90");
    }

    private String video(UUID channel, Path folder) throws IOException {
        byte[] film = new byte[4096];
        System.arraycopy("ftypisom".getBytes(StandardCharsets.US_ASCII), 0, film, 4, 8);
        Path file = Files.write(folder.resolve("film.mp4"), film);
        Video video = new Video()
                .setSnippet(new VideoSnippet()
                        .setTitle("How lighthouses work")
                        .setDescription("All of it")
                        .setCategoryId("22"))
                .setStatus(new VideoStatus().setPrivacyStatus("private"));
        return routes.requestBodyAndHeaders(
                        "google-youtube:videos/insert?part=snippet,status",
                        video,
                        Map.of("CamelGoogleYoutubeChannel", channel.toString(), "CamelGoogleYoutube.file", file),
                        Video.class)
                .getId();
    }

    private void read(UUID channel, JobRun run) {
        routes.send("direct:youtube-analytics-channel", exchange -> {
            exchange.getMessage().setBody(channel);
            exchange.setVariable("run", run);
        });
    }

    @Test
    void figuresFailAloneAndStopWhenTheirShareIsGone() {
        String youtubeId = SANDBOX.youtube().newChannel("Lighthouses").id();
        UUID channel = channels.connected(null, SANDBOX.youtube(), youtubeId, project, 0);
        JobRun run = new JobRun("youtube-analytics", days.today());
        SANDBOX.youtube().revoke(youtubeId);
        assertThat(routes.send("direct:youtube-analytics-channel", exchange -> {
                            exchange.getMessage().setBody(channel);
                            exchange.setVariable("run", run);
                        })
                        .getException())
                .isNull();
        assertThat(data(operatorGet("/api/v1/channels/" + channel + "/analytics"), 200))
                .isEmpty();
        used(days.today(), 8_000);
        assertThat(analytics.affordable(channel, "channels.list")).isFalse();
    }

    @Test
    void thePlanSaysWhichFiguresAUserSees() {
        var user = user();
        UUID channel = channels.add(user.id(), project, 5);
        for (String path : List.of("", "/videos", "/videos/abc", "/export")) {
            HttpResponse<String> answer = userGet(user, "/api/v1/channels/" + channel + "/analytics" + path);
            assertThat(answer.statusCode()).as(path).isEqualTo(403);
            assertThat(answer.body()).contains("feature_not_in_plan");
        }
        assertThat(operatorGet("/api/v1/channels/" + channel + "/analytics/export?days=30")
                        .body())
                .startsWith("day,video_id,views");
        assertThat(operatorGet("/api/v1/channels/" + channel + "/analytics?days=366")
                        .statusCode())
                .isEqualTo(422);
    }
}
