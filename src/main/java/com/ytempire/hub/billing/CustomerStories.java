package com.ytempire.hub.billing;

import com.ytempire.hub.platform.Amounts;
import com.ytempire.hub.platform.StorySource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was done for a customer, what he paid and what went back. */
@Component
public class CustomerStories implements StorySource {

    private static final int MOST = 200;
    private static final String AREA = "billing";

    private final JdbcClient jdbc;

    CustomerStories(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A customer.
     *
     * @param user null when nobody owns him
     * @param subscription the state of his latest one; null when he never had one
     */
    public record Customer(String id, String name, String email, UUID user, String subscription) {}

    private static final String CUSTOMER = """
            select c.id, c.name, c.email, o.user_id as "user",
                   (select s.status from billing.subscription s where s.customer = c.id
                     order by s.created_at desc nulls last limit 1) as subscription
              from billing.customer c left join billing.customer_owner o on o.customer = c.id where\s""";

    /** Stripe's customer; empty when the mirror does not hold him. */
    public Optional<Customer> find(String customer) {
        return jdbc.sql(CUSTOMER + "c.id = :id")
                .param("id", customer)
                .query(Customer.class)
                .optional();
    }

    /** Customers with this id, this user id, or this mail address; at most twenty. */
    public List<Customer> search(String text) {
        return jdbc.sql(CUSTOMER + """
                        c.id in (select id from billing.customer where id = :text
                                 union select id from billing.customer where lower(email) = lower(:text)
                                 union select customer from billing.customer_owner where user_id = :user)
                         order by c.id limit 20""")
                .param("text", text)
                .param("user", uuid(text))
                .query(Customer.class)
                .list();
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null; // no user's id
        }
    }

    @Override
    public List<Line> tell(Subject subject) {
        return switch (subject.kind()) {
            case "event" -> ofEvent(subject.id().substring(subject.id().indexOf('/') + 1));
            case "customer" -> ofCustomer(subject);
            default -> List.of();
        };
    }

    private List<Line> ofEvent(String event) {
        return history("cause = :id", event, null);
    }

    private List<Line> ofCustomer(Subject subject) {
        List<Line> lines = new ArrayList<>(history(
                "user_id = :user or user_id is null and customer = :id or object_kind = 'customer' and object_id = :id",
                subject.id(),
                subject.user()));
        jdbc.sql("""
                        select id, status, amount, currency, coalesce(decline_code, error_code) as code, state_at
                          from billing.payment where customer = :customer order by state_at desc limit :most
                        """).param("customer", subject.id()).param("most", MOST).query(row -> {
            lines.add(new Line(
                    row.getTimestamp("state_at").toInstant(),
                    AREA,
                    "Payment of %s: %s"
                            .formatted(
                                    Amounts.text(row.getLong("amount"), row.getString("currency")),
                                    row.getString("status")),
                    row.getString("code") == null ? row.getString("id") : row.getString("code"),
                    null));
        });
        return lines;
    }

    private List<Line> history(String condition, String id, UUID user) {
        return jdbc.sql("select at, actor, object_kind, object_id, action, cause from billing.history where ("
                        + condition + ") order by id desc limit :most")
                .param("id", id)
                .param("user", user)
                .param("most", MOST)
                .query((row, number) -> new Line(
                        row.getTimestamp("at").toInstant(),
                        AREA,
                        "%s: %s %s by %s"
                                .formatted(
                                        row.getString("action"),
                                        row.getString("object_kind"),
                                        row.getString("object_id"),
                                        row.getString("actor")),
                        row.getString("cause"),
                        null))
                .list();
    }
}
