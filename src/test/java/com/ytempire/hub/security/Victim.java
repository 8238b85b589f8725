package com.ytempire.hub.security;

import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.youtube.TestChannels;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A user who has one of everything, each with a word in it that nobody else's things have. */
final class Victim {

    private static final List<String> TABLES = List.of(
            "accounts.account",
            "accounts.session",
            "accounts.api_key",
            "notifications.webhook_endpoint",
            "notifications.outbox",
            "billing.customer_owner",
            "billing.customer",
            "billing.subscription",
            "billing.invoice",
            "billing.payment",
            "billing.refund",
            "billing.dispute",
            "billing.payment_method",
            "billing.command",
            "billing.credit_entry",
            "content.thumbnail",
            "youtube.channel",
            "youtube.channel_event",
            "youtube.upload",
            "videos.video");

    private final JdbcClient jdbc;
    private final TestUsers.User user;
    private final String word;
    private final String customer;
    private final Map<String, String> ids;

    Victim(JdbcClient jdbc, TestUsers users, TestChannels channels, String plan, Instant now) {
        this.jdbc = jdbc;
        this.user = users.user();
        this.word = "zq" + UUID.randomUUID().toString().replace("-", "");
        channels.plan(user.id(), plan);
        this.customer = jdbc.sql("select customer from billing.customer_owner where user_id = :user")
                .param("user", user.id())
                .query(String.class)
                .single();
        UUID channel = channels.add(user.id(), TestChannels.project(), 1);
        Map<String, Object> values = new HashMap<>();
        values.put("word", word);
        values.put("user", user.id());
        values.put("customer", customer);
        values.put("channel", channel);
        values.put("now", Timestamp.from(now));
        for (String name : List.of("key", "hook", "thumbnail", "upload", "video", "command")) {
            values.put(name, UUID.randomUUID());
        }
        for (String name : List.of("in", "pi", "re", "dp", "pm")) {
            values.put(name, name + "_" + UUID.randomUUID().toString().replace("-", ""));
        }
        INSERTS.forEach(insert -> jdbc.sql(insert).params(values).update());
        this.ids = ids(values);
    }

    private static final List<String> INSERTS = List.of(
            "update accounts.account set name = :word where id = :user",
            "update youtube.channel set title = :word where id = :channel",
            """
            insert into accounts.api_key (id, user_id, name, hash, start, created_at)
            values (:key, :user, :word, :word::bytea, 'hub_', :now)
            """,
            """
            insert into notifications.webhook_endpoint (id, user_id, url, secret, types, created_at)
            values (:hook, :user, 'https://' || :word || '.example/', 'sealed', '{payment_failed}', :now)
            """,
            """
            insert into billing.customer (id, version, state_at, verified, object, name, email)
            values (:customer, 1, :now, true, jsonb_build_object('id', :customer, 'name', :word), :word, :word)
            """,
            """
            insert into billing.invoice (id, version, state_at, status, verified, object, customer, currency, total,
                                         amount_due, amount_paid, amount_remaining, created_at)
            values (:in, 1, :now, 'paid', true, jsonb_build_object('id', :in, 'number', :word), :customer, 'usd', 1, 1, 1,
                    0, :now)
            """,
            """
            insert into billing.payment (id, version, state_at, status, verified, object, customer, currency, amount,
                                         amount_received, created_at)
            values (:pi, 1, :now, 'canceled', true, jsonb_build_object('id', :pi, 'description', :word), :customer, 'usd',
                    1, 0, :now)
            """,
            """
            insert into billing.refund (id, version, state_at, status, verified, object, payment, currency, amount,
                                        created_at)
            values (:re, 1, :now, 'failed', true, jsonb_build_object('id', :re, 'reason', :word), :pi, 'usd', 1, :now)
            """,
            """
            insert into billing.dispute (id, version, state_at, status, verified, object, payment, currency, amount,
                                         created_at)
            values (:dp, 1, :now, 'won', true, jsonb_build_object('id', :dp, 'reason', :word), :pi, 'usd', 1, :now)
            """,
            """
            insert into billing.payment_method (id, version, state_at, verified, object, customer, type, card_brand)
            values (:pm, 1, :now, true, jsonb_build_object('id', :pm, 'note', :word), :customer, 'card', :word)
            """,
            """
            insert into billing.command (id, kind, business_key, customer, user_id, actor, lane, parameters, stripe_key,
                                         state, due_at, answer_status, answer, created_at, settled_at)
            values (:command, 'portal-session', :word, :customer, :user, :user::text, :customer, '{}', :word, 'done', :now,
                    201, jsonb_build_object('url', :word), :now, :now)
            """,
            """
            insert into content.thumbnail (id, owner, request, jpeg, provider, link, quality, created_at)
            values (:thumbnail, :user, :word, :word::bytea, 'hub', 'thumbnail-local', 'basic', :now)
            """,
            """
            insert into videos.video (id, owner, created_by, topic, topic_key, duration_target, aspect, high_value,
                                      privacy, publish, plan_day, state, due_at, created_at, updated_at)
            values (:video, :user, :user::text, :word, :word, 30, '16:9', false, 'private', 'hold', current_date,
                    'waiting_approval', :now, :now, :now)
            """,
            """
            insert into youtube.upload (id, video_id, owner_id, lane, marker, file, bytes, sha256, title, description,
                                        tags, category, privacy, made_for_kids, synthetic_media, state, since,
                                        thumbnail_state, captions_state, queued_at, changed_at)
            values (:upload, :video, :user, :word, :word, :word, 1, :word, :word, '', '{}', '22', 'private', false, true,
                    'failed', :now, 'none', 'none', :now, :now)
            """);

    /** By how the path of those that take it begins; the longest beginning counts. */
    private Map<String, String> ids(Map<String, Object> values) {
        String subscription = jdbc.sql("select id from billing.subscription where customer = :customer")
                .param("customer", customer)
                .query(String.class)
                .single();
        String session = jdbc.sql("select id from accounts.session where user_id = :user")
                .param("user", user.id())
                .query(String.class)
                .single();
        return Map.ofEntries(
                Map.entry("/api/v1/users/me/sessions/", session),
                Map.entry("/api/v1/users/me/api-keys/", values.get("key").toString()),
                Map.entry("/api/v1/users/me/webhooks/", values.get("hook").toString()),
                Map.entry("/api/v1/billing/customers/", customer),
                Map.entry("/api/v1/billing/subscriptions/", subscription),
                Map.entry("/api/v1/billing/invoices/", values.get("in").toString()),
                Map.entry("/api/v1/billing/payments/", values.get("pi").toString()),
                Map.entry("/api/v1/billing/refunds/", values.get("re").toString()),
                Map.entry("/api/v1/billing/disputes/", values.get("dp").toString()),
                Map.entry("/api/v1/billing/payment-methods/", values.get("pm").toString()),
                Map.entry("/api/v1/billing/commands/", values.get("command").toString()),
                Map.entry("/api/v1/content/thumbnails/", values.get("thumbnail").toString()),
                Map.entry("/api/v1/channels/", values.get("channel").toString()),
                Map.entry("/api/v1/youtube/channels/", values.get("channel").toString()),
                Map.entry("/api/v1/youtube/uploads/", values.get("upload").toString()),
                Map.entry("/api/v1/videos/", values.get("video").toString()));
    }

    TestUsers.User user() {
        return user;
    }

    /** In the name of each of his things. */
    String word() {
        return word;
    }

    /** The path with this user's thing in it. */
    String path(Endpoints.Endpoint endpoint) {
        String id = ids.entrySet().stream()
                .filter(entry -> endpoint.path().startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the victim has nothing for " + endpoint.name()));
        return Endpoints.fill(endpoint.path(), variable -> switch (variable) {
            case "id" -> id;
            case "kind" -> "video";
            default -> "none";
        });
    }

    /** All that is his, as it stands in the database. */
    String rows() {
        return TABLES.stream()
                .map(table -> "select '%1$s ' || t::text as line from %1$s t where t::text like '%%' || :word || '%%'"
                                .formatted(table)
                        + " or t::text like '%' || :user || '%' or t::text like '%' || :customer || '%'")
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(" union all "),
                        union -> jdbc
                                .sql("select line from (" + union + ") lines order by line")
                                .param("word", word)
                                .param("user", user.id().toString())
                                .param("customer", customer)
                                .query(String.class)
                                .list()
                                .stream()
                                .collect(Collectors.joining("\n"))));
    }
}
