package com.ytempire.hub.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.sandbox.ResendVendor.SandboxMail;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Mails nobody wants, and addresses that take none. */
class MailWishesIT extends MailHubIT {

    private void mail(String key, String template, UUID user, String to) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("plan", "growth");
        values.put("amount", "97.00 USD");
        values.put("link", "https://hub.example.com/x#token=y");
        values.put("valid_minutes", 30);
        outbox.mail(new Mail(key, template, user, to, values));
    }

    private SandboxMail sent(String template, UUID user, String to) {
        String key = unique(template);
        mail(key, template, user, to);
        awaitState(key, "sent");
        List<SandboxMail> mails = SANDBOX.resend().mailsTo(to);
        return mails.get(mails.size() - 1);
    }

    @Test
    void theLinkInAMailEndsMailsOfItsKindWithoutALogin() {
        TestUsers.User user = users.user();
        SandboxMail retention = sent("retention", user.id(), user.email());
        assertThat(retention.headers().get("List-Unsubscribe-Post")).isEqualTo("List-Unsubscribe=One-Click");
        String link = retention.headers().get("List-Unsubscribe").replaceAll("[<>]", "");
        assertThat(retention.html()).contains(link);
        assertThat(retention.text()).contains(link);
        String path = link.substring(link.indexOf("/api/"));

        assertThat(send(request(path).GET()).body()).contains("<form method=\"post\">");
        assertThat(userGet(user, "/api/v1/users/me/notifications").body()).contains("\"retention\":true");
        HttpResponse<String> done = send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("List-Unsubscribe=One-Click")));
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(userGet(user, "/api/v1/users/me/notifications").body()).contains("\"retention\":false");

        String key = unique("retention");
        mail(key, "retention", user.id(), user.email());
        awaitState(key, "dropped");
        assertThat(column(key, "result")).contains("does not want");
        sent("receipt", user.id(), user.email());
        assertThat(send(request("/api/v1/notifications/unsubscribe/nonsense").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aUserSaysWhatHeWants() {
        TestUsers.User user = users.user();
        assertThat(put(user, "{\"product_news\":false}").body())
                .contains("\"product_news\":false")
                .contains("\"retention\":true");
        HttpResponse<String> receipts = put(user, "{\"product_news\":true,\"receipts\":false}");
        assertFieldRefused(receipts, "receipts");
        assertThat(userGet(user, "/api/v1/users/me/notifications").body())
                .as("all or nothing")
                .contains("\"product_news\":false");
        assertThat(put(user, "{\"retention\":null}").statusCode()).isEqualTo(422);
        assertThat(send(request("/api/v1/users/me/notifications").GET()).statusCode())
                .isEqualTo(401);
    }

    private HttpResponse<String> put(TestUsers.User user, String json) {
        return send(as(user, "/api/v1/users/me/notifications")
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    @Test
    void aBouncedAddressGetsNothingButWhatItsOwnerAsksFor() {
        UUID user = UUID.randomUUID();
        String to = address();
        SandboxMail receipt = sent("receipt", user, to);
        String event = SANDBOX.resend().tell("email.bounced", receipt.id());
        awaitState("resend", event, "processed");

        String key = unique("receipt");
        mail(key, "receipt", user, to.toUpperCase(Locale.ROOT));
        awaitState(key, "dropped");
        sent("reset-password", user, to);
        assertThat(operatorGet("/api/v1/notifications/outbox?channel=mail&per_page=100")
                        .body())
                .contains("bounced: Permanent")
                .doesNotContain(to);
        assertThat(operatorGet("/api/v1/notifications/blocked-addresses").body())
                .contains("\"why\":\"bounced\"")
                .doesNotContain(to);

        assertThat(operatorPost("/api/v1/notifications/blocked-addresses/lift", "{\"address\":\"" + to + "\"}")
                        .statusCode())
                .isEqualTo(200);
        sent("receipt", user, to);
    }

    @Test
    void aPassingBounceBlocksNothingAndAComplaintDoes() {
        UUID user = UUID.randomUUID();
        String to = address();
        SandboxMail receipt = sent("receipt", user, to);
        awaitState("resend", SANDBOX.resend().tell("email.bounced", receipt.id(), "Transient"), "processed");
        SandboxMail second = sent("receipt", user, to);
        SANDBOX.deliveries().duplicate("resend", 1, 1);
        awaitState("resend", SANDBOX.resend().tell("email.complained", second.id()), "processed");
        String key = unique("receipt");
        mail(key, "receipt", user, to);
        awaitState(key, "dropped");
    }

    @Test
    void aMailOfUnknownFateIsKnownToHaveLeftWhenResendTellsOfIt() {
        String to = address();
        String key = unique("receipt");
        mail(key, "receipt", UUID.randomUUID(), to);
        awaitState(key, "sent");
        jdbc.sql(
                        "update notifications.outbox set state = 'failed', result = null, unsure_since = now() where key = :key")
                .param("key", key)
                .update();
        SandboxMail mail = SANDBOX.resend().mailsTo(to).get(0);
        awaitState("resend", SANDBOX.resend().tell("email.delivered", mail.id()), "processed");
        assertThat(column(key, "state")).isEqualTo("sent");
        assertThat(column(key, "result")).isEqualTo(mail.id());
    }

    @Test
    void whatIsNotSignedByResendIsRefused() {
        HttpResponse<String> answer = send(request("/api/v1/webhooks/resend")
                .header("svix-id", "msg_1")
                .header(
                        "svix-timestamp",
                        String.valueOf(SANDBOX.clock().instant().getEpochSecond()))
                .header("svix-signature", "v1,bm9uc2Vuc2U=")
                .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"email.bounced\"}")));
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void anOperatorLooksAtEveryMail() {
        assertThat(operatorGet("/api/v1/notifications/templates").body())
                .contains("\"payment-reminder\"")
                .contains("\"amount\":\"money\"");
        HttpResponse<String> html = operatorGet("/api/v1/notifications/templates/payment-reminder?format=html");
        assertThat(html.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(html.body()).contains("97.00 USD");
        assertThat(operatorGet("/api/v1/notifications/templates/payment-reminder?format=text")
                        .body())
                .startsWith("Subject: Your payment of 97.00 USD did not go through");
        assertThat(operatorGet("/api/v1/notifications/templates/none").statusCode())
                .isEqualTo(404);
        assertThat(operatorGet("/api/v1/notifications/templates/receipt?format=pdf")
                        .statusCode())
                .isEqualTo(422);
        assertThat(send(request("/api/v1/notifications/templates").GET()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void anOperatorHasAFailedMessageTriedAgain() {
        String to = address();
        String key = unique("receipt");
        mail(key, "receipt", UUID.randomUUID(), to);
        awaitState(key, "sent");
        String id = column(key, "id");
        assertThat(operatorPost("/api/v1/notifications/outbox/" + id + "/retry", "")
                        .statusCode())
                .isEqualTo(409);
        jdbc.sql("update notifications.outbox set state = 'failed' where key = :key")
                .param("key", key)
                .update();
        assertThat(operatorPost("/api/v1/notifications/outbox/" + id + "/retry", "")
                        .statusCode())
                .isEqualTo(200);
        awaitState(key, "sent");
        assertThat(operatorPost("/api/v1/notifications/outbox/999999999/retry", "")
                        .statusCode())
                .isEqualTo(404);
    }
}
