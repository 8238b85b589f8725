package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.accounts.TestUsers;
import java.sql.Timestamp;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is left of videos whose author has left, or has taken them away: that they were made, and what they cost. */
class VideoForgottenIT extends VideosHubIT {

    private static final String SECRET = "My daughter Ada's first day at school";

    private UUID add(TestUsers.User owner, String state, String upload) {
        UUID video = UUID.randomUUID();
        Timestamp now = Timestamp.from(SANDBOX.clock().instant());
        jdbc.sql("""
                        insert into videos.video
                            (id, owner, created_by, topic, topic_key, duration_target, aspect, high_value, privacy, publish,
                             plan_day, title, description, tags, script, state, due_at, created_at, updated_at)
                        values (:id, :owner, :by, :secret, :secret, 10, '16:9', false, 'private', 'now',
                                current_date, :secret, :secret, :secret, :secret, :state, :now, :now, :now)
                        """)
                .param("id", video)
                .param("owner", owner.id())
                .param("by", owner.id().toString())
                .param("secret", SECRET)
                .param("state", state)
                .param("now", now)
                .update();
        jdbc.sql("""
                        insert into videos.step (video_id, step, state, result, cost, error)
                        values (:id, 'script', 'done', jsonb_build_object('text', :secret), 0.25, :secret)
                        """).param("id", video).param("secret", SECRET).update();
        jdbc.sql("""
                        insert into youtube.upload
                            (id, video_id, owner_id, lane, marker, file, bytes, sha256, title, description, tags, category,
                             privacy, made_for_kids, synthetic_media, state, node, lease_until, since, thumbnail_state,
                             captions_state, note, queued_at, changed_at)
                        values (gen_random_uuid(), :video, :owner, 'user/' || :owner, 'yte' || :video, 'gone.mp4', 1, 'hash',
                                :secret, :secret, array[:secret], '22', 'private', false, true, :state, :node,
                                case when :node::text is null then null else now() + interval '1 hour' end, :now, 'none',
                                'none', :secret, :now, :now)
                        """)
                .param("video", video)
                .param("owner", owner.id())
                .param("secret", SECRET)
                .param("state", upload)
                .param("node", upload.equals("published") ? null : "another")
                .param("now", now)
                .update();
        return video;
    }

    private String all(UUID video) {
        return jdbc.sql("select v::text || (select string_agg(s::text, ' ') from videos.step s where s.video_id = v.id)"
                        + " from videos.video v where id = :id")
                .param("id", video)
                .query(String.class)
                .single();
    }

    private String upload(UUID video) {
        return jdbc.sql("select u::text from youtube.upload u where video_id = :id")
                .param("id", video)
                .query(String.class)
                .single();
    }

    private Map<String, Object> cost(UUID video) {
        return jdbc.sql("select state, cost from videos.step where video_id = :id and step = 'script'")
                .param("id", video)
                .query()
                .singleRow();
    }

    @Test
    void whoLeavesIsForgottenAndWhatIsUnderWayWhenItEnds() {
        TestUsers.User user = user();
        UUID published = add(user, "completed", "published");
        UUID underWay = add(user, "uploading", "uploading");
        jdbc.sql("""
                        insert into accounts.api_request
                            (caller, key, operation, hash, attempt, lease_until, answer, created_at)
                        values (:caller, 'one', 'videos-generate', 'hash', gen_random_uuid(), now(), :answer, :now)
                        """)
                .param("caller", user.id().toString())
                .param("answer", SECRET)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();

        assertThat(send(as(user, "/api/v1/users/me").DELETE()).statusCode()).isBetween(200, 204);

        assertThat(all(published) + all(underWay) + upload(published)).doesNotContain("Ada");
        assertThat(cost(published))
                .containsEntry("state", "done")
                .hasEntrySatisfying("cost", cost -> assertThat(cost).asString().startsWith("0.25"));
        assertThat(jdbc.sql("select count(*) from accounts.api_request where caller = :caller")
                        .param("caller", user.id().toString())
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(upload(underWay)).contains("Ada"); // YouTube is just being told
        jdbc.sql("update youtube.upload set state = 'cancelled', node = null, lease_until = null where video_id = :id")
                .param("id", underWay)
                .update();
        assertThat(upload(underWay)).doesNotContain("Ada");
    }

    @Test
    void aVideoTakenAwayLeavesNoTexts() {
        TestUsers.User user = user();
        UUID video = add(user, "completed", "published");

        assertThat(send(as(user, VIDEOS + "/" + video).DELETE()).statusCode()).isBetween(200, 204);

        assertThat(all(video) + upload(video)).doesNotContain("Ada");
    }
}
