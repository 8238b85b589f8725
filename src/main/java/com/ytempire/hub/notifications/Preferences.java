package com.ytempire.hub.notifications;

import com.ytempire.hub.notifications.MailTemplate.Topic;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What users want of the mails that are neither about their account nor about their money. */
@Component
public class Preferences {

    /** Where the link in such a mail leads. */
    static final String UNSUBSCRIBE = "/api/v1/notifications/unsubscribe/";

    private static final int TOKEN_BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final JdbcClient jdbc;
    private final Clock clock;

    Preferences(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Whether he wants them, by topic ({@code retention}, {@code product_news}); he does until he says no. */
    public Map<String, Boolean> of(UUID user) {
        Map<String, Boolean> wanted = new TreeMap<>();
        Arrays.stream(Topic.values()).filter(Topic::isOptional).forEach(topic -> wanted.put(topic.stored(), true));
        jdbc.sql("select topic, wanted from notifications.preference where user_id = :user")
                .param("user", user)
                .query((row, number) -> wanted.put(row.getString(1), row.getBoolean(2)))
                .list();
        return wanted;
    }

    /**
     * Changes some of them.
     *
     * @param by who says so, for the record: the user, or a link in a mail
     * @throws IllegalArgumentException for a topic nobody can choose
     */
    public void change(UUID user, Map<String, Boolean> wanted, String by) {
        wanted.forEach((topic, want) -> put(user, topic(topic), want, by));
    }

    private static Topic topic(String name) {
        return Arrays.stream(Topic.values())
                .filter(topic -> topic.isOptional() && topic.stored().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no topic "
                        + name.substring(0, Math.min(40, name.length())).toLowerCase(Locale.ROOT)));
    }

    private void put(UUID user, Topic topic, boolean wanted, String by) {
        jdbc.sql("""
                        insert into notifications.preference (user_id, topic, wanted, changed_by, changed_at)
                        values (:user, :topic, :wanted, :by, :now)
                        on conflict (user_id, topic) do update
                           set wanted = excluded.wanted, changed_by = excluded.changed_by,
                               changed_at = excluded.changed_at
                        """)
                .param("user", user)
                .param("topic", topic.stored())
                .param("wanted", wanted)
                .param("by", by)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    boolean wants(UUID user, Topic topic) {
        return user == null || of(user).get(topic.stored());
    }

    /** What the link in a user's mails of a topic bears: always the same, so that a repeated mail is the same mail. */
    String token(UUID user, Topic topic) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        jdbc.sql("insert into notifications.unsubscribe_link (token, user_id, topic) values (:token, :user, :topic)"
                        + " on conflict (user_id, topic) do nothing")
                .param("token", Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
                .param("user", user)
                .param("topic", topic.stored())
                .update();
        return jdbc.sql("select token from notifications.unsubscribe_link where user_id = :user and topic = :topic")
                .param("user", user)
                .param("topic", topic.stored())
                .query(String.class)
                .single();
    }

    /** Whether such a link was ever sent. */
    boolean isKnown(String token) {
        return jdbc.sql("select exists (select from notifications.unsubscribe_link where token = :token)")
                .param("token", token)
                .query(Boolean.class)
                .single();
    }

    /** The owner of the link no longer wants its topic; an unknown link does nothing. */
    void unsubscribe(String token) {
        jdbc.sql("select user_id, topic from notifications.unsubscribe_link where token = :token")
                .param("token", token)
                .query((row, number) -> Map.entry(row.getObject(1, UUID.class), row.getString(2)))
                .optional()
                .ifPresent(link -> put(link.getKey(), topic(link.getValue()), false, "a link in a mail"));
    }
}
