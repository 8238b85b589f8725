package com.ytempire.hub.billing;

import com.ytempire.hub.notifications.AnalyticsEvent;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.webhooks.ClaimedEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Whom dunning is told to: the user by mail, analytics, the operators, and the history. */
@Component("dunningMessages")
class DunningMessages {

    private static final Logger LOG = LoggerFactory.getLogger(DunningMessages.class);

    /** From this failure on the mails tell of the suspension: a rule of ours, not of Stripe. */
    private static final int SUSPENSION_WARNING_FROM = 3;

    private final UserMails mails;
    private final Outbox outbox;
    private final History history;
    private final SubscriptionMirror subscriptions;
    private final DunningSettings settings;
    private final Clock clock;
    private final ZoneId zone;

    DunningMessages(
            UserMails mails,
            Outbox outbox,
            History history,
            SubscriptionMirror subscriptions,
            DunningSettings settings,
            Clock clock,
            @Value("${hub.zone}") ZoneId zone) {
        this.mails = mails;
        this.outbox = outbox;
        this.history = history;
        this.subscriptions = subscriptions;
        this.settings = settings;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * Every move is written down, also one nobody is told of.
     *
     * @param actor an operator; null when nobody asked
     * @param event that made the hub look; null when its time had come
     */
    public void remember(
            @Body DunningMove move, @Variable("actor") String actor, @Variable("event") ClaimedEvent event) {
        String invoice = move.kept().invoice();
        String cause = event == null ? actor == null ? invoice : null : event.eventId();
        history.append(new History.Entry(
                actor == null ? History.THE_HUB : actor,
                move.userId(),
                "subscription",
                move.kept().subscription(),
                "dunning_" + move.name().toLowerCase(Locale.ROOT),
                move.before() == null ? null : facts(invoice, move.before()),
                facts(invoice, move.kept().progress()),
                cause));
    }

    private static Map<String, Object> facts(String invoice, DunningCase progress) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("invoice", invoice);
        facts.put("state", progress.state().name().toLowerCase(Locale.ROOT));
        facts.put("failures", progress.failures());
        facts.put("tries", progress.tries());
        facts.put("decline_code", progress.declineCode());
        facts.put("next_at", progress.nextAt());
        facts.put("end_reason", progress.endReason());
        return facts;
    }

    /** The mail that fits the number of failures, and what the card's decline asks for. */
    public void failed(@Body DunningMove move) {
        DunningCase progress = move.kept().progress();
        mail(move, progress.mail(SUSPENSION_WARNING_FROM), "failure:" + progress.failures());
        track(
                move,
                "invoice_payment_failed",
                "invoice_payment_failed:" + move.kept().invoice() + ":" + progress.failures(),
                progress.lastFailedAt());
    }

    /** Asks the customer to confirm the payment at his bank. */
    public void actionRequired(@Body DunningMove move) {
        DunningCase progress = move.kept().progress();
        mail(move, "payment-action-required", "failure:" + progress.failures());
        track(
                move,
                "payment_action_required",
                "payment_action_required:" + move.kept().invoice() + ":" + progress.failures(),
                progress.lastFailedAt());
    }

    /** The last word before the suspension to somebody whose card is not tried any more. */
    public void warned(@Body DunningMove move) {
        mail(move, "suspension-warning", "grace");
    }

    /** The subscription grants nothing until it is paid. */
    public void suspended(@Body DunningMove move) {
        mail(move, "suspended", "suspended");
        track(
                move,
                "subscription_suspended",
                "subscription_suspended:" + move.kept().invoice(),
                move.kept().progress().suspendedAt());
    }

    /** Analytics hear what a case came to. */
    public void closed(@Body DunningMove move) {
        String reason = move.kept().progress().endReason();
        LOG.info("dunning of {} ends: {}", move.kept().invoice(), reason);
        track(
                move,
                reason.equals("paid") ? "payment_recovered" : "dunning_ended",
                "dunning_ended:" + move.kept().invoice(),
                move.kept().progress().endedAt());
    }

    /** Two who collect may annoy a customer and waste attempts; the operators are told once a day. */
    public void twoOwners(@Body DunningMove move) {
        LOG.warn("Stripe retries {} although the hub does", move.kept().invoice());
        LocalDate day = clock.instant().atZone(zone).toLocalDate();
        outbox.tell(new Notice(
                "dunning-two-owners:" + day,
                Notice.Audience.OPERATORS,
                "Stripe and the hub both collect unpaid invoices",
                "Stripe retries invoice %s, and hub.billing.dunning.owner is hub. Switch off the retries at Stripe, or give"
                                .formatted(move.kept().invoice())
                        + " it the ownership.",
                null));
    }

    private void mail(DunningMove move, String template, String occasion) {
        String key = "dunning:" + move.kept().invoice() + ":" + occasion;
        mails.send(key, template, move.userId(), values(move));
    }

    private Map<String, Object> values(DunningMove move) {
        DunningCase progress = move.kept().progress();
        boolean tries =
                progress.hold() == null && progress.slot() < settings.gaps().size();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("plan", plan(move));
        values.put(
                "amount", UserMails.amount(move.facts().amount(), move.facts().currency()));
        values.put("number", move.facts().number());
        values.put(
                "link",
                move.facts().payPage() == null ? mails.cardPage() : move.facts().payPage());
        values.put("next_try", tries ? mails.day(progress.nextAt()) : null);
        values.put("suspended_at", mails.day(suspension(progress)));
        return values;
    }

    /** Null while Stripe is the owner: it keeps its own time. */
    private Instant suspension(DunningCase progress) {
        return progress.nextAt() == null
                ? null
                : new DunningSchedule(settings.gaps(), settings.grace()).suspensionAt(progress.startedAt());
    }

    private String plan(DunningMove move) {
        return subscriptions
                .find(move.kept().subscription())
                .map(found -> found.state().plan())
                .orElse(null);
    }

    private void track(DunningMove move, String name, String key, Instant at) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("invoice", move.kept().invoice());
        properties.put("subscription", move.kept().subscription());
        properties.put("amount", move.facts().amount());
        properties.put("currency", move.facts().currency());
        properties.put("failures", move.kept().progress().failures());
        if (move.kept().progress().declineCode() != null) {
            properties.put("decline_code", move.kept().progress().declineCode());
        }
        outbox.track(new AnalyticsEvent(key, name, move.userId(), at, properties));
    }
}
