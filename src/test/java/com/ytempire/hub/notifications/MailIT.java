package com.ytempire.hub.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.ResendVendor.SandboxMail;
import com.ytempire.hub.sandbox.SentRequest;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Mails from the outbox to Resend: each arrives once, whatever fails on the way. */
class MailIT extends MailHubIT {

    @Autowired
    private ProducerTemplate routes;

    @Autowired
    private OutboxRetention retention;

    @Autowired
    private PlatformTransactionManager transactions;

    @AfterEach
    void resendIsWell() {
        SANDBOX.recover();
        operatorPost("/api/v1/notifications/channels/mail/resume", "");
    }

    private void receipt(String key, String to) {
        outbox.mail(new Mail(
                key, "receipt", UUID.randomUUID(), to, Map.of("amount", Map.of("amount", 9700, "currency", "usd"))));
    }

    private static List<SandboxMail> arrived(String to) {
        return SANDBOX.resend().mailsTo(to);
    }

    private static long requestsFor(String to) {
        return SANDBOX.sent().to("resend").stream()
                .filter(request -> request.body().contains(to))
                .count();
    }

    @Test
    void arrivesOnceHoweverOftenItIsWritten() {
        String key = unique("receipt");
        String to = address();
        receipt(key, to);
        receipt(key, to);
        awaitState(key, "sent");
        receipt(key, to);

        SandboxMail mail = arrived(to).get(0);
        assertThat(arrived(to)).hasSize(1);
        assertThat(mail.subject()).isEqualTo("Receipt: 97.00 USD");
        assertThat(mail.html()).contains("97.00 USD").contains("prefers-color-scheme: dark");
        assertThat(mail.text()).contains("97.00 USD").doesNotContain("{{");
        assertThat(column(key, "result")).isEqualTo(mail.id());
    }

    @Test
    void leavesOnlyWhenWhatItTellsOfIsCommitted() {
        String key = unique("receipt");
        String to = address();
        new TransactionTemplate(transactions).executeWithoutResult(transaction -> {
            receipt(key, to);
            transaction.setRollbackOnly();
        });
        assertThat(state(key)).isEmpty();
    }

    @Test
    void aLinkThatLetsSomebodyInIsNotKept() {
        String key = unique("reset");
        String to = address();
        outbox.mail(new Mail(
                key,
                "reset-password",
                UUID.randomUUID(),
                to,
                Map.of("link", "https://hub.example.com/reset#token=s3cret", "valid_minutes", 30)));
        awaitState(key, "sent");
        assertThat(arrived(to).get(0).text()).contains("https://hub.example.com/reset#token=s3cret");
        assertThat(column(key, "payload")).doesNotContain("s3cret");
    }

    @Test
    void aLostAnswerSendsNoSecondMail() {
        String key = unique("receipt");
        String to = address();
        SANDBOX.faults().fail("resend", Fault.cut().about(to).afterTheWork(), 1);
        receipt(key, to);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> column(key, "failures").equals("1"));
        SANDBOX.clock().advance(Duration.ofMinutes(1));
        awaitState(key, "sent");
        assertThat(arrived(to)).hasSize(1);
        assertThat(requestsFor(to)).isEqualTo(2);
    }

    @Test
    void aCrashBetweenSendingAndMarkingSendsNoSecondMail() {
        String key = unique("receipt");
        String to = address();
        receipt(key, to);
        awaitState(key, "sent");
        crashed(key, SANDBOX.clock().instant());
        awaitState(key, "sent");
        assertThat(arrived(to)).hasSize(1);
        assertThat(requestsFor(to)).isEqualTo(2);
    }

    /** As a node leaves it that dies after the request went out: claimed, announced, its lease over. */
    private void crashed(String key, Instant sentAt) {
        jdbc.sql("update notifications.outbox set state = 'sending', node = 'dead', unsure_since = :at,"
                        + " lease_until = now() - interval '1 second' where key = :key")
                .param("at", Timestamp.from(sentAt))
                .param("key", key)
                .update();
    }

    @Test
    void whatMayHaveArrivedIsNotRepeatedWhenResendNoLongerKnowsIt() {
        String key = unique("receipt");
        String to = address();
        receipt(key, to);
        awaitState(key, "sent");
        crashed(key, SANDBOX.clock().instant().minus(Duration.ofHours(25)));
        awaitState(key, "failed");
        assertThat(requestsFor(to)).isEqualTo(1);
        assertThat(column(key, "result")).contains("may have been sent");
    }

    @Test
    void severalNodesAtOnceSendEachMailOnceAndNeverMoreThanResendTakes() {
        List<String> keys = new ArrayList<>();
        List<String> to = new ArrayList<>();
        for (int i = 0; i < 3 * RESEND_TAKES; i++) {
            keys.add(unique("receipt"));
            to.add(address());
        }
        for (int i = 0; i < keys.size(); i++) {
            receipt(keys.get(i), to.get(i));
        }
        List<CompletableFuture<Void>> nodes = Stream.generate(
                        () -> CompletableFuture.runAsync(() -> routes.sendBody("direct:notifications-mail-send", null)))
                .limit(4)
                .toList();
        nodes.forEach(CompletableFuture::join);
        keys.forEach(key -> awaitState(key, "sent"));
        assertThat(to).allSatisfy(address -> assertThat(requestsFor(address)).isEqualTo(1));
        assertThat(SANDBOX.resend().fullestSecond()).isLessThanOrEqualTo(RESEND_TAKES);
        assertThat(SANDBOX.resend().rateLimited()).isZero();
    }

    @Test
    void aMailSomebodyWaitsForGoesBeforeAllOthers() {
        List<String> many = Stream.generate(() -> unique("receipt")).limit(40).toList();
        String urgent = unique("reset");
        new TransactionTemplate(transactions)
                .executeWithoutResult(transaction -> many.forEach(key -> receipt(key, address())));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> many.stream().anyMatch(key -> state(key).equals("sent")));
        outbox.mail(new Mail(
                urgent,
                "reset-password",
                UUID.randomUUID(),
                address(),
                Map.of("link", "https://hub.example.com/reset#token=s3cret", "valid_minutes", 30)));
        awaitState(urgent, "sent");
        many.forEach(key -> awaitState(key, "sent"));
        assertThat(jdbc.sql(
                                "select count(*) from notifications.outbox where key in (:many) and sent_at >"
                                        + " (select sent_at from notifications.outbox where channel = 'mail' and key = :urgent)")
                        .param("many", many)
                        .param("urgent", urgent)
                        .query(Integer.class)
                        .single())
                .as("of a batch that was under way none but the one on its way, and the whole of what came after it")
                .isGreaterThan(25);
    }

    @Test
    void aDailyQuotaIsNotTriedAgainBeforeTheNextDay() {
        SANDBOX.resend().dailyQuota(0);
        String key = unique("receipt");
        String to = address();
        receipt(key, to);
        await().atMost(Duration.ofSeconds(20)).until(() -> requestsFor(to) == 1);
        awaitState(key, "waiting");
        Instant now = SANDBOX.clock().instant();
        Instant midnight = LocalDate.ofInstant(now, ZoneOffset.UTC)
                .plusDays(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        String later = unique("receipt");
        receipt(later, to);
        Duration left = Duration.between(now, midnight);
        SANDBOX.clock().advance(left.minus(left.dividedBy(10)).minusSeconds(30));
        routes.sendBody("direct:notifications-mail-send", null);
        assertThat(requestsFor(to)).isEqualTo(1);
        assertThat(operatorGet("/api/v1/notifications/channels").body()).contains("daily_quota_exceeded");

        SANDBOX.resend().dailyQuota(Integer.MAX_VALUE);
        SANDBOX.clock()
                .advance(Duration.between(SANDBOX.clock().instant(), midnight).plusSeconds(5));
        awaitState(key, "sent");
        awaitState(later, "sent");
        assertThat(arrived(to)).hasSize(2);
    }

    @Test
    void whenResendIsDownMailsWaitAndLeaveWhenItIsBack() {
        SANDBOX.faults().fail("resend", Fault.status(503), 1000);
        List<String> keys = Stream.generate(() -> unique("receipt")).limit(8).toList();
        String to = address();
        keys.forEach(key -> receipt(key, to));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> keys.stream().anyMatch(key -> column(key, "result").contains("left alone")));
        SANDBOX.faults().clear();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    SANDBOX.clock().advance(Duration.ofMinutes(1));
                    assertThat(keys).allSatisfy(key -> assertThat(state(key)).isEqualTo("sent"));
                });
        assertThat(arrived(to)).hasSize(8);
    }

    @Test
    void aMailThatIsRefusedOrCannotBeMadeFailsAndStopsNoOther() {
        String refused = unique("receipt");
        String broken = unique("broken");
        String good = unique("receipt");
        String to = address();
        receipt(refused, "nobody@nowhere");
        jdbc.sql("insert into notifications.outbox (channel, key, payload, state, due_at, created_at)"
                        + " values ('mail', :key, '{\"template\":\"no-such\"}', 'waiting', :now, :now)")
                .param("key", broken)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        receipt(good, to);
        awaitState(good, "sent");
        awaitState(refused, "failed");
        awaitState(broken, "failed");
        assertThat(column(refused, "result")).contains("422").doesNotContain("nobody@nowhere");
        assertThat(operatorGet("/api/v1/notifications/outbox?channel=mail&state=failed")
                        .body())
                .contains(refused)
                .doesNotContain("nobody@nowhere");
    }

    @Test
    void aRefusedKeySwitchesTheChannelOffUntilSomebodyHasLooked() {
        SANDBOX.resend().apiKey("re_another");
        String key = unique("receipt");
        String to = address();
        receipt(key, to);
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        operatorGet("/api/v1/notifications/channels").body().contains("invalid_api_key"));
        assertThat(state(key)).isEqualTo("waiting");
        SANDBOX.resend().apiKey("re_sandbox");
        assertThat(operatorPost("/api/v1/notifications/channels/mail/resume", "")
                        .statusCode())
                .isEqualTo(200);
        awaitState(key, "sent");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> arrived("operators@ytempire.example").stream()
                        .anyMatch(mail -> mail.subject().contains("can send nothing to mail")));
    }

    @Test
    void ourOwnPeopleAreToldAtTheirAddress() {
        String key = unique("notice");
        outbox.tell(new Notice(key, Notice.Audience.FINANCE, "Dispute " + key, "Answer it.", Instant.now()));
        awaitState(key, "sent");
        assertThat(arrived("finance@ytempire.example"))
                .anySatisfy(mail -> assertThat(mail.subject()).isEqualTo("Dispute " + key));
    }

    @Test
    void anUnknownTemplateOrAMissingValueFailsAtTheCaller() {
        assertThatThrownBy(() -> outbox.mail(new Mail(unique("x"), "no-such", null, address(), Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no-such");
        assertThatThrownBy(() -> outbox.mail(new Mail(unique("x"), "receipt", null, address(), Map.of())))
                .hasMessageContaining("amount");
        assertThatThrownBy(() -> outbox.mail(new Mail(unique("x"), "receipt", null, address(), Map.of("amount", 9700))))
                .hasMessageContaining("currency");
    }

    @Test
    void theKeyOfAMailIsTheSameOnEveryTry() {
        String key = unique("receipt");
        String to = address();
        SANDBOX.faults().fail("resend", Fault.status(500).about(to), 1);
        receipt(key, to);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> column(key, "failures").equals("1"));
        SANDBOX.clock().advance(Duration.ofMinutes(1));
        awaitState(key, "sent");
        assertThat(SANDBOX.sent().to("resend").stream()
                        .filter(request -> request.body().contains(to))
                        .map(request -> request.headers().get("idempotency-key"))
                        .distinct())
                .hasSize(1);
        assertThat(SANDBOX.sent().to("resend").stream().map(SentRequest::headers))
                .allSatisfy(headers -> assertThat(headers.get("content-type")).startsWith("application/json"));
    }

    @Test
    void whatHasLeftLongAgoIsForgottenButItsKey() {
        String key = unique("receipt");
        String recent = unique("receipt");
        String to = address();
        receipt(key, to);
        receipt(recent, address());
        outbox.track(new AnalyticsEvent(
                key, "payment_succeeded", UUID.randomUUID(), SANDBOX.clock().instant(), Map.of()));
        awaitState(key, "sent");
        awaitState(recent, "sent");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> jdbc.sql("select count(*) from notifications.outbox where key = :key and state = 'sent'")
                        .param("key", key)
                        .query(Long.class)
                        .single()
                        .equals(3L));
        jdbc.sql("update notifications.outbox set created_at = :then where key = :key")
                .param("then", Timestamp.from(SANDBOX.clock().instant().minus(Duration.ofDays(91))))
                .param("key", key)
                .update();
        retention.apply();
        retention.apply();
        assertThat(column(key, "payload")).isEqualTo("{\"template\": \"receipt\"}");
        assertThat(column(recent, "payload")).contains("9700");
        assertThat(jdbc.sql("select channel from notifications.outbox where key = :key")
                        .param("key", key)
                        .query(String.class)
                        .list())
                .containsExactly("mail");
        receipt(key, to);
        assertThat(state(key)).as("still the same mail").isEqualTo("sent");
        assertThat(operatorGet("/api/v1/notifications/channels").body()).contains("\"channel\":\"webhook\"");
    }
}
