package com.ytempire.hub.notifications;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The mails the hub can send, and what each must be told. A value that a mail needs and does not get is refused when
 * the mail is written into the outbox, by the caller's test and not at the user. Every mail may have the user's
 * {@code name}; values a template does not know are left alone.
 */
enum MailTemplate {
    VERIFY_EMAIL(Topic.ACCOUNT, needs(link("link"), number(MailTemplate.VALID_MINUTES)), may()),
    RESET_PASSWORD(Topic.ACCOUNT, needs(link("link"), number(MailTemplate.VALID_MINUTES)), may()),
    ACCOUNT_EXISTS(Topic.ACCOUNT, needs(link("link")), may()),
    PASSWORD_CHANGED(Topic.ACCOUNT, needs(time("at")), may()),
    EMAIL_CHANGED(Topic.ACCOUNT, needs(time("at")), may()),
    WELCOME(
            Topic.BILLING,
            needs(money("amount"), text("interval")),
            may(text("plan"), time("period_end"), time("trial_end"), link("card_page"))),
    PLAN_CHANGED(
            Topic.BILLING,
            needs(money("old_amount"), money("new_amount")),
            may(text("old_plan"), text("new_plan"), text("interval"), time("period_end"), link("card_page"))),
    RECEIPT(
            Topic.BILLING,
            needs(money("amount")),
            may(
                    text("description"),
                    text("invoice_number"),
                    time("date"),
                    link("invoice_page"),
                    text("payment"),
                    link("card_page"))),
    TRIAL_ENDING(
            Topic.BILLING,
            needs(money("amount"), time("trial_end")),
            may(text("plan"), text("interval"), link("card_page"))),
    PAYMENT_REMINDER(Topic.BILLING, needs(money("amount"), link("card_page")), unpaid()),
    PAYMENT_UPDATE_REQUEST(Topic.BILLING, needs(money("amount"), link("card_page")), unpaid()),
    SUSPENSION_WARNING(Topic.BILLING, needs(money("amount"), link("card_page")), unpaid()),
    SUSPENDED(Topic.BILLING, needs(money("amount"), link("card_page")), unpaid()),
    PAYMENT_ACTION_REQUIRED(Topic.BILLING, needs(money("amount"), link("card_page")), unpaid()),
    CANCELLED(Topic.BILLING, needs(), may(text("plan"), time("period_end"), link("card_page"))),
    RETENTION(Topic.RETENTION, needs(), may(text("plan"), time("period_end"), link("card_page"))),
    REFUND(
            Topic.BILLING,
            needs(money("amount")),
            may(text("description"), text("invoice_number"), time("date"), text("payment"))),
    REFUND_FAILED(Topic.BILLING, needs(money("amount")), may(text("payment"))),
    DISPUTE(
            Topic.INTERNAL,
            needs(text("dispute"), money("amount")),
            may(text("reason"), time("due_at"), text("customer"), text("payment"), link("link"))),
    WEBHOOK_DISABLED(Topic.ACCOUNT, needs(text("host"), text("reason")), may(time("at"))),
    OPERATOR_NOTICE(Topic.INTERNAL, needs(text("subject"), text("text")), may(time("due_at")));

    /** What a mail is about: it decides who may say no to it. */
    enum Topic {
        /** Asked for by the user in this moment, or about his safety: sent whatever happened before. */
        ACCOUNT,
        /** About his money: sent unless the address is blocked. */
        BILLING,
        /** Sent unless the address is blocked or the user does not want it. */
        RETENTION,
        /** The same. */
        PRODUCT_NEWS,
        /** To our own people: sent whatever happened before. */
        INTERNAL;

        boolean isOptional() {
            return this == RETENTION || this == PRODUCT_NEWS;
        }

        boolean goesToBlockedAddresses() {
            return this == ACCOUNT || this == INTERNAL;
        }

        String stored() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A value of a template. */
    record Field(String name, MailValues.Kind kind) {}

    static final String VALID_MINUTES = "valid_minutes";
    private static final List<Field> EVERY = List.of(text("name"));

    private final Topic topic;
    private final List<Field> needed;
    private final List<Field> possible;

    MailTemplate(Topic topic, List<Field> needed, List<Field> possible) {
        this.topic = topic;
        this.needed = needed;
        this.possible = possible;
    }

    private static List<Field> needs(Field... fields) {
        return List.of(fields);
    }

    /** What is known of an invoice that could not be collected. */
    private static List<Field> unpaid() {
        return may(
                text("plan"),
                text("invoice"),
                link("pay_page"),
                time("next_try"),
                time("suspension"),
                text("reason"),
                text("description"));
    }

    private static List<Field> may(Field... fields) {
        return List.of(fields);
    }

    private static Field text(String name) {
        return new Field(name, MailValues.Kind.TEXT);
    }

    private static Field money(String name) {
        return new Field(name, MailValues.Kind.MONEY);
    }

    private static Field time(String name) {
        return new Field(name, MailValues.Kind.TIME);
    }

    private static Field link(String name) {
        return new Field(name, MailValues.Kind.LINK);
    }

    private static Field number(String name) {
        return new Field(name, MailValues.Kind.NUMBER);
    }

    /** As callers write it: {@code payment-reminder}. */
    String stored() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<MailTemplate> find(String name) {
        return Arrays.stream(values())
                .filter(template -> template.stored().equals(name))
                .findFirst();
    }

    /** @throws IllegalArgumentException for a name that is no template's */
    static MailTemplate of(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("There is no mail template " + name));
    }

    Topic topic() {
        return topic;
    }

    /** Whether somebody waits for it in front of his screen: its link is good for minutes. */
    boolean isUrgent() {
        return needed.stream().anyMatch(field -> field.name().equals(VALID_MINUTES));
    }

    List<Field> needed() {
        return needed;
    }

    List<Field> possible() {
        return Stream.concat(possible.stream(), EVERY.stream()).toList();
    }

    /** Names and kinds, for people. */
    static Map<String, String> kinds(List<Field> fields) {
        Map<String, String> kinds = new LinkedHashMap<>();
        fields.forEach(field -> kinds.put(field.name(), field.kind().name().toLowerCase(Locale.ROOT)));
        return kinds;
    }

    /** @throws IllegalArgumentException naming the value that is missing or of the wrong kind */
    void check(Map<String, Object> values) {
        for (Field field : needed) {
            Object value = values.get(field.name());
            if (MailValues.isAbsent(value)) {
                throw new IllegalArgumentException("Mail " + stored() + " needs the value " + field.name());
            }
        }
        Stream.concat(needed.stream(), possible().stream())
                .filter(field -> !MailValues.isAbsent(values.get(field.name())))
                .forEach(field -> {
                    String wrong = MailValues.wrong(field.kind(), values.get(field.name()));
                    if (wrong != null) {
                        throw new IllegalArgumentException(
                                "Mail %s: value %s %s".formatted(stored(), field.name(), wrong));
                    }
                });
    }

    /** Values to look at the mail with. */
    Map<String, Object> example() {
        Map<String, Object> example = new LinkedHashMap<>();
        Stream.concat(needed.stream(), possible().stream())
                .forEach(field -> example.put(field.name(), MailValues.example(field)));
        return example;
    }
}
