package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.ResendVendor.SandboxMail;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody who subscribes, buys, spends, upgrades, fails to pay, recovers, is refunded and leaves; each command is asked
 * under its key until it has an answer that lasts, sometimes twice at once.
 */
final class CrashCustomer {

    private static final String PASSWORD = "a long enough password";
    private static final Duration RETRY_AFTER = Duration.ofMillis(300);

    /** How many each asks for under a key until it is answered. */
    static final int COMMANDS = 12;

    static final long STARTER = 9_700;
    static final long GROWTH = 29_700;
    static final long PACK = 4_900;
    static final long BACK = 1_000;
    private static final long SPENT = 30;

    /** Of the share of a pack's price that went back, rounded down. */
    private static final long TAKEN_BACK = 100 * BACK / PACK;

    /** What everybody gets, beside a receipt for each charge. */
    private static final List<String> MAILS =
            List.of("cancelled", "payment-reminder", "plan-changed", "refund", "retention", "verify-email", "welcome");

    /** What analytics hear of everybody, beside one for each charge, and each status a subscription went through. */
    private static final List<String> TRACKED = List.of(
            "invoice_payment_failed",
            "payment_failed",
            "payment_recovered",
            "refund_succeeded",
            "signed_up",
            "subscription_cancelled",
            "subscription_changed",
            "subscription_started");

    /** A command with its key, and the one answer it has. */
    private record Command(String method, String path, String key, String body, int status, JsonNode answer) {}

    private final String email;
    private final CrashShop shop;
    private final int number;
    private final Random choice;
    private final List<Command> commands = new ArrayList<>();
    private String token;
    private String id;
    private String subscription;
    private int unrepeatedStatus;
    private volatile String doing = "nothing";

    CrashCustomer(CrashShop shop, int number) {
        this.shop = shop;
        this.number = number;
        this.email = "crash-" + number + "@example.com";
        this.choice = new Random(shop.seed() + number);
    }

    void register() {
        once("auth/register", "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\",\"name\":\"Ada\"}");
        CrashShop.until("the mail with the link", () -> !mails().isEmpty());
        Matcher link =
                Pattern.compile("#token=([\\w.-]+)").matcher(mails().get(0).text());
        assertThat(link.find()).isTrue();
        once("auth/verify", "{\"token\":\"" + link.group(1) + "\"}");
        token = once("auth/login", "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}")
                .get("access_token")
                .asText();
    }

    private JsonNode once(String path, String body) {
        HttpResponse<String> answer = CrashShop.send(request(0, "POST", path, body));
        assertThat(answer).isNotNull();
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return CrashShop.tree(answer).get("data");
    }

    void live() {
        id = command("POST", "customers", "{}").get("customer_id").asText();
        String card = newCard("pm_card_visa");
        JsonNode made = command("POST", "subscriptions", "{\"plan\":\"starter\"}");
        subscription = made.get("subscription_id").asText();
        String secret = made.get("client_secret").asText();
        shop.sandbox().stripe().confirm(secret.substring(0, secret.indexOf("_secret_")), card);
        String payment = buy();
        buy();
        CrashShop.until("the credits are there", () -> balance() >= SPENT);
        command("POST", "credits/spend", "{\"amount\":" + SPENT + ",\"reason\":\"a video\"}");
        command("PATCH", "subscriptions/" + subscription, "{\"plan\":\"growth\",\"proration\":\"now\"}");
        buyAndNeverAskAgain();
        shop.sandbox().stripe().renew(subscription);
        command(
                "POST",
                "refunds",
                "{\"payment_id\":\"" + payment + "\",\"amount\":" + BACK + ",\"reason\":\"requested_by_customer\"}");
        shop.sandbox().stripe().declineCardOf(id, "insufficient_funds");
        shop.sandbox().stripe().renew(subscription);
        CrashShop.until(
                "the hub knows that the invoice is open",
                () -> shop.jdbc()
                        .sql("select count(*) from billing.dunning_case where customer = :id and state = 'open'")
                        .param("id", id)
                        .query(Long.class)
                        .single()
                        .equals(1L));
        newCard("pm_card_mastercard");
        CrashShop.until(
                "the new card has paid",
                () -> shop.sandbox()
                        .stripe()
                        .find(subscription)
                        .orElseThrow()
                        .get("status")
                        .asText()
                        .equals("active"));
        command("POST", "subscriptions/" + subscription + "/cancel", "{\"at_period_end\":" + leavesLater() + "}");
    }

    private boolean leavesLater() {
        return number % 2 == 0;
    }

    private String newCard(String test) {
        String card = command("POST", "payment-methods", "{\"payment_method_id\":\"" + test + "\"}")
                .get("payment_method_id")
                .asText();
        command("POST", "payment-methods/" + card + "/default", "");
        return card;
    }

    private String buy() {
        return command("POST", "payments", "{\"product_id\":\"" + shop.pack() + "\",\"quantity\":1}")
                .get("payment_intent_id")
                .asText();
    }

    /** Whatever becomes of the request; its quantity tells it from the others. */
    private void buyAndNeverAskAgain() {
        HttpResponse<String> answer = CrashShop.send(keyed(
                number,
                "POST",
                "payments",
                "crash-unrepeated-" + number,
                "{\"product_id\":\"" + shop.pack() + "\",\"quantity\":2}"));
        unrepeatedStatus = answer == null ? 0 : answer.statusCode();
    }

    private long balance() {
        HttpResponse<String> answer = CrashShop.send(request(number, "GET", "billing/credits", ""));
        return answer == null || answer.statusCode() != 200
                ? 0
                : CrashShop.tree(answer).at("/data/available").asLong();
    }

    /** Asks under one key until there is an answer that lasts, whichever hub lives; sometimes twice at once. */
    private JsonNode command(String method, String path, String body) {
        String key = "crash-" + number + "-" + commands.size();
        for (int attempt = number; ; attempt++) {
            CompletableFuture<HttpResponse<String>> second =
                    choice.nextInt(3) == 0 ? askBeside(attempt + 1, method, path, key, body) : null;
            HttpResponse<String> answer = CrashShop.send(keyed(attempt, method, path, key, body));
            doing = path + " " + (answer == null ? "without an answer" : answer.statusCode() + " " + answer.body());
            HttpResponse<String> other = second == null ? null : second.join();
            if (isFinal(answer, path)) {
                shop.accepted().incrementAndGet();
                if (isFinal(other, path)) {
                    assertThat(CrashShop.tree(other))
                            .as(path + " at the same moment")
                            .isEqualTo(CrashShop.tree(answer));
                }
                commands.add(new Command(method, path, key, body, answer.statusCode(), CrashShop.tree(answer)));
                return CrashShop.tree(answer).get("data");
            }
            shop.repeated().incrementAndGet();
            LockSupport.parkNanos(RETRY_AFTER.toNanos());
        }
    }

    private CompletableFuture<HttpResponse<String>> askBeside(
            int attempt, String method, String path, String key, String body) {
        shop.doubled().incrementAndGet();
        return CompletableFuture.supplyAsync(() -> CrashShop.send(keyed(attempt, method, path, key, body)));
    }

    /** @throws AssertionError for a refusal that will not pass */
    private boolean isFinal(HttpResponse<String> answer, String path) {
        int status = answer == null ? 0 : answer.statusCode();
        if (status != 0 && status != 202 && status != 409 && status >= 300 && status < 500) {
            throw new AssertionError(email + ", " + path + ": " + status + " " + answer.body());
        }
        return status == 200 || status == 201;
    }

    private HttpRequest.Builder keyed(int attempt, String method, String path, String key, String body) {
        return request(attempt, method, "billing/" + path, body).header("Idempotency-Key", key);
    }

    private HttpRequest.Builder request(int attempt, String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(shop.hubs().get(attempt % shop.hubs().size()).url() + "/api/v1/" + path))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    List<SandboxMail> mails() {
        return shop.sandbox().resend().mailsTo(email);
    }

    private List<ObjectNode> atStripe(String type) {
        return shop.sandbox().stripe().all(type).stream()
                .filter(object -> object.path("customer").asText().equals(id))
                .toList();
    }

    private List<ObjectNode> charges() {
        return shop.charged().stream()
                .filter(charge -> charge.path("customer").asText().equals(id))
                .toList();
    }

    /** How many of the purchases asked once were made. */
    long unrepeated() {
        return charges().stream()
                .filter(charge -> charge.get("amount").asLong() == 2 * PACK)
                .count();
    }

    void assertOnce() {
        for (Command command : commands) {
            HttpResponse<String> again =
                    CrashShop.send(keyed(number, command.method, command.path, command.key, command.body));
            assertThat(again).isNotNull();
            assertThat(again.statusCode()).isEqualTo(command.status);
            assertThat(CrashShop.tree(again))
                    .as(email + ": " + command.path + ", asked again")
                    .isEqualTo(command.answer);
        }
        assertCharged();
        assertThat(ofUser("select amount::text from billing.credit_entry where kind = 'grant' and user_id = :user"))
                .as(email + ": credits granted")
                .hasSize(5 + (int) unrepeated());
        assertThat(ofUser(
                        "select sum(amount)::text from billing.credit_entry where kind = 'grant' and user_id = :user"))
                .as(email + ": credits granted")
                .containsExactly(String.valueOf(50 + 100 + 100 + 100 * (2 + 2 * unrepeated())));
        assertThat(ofUser("select balance::text from billing.credit_account where user_id = :user"))
                .as(email + ": credits left")
                .containsExactly(String.valueOf(250 + 100 * (2 + 2 * unrepeated()) - SPENT - TAKEN_BACK));
        assertThat(ofUser("select coalesce(sum(amount), 0)::text from billing.credit_entry where user_id = :user"))
                .as(email + ": what the ledger says")
                .isEqualTo(ofUser("select balance::text from billing.credit_account where user_id = :user"));
        assertThat(ofUser("select payload ->> 'template' from notifications.outbox"
                        + " where channel = 'mail' and user_id = :user and payload ->> 'template' <> 'receipt'"
                        + " order by 1"))
                .as(email + ": mails written")
                .isEqualTo(MAILS);
        assertThat(mails())
                .as(email + ": mails arrived, with the receipts")
                .hasSize(MAILS.size() + charges().size());
        assertThat(ofUser("select name from notifications.event where user_id = :user"
                        + " and name not in ('payment_succeeded', 'subscription_status', 'subscription_ended')"
                        + " order by 1"))
                .as(email + ": analytics")
                .isEqualTo(TRACKED);
        assertThat(ofUser("select name from notifications.event where user_id = :user"
                        + " and name = 'payment_succeeded'"))
                .hasSameSizeAs(charges());
    }

    /** Two packs, the first period, the upgrade, a renewal, and the one that was recovered. */
    private void assertCharged() {
        assertThat(atStripe("subscription"))
                .as(email + ": subscriptions")
                .singleElement()
                .satisfies(ended ->
                        assertThat(ended.get("status").asText()).isEqualTo(leavesLater() ? "active" : "canceled"));
        assertThat(unrepeated()).as(email + ": what was asked once").isLessThanOrEqualTo(1);
        if (unrepeatedStatus / 100 == 2) {
            assertThat(unrepeated())
                    .as(email + ": what was asked once and promised")
                    .isOne();
        }
        assertThat(atStripe("payment_intent"))
                .as(email + ": payments, declined ones included")
                .hasSize(6 + (int) unrepeated());
        List<ObjectNode> charges = charges();
        assertThat(charges).as(email + ": charges").hasSize(6 + (int) unrepeated());
        List<ObjectNode> invoices = atStripe("invoice");
        assertThat(invoices)
                .as(email + ": invoices")
                .hasSize(4)
                .allSatisfy(
                        invoice -> assertThat(invoice.get("status").asText()).isEqualTo("paid"));
        assertThat(invoices.stream().map(invoice -> invoice.get("amount_paid").asLong()))
                .contains(STARTER, GROWTH);
        assertThat(CrashShop.sum(charges, "amount"))
                .as(email + ": charged")
                .isEqualTo(CrashShop.sum(invoices, "amount_paid") + (2 + 2 * unrepeated()) * PACK);
        assertThat(CrashShop.sum(charges, "amount_refunded"))
                .as(email + ": refunded")
                .isEqualTo(BACK);
    }

    /** What the customer asked last, and the answer. */
    @Override
    public String toString() {
        return email + ": " + doing;
    }

    private List<String> ofUser(String sql) {
        UUID user = shop.jdbc()
                .sql("select user_id from billing.customer_owner where customer = :id")
                .param("id", id)
                .query(UUID.class)
                .single();
        return shop.jdbc().sql(sql).param("user", user).query(String.class).list();
    }
}
