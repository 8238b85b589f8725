package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What the pages ask of tables that grow is found by an index; what has none would be read whole. */
class StoryPlansIT extends HubIT {

    @Autowired
    private TransactionTemplate transaction;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "event_object | select * from webhooks.event where object_key = 'cus_1' order by event_no desc limit 200",
                "replay_item_event | select * from webhooks.replay_item where event_no = 1",
                "history_cause | select * from billing.history where cause = 'evt_1' order by id desc limit 200",
                "history_unowned | select * from billing.history where user_id = '00000000-0000-0000-0000-000000000000' or user_id is null and customer = 'cus_1' or object_kind = 'customer' and object_id = 'cus_1'",
                "upload_uploaded | select channel_id, count(*) from youtube.upload where uploaded_at >= now() group by channel_id",
                "cost_user | select * from spending.cost where user_id = '00000000-0000-0000-0000-000000000000' order by id desc limit 200",
                "customer_email | select id from billing.customer where lower(email) = lower('A@b.c')",
                "outbox_open | select channel, count(*) from notifications.outbox where state in ('waiting', 'sending', 'failed') group by 1",
                "upload_ended | select count(*) from youtube.upload where state not in ('published', 'failed', 'cancelled') or ended_at >= now()",
                "upload_youtube_id | select * from youtube.upload where video_id = '00000000-0000-0000-0000-000000000000' or youtube_id = 'x'",
                "video_ended | select state, count(*) from videos.video where state not in ('completed', 'failed', 'cancelled') or processing_completed_at >= now() group by 1",
                "payment_state_at | select count(*) from billing.payment where state_at >= now()",
                "event_received | select count(*) from webhooks.event where received_at >= now()"
            })
    void anIndexFindsIt(String index, String query) {
        String plan = transaction.execute(status -> {
            jdbc.sql("set local enable_seqscan = off").update();
            return String.join(
                    "\n", jdbc.sql("explain " + query).query(String.class).list());
        });

        assertThat(plan).contains(index).doesNotContain("Seq Scan");
    }
}
