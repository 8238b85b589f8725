package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.Masked;
import com.ytempire.hub.webhooks.ClaimedEvent;
import com.ytempire.hub.webhooks.PermanentFailure;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What Resend tells of mails (resend.com/docs/dashboard/webhooks/event-types). It blocks an address that refuses mail
 * for good or whose owner complains; and a mail whose fate was unknown, for its answer was lost, is known to have left.
 */
@Component("resendEvents")
class ResendEvents {

    /** The types worth an event; who opens a mail is nobody's business. */
    static final List<String> TYPES = List.of(
            "email.sent",
            "email.delivered",
            "email.delivery_delayed",
            "email.bounced",
            "email.complained",
            "email.suppressed",
            "email.failed");

    private static final Logger LOG = LoggerFactory.getLogger(ResendEvents.class);

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;
    private final BlockedAddresses blocked;

    ResendEvents(JdbcClient jdbc, ObjectMapper json, Clock clock, BlockedAddresses blocked) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.blocked = blocked;
    }

    /**
     * Writes down what an event tells; the same one again changes nothing.
     *
     * @return one line for the operator
     * @throws PermanentFailure when the event is no JSON
     */
    public String record(@Body ClaimedEvent event) {
        JsonNode data = read(event).path("data");
        Optional<Long> row = row(data);
        switch (event.type()) {
            case "email.sent", "email.delivered" -> {
                return row.filter(id -> left(id, data)).isPresent() ? "the mail has left after all" : "nothing new";
            }
            case "email.bounced" -> {
                String type = data.path("bounce").path("type").asText();
                String kind = type + " " + data.path("bounce").path("subType").asText();
                note(row, "bounced: " + kind);
                return type.equals("Permanent") ? block(data, "bounced", kind) : "bounced for a while: " + kind;
            }
            case "email.complained" -> {
                note(row, "complained");
                return block(data, "complained", null);
            }
            case "email.suppressed" -> {
                note(row, "suppressed by Resend");
                return block(data, "suppressed", null);
            }
            default -> {
                String what = event.type().substring("email.".length());
                note(row, what);
                return what;
            }
        }
    }

    private JsonNode read(ClaimedEvent event) {
        try {
            return json.readTree(event.body());
        } catch (IOException e) {
            throw new PermanentFailure("the body is no JSON", e);
        }
    }

    /** The message it is about; empty when another program with the same Resend account sent the mail. */
    private Optional<Long> row(JsonNode data) {
        JsonNode tags = data.path("tags");
        String id = tags.path("outbox").asText();
        return id.matches("[0-9]{1,18}")
                ? jdbc.sql("select key from notifications.outbox where id = :id and channel = 'mail'")
                        .param("id", Long.parseLong(id))
                        .query(String.class)
                        .optional()
                        .filter(key -> Outgoing.deliveryId(Channel.MAIL, key)
                                .equals(tags.path("delivery").asText()))
                        .map(key -> Long.parseLong(id))
                : Optional.empty();
    }

    private boolean left(long id, JsonNode data) {
        return jdbc.sql("""
                                update notifications.outbox
                                   set state = 'sent', sent_at = :now, result = :mail, unsure_since = null,
                                       node = null, lease_until = null, payload = payload #- '{values,link}'
                                 where id = :id and state <> 'sent' and unsure_since is not null
                                """)
                        .param("now", Timestamp.from(clock.instant()))
                        .param("mail", data.path("email_id").asText())
                        .param("id", id)
                        .update()
                == 1;
    }

    private void note(Optional<Long> row, String what) {
        row.ifPresent(id -> jdbc.sql("update notifications.outbox set bounced = :what where id = :id")
                .param("what", what)
                .param("id", id)
                .update());
    }

    private String block(JsonNode data, String why, String detail) {
        data.path("to").forEach(address -> {
            blocked.block(address.asText(), why, detail);
            LOG.warn("nothing more is sent to {}: {}", Masked.mail(address.asText()), why);
        });
        return why + ": nothing more is sent there";
    }
}
