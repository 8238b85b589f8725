package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.billing.DunningSettings.AtStripe;
import com.ytempire.hub.billing.DunningSettings.Owner;
import java.net.http.HttpRequest;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What people have to do with dunning: operators, Stripe as its owner, users who close their account. */
class DunningPeopleIT extends DunningHubIT {

    @Autowired
    private BillingClosing closing;

    @Test
    void anOperatorSeesStopsAndTries() {
        Late stopped = late("insufficient_funds");
        Late tried = late("insufficient_funds");
        JsonNode shown = data(operatorGet("/api/v1/billing/dunning/" + stopped.invoice()));
        assertThat(shown.get("next_step").asText()).isEqualTo("try");
        assertThat(shown.get("amount").asLong()).isEqualTo(29_700);
        assertThat(shown.get("currency").asText()).isEqualTo("usd");
        assertThat(data(operatorGet("/api/v1/billing/dunning?state=open&per_page=100")))
                .anySatisfy(row -> assertThat(row.get("invoice").asText()).isEqualTo(stopped.invoice()));
        assertThat(data(operatorPost("/api/v1/billing/dunning/" + stopped.invoice() + "/stop", ""))
                        .get("end_reason")
                        .asText())
                .isEqualTo("stopped");
        assertThat(jdbc.sql("select cause from billing.history where object_kind = 'subscription' and object_id = :id"
                                + " and actor = :operator and action = 'dunning_closed'")
                        .param("id", stopped.subscription())
                        .param("operator", OPERATOR)
                        .query(String.class)
                        .single())
                .as("the request")
                .isNotBlank();
        Object triesBefore = row(tried.invoice()).get("tries");
        String key = unique("key");
        for (int i = 0; i < 2; i++) {
            assertThat(send(operator("/api/v1/billing/dunning/" + tried.invoice() + "/pay-now")
                                    .header("Idempotency-Key", key)
                                    .POST(HttpRequest.BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(402);
        }
        assertThat(row(tried.invoice()).get("tries"))
                .as("the same request tries once")
                .isEqualTo((Integer) triesBefore + 1);
        SANDBOX.stripe().declineCardOf(tried.customer(), null);
        assertThat(operatorPost("/api/v1/billing/dunning/" + tried.invoice() + "/pay-now", "")
                        .statusCode())
                .isEqualTo(200);
        awaitQuiet();
        assertThat(row(tried.invoice())).containsEntry("state", "ended").containsEntry("end_reason", "paid");
        day(stopped, 23);
        assertThat(charges(stopped)).isEqualTo(1);
        assertThat(operatorPost("/api/v1/billing/dunning/in_unknown/stop", "").statusCode())
                .isEqualTo(404);
    }

    /** With Stripe as the owner the hub follows and mails, and asks for nothing. */
    @Test
    void withStripeAsTheOwnerTheHubOnlyFollows() {
        Late late = late("insufficient_funds");
        jdbc.sql("delete from billing.dunning_case where invoice = :id")
                .param("id", late.invoice())
                .update();
        jdbc.sql("delete from billing.dunning_failure where invoice = :id")
                .param("id", late.invoice())
                .update();
        Dunning stripes =
                new Dunning(mirror, cases, tries, with(Owner.STRIPE, AtStripe.LEAVE), stripe, SANDBOX.clock());
        List<DunningMove> moves = new TransactionTemplate(transactions)
                .execute(transaction -> stripes.follow(late.invoice(), late.user()));
        assertThat(moves)
                .singleElement()
                .satisfies(move -> assertThat(move.name()).isEqualTo("FAILED"))
                .satisfies(move -> assertThat(move.kept().progress().nextAt()).isNull());
        assertThat(stripes.due()).isEmpty();
        jdbc.sql("update billing.dunning_case set state = 'ended', ended_at = now(), end_reason = 'paid'"
                        + " where invoice = :id")
                .param("id", late.invoice())
                .update();
    }

    @Test
    void theHubWarnsWhenStripeRetriesToo() {
        Late late = late("insufficient_funds");
        SANDBOX.clock().advance(Duration.ofSeconds(5));
        ObjectNode seen = SANDBOX.stripe().find(late.invoice()).orElseThrow().deepCopy();
        seen.put(
                "next_payment_attempt",
                SANDBOX.clock().instant().plus(Duration.ofDays(1)).getEpochSecond());
        SANDBOX.stripe().emit("invoice.updated", seen);
        awaitQuiet();
        assertThat(row(late.invoice()).get("two_owners_at")).isNotNull();
        assertThat(number("select count(*) from notifications.outbox where key like 'dunning-two-owners:%'", Map.of()))
                .isPositive();
    }

    @Test
    void whoClosesHisAccountIsChargedAndWrittenToNoMore() {
        Late late = late("insufficient_funds");
        new TransactionTemplate(transactions).executeWithoutResult(transaction -> {
            closing.close(late.user());
            jdbc.sql("update accounts.account set closed_at = :now where id = :id")
                    .param("now", Timestamp.from(SANDBOX.clock().instant()))
                    .param("id", late.user())
                    .update();
        });
        await().atMost(Duration.ofSeconds(15))
                .until(() -> SANDBOX.stripe()
                        .find(late.subscription())
                        .orElseThrow()
                        .get("status")
                        .asText()
                        .equals("canceled"));
        awaitQuiet();
        day(late, 4);
        assertThat(row(late.invoice())).containsEntry("end_reason", "account_closed");
        assertThat(charges(late)).isEqualTo(1);
        assertThat(number(
                        "select count(*) from notifications.outbox where channel = 'mail' and user_id = :user"
                                + " and payload->>'template' in ('cancelled', 'retention')",
                        Map.of("user", late.user())))
                .isZero();
    }

    @Test
    void aUserSeesWhatHisSubscriptionGrants() {
        Late late = late("insufficient_funds");
        JsonNode shown = data(operatorGet("/api/v1/billing/subscriptions/current?user_id=" + late.user()));
        assertThat(shown.get("subscription_id").asText()).isEqualTo(late.subscription());
        assertThat(shown.get("status").asText()).isEqualTo("past_due");
        assertThat(shown.get("plan").asText()).isEqualTo("growth");
        assertThat(shown.get("amount").asLong()).isEqualTo(29_700);
        assertThat(shown.get("videos_per_day").asInt()).isEqualTo(30);
        assertThat(shown.get("features").toString()).contains("api_access");
        assertThat(shown.at("/unpaid/invoice").asText()).isEqualTo(late.invoice());
        assertThat(data(operatorGet("/api/v1/billing/subscriptions/current?user_id=" + newUser()))
                        .get("status")
                        .asText())
                .isEqualTo("none");
    }

    /** Its making was under way when the account was closed: it is told of only afterwards. */
    @Test
    void aSubscriptionThatComesAfterItsAccountWasClosedIsCancelled() {
        UUID user = newUser();
        String customer = customerOf(user);
        String price = monthly(product("payg", 1), 9_700);
        awaitQuiet();
        jdbc.sql("update accounts.account set closed_at = :now where id = :id")
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .param("id", user)
                .update();
        String late = SANDBOX.stripe().subscribe(customer, price).get("id").asText();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> SANDBOX.stripe()
                        .find(late)
                        .orElseThrow()
                        .get("status")
                        .asText()
                        .equals("canceled"));
    }
}
