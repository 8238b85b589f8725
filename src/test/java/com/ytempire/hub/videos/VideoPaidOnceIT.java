package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import com.ytempire.hub.sandbox.YoutubeVideo;
import java.util.List;
import java.util.UUID;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What was paid for a video is found again however long the hub was away; what was not good enough is made anew. */
class VideoPaidOnceIT extends VideosHubIT {

    private static final List<String> FIRST = List.of("text-premium", "thumbnail-primary");

    @Autowired
    private ProducerTemplate routes;

    @AfterEach
    void allIsWell() {
        FIRST.forEach(link -> operatorPost("/api/v1/providers/" + link + "/on", ""));
    }

    private long kept(UUID id) {
        return jdbc.sql("""
                        select (select count(*) from content.text where video_id = :id)
                             + (select count(*) from content.thumbnail where video_id = :id)
                             + (select count(*) from content.speech where video_id = :id)
                             + (select count(*) from content.speech_part where video_id = :id)
                        """).param("id", id.toString()).query(Long.class).single();
    }

    private void forgetWhatIsOld() {
        routes.requestBody("bean:contentRetention?method=apply", "");
    }

    @Test
    void whatWasPaidForIsFoundAgainAfterAHundredDaysWithoutAHub() {
        UUID id = held();
        JsonNode video = awaitState(id, "waiting_approval");
        String script = video.get("script").asText();
        String title = video.get("title").asText();
        long costs = costs(id);
        for (String what : List.of("text set created_at", "thumbnail set created_at", "speech set created_at")) {
            jdbc.sql("update content." + what + " = created_at - interval '100 days' where video_id = :id")
                    .param("id", id.toString())
                    .update();
        }
        jdbc.sql("update content.speech_part set used_at = used_at - interval '100 days' where video_id = :id")
                .param("id", id.toString())
                .update();
        long kept = kept(id);
        assertThat(kept).isGreaterThanOrEqualTo(7);
        forgetWhatIsOld();
        assertThat(kept(id)).as("the video is not over").isEqualTo(kept);

        // killed when all that was paid for was answered, and nothing of it written down
        jdbc.sql("update videos.step set state = 'running', completed_at = null where video_id = :id"
                        + " and step in ('script', 'metadata', 'speech', 'thumbnail')")
                .param("id", id)
                .update();
        jdbc.sql("update videos.video set script = null, title = null where id = :id")
                .param("id", id)
                .update();
        crashed(id);
        video = awaitState(id, "waiting_approval");
        assertThat(video.get("script").asText()).isEqualTo(script);
        assertThat(video.get("title").asText()).isEqualTo(title);
        assertThat(step(video, "script").get("attempt").asInt()).isEqualTo(2);
        assertThat(costs(id)).isEqualTo(costs);

        act(id, "cancel");
        jdbc.sql("update content.speech set created_at = created_at - interval '100 days' where video_id = :id")
                .param("id", id.toString())
                .update();
        jdbc.sql("update content.speech_part set used_at = used_at - interval '100 days' where video_id = :id")
                .param("id", id.toString())
                .update();
        forgetWhatIsOld();
        assertThat(kept(id)).as("nobody asks for it any more").isZero();
    }

    @Test
    void whatWasLessThanWantedIsNotTakenFromTheCacheWhenAPersonTriesAgain() {
        FIRST.forEach(link -> operatorPost("/api/v1/providers/" + link + "/off", ""));
        UUID id = held();
        JsonNode video = awaitState(id, "waiting_approval");
        assertThat(step(video, "script").at("/result/link").asText()).isEqualTo("text-economy");
        assertThat(step(video, "thumbnail").at("/result/link").asText()).isEqualTo("thumbnail-second");
        allIsWell();

        assertThat(act(id, "retry").statusCode()).isEqualTo(200);
        video = awaitState(id, "waiting_approval");
        assertThat(step(video, "script").at("/result/link").asText()).isEqualTo("text-premium");
        assertThat(step(video, "thumbnail").at("/result/link").asText()).isEqualTo("thumbnail-primary");
        act(id, "cancel");
    }

    @Test
    void whatYoutubeRefusedIsUploadedAnewWhenAPersonTriesAgain() {
        String youtubeId = SANDBOX.youtube().newChannel("Lighthouses").id();
        TestUsers.User owner = subscriber();
        jdbc.sql("update youtube.channel set state = 'removed' where user_id = :user")
                .param("user", owner.id())
                .update();
        channels.connected(owner.id(), SANDBOX.youtube(), youtubeId, 5);
        SANDBOX.youtube().next(Mood.REJECTED, youtubeId, 1);
        UUID id = generate(owner, order(topic()));
        JsonNode video = awaitState(id, "failed");
        assertThat(video.get("error_code").asText()).isEqualTo("rejected_copyright");
        assertThat(SANDBOX.youtube().videos(youtubeId)).hasSize(1);
        long costs = costs(id);

        assertThat(act(id, "retry").statusCode()).isEqualTo(200);
        video = awaitState(id, "completed");
        List<YoutubeVideo> there = SANDBOX.youtube().videos(youtubeId);
        assertThat(there).hasSize(2);
        assertThat(there)
                .extracting(YoutubeVideo::sha256)
                .containsOnly(there.get(0).sha256());
        assertThat(there)
                .extracting(YoutubeVideo::id)
                .contains(video.get("youtube_id").asText());
        assertThat(jdbc.sql("select marker from youtube.upload where video_id = :id")
                        .param("id", id)
                        .query(String.class)
                        .list())
                .as("each has a marker of its own")
                .hasSize(2)
                .doesNotHaveDuplicates();
        assertThat(costs(id)).isEqualTo(costs);
        assertThat(step(video, "assembly").get("attempt").asInt()).isOne();
    }
}
