package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.billing.CreditLedger.Grant;
import com.ytempire.hub.billing.CreditLedger.Lot;
import com.ytempire.hub.billing.MoneyMirror.Payment;
import com.ytempire.hub.billing.PaidInvoice.Line;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * What credits follow from money: a function of what the mirror holds, so that neither the order of events nor their
 * number matters. How many a product gives stands in its metadata: {@code credit_amount} for each one bought, and
 * {@code credit_type}, {@code payg} for ever or {@code subscription} until the paid period ends.
 *
 * <p>A trial's line grants nothing, for nothing was paid; neither does a line that settles a change within a period:
 * the new plan's credits come with its first period.
 */
@Component("creditGrants")
class CreditGrants {

    private static final String PAYG = "payg";
    private static final String SUBSCRIPTION = "subscription";

    private final MoneyMirror mirror;
    private final CreditLedger ledger;
    private final OpenEffects open;

    CreditGrants(MoneyMirror mirror, CreditLedger ledger, OpenEffects open) {
        this.mirror = mirror;
        this.ledger = ledger;
        this.open = open;
    }

    /** Grants what a paid invoice's lines give; nothing while nobody owns the customer. */
    public void ofInvoice(@Variable("money") MoneyFacts money, @Variable("user") UUID user) {
        Optional<PaidInvoice> invoice = money.own().filter(PaidInvoice::isPaid);
        if (user == null || invoice.isEmpty() || isPaymentAwaited(invoice.get(), money)) {
            return;
        }
        ofLines(invoice.get(), user, money.cause());
        settle(money);
    }

    private void ofLines(PaidInvoice invoice, UUID user, String cause) {
        for (Line line : invoice.lines()) {
            if (line.product() != null && !line.proration() && !line.isTrial()) {
                grant(
                        new Mirrored(MirrorKind.INVOICE, invoice.id()),
                        mirror.productMetadata(line.product()),
                        line.quantity(),
                        line.periodEnd(),
                        grantOf(invoice, line, user, cause));
            }
        }
    }

    /** What was bought stands at the payment when it was one of our own: an invoice made for it grants nothing more. */
    private boolean isPaymentAwaited(PaidInvoice invoice, MoneyFacts money) {
        if (invoice.payment() == null) {
            return false;
        }
        if (money.held().isEmpty()) {
            open.await(new Mirrored(MirrorKind.PAYMENT, invoice.payment()), money.object());
        }
        return money.held().isEmpty() || money.held().get().product() != null;
    }

    private static Grant grantOf(PaidInvoice invoice, Line line, UUID user, String cause) {
        return new Grant(
                user,
                null,
                0,
                "line:" + invoice.id() + ":" + line.id() + ":" + line.periodStart(),
                invoice.payment(),
                invoice.id(),
                line.product(),
                null,
                null,
                History.THE_HUB,
                cause);
    }

    /** Grants what a one-time payment of our own bought; of any other, what its invoice waited with until it was known. */
    public void ofPayment(@Variable("money") MoneyFacts money, @Variable("user") UUID user) {
        Optional<Payment> payment = money.succeeded();
        if (user == null || payment.isEmpty()) {
            return;
        }
        if (payment.get().product() != null) {
            ofProduct(money, payment.get(), user);
        } else if (money.isAwaited()) {
            money.invoice().filter(PaidInvoice::isPaid).ifPresent(invoice -> ofLines(invoice, user, money.cause()));
        }
        settle(money); // an invoice's lots too: a refund may have been told of before the payment succeeded
    }

    private void ofProduct(MoneyFacts money, Payment payment, UUID user) {
        String source = "payment:" + payment.id();
        grant(
                money.object(),
                payment.productMetadata(),
                payment.quantity(),
                null,
                new Grant(
                        user,
                        null,
                        0,
                        source,
                        payment.id(),
                        null,
                        payment.product(),
                        null,
                        null,
                        History.THE_HUB,
                        money.cause()));
    }

    private void grant(Mirrored object, Optional<JsonNode> metadata, long quantity, Instant periodEnd, Grant grant) {
        if (metadata.isEmpty()) {
            open.await(new Mirrored(MirrorKind.PRODUCT, grant.product()), object);
            return;
        }
        String type = SUBSCRIPTION.equals(StripeJson.text(metadata.get(), "credit_type")) ? SUBSCRIPTION : PAYG;
        ledger.grant(new Grant(
                grant.user(),
                type,
                creditAmount(metadata.get()) * quantity,
                grant.source(),
                grant.payment(),
                grant.invoice(),
                grant.product(),
                type.equals(SUBSCRIPTION) ? periodEnd : null,
                null,
                grant.actor(),
                grant.cause()));
    }

    /** What is no number of credits gives none. */
    private static long creditAmount(JsonNode metadata) {
        String text = StripeJson.text(metadata, "credit_amount");
        return text != null && text.strip().matches("\\d{1,9}") ? Long.parseLong(text.strip()) : 0;
    }

    /**
     * Takes back what a payment's refunds and lost disputes ask for: of each of its lots the share of the payment that
     * went back, rounded down, and all of it when all went back. While a dispute is open the lots are frozen.
     */
    public void settle(@Variable("money") MoneyFacts money) {
        if (money.returns().isEmpty()) {
            return;
        }
        money.succeeded().ifPresent(payment -> {
            long back = Math.min(money.wentBack(), payment.received());
            for (Lot lot : ledger.lotsOf(payment.id())) {
                ledger.freeze(lot, money.isDisputed(), payment.id(), money.cause());
                ledger.takeBack(
                        lot, share(lot.amount(), back, payment.received()), "refund or lost dispute", money.cause());
            }
        });
    }

    /** Credits times cents may be more than a long holds. */
    private static long share(long amount, long part, long whole) {
        return whole == 0
                ? 0
                : BigInteger.valueOf(amount)
                        .multiply(BigInteger.valueOf(part))
                        .divide(BigInteger.valueOf(whole))
                        .longValueExact();
    }
}
