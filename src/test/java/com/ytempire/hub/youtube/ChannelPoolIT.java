package com.ytempire.hub.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.youtube.QuotaRules.Cost;
import com.ytempire.hub.youtube.QuotaRules.Limit;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Which channel an upload gets, and what that takes from the quota. */
class ChannelPoolIT extends HubIT {

    @Autowired
    private ChannelPool pool;

    @Autowired
    private Quota quota;

    @Autowired
    private QuotaRuleStore rules;

    @Autowired
    private QuotaDays days;

    @Autowired
    private ChannelScores scores;

    @Autowired
    private YoutubeChannels states;

    @Autowired
    private Clock clock;

    private final UUID owner = UUID.randomUUID();
    private final String project = TestChannels.project();

    @AfterEach
    void usualRules() {
        jdbc.sql("delete from youtube.quota_limit where project = :project")
                .param("project", project)
                .update();
    }

    private Choice choose(UUID upload) {
        return pool.choose(new ChannelWish(upload, owner, null));
    }

    private void suspend(UUID channel) {
        jdbc.sql("update youtube.channel set state = 'suspended' where id = :id")
                .param("id", channel)
                .update();
    }

    private int taken(String bucket) {
        return jdbc.sql("select coalesce(sum(used + reserved), 0) from youtube.quota_use"
                        + " where owner = :owner and bucket = :bucket and day = :day")
                .param("owner", "project:" + project)
                .param("bucket", bucket)
                .param("day", days.today())
                .query(Integer.class)
                .single();
    }

    private int slots(UUID channel) {
        return jdbc.sql("select cardinality(slots) from youtube.channel where id = :id")
                .param("id", channel)
                .query(Integer.class)
                .single();
    }

    private List<Choice> together(int choosers) throws Exception {
        return together(choosers, UUID::randomUUID);
    }

    private List<Choice> together(int choosers, Supplier<UUID> upload) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(choosers);
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<Future<Choice>> results = IntStream.range(0, choosers)
                    .mapToObj(i -> threads.submit(() -> {
                        start.await();
                        return choose(upload.get());
                    }))
                    .toList();
            start.countDown();
            List<Choice> choices = new ArrayList<>();
            for (Future<Choice> result : results) {
                choices.add(result.get(60, TimeUnit.SECONDS));
            }
            return choices;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void fiftyChoosersNeverPassTheLimitsOfChannelsAndUseThemUp() throws Exception {
        List<UUID> mine = new ArrayList<>();
        for (int uploads : List.of(5, 5, 5, 4)) {
            mine.add(channels.add(owner, project, uploads));
        }
        UUID reserve = channels.add(owner, project, true, 2);

        List<Choice> choices = together(50);

        assertThat(choices.stream().filter(Choice::found)).hasSize(21);
        assertThat(mine.stream().map(this::slots)).containsExactly(5, 5, 5, 4);
        assertThat(slots(reserve)).isEqualTo(2);
        assertThat(choices.stream().filter(choice -> !choice.found()))
                .allSatisfy(choice -> assertThat(choice.reason()).isEqualTo("channel_limit"))
                .allSatisfy(choice -> assertThat(choice.next())
                        .isBetween(
                                clock.instant().plus(Duration.ofHours(23)),
                                clock.instant().plus(Duration.ofHours(24))));
        assertThat(taken("uploads")).isEqualTo(21);
        assertThat(taken("general")).isEqualTo(2_100);
    }

    @Test
    void aReserveChannelIsNotGivenAwayWhileAnActiveOneHasRoomHoweverManyChoose() throws Exception {
        UUID active = channels.add(owner, project, 5);
        List<UUID> reserve = List.of(channels.add(owner, project, true, 2), channels.add(owner, project, true, 2));

        assertThat(together(6)).allMatch(Choice::found);

        assertThat(slots(active)).isEqualTo(5);
        assertThat(reserve.stream().mapToInt(this::slots).sum()).isEqualTo(1);
    }

    @Test
    void oneUploadThatAsksTwentyTimesAtOnceHoldsOnce() throws Exception {
        channels.add(owner, project, 5);
        channels.add(owner, project, 5);
        UUID upload = UUID.randomUUID();

        List<Choice> choices = together(20, () -> upload);

        assertThat(choices.stream().map(choice -> choice.channel().id()).distinct())
                .hasSize(1);
        assertThat(taken("uploads")).isEqualTo(1);
        assertThat(slots(choices.get(0).channel().id())).isEqualTo(1);
    }

    @Test
    void fiftyChoosersNeverPassTheQuotaOfAProject() throws Exception {
        limit("uploads", 10, Map.of("uploads", 95, "emergency", 5));
        IntStream.range(0, 10).forEach(i -> channels.add(owner, project, 5));

        List<Choice> choices = together(50);

        assertThat(choices.stream().filter(Choice::found)).hasSize(9);
        assertThat(taken("uploads")).isEqualTo(9);
        assertThat(choices.stream().filter(choice -> !choice.found()))
                .allSatisfy(choice -> assertThat(choice.reason()).isEqualTo("quota"))
                .allSatisfy(choice -> assertThat(choice.next()).isEqualTo(quota.nextReset()));
    }

    private void limit(String bucket, int units, Map<String, Integer> shares) {
        rules.add(new Limit(bucket, project, LocalDate.of(2026, 1, 1), "project", units, shares), "test");
    }

    @Test
    void theSameUploadGetsItsChannelAgainAndAnotherOneWhenThatIsOut() {
        channels.add(owner, project, 5);
        channels.add(owner, project, 5);
        UUID upload = UUID.randomUUID();
        UUID first = choose(upload).channel().id();
        assertThat(choose(upload).channel().id()).isEqualTo(first);
        assertThat(taken("uploads")).isEqualTo(1);
        assertThat(quota.sending(upload, Quota.INSERT)).isTrue();

        suspend(first);
        UUID second = choose(upload).channel().id();

        assertThat(second).isNotEqualTo(first);
        assertThat(taken("uploads")).as("the first call was made").isEqualTo(2);
        assertThat(taken("general")).as("its thumbnail never will").isEqualTo(100);
        assertThat(slots(first)).isEqualTo(1);
    }

    @Test
    void whatWasNotSentComesBackWithTheSlotAndWhatWasSentStays() {
        UUID channel = channels.add(owner, project, 5);
        UUID cancelled = UUID.randomUUID();
        UUID done = UUID.randomUUID();
        choose(cancelled);
        choose(done);
        assertThat(slots(channel)).isEqualTo(2);

        quota.end(cancelled);
        assertThat(slots(channel)).isEqualTo(1);
        assertThat(taken("uploads")).isEqualTo(1);
        assertThat(taken("general")).isEqualTo(100);

        for (String method : Quota.VIDEO) {
            assertThat(quota.sending(done, method)).isTrue();
            quota.settle(done, method);
            quota.settle(done, method);
        }
        quota.end(done);
        assertThat(taken("uploads")).isEqualTo(1);
        assertThat(taken("general")).isEqualTo(100);
        assertThat(slots(channel)).isEqualTo(1);
        assertThat(quota.sending(done, Quota.INSERT)).as("it is over").isFalse();
        assertThat(jdbc.sql("select sum(case kind when 'reserved' then units when 'released' then units else 0 end)"
                                + " from youtube.quota_entry where channel_id = :channel")
                        .param("channel", channel)
                        .query(Integer.class)
                        .single())
                .as("the ledger adds up")
                .isEqualTo(101);
    }

    @Test
    void aCallIsCountedAsOftenAsYoutubeMayHaveReceivedIt() {
        channels.add(owner, project, 5);
        UUID upload = UUID.randomUUID();
        choose(upload);
        assertThat(quota.sending(upload, Quota.INSERT)).isTrue();
        assertThat(taken("uploads")).isEqualTo(1);

        assertThat(quota.sending(upload, Quota.INSERT))
                .as("its answer was lost")
                .isTrue();
        assertThat(taken("uploads")).isEqualTo(2);

        quota.notCarriedOut(upload, Quota.INSERT);
        assertThat(quota.sending(upload, Quota.INSERT)).as("YouTube was down").isTrue();
        assertThat(taken("uploads")).isEqualTo(2);

        quota.settle(upload, Quota.INSERT);
        assertThat(taken("uploads")).isEqualTo(2);
        quota.notCarriedOut(upload, Quota.INSERT);
        quota.end(upload);
        assertThat(taken("uploads")).as("settled is settled").isEqualTo(2);
    }

    @Test
    void aCallThatWasSentStaysCountedWhenThereIsNoRoomToSendItAgain() {
        limit("uploads", 2, Map.of("uploads", 50, "emergency", 50));
        UUID channel = channels.add(owner, project, 5);
        UUID upload = UUID.randomUUID();
        choose(upload);
        assertThat(quota.sending(upload, Quota.INSERT)).isTrue();

        assertThat(quota.sending(upload, Quota.INSERT))
                .as("its answer was lost, and the share is full")
                .isFalse();
        quota.endWithoutInsert(upload); // it leaves the channel

        assertThat(taken("uploads")).as("YouTube counts it").isEqualTo(1);
        assertThat(taken("general")).isZero();
        assertThat(slots(channel)).isEqualTo(1);
        assertThat(choose(UUID.randomUUID()).found()).isFalse();
    }

    @Test
    void theJanitorGivesBackWhatWasReservedAndBooksWhatWasSent() {
        UUID channel = channels.add(owner, project, 5);
        UUID crashed = UUID.randomUUID();
        UUID alive = UUID.randomUUID();
        choose(crashed);
        choose(alive);
        quota.sending(crashed, Quota.INSERT);
        jdbc.sql("update youtube.quota_hold set lease_until = now() - interval '1 second' where channel_id = :channel")
                .param("channel", channel)
                .update();
        assertThat(quota.renew(alive)).isTrue();

        quota.clear();

        assertThat(taken("uploads")).isEqualTo(2);
        assertThat(taken("general")).isEqualTo(100);
        assertThat(quota.sending(crashed, "thumbnails.set")).as("it has lapsed").isFalse();
        assertThat(quota.hold(crashed, channel, List.of("thumbnails.set", "videos.update")))
                .isTrue();
        assertThat(quota.sending(crashed, "thumbnails.set")).isTrue();
        assertThat(quota.renew(alive)).isTrue();
    }

    @Test
    void aSpentBucketIsLeftAloneUntilTheReset() {
        UUID spent = channels.add(owner, project, 5);
        UUID other = channels.add(owner, TestChannels.project(), 5);
        assertThat(quota.take(spent, "videos.list")).isTrue();

        quota.bucketSpent(spent, Quota.INSERT);
        quota.bucketSpent(spent, Quota.INSERT);

        assertThat(choose(UUID.randomUUID()).channel().id()).isEqualTo(other);
        assertThat(quota.take(spent, "videos.list"))
                .as("that is another bucket")
                .isTrue();
        suspend(other);
        Choice none = choose(UUID.randomUUID());
        assertThat(none.reason()).isEqualTo("quota");
        assertThat(notices("youtube-quota:project:" + project + ":uploads:%:spent"))
                .isEqualTo(1);
    }

    private int notices(String key) {
        return jdbc.sql("select count(*) from notifications.outbox where key like :key")
                .param("key", key)
                .query(Integer.class)
                .single();
    }

    @Test
    void warningAndCriticalAreToldOnceAndAnalyticsStopAtEightyPercent() {
        limit("general", 100, Map.of("updates", 70, "metadata", 15, "analytics", 10, "emergency", 5));
        UUID channel = channels.add(owner, project, 5);
        UUID upload = UUID.randomUUID();
        assertThat(quota.hold(upload, channel, List.of("thumbnails.set"))).isTrue();
        for (int i = 0; i < 15; i++) {
            assertThat(quota.take(channel, "videos.list")).isTrue();
        }
        assertThat(quota.take(channel, "videos.list")).as("its share is gone").isFalse();
        assertThat(quota.hold(upload, channel, List.of("videos.update"))).isFalse();
        for (int i = 0; i < 5; i++) {
            assertThat(quota.take(channel, "videos.list", "analytics")).isTrue();
        }
        assertThat(taken("general")).isEqualTo(70);
        assertThat(notices("youtube-quota:project:" + project + ":general:%:70"))
                .isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            assertThat(quota.take(channel, "videos.list", "analytics")).isTrue();
        }
        assertThat(taken("general")).isEqualTo(75);
        assertThat(quota.take(channel, "videos.list", "analytics")).isFalse();
        assertThat(notices("youtube-quota:project:" + project + ":general:%:90"))
                .isZero();
    }

    @Test
    void reservedBeforeMidnightAndSentAfterItCountsInTheNewDay() {
        UUID channel = channels.add(owner, project, 5);
        UUID upload = UUID.randomUUID();
        choose(upload);
        LocalDate before = days.today();
        jdbc.sql("update youtube.quota_hold set day = day - 1 where upload_id = :upload")
                .param("upload", upload)
                .update();
        jdbc.sql("update youtube.quota_use set day = day - 1 where owner = :owner")
                .param("owner", "project:" + project)
                .update();
        assertThat(taken("uploads")).isZero();

        assertThat(quota.sending(upload, Quota.INSERT)).isTrue();
        assertThat(quota.hold(upload, channel, List.of("thumbnails.set")))
                .as("anew, in place of yesterday's")
                .isTrue();

        assertThat(taken("uploads")).isEqualTo(1);
        assertThat(taken("general")).isEqualTo(50);
        assertThat(jdbc.sql("select reserved from youtube.quota_use where owner = :owner and day = :day"
                                + " and bucket = 'uploads'")
                        .param("owner", "project:" + project)
                        .param("day", before.minusDays(1))
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aSmallerPlanLeavesTheChannelsThatWereConnectedLastAlone() {
        channels.plan(owner, STARTER);
        List<UUID> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            UUID channel = channels.add(owner, project, 1);
            jdbc.sql(
                            "update youtube.channel set created_at = created_at + make_interval(secs => :seconds) where id = :id")
                    .param("seconds", i)
                    .param("id", channel)
                    .update();
            all.add(channel);
        }

        List<UUID> chosen = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            chosen.add(choose(UUID.randomUUID()).channel().id());
        }

        assertThat(chosen).containsExactlyInAnyOrderElementsOf(all.subList(0, 5));
        assertThat(choose(UUID.randomUUID()).reason()).isEqualTo("channel_limit");
    }

    @Test
    void othersChannelsTheFleetAndThoseThatAreOutAreNotChosen() {
        assertThat(choose(UUID.randomUUID()).reason()).isEqualTo("no_channel");
        channels.add(UUID.randomUUID(), project, 5);
        channels.add(null, project, 0);
        assertThat(choose(UUID.randomUUID()).reason()).isEqualTo("no_channel");

        UUID mine = channels.add(owner, project, 5);
        states.limitReached(mine);
        Choice limited = choose(UUID.randomUUID());
        assertThat(limited.reason()).isEqualTo("channel_limit");
        assertThat(limited.next()).isAfter(clock.instant().plus(Duration.ofHours(23)));

        states.suspended(mine, "account suspended");
        assertThat(choose(UUID.randomUUID()).reason()).isEqualTo("out");
        assertThat(notices("youtube-channel:" + mine + ":suspended:%")).isEqualTo(1);
    }

    @Test
    void sevenFailuresAmongTwentyCallsTakeAChannelOut() {
        UUID mine = channels.add(owner, project, 5);
        for (int i = 0; i < 6; i++) {
            states.failed(mine, "backendError");
        }
        IntStream.range(0, 14).forEach(i -> states.succeeded(mine));
        states.failed(mine, "backendError"); // pushes the first one out
        assertThat(states.find(mine).orElseThrow().state()).isEqualTo("active");
        states.failed(mine, "backendError");
        states.failed(mine, "backendError");
        assertThat(states.find(mine).orElseThrow().state()).isEqualTo("active");
        IntStream.range(0, 4).forEach(i -> states.failed(mine, "backendError"));
        assertThat(states.find(mine).orElseThrow().state()).isEqualTo("unhealthy");
    }

    @Test
    void theScoreIsFortyThirtyTwentyTenAndReserveWaitsBehind() {
        Random random = new Random(5);
        List<Cost> costs = quota.costs(Quota.VIDEO);
        for (int i = 0; i < 40; i++) {
            UUID holder = UUID.randomUUID();
            String fresh = TestChannels.project();
            int perDay = 1 + random.nextInt(6);
            boolean reserve = random.nextInt(4) == 0;
            UUID channel = channels.add(holder, fresh, reserve, perDay);
            int young = random.nextInt(perDay + 1);
            int old = random.nextInt(3);
            int failures = random.nextInt(1 << 20);
            Integer rested = random.nextBoolean() ? null : random.nextInt(6 * 3600);
            int used = random.nextInt(96);
            Instant now = clock.instant();
            String slots = IntStream.range(0, old + young)
                    .mapToObj(n ->
                            "\"" + (n < old ? now.minus(Duration.ofHours(30 - n)) : now.minusSeconds(3000 - n)) + "\"")
                    .toList()
                    .toString()
                    .replace('[', '{')
                    .replace(']', '}');
            jdbc.sql("update youtube.channel set slots = :slots::timestamptz[], failures = :failures,"
                            + " last_upload_at = :last where id = :id")
                    .param("slots", slots)
                    .param("failures", failures)
                    .param("last", rested == null ? null : Timestamp.from(now.minusSeconds(rested)))
                    .param("id", channel)
                    .update();
            jdbc.sql("insert into youtube.quota_use (owner, bucket, day, use, used, most)"
                            + " values (:owner, 'uploads', :day, 'uploads', :used, 95)")
                    .param("owner", "project:" + fresh)
                    .param("day", days.today())
                    .param("used", used)
                    .update();

            Map<String, Object> parameters = new HashMap<>(scores.parameters(quota.state(costs), costs));
            parameters.put("id", channel);
            double score = jdbc.sql("select " + ChannelScores.SCORE + " from youtube.channel c " + ChannelScores.JOINS
                            + " where c.id = :id")
                    .params(parameters)
                    .query(Double.class)
                    .single();

            double expected = 40 * (95.0 - used) / 95
                    + 30 * (double) (perDay - young) / perDay
                    + 20 * (1 - Integer.bitCount(failures) / 20.0)
                    + 10 * (rested == null ? 1 : Math.min(1, rested / 14_400.0));
            assertThat(score).isCloseTo(reserve ? expected / 10 : expected, within(0.05));
        }
    }

    @Test
    void theBestOfTheActiveIsTakenFirst() {
        UUID used = channels.add(owner, project, 5);
        UUID reserve = channels.add(owner, project, true, 2);
        choose(UUID.randomUUID());
        UUID fresh = channels.add(owner, project, 5);
        assertThat(slots(used)).isEqualTo(1);
        assertThat(choose(UUID.randomUUID()).channel().id()).isEqualTo(fresh);
        assertThat(slots(reserve)).isZero();
    }
}
