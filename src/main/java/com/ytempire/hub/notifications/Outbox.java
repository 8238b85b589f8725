package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.NodeRole;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What is to leave the hub is written here, in the transaction of what it tells of: it leaves when that commits, and
 * only then. The same key again does nothing. No vendor is called here, so its failure cannot fail the business.
 */
@Component("outbox")
public class Outbox {

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;
    private final NotificationSettings settings;
    private final NodeRole role;

    Outbox(JdbcClient jdbc, ObjectMapper json, Clock clock, NotificationSettings settings, NodeRole role) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.settings = settings;
        this.role = role;
    }

    /**
     * Leaves a mail to a user.
     *
     * @throws IllegalArgumentException when there is no such template, or it needs a value the mail does not have
     */
    public void mail(Mail mail) {
        boolean urgent = MailTemplate.of(mail.template()).isUrgent();
        put("mail", mail.key(), mail.userId(), payload(mail), urgent);
    }

    private static Map<String, Object> payload(Mail mail) {
        MailTemplate.of(mail.template()).check(mail.values());
        if (mail.to() == null || !mail.to().contains("@")) {
            throw new IllegalArgumentException("Mail " + mail.key() + " has no address");
        }
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("template", mail.template());
        payload.put("to", mail.to());
        payload.put("values", mail.values());
        return payload;
    }

    /**
     * Leaves a mail with a template of its own to people of our own; its address and user are not looked at.
     *
     * @throws IllegalArgumentException when there is no such template, or it needs a value the mail does not have
     */
    public void mail(Notice.Audience audience, Mail mail) {
        MailTemplate.of(mail.template()).check(mail.values());
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("template", mail.template());
        payload.put("audience", audience.name());
        payload.put("values", mail.values());
        put("mail", mail.key(), null, payload);
    }

    /** Leaves a mail to people of our own. */
    public void tell(Notice notice) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("template", "operator-notice");
        payload.put("audience", notice.audience().name());
        payload.put("subject", notice.subject());
        payload.put("text", notice.text());
        payload.put("due_at", notice.dueAt() == null ? null : notice.dueAt().toString());
        put("mail", notice.key(), null, payload);
    }

    /**
     * Keeps the event in the hub's own table, and the first time leaves it to the analytics vendors and to those of the
     * user's endpoints that take this type.
     */
    public void track(AnalyticsEvent event) {
        leave(event, null);
    }

    /**
     * {@link #mail} and {@link #track} in one round trip, for a user who is written to.
     *
     * @throws IllegalArgumentException when there is no such template, or it needs a value the mail does not have
     */
    public void mailAndTrack(Mail mail, AnalyticsEvent event) {
        leave(event, mail);
    }

    /**
     * Analytics vendors without a key: what is for them is written down as dropped, not as waiting only to be dropped a
     * second later. A node that sends nothing needs no keys, and leaves it to those that do.
     */
    private String[] analyticsOff() {
        return Stream.of(Channel.MIXPANEL, Channel.AMPLITUDE)
                .filter(channel -> role.works() && !settings.isConfigured(channel))
                .map(Channel::stored)
                .toArray(String[]::new);
    }

    /** @param mail to the event's user, or null */
    private void leave(AnalyticsEvent event, Mail mail) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("name", event.name());
        payload.put("at", event.at().toString());
        payload.put("properties", event.properties());
        jdbc.sql("""
                        with kept as (
                            insert into notifications.event (key, name, user_id, at, properties, created_at)
                            values (:key, :name, :user, :at, :properties::jsonb, :now)
                            on conflict (key) do nothing
                            returning user_id
                        ), leaves as (
                            select channel, :key as key, :payload::jsonb as payload
                              from kept, unnest(array['mixpanel', 'amplitude']) as channel
                            union all
                            select 'webhook', :key || ':' || endpoint.id,
                                   :delivery::jsonb || jsonb_build_object('endpoint', endpoint.id)
                              from kept join notifications.webhook_endpoint endpoint using (user_id)
                             where disabled_at is null and :name = any(types)
                            union all
                            select 'mail', :mail_key, :mail::jsonb where :mail_key::text is not null
                        )
                        insert into notifications.outbox
                            (channel, key, user_id, payload, state, result, due_at, created_at)
                        select channel, key, :user, payload, case when is_off then 'dropped' else 'waiting' end,
                               case when is_off then :off_because end, :now, :now
                          from (select *, channel = any(:off::text[]) as is_off from leaves) as leaving
                        on conflict (channel, key) do nothing
                        """)
                .param("off", analyticsOff())
                .param("off_because", EventQueue.NO_KEY)
                .param("key", event.key())
                .param("name", event.name())
                .param("user", event.userId())
                .param("at", Timestamp.from(event.at()))
                .param("properties", Json.text(json, event.properties()))
                .param("payload", Json.text(json, payload))
                .param("delivery", Json.text(json, delivery(event)))
                .param("mail_key", mail == null ? null : mail.key())
                .param("mail", mail == null ? null : Json.text(json, payload(mail)))
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /**
     * The user has left: no mail of his keeps his address or what it would have told him, what has not been sent is
     * dropped, and his endpoints are told nothing more.
     */
    public void forget(UUID userId) {
        jdbc.sql("""
                        update notifications.outbox
                           set payload = payload - 'to' - 'values',
                               state = case when state in ('waiting', 'sending') then 'dropped' else state end
                         where channel = 'mail' and user_id = :user
                        """).param("user", userId).update();
        jdbc.sql("delete from notifications.preference where user_id = :user")
                .param("user", userId)
                .update();
        jdbc.sql("delete from notifications.unsubscribe_link where user_id = :user")
                .param("user", userId)
                .update();
        jdbc.sql("delete from notifications.webhook_endpoint where user_id = :user")
                .param("user", userId)
                .update();
    }

    /**
     * Leaves a message to the n8n workflow that is set; nothing when none is.
     *
     * @param data what happened; may have nulls
     */
    public void n8n(String key, String type, Instant at, Map<String, Object> data) {
        if (settings.n8n().isOff()) {
            return;
        }
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("type", type);
        payload.put("timestamp", at.toString());
        payload.put("data", data);
        put("n8n", key, null, payload);
    }

    /** Leaves one delivery to one endpoint. */
    void webhook(UUID endpoint, AnalyticsEvent event) {
        Map<String, Object> payload = delivery(event);
        payload.put("endpoint", endpoint.toString());
        put("webhook", event.key() + ":" + endpoint, event.userId(), payload);
    }

    /** What an endpoint is told, whichever it is. */
    private static Map<String, Object> delivery(AnalyticsEvent event) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("type", event.name());
        payload.put("timestamp", event.at().toString());
        payload.put("data", event.properties());
        return payload;
    }

    private void put(String channel, String key, UUID userId, Map<String, Object> payload) {
        put(channel, key, userId, payload, false);
    }

    private void put(String channel, String key, UUID userId, Map<String, Object> payload, boolean urgent) {
        jdbc.sql("""
                        insert into notifications.outbox
                            (channel, key, user_id, payload, urgent, state, due_at, created_at)
                        values (:channel, :key, :user, :payload::jsonb, :urgent, 'waiting', :now, :now)
                        on conflict (channel, key) do nothing
                        """)
                .param("urgent", urgent)
                .param("channel", channel)
                .param("key", key)
                .param("user", userId)
                .param("payload", Json.text(json, payload))
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }
}
