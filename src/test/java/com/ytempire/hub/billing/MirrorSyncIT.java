package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a sync does with an object it cannot apply; the database refuses those that a table of the test names. */
@ExtendWith(OutputCaptureExtension.class)
class MirrorSyncIT extends HubIT {

    @BeforeEach
    void refusals() {
        await().atMost(Duration.ofSeconds(60)) // the empty mirror fills itself at the start
                .until(() -> jdbc.sql("select bool_and(state = 'done') from billing.sync_run")
                        .query(Boolean.class)
                        .optional()
                        .orElse(false));
        jdbc.sql("create table billing.test_refused (id text primary key, state text not null)")
                .update();
        jdbc.sql("create sequence billing.test_refusals").update(); // counts what is rolled back as well
        jdbc.sql("""
                        create function billing.test_refuse() returns trigger language plpgsql as $$
                        declare refused text;
                        begin
                            select state into refused from billing.test_refused r
                             where r.id in (to_jsonb(new) ->> 'subscription', to_jsonb(new) ->> 'id');
                            if refused like '40%' and nextval('billing.test_refusals') > 3 then
                                refused := null;
                            end if;
                            if refused is not null then
                                raise exception 'refused by the test' using errcode = refused;
                            end if;
                            return new;
                        end $$
                        """).update();
        for (String table : List.of("customer", "mrr_movement")) {
            jdbc.sql("create trigger test_refuse before insert or update on billing." + table
                            + " for each row execute function billing.test_refuse()")
                    .update();
        }
    }

    @AfterEach
    void none() {
        jdbc.sql("drop function billing.test_refuse cascade").update();
        jdbc.sql("drop sequence billing.test_refusals").update();
        jdbc.sql("drop table billing.test_refused").update();
    }

    private void refuse(String id, String sqlState) {
        jdbc.sql("insert into billing.test_refused (id, state) values (:id, :state)")
                .param("id", id)
                .param("state", sqlState)
                .update();
    }

    private JsonNode sync() {
        String run = "/api/v1/billing/sync/"
                + data(operatorPost("/api/v1/billing/sync", "")).get("id").asLong();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> data(operatorGet(run)).get("state").asText().equals("done"));
        return data(operatorGet(run));
    }

    private String customer() {
        return SANDBOX.stripe()
                .customerWithCard(unique("u") + "@example.com")
                .get("id")
                .asText();
    }

    private String subscription() {
        String price = SANDBOX.stripe().monthlyPrice("Starter", 9700).get("id").asText();
        return SANDBOX.stripe().subscribe(customer(), price).get("id").asText();
    }

    private int status(String list, String id) {
        return operatorGet("/api/v1/billing/" + list + "/" + id).statusCode();
    }

    private static long lines(CapturedOutput log, String id) {
        return log.getAll().lines().filter(line -> line.contains(id)).count();
    }

    @Test
    void whatCannotBeAppliedIsLeftOutAndCounted(CapturedOutput log) {
        String[] ids = new String[4];
        SANDBOX.stripe().withoutEvents(() -> {
            ids[0] = customer();
            ids[1] = customer();
            ids[2] = customer();
            ids[3] = subscription();
        });
        refuse(ids[1], "23514"); // a check: the mirror itself cannot take it
        refuse(ids[3], "23514"); // nor the table of its effects
        JsonNode run = sync();
        assertThat(run.get("failed").asLong()).isEqualTo(2);
        assertThat(Stream.of(ids[0], ids[1], ids[2]).map(id -> status("customers", id)))
                .containsExactly(200, 404, 200);
        assertThat(status("subscriptions", ids[3]))
                .as("an object goes with its effects, or not at all")
                .isEqualTo(404);
        assertThat(lines(log, "customer " + ids[1] + " out")).isEqualTo(1);
        assertThat(lines(log, "subscription " + ids[3] + " out")).isEqualTo(1);
        assertThat(log.getAll()).doesNotContain("refused by the test");

        jdbc.sql("delete from billing.test_refused").update();
        SANDBOX.clock().advance(Duration.ofSeconds(10));
        assertThat(sync().get("failed").asLong()).isZero();
        assertThat(status("customers", ids[1])).isEqualTo(200);
        assertThat(status("subscriptions", ids[3])).isEqualTo(200);
    }

    @Test
    void whatMayPassIsWaitedForAndTheRunGoesOnThere() {
        String[] id = new String[1];
        SANDBOX.stripe().withoutEvents(() -> id[0] = customer());
        long objects = sync().get("objects").asLong();
        SANDBOX.clock().advance(Duration.ofSeconds(10));
        refuse(id[0], "40001"); // a concurrent change; three times
        JsonNode run = sync();
        assertThat(run.get("failed").asLong()).isZero();
        assertThat(run.get("objects").asLong()).as("nothing is taken twice").isEqualTo(objects);
        assertThat(jdbc.sql("select last_value from billing.test_refusals")
                        .query(Long.class)
                        .single())
                .isGreaterThanOrEqualTo(4);
    }
}
