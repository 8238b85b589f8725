package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.camel.youtube.YoutubeFailure;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tokens are refreshed in time, by one refresher, and a consent that was withdrawn takes its channel out. */
class ChannelTokensIT extends HubIT {

    @Autowired
    private ChannelTokens tokens;

    @Autowired
    private YoutubeChannels states;

    @Autowired
    private ChannelHealth health;

    @Autowired
    private ProducerTemplate routes;

    private String youtubeId;
    private UUID channel;

    @BeforeEach
    void aChannel() {
        youtubeId = SANDBOX.youtube().newChannel("Lighthouses").id();
        channel = channels.connected(null, SANDBOX.youtube(), youtubeId, "default", 0);
    }

    @AfterEach
    void wellAgain() {
        SANDBOX.youtube().recover();
        jdbc.sql("delete from youtube.channel_token where channel_id = :channel")
                .param("channel", channel)
                .update();
    }

    private void ends(Duration left) {
        Instant now = SANDBOX.clock().instant();
        jdbc.sql("update youtube.channel_token set access_until = :until, due_at = :due, refreshed_at = :before"
                        + " where channel_id = :channel")
                .param("until", Timestamp.from(now.plus(left)))
                .param("due", Timestamp.from(now.plus(left).minus(Duration.ofMinutes(5))))
                .param("before", Timestamp.from(now.minus(Duration.ofMinutes(55))))
                .param("channel", channel)
                .update();
    }

    private Instant until() {
        return jdbc.sql("select access_until from youtube.channel_token where channel_id = :channel")
                .param("channel", channel)
                .query(Timestamp.class)
                .single()
                .toInstant();
    }

    private String error() {
        return jdbc.sql("select coalesce(error, 'none') from youtube.channel_token where channel_id = :channel")
                .param("channel", channel)
                .query(String.class)
                .single();
    }

    private List<UUID> mine() {
        return tokens.due().stream().filter(channel::equals).toList();
    }

    @Test
    void aTokenIsRefreshedFiveMinutesBeforeItsEndByOneOfSeveralNodes() {
        String before = tokens.accessToken(channel.toString());
        ends(Duration.ofMinutes(6));
        assertThat(mine()).isEmpty();
        ends(Duration.ofMinutes(4));
        assertThat(mine()).hasSize(1);
        SANDBOX.youtube().next(Mood.ROTATE, youtubeId, 1); // a second refresh with the same token would be refused

        IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> tokens.refresh(channel)))
                .toList()
                .forEach(CompletableFuture::join);

        assertThat(states.find(channel).orElseThrow().state()).isEqualTo("active");
        assertThat(error()).isEqualTo("none");
        assertThat(tokens.accessToken(channel.toString())).isNotEqualTo(before);
        assertThat(until()).isAfter(SANDBOX.clock().instant().plus(Duration.ofMinutes(55)));
        assertThat(mine()).isEmpty();
    }

    @Test
    void whatAnotherNodeIsRefreshingIsLeftToIt() {
        ends(Duration.ofMinutes(1));
        Instant before = until();
        jdbc.sql("update youtube.channel_token set lease_until = now() + interval '1 minute',"
                        + " lease_holder = gen_random_uuid() where channel_id = :channel")
                .param("channel", channel)
                .update();
        tokens.refresh(channel);
        assertThat(until()).isEqualTo(before);
    }

    @Test
    void callersWithAnEndedTokenRefreshItOnce() {
        ends(Duration.ZERO);
        List<String> given = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> tokens.accessToken(channel.toString())))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .distinct()
                .toList();
        assertThat(given).hasSize(1);
    }

    @Test
    void anotherRefreshTokenTakesTheOldOnesPlace() {
        SANDBOX.youtube().next(Mood.ROTATE, youtubeId, 1);
        ends(Duration.ofMinutes(1));
        mine().forEach(tokens::refresh);
        ends(Duration.ofMinutes(1));
        mine().forEach(tokens::refresh);
        assertThat(error()).isEqualTo("none");
        assertThat(until()).isAfter(SANDBOX.clock().instant().plus(Duration.ofMinutes(55)));
    }

    @Test
    void withdrawnConsentTakesTheChannelOutAndSaysWhoMustConsentAgain() {
        SANDBOX.youtube().revoke(youtubeId);
        ends(Duration.ofMinutes(1));
        mine().forEach(tokens::refresh);

        YoutubeChannel gone = states.find(channel).orElseThrow();
        assertThat(gone.state()).isEqualTo("revoked");
        assertThat(gone.reason()).contains("invalid_grant");
        assertThat(jdbc.sql("select payload->>'subject' from notifications.outbox where key like :key")
                        .param("key", "youtube-channel:" + channel + ":revoked:%")
                        .query(String.class)
                        .single())
                .contains(youtubeId, "fleet");
        assertThat(mine()).isEmpty();
        assertThatThrownBy(() -> {
                    ends(Duration.ZERO);
                    jdbc.sql("update youtube.channel_token set lease_until = null where channel_id = :channel")
                            .param("channel", channel)
                            .update();
                    tokens.accessToken(channel.toString());
                })
                .isInstanceOf(YoutubeFailure.class);
        assertThat(operatorPost("/api/v1/youtube/channels/" + channel + "/back", "")
                        .body())
                .contains("consent_needed");
    }

    @Test
    void aFailureThatPassesIsTriedAgainAndTheOldTokenServesOn() {
        SANDBOX.youtube().next(Mood.TOKEN_UNAVAILABLE, youtubeId, 1);
        ends(Duration.ofMinutes(4));
        mine().forEach(tokens::refresh);
        assertThat(states.find(channel).orElseThrow().state()).isEqualTo("active");
        assertThat(error()).isNotEqualTo("none");
        assertThat(tokens.accessToken(channel.toString())).startsWith("ya29.");

        ends(Duration.ofMinutes(4));
        mine().forEach(tokens::refresh);
        assertThat(error()).isEqualTo("none");
    }

    @Test
    void aRefusedTokenIsRefreshedForTheNextCall() {
        SANDBOX.youtube().expire(youtubeId);
        ends(Duration.ofMinutes(50));
        String refused = tokens.accessToken(channel.toString());
        check(); // refused by YouTube
        check();
        assertThat(tokens.accessToken(channel.toString())).isNotEqualTo(refused);
        assertThat(failures()).isEqualTo(1);
    }

    private void check() {
        routes.sendBody("direct:youtube-health-check", channel);
    }

    private int failures() {
        return jdbc.sql("select bit_count(failures::bit(32)) from youtube.channel where id = :channel")
                .param("channel", channel)
                .query(Integer.class)
                .single();
    }

    @Test
    void suspendedAndUnhealthyChannelsComeBackAfterThreeGoodChecks() {
        SANDBOX.youtube().next(Mood.BACKEND_ERROR, youtubeId, 7);
        for (int i = 0; i < 7; i++) {
            check();
        }
        assertThat(states.find(channel).orElseThrow().state()).isEqualTo("unhealthy");
        check();
        check();
        assertThat(states.find(channel).orElseThrow().state()).isEqualTo("unhealthy");
        check();
        assertThat(states.find(channel).orElseThrow().state()).isEqualTo("active");
        assertThat(failures()).isZero();

        SANDBOX.youtube().channel(youtubeId).state(com.ytempire.hub.sandbox.YoutubeChannel.State.SUSPENDED);
        check();
        assertThat(states.find(channel).orElseThrow().state()).isEqualTo("suspended");
        check();
        SANDBOX.youtube().channel(youtubeId).state(com.ytempire.hub.sandbox.YoutubeChannel.State.OK);
        for (int i = 0; i < 3; i++) {
            check();
        }
        assertThat(states.find(channel).orElseThrow().state()).isEqualTo("active");
    }

    @Test
    void aCheckThatIsDueIsClaimedByOneNode() {
        due();
        assertThat(IntStream.range(0, 4).mapToObj(i -> CompletableFuture.supplyAsync(health::claim)).toList().stream()
                        .flatMap(claim -> claim.join().stream())
                        .filter(channel::equals))
                .hasSize(1);
        due();
        look("youtube/health");
        await().atMost(Duration.ofSeconds(15))
                .until(() -> jdbc.sql("select checked_at is not null from youtube.channel where id = :channel")
                        .param("channel", channel)
                        .query(Boolean.class)
                        .single());
    }

    private void due() {
        jdbc.sql("update youtube.channel set check_due_at = :now where id = :channel")
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .param("channel", channel)
                .update();
    }
}
