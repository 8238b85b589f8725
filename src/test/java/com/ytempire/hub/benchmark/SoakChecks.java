package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.YoutubeVendor;
import com.ytempire.hub.sandbox.YoutubeVideo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether what went in came out once, asked of both sides: the hub's tables, and the vendors' own records. */
final class SoakChecks {

    /** What has not ended. */
    static final String OPEN = """
            select 'event', concat_ws(' ', state, error) from webhooks.work
             where state in ('received', 'processing', 'retrying')
            union all select 'command', concat_ws(' ', kind, state) from billing.command
             where state in ('waiting', 'sending')
            union all select 'effect', object_id from billing.open_effect
            union all select 'message', concat_ws(' ', channel, state, result) from notifications.outbox
             where state in ('waiting', 'sending')
            union all select 'video', concat_ws(' ', state, error_message, (
                    select concat_ws(' ', u.state, u.code) from youtube.upload u where u.video_id = v.id
                     order by u.no desc limit 1)) from videos.video v
             where state in ('queued', 'processing', 'upload_queued', 'uploading', 'waiting_approval', 'failed')
            union all select 'replay', null from webhooks.replay where finished_at is null
            union all select 'call', concat_ws(' ', link, state) from spending.attempt where state in ('reserved', 'sent')
            """;

    private final BenchmarkDatabase database;
    private final String name;
    private final Sandbox sandbox;
    private final SoakFlows flows;
    private final List<String> violations = new ArrayList<>();

    SoakChecks(BenchmarkDatabase database, String name, Sandbox sandbox, SoakFlows flows) {
        this.database = database;
        this.name = name;
        this.sandbox = sandbox;
        this.flows = flows;
    }

    List<String> violations() {
        return violations;
    }

    void check() throws SQLException {
        webhooks();
        payments();
        texts();
        videos();
        messages();
        report(
                "replays",
                flows.replays,
                number("select count(*) from webhooks.replay_item where state = 'queued'") + " events run again");
        report("pages", flows.pages, "each a page and three answers of the API");
        same(
                "replays that ended",
                number("select count(*) from webhooks.replay"),
                number("select count(*) from webhooks.replay where finished_at is not null"));
    }

    private void report(String flow, SoakFlows.Count count, String out) {
        print(
                "  %-9s  %5d in, %5d answered, %4d asked again %s;  out: %s",
                flow,
                count.asked.get(),
                count.answered.get(),
                count.again.get(),
                count.refusals().isEmpty() ? "" : count.refusals(),
                out);
        same(flow + " answered", count.asked.get(), count.answered.get());
    }

    private void webhooks() throws SQLException {
        Set<String> stored = new HashSet<>(list("select event_id from webhooks.event where event_id like 'evt_soak%'"));
        long dead = number("select count(*) from webhooks.work where state = 'dead'");
        report(
                "webhooks",
                flows.webhooks,
                "%d stored, %d dead, %d of all began again"
                        .formatted(
                                stored.size(), dead, number("select count(*) from webhooks.work where attempt > 1")));
        if (!stored.equals(flows.stored)) {
            violations.add("events stored are not those that were answered");
        }
        same("dead letters", 0, dead);
        same(
                "events that have taken effect, or had none to take",
                stored.size(),
                number("select count(*) from webhooks.work join webhooks.event using (event_no)"
                        + " where event_id like 'evt_soak%' and state in ('processed', 'ignored')"));
    }

    private void payments() throws SQLException {
        List<ObjectNode> charges = sandbox.stripe().all("charge").stream()
                .filter(charge -> charge.path("status").asText().equals("succeeded"))
                .filter(charge ->
                        flows.customers.contains(charge.path("customer").asText()))
                .toList();
        Set<String> commands = new HashSet<>();
        sandbox.stripe().all("payment_intent").stream()
                .filter(payment ->
                        flows.customers.contains(payment.path("customer").asText()))
                .forEach(payment -> {
                    String command = payment.at("/metadata/command_id").asText();
                    if (!commands.add(command)) {
                        violations.add("two payments at Stripe of one command: " + command);
                    }
                });
        String ofBuyers = "user_id in (select user_id from billing.customer_owner where customer in ('"
                + String.join("', '", flows.customers) + "'))";
        long grants = number("select count(*) from billing.credit_entry where kind = 'grant' and " + ofBuyers);
        long receipts = sandbox.resend().mails().stream()
                .filter(mail -> mail.to().get(0).startsWith("buyer-"))
                .count();
        report(
                "payments",
                flows.payments,
                "%d charges, %d credits granted, %d receipts, %d commands began again"
                        .formatted(
                                charges.size(),
                                grants,
                                receipts,
                                number("select count(*) from billing.command where attempt > 1")));
        long asked = flows.payments.asked.get();
        same("charges at Stripe", asked, charges.size());
        same("payments answered, each another", asked, flows.paid.size());
        same(
                "cents charged",
                asked * SoakFlows.PACK_CENTS,
                charges.stream().mapToLong(each -> each.get("amount").asLong()).sum());
        same("grants of credits", asked, grants);
        same(
                "credits",
                asked * SoakFlows.PACK_CREDITS,
                number("select coalesce(sum(amount), 0) from billing.credit_entry where " + ofBuyers));
        same("receipts", asked, receipts);
        same(
                "commands nobody knows the end of",
                0,
                number("select count(*) from billing.command where state not in ('done', 'failed')"));
    }

    private void texts() throws SQLException {
        report(
                "texts",
                flows.texts,
                "%d calls of a model in the ledger, those among them whose answer was lost"
                        .formatted(number(
                                "select count(*) from spending.cost where service = 'openai' and video_id is null")));
        same(
                "calls counted twice",
                0,
                number("select count(*) from (select attempt_id from spending.cost where note is null"
                        + " group by attempt_id having count(*) > 1) as twice"));
        same("budgets that are not what the ledger says", 0, number("""
                select count(*) from spending.budget b where scope = 'video' and (reserved <> 0 or spent <>
                       (select coalesce(sum(amount), 0) from spending.cost where video_id = b.key))
                """));
        for (String vendor : List.of("openai", "google_tts")) {
            long asked = sandbox.sent().count(vendor, "POST");
            long answered = sandbox.sent().count(vendor, "POST", 200);
            long booked =
                    number("select count(distinct attempt_id) from spending.cost where service = '" + vendor + "'");
            print("  %-9s  %5d paid calls asked, %5d answered, %5d in the ledger", vendor, asked, answered, booked);
            if (booked < answered || booked > asked) {
                violations.add("calls of " + vendor + " in the ledger: all that were answered, none that was not made");
            }
        }
    }

    private void videos() throws SQLException {
        List<YoutubeVideo> published = new ArrayList<>();
        YoutubeVendor youtube = sandbox.youtube();
        flows.channels.forEach(channel -> published.addAll(youtube.videos(channel)));
        Set<String> ids = new HashSet<>(list("select youtube_id from videos.video where state = 'completed'"));
        report(
                "videos",
                flows.videos,
                "%d published at YouTube, %d steps began again"
                        .formatted(published.size(), number("select count(*) from videos.step where attempt > 1")));
        same("videos completed", flows.videoIds.size(), ids.size());
        if (!ids.equals(new HashSet<>(published.stream().map(YoutubeVideo::id).toList()))
                || ids.size() != published.size()) {
            violations.add("videos at YouTube are not those of the hub, each once");
        }
        long told = flows.videoIds.stream()
                .filter(video -> sandbox.sent().to("n8n").stream()
                        .anyMatch(request ->
                                request.status() == 200 && request.body().contains(video)))
                .count();
        if (sandbox.sent().all().size() < 10_000) { // the sandbox keeps no more
            same("videos n8n was told of", flows.videoIds.size(), told);
        }
    }

    private void messages() throws SQLException {
        long mails = number("select count(*) from notifications.outbox where channel = 'mail' and state = 'sent'");
        print(
                "  messages   %5d mails sent, %d arrived",
                mails, sandbox.resend().mails().size());
        same("mails", mails, sandbox.resend().mails().size());
        same("messages that failed", 0, number("select count(*) from notifications.outbox where state = 'failed'"));
        for (String event : list("select distinct name from notifications.event")) {
            long noted = number("select count(*) from notifications.event where name = '" + event + "'");
            same(event + " at Mixpanel", noted, sandbox.mixpanel().events(event).size());
            same(
                    event + " at Amplitude",
                    noted,
                    sandbox.amplitude().events(event).size());
        }
    }

    private void same(String what, long wanted, long found) {
        if (wanted != found) {
            violations.add("%s: %d instead of %d".formatted(what, found, wanted));
        }
    }

    private long number(String sql) throws SQLException {
        return database.number(name, sql);
    }

    private List<String> list(String sql) throws SQLException {
        String all = database.text(name, "select string_agg(each::text, E'\\n') from (" + sql + ") as rows (each)");
        return all == null ? List.of() : all.lines().toList();
    }
}
