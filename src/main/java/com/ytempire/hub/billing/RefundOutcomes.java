package com.ytempire.hub.billing;

import com.ytempire.hub.billing.RefundRequests.Request;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What becomes of refunds once they are sent, whoever sent them. */
@Component("refundOutcomes")
class RefundOutcomes implements CommandSettled {

    private final RefundRequests requests;
    private final Commands commands;
    private final Outbox outbox;
    private final UserMails mails;
    private final JdbcClient jdbc;
    private final Clock clock;

    RefundOutcomes(
            RefundRequests requests, Commands commands, Outbox outbox, UserMails mails, JdbcClient jdbc, Clock clock) {
        this.requests = requests;
        this.commands = commands;
        this.outbox = outbox;
        this.mails = mails;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Takes down how the sending of a refund ended; what follows from it follows from the mirror. One that Stripe
     * refuses is told, for whoever asked may have been answered long before that it waits.
     */
    @Override
    public void settled(Command command) {
        if (command.kind() != CommandKind.REFUND_CREATE
                || !command.businessKey().startsWith(Refunds.KEY)
                || !command.isSettled()) {
            return;
        }
        UUID id = UUID.fromString(command.businessKey().substring(Refunds.KEY.length()));
        requests.ended(id, command)
                .filter(request ->
                        command.state().equals("failed") && !command.errorCode().equals("closed_by_operator"))
                .ifPresent(request -> tellFailed(request, command.errorCode()));
    }

    /**
     * A refund of ours that came back: the bank did not take it, also after it had succeeded
     * (docs.stripe.com/refunds#failed-refunds). The request's state shows it; user and finance hear of it from {@link
     * PaymentMessages}, as of those made in the dashboard.
     */
    public void cameBack(@Variable("money") MoneyFacts money) {
        money.returns().stream()
                .filter(back -> back.isRefund() && !back.isFinal())
                .forEach(requests::cameBack);
    }

    private void tellFailed(Request request, String why) {
        if (request.userId() != null) {
            mails.send(
                    "refund-failed:" + request.id(),
                    "refund-failed",
                    request.userId(),
                    Map.of(
                            "amount", UserMails.money(request.amount(), request.currency()),
                            "payment", request.payment()));
        }
        outbox.tell(new Notice(
                "refund-failed:" + request.id() + ":finance",
                Notice.Audience.FINANCE,
                "A refund of " + UserMails.money(request.amount(), request.currency()) + " was refused",
                "Stripe refused refund request %s for payment %s of %s: %s. The user has been told."
                        .formatted(request.id(), request.payment(), request.whose(), why),
                null));
    }

    /**
     * A subscription whose present period was refunded as a whole ends, whoever refunded it. Runs with each change of a
     * refund, and of its payment and invoice, which may be told of later; the command's business key lets it be sent
     * once.
     */
    public void endRefundedPeriod(@Variable("money") MoneyFacts money, @Variable("user") UUID user) {
        money.succeeded()
                .filter(payment -> money.refunded() > 0 && money.refunded() >= payment.received())
                .flatMap(payment -> money.invoice())
                .filter(invoice -> invoice.subscription() != null && isPresentPeriod(invoice))
                .ifPresent(invoice -> endSubscription(invoice, user));
    }

    private boolean isPresentPeriod(PaidInvoice invoice) {
        return jdbc.sql("""
                        select exists (select 1 from billing.subscription
                                        where id = :id and status in ('active', 'past_due', 'trialing', 'unpaid', 'paused')
                                          and latest_invoice = :invoice and current_period_end > :now)
                        """)
                .param("id", invoice.subscription())
                .param("invoice", invoice.id())
                .param("now", Timestamp.from(clock.instant()))
                .query(Boolean.class)
                .single();
    }

    private void endSubscription(PaidInvoice invoice, UUID user) {
        commands.enqueue(new CommandRequest(
                CommandKind.SUBSCRIPTION_CANCEL,
                "refunded-period:" + invoice.id(),
                History.THE_HUB,
                user,
                invoice.customer(),
                invoice.subscription(),
                Map.of("cancellation_details", Map.of("comment", "refunded"))));
    }
}
