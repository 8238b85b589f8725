package com.ytempire.hub.billing;

import com.ytempire.hub.billing.MoneyMirror.Payment;
import com.ytempire.hub.billing.MoneyMirror.Return;
import java.util.List;
import java.util.Optional;

/**
 * What the mirror holds of the money an object is about, read once for all that follows from it.
 *
 * @param object the invoice, payment, charge, refund, dispute or credit note whose state may have changed
 * @param paymentId null for an invoice that no payment is known for
 * @param held the payment; empty while the mirror does not hold it
 * @param invoices those the payment is for, and the object itself when it is one; the oldest first
 * @param returns the payment's, else the invoice's, refunds, disputes and credit notes, whatever became of them
 * @param isAwaited whether effects of the payment or of its invoices wait for the object
 * @param cause the event that told of it, or the command that was answered with it; null when Stripe was asked
 */
record MoneyFacts(
        Mirrored object,
        String paymentId,
        Optional<Payment> held,
        List<PaidInvoice> invoices,
        List<Return> returns,
        boolean isAwaited,
        String cause) {

    /** The object's status; empty when it has none. */
    String status() {
        Optional<String> status =
                object.kind() == MirrorKind.INVOICE ? own().map(PaidInvoice::status) : held.map(Payment::status);
        return status.orElse("");
    }

    /** The object itself, when it is an invoice. */
    Optional<PaidInvoice> own() {
        return object.kind() == MirrorKind.INVOICE
                ? invoices.stream()
                        .filter(invoice -> invoice.id().equals(object.id()))
                        .findFirst()
                : Optional.empty();
    }

    /** The invoice the payment is for; empty for a one-time payment. */
    Optional<PaidInvoice> invoice() {
        return invoices.stream()
                .filter(invoice -> paymentId != null && paymentId.equals(invoice.payment()))
                .findFirst();
    }

    /** The invoice that was paid without a payment: elsewhere, or by a mere charge. */
    Optional<PaidInvoice> invoiceWithoutPayment() {
        return paymentId == null ? invoices.stream().findFirst() : Optional.empty();
    }

    /** The payment, once it has succeeded. */
    Optional<Payment> succeeded() {
        return held.filter(Payment::isSucceeded);
    }

    /** Cents that went back to who paid: refunds that did not fail, disputes that were lost, credit notes. */
    long wentBack() {
        return returns.stream()
                .filter(Return::isFinal)
                .mapToLong(Return::amount)
                .sum();
    }

    /** Cents that refunds sent back, or are sending. */
    long refunded() {
        return returns.stream()
                .filter(back -> back.isRefund() && back.isFinal())
                .mapToLong(Return::amount)
                .sum();
    }

    /** Whether a dispute, or a bank's inquiry, is not decided yet. */
    boolean isDisputed() {
        return returns.stream().anyMatch(Return::isOpenDispute);
    }
}
