package com.ytempire.hub.youtube;

import com.ytempire.hub.camel.youtube.YoutubeTokens;
import com.ytempire.hub.sandbox.YoutubeVendor;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Channels for tests, as if their owners had consented. */
@TestComponent
public class TestChannels {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final ChannelTokens tokens;

    TestChannels(JdbcClient jdbc, Clock clock, ChannelTokens tokens) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.tokens = tokens;
    }

    /** A channel at YouTube that is connected, with a project of its own. */
    public UUID connected(UUID owner, YoutubeVendor youtube, String youtubeId, int uploadsPerDay) {
        return connected(owner, youtube, youtubeId, project(), uploadsPerDay);
    }

    /** The same; only with a project of the settings can its tokens be refreshed. */
    public UUID connected(UUID owner, YoutubeVendor youtube, String youtubeId, String project, int uploadsPerDay) {
        UUID id = add(owner, project, uploadsPerDay);
        jdbc.sql("update youtube.channel set youtube_id = :youtube where id = :id")
                .param("youtube", youtubeId)
                .param("id", id)
                .update();
        consent(id, youtube, youtubeId, project);
        return id;
    }

    /** Its owner consents (again); the tokens are good for an hour. */
    public void consent(UUID id, YoutubeVendor youtube, String youtubeId, String project) {
        YoutubeVendor.Tokens given = youtube.grant(
                youtubeId,
                project.equals("default") ? YoutubeVendor.CLIENT_ID : project,
                "youtube.upload",
                "youtube",
                "youtube.readonly",
                "yt-analytics.readonly");
        tokens.keep(
                id,
                new YoutubeTokens(
                        given.access(),
                        given.refresh(),
                        Duration.ofSeconds(3599),
                        Set.of(
                                "https://www.googleapis.com/auth/youtube.upload",
                                "https://www.googleapis.com/auth/yt-analytics.readonly")));
    }

    /** A Google Cloud project nobody else uses, so that its quota is the test's own. */
    public static String project() {
        return "p" + UUID.randomUUID().toString().replace("-", "");
    }

    /**
     * A healthy channel without tokens.
     *
     * @param owner null: the fleet's
     */
    public UUID add(UUID owner, String project, boolean reserve, int uploadsPerDay) {
        UUID id = UUID.randomUUID();
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("""
                        insert into youtube.channel (id, user_id, project, youtube_id, title, state, state_since, reserve,
                                                     uploads_per_day, check_due_at, connected_by, created_at)
                        values (:id, :owner, :project, :youtube, 'A channel', 'active', :now, :reserve, :uploads,
                                'infinity', 'test', :now)
                        """)
                .param("id", id)
                .param("owner", owner)
                .param("project", project)
                .param("youtube", "UC" + id.toString().replace("-", "").substring(0, 22))
                .param("reserve", reserve)
                .param("uploads", uploadsPerDay)
                .param("now", now)
                .update();
        return id;
    }

    /** Gives a user the plan of that price, without Stripe. */
    public void plan(UUID user, String price) {
        String customer = "cus_" + UUID.randomUUID();
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("insert into billing.customer_owner values (:customer, :user, :now, 'test')")
                .param("customer", customer)
                .param("user", user)
                .param("now", now)
                .update();
        jdbc.sql("""
                        insert into billing.subscription (id, version, state_at, status, verified, object, customer, price)
                        values (:id, 1, :now, 'active', true, :object::jsonb, :customer, :price)
                        """)
                .param("id", "sub_" + UUID.randomUUID())
                .param("now", now)
                .param(
                        "object",
                        "{\"status\":\"active\",\"items\":{\"data\":[{\"price\":{\"id\":\"" + price + "\"}}]}}")
                .param("customer", customer)
                .param("price", price)
                .update();
    }

    /** An active channel with so many uploads a day. */
    public UUID add(UUID owner, String project, int uploadsPerDay) {
        return add(owner, project, false, uploadsPerDay);
    }
}
