package com.ytempire.hub.billing;

import com.ytempire.hub.notifications.AnalyticsEvent;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Whom payments are told to: the user by a receipt, and analytics; each of them once. */
@Component("paymentMessages")
class PaymentMessages {

    private final MoneyMirror mirror;
    private final UserMails mails;
    private final Outbox outbox;
    private final Noted noted;
    private final MeterRegistry meters;

    PaymentMessages(MoneyMirror mirror, UserMails mails, Outbox outbox, Noted noted, MeterRegistry meters) {
        this.mirror = mirror;
        this.mails = mails;
        this.outbox = outbox;
        this.noted = noted;
        this.meters = meters;
    }

    /** One receipt a payment, whether its invoice or the payment itself is told of first. */
    public void invoicePaid(@Variable("money") MoneyFacts money, @Variable("user") UUID user) {
        money.own()
                .filter(invoice -> invoice.isPaid() && invoice.amountPaid() > 0)
                .ifPresent(invoice -> paid(
                        invoice.payment() == null ? invoice.id() : invoice.payment(),
                        invoice.number(),
                        invoice.amountPaid(),
                        invoice.currency(),
                        invoice.paidAt(),
                        user));
    }

    /** As {@link #invoicePaid}, for a payment. */
    public void succeeded(@Variable("money") MoneyFacts money, @Variable("user") UUID user) {
        money.succeeded()
                .ifPresent(payment ->
                        paid(payment.id(), null, payment.received(), payment.currency(), payment.paidAt(), user));
    }

    private void paid(String payment, String invoiceNumber, long amount, String currency, Instant at, UUID user) {
        if (user == null) {
            return;
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("status", "succeeded");
        facts.put("amount", amount);
        facts.put("currency", currency);
        if (noted.first("payment-succeeded:" + payment) && noted.isNews(at)) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("amount", UserMails.money(amount, currency));
            values.put("date", mails.day(at));
            values.put("payment", payment);
            values.put("invoice_number", invoiceNumber);
            mails.sendAndTrack(
                    "receipt:" + payment,
                    "receipt",
                    new AnalyticsEvent("payment_succeeded:" + payment, "payment_succeeded", user, at, facts),
                    values);
        }
    }

    /** A refused payment: counted by code, and told to analytics; people hear of it from whoever collects. */
    public void failed(@Body Mirrored object, @Variable("user") UUID user) {
        mirror.refusal(object.id())
                .filter(refusal -> noted.first("payment-failed:" + object.id() + ":" + refusal.attempt()))
                .ifPresent(refusal -> {
                    meters.counter("hub.billing.payments.failed", "code", refusal.reason())
                            .increment();
                    Map<String, Object> facts = new LinkedHashMap<>();
                    facts.put("status", "failed");
                    facts.put("amount", refusal.amount());
                    facts.put("currency", refusal.currency());
                    facts.put("code", refusal.reason());
                    if (user != null && noted.isNews(refusal.at())) {
                        track(
                                "payment_failed:" + object.id() + ":" + refusal.attempt(),
                                "payment_failed",
                                user,
                                refusal.at(),
                                facts);
                    }
                });
    }

    /** What went back to the user, and what came back because it did not reach him. */
    public void wentBack(@Variable("money") MoneyFacts money, @Variable("user") UUID user) {
        money.returns().stream()
                .filter(back -> back.isRefund() && user != null)
                .filter(back -> noted.first("refund:" + back.id() + ":" + back.status()))
                .forEach(back -> refunded(money.paymentId(), back, user));
    }

    private void refunded(String payment, MoneyMirror.Return back, UUID user) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("status", back.status());
        facts.put("amount", back.amount());
        facts.put("currency", back.currency());
        facts.put("payment", payment);
        if (!noted.isNews(back.stateAt())) {
            return;
        }
        track("refund:" + back.id() + ":" + back.status(), "refund_" + back.status(), user, back.stateAt(), facts);
        if (back.isFinal()) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("amount", UserMails.money(back.amount(), back.currency()));
            values.put("date", mails.day(back.at()));
            values.put("payment", payment);
            mails.send("refund:" + back.id(), "refund", user, values);
        } else if (back.status().equals("failed")) {
            tellCameBack(payment, back, user);
        }
    }

    /** The user was told that it is on its way, and somebody has to find another way. */
    private void tellCameBack(String payment, MoneyMirror.Return back, UUID user) {
        String amount = UserMails.money(back.amount(), back.currency());
        mails.send("refund-failed:" + back.id(), "refund-failed", user, Map.of("amount", amount, "payment", payment));
        outbox.tell(new Notice(
                "refund-failed:" + back.id() + ":finance",
                Notice.Audience.FINANCE,
                "A refund of " + amount + " came back",
                "Refund %s of payment %s did not reach the customer %s. The user has been told."
                        .formatted(back.id(), payment, back.customer()),
                null));
    }

    private void track(String key, String name, UUID user, Instant at, Map<String, Object> facts) {
        outbox.track(new AnalyticsEvent(key, name, user, at, facts));
    }
}
