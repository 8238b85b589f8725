package com.ytempire.hub.billing;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.webhooks.CommandMark;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the hub writes at Stripe: how it is sent, whether it can wait for Stripe, how Stripe is asked whether it took
 * effect, and what is answered for it.
 */
enum CommandKind {
    CUSTOMER_CREATE("customers", "create", Wait.QUEUE, Proof.LISTED_MARK, 201, CommandAnswers::customer),
    CUSTOMER_UPDATE("customers", "update", Wait.QUEUE, Proof.MARK, 200, CommandAnswers::customer),
    SETUP_INTENT_CREATE("setupIntents", "create", Wait.CUSTOMER, Proof.LISTED_MARK, 201, CommandAnswers::setupIntent),
    PAYMENT_METHOD_ATTACH(
            "paymentMethods",
            "attach",
            Wait.QUEUE,
            Proof.of(method -> StripeJson.id(method, "customer") != null),
            200,
            CommandAnswers::paymentMethod),
    PAYMENT_METHOD_DEFAULT("customers", "update", Wait.QUEUE, Proof.MARK, 200, CommandAnswers::defaultPaymentMethod),
    PAYMENT_METHOD_DETACH(
            "paymentMethods",
            "detach",
            Wait.QUEUE,
            Proof.of(method -> StripeJson.id(method, "customer") == null),
            200,
            CommandAnswers::paymentMethod),
    PORTAL_SESSION_CREATE(
            "billingPortalSessions", "create", Wait.CUSTOMER, Proof.NONE, 201, CommandAnswers::portalSession),
    CHECKOUT_SESSION_CREATE(
            "checkoutSessions", "create", Wait.CUSTOMER, Proof.LISTED_MARK, 201, CommandAnswers::checkoutSession),
    CHECKOUT_SESSION_EXPIRE(
            "checkoutSessions",
            "expire",
            Wait.QUEUE,
            Proof.of(session -> "expired".equals(StripeJson.text(session, "status"))),
            200,
            CommandAnswers::checkoutSession),
    SUBSCRIPTION_CREATE("subscriptions", "create", Wait.QUEUE, Proof.LISTED_MARK, 201, CommandAnswers::subscription),
    SUBSCRIPTION_UPDATE("subscriptions", "update", Wait.QUEUE, Proof.MARK, 200, CommandAnswers::subscription),
    SUBSCRIPTION_CANCEL(
            "subscriptions",
            "cancel",
            Wait.QUEUE,
            Proof.of(subscription -> "canceled".equals(StripeJson.text(subscription, "status"))),
            200,
            CommandAnswers::subscription),
    SUBSCRIPTION_RESUME(
            "subscriptions",
            "resume",
            Wait.QUEUE,
            Proof.of(subscription -> !"paused".equals(StripeJson.text(subscription, "status"))),
            200,
            CommandAnswers::subscription),
    PAYMENT_CREATE("paymentIntents", "create", Wait.QUEUE, Proof.LISTED_MARK, 201, CommandAnswers::payment),
    PAYMENT_CANCEL(
            "paymentIntents",
            "cancel",
            Wait.QUEUE,
            Proof.of(payment -> "canceled".equals(StripeJson.text(payment, "status"))),
            200,
            CommandAnswers::payment),
    INVOICE_PAY(
            "invoices",
            "pay",
            Wait.QUEUE,
            Proof.of(invoice -> "paid".equals(StripeJson.text(invoice, "status"))),
            200,
            CommandAnswers::invoice),
    INVOICE_VOID(
            "invoices",
            "void",
            Wait.QUEUE,
            Proof.of(invoice -> "void".equals(StripeJson.text(invoice, "status"))),
            200,
            CommandAnswers::invoice),
    INVOICE_UNCOLLECTIBLE(
            "invoices",
            "markUncollectible",
            Wait.QUEUE,
            Proof.of(invoice -> "uncollectible".equals(StripeJson.text(invoice, "status"))),
            200,
            CommandAnswers::invoice),
    REFUND_CREATE("refunds", "create", Wait.QUEUE, Proof.LISTED_MARK, 201, CommandAnswers::refund),
    DISPUTE_UPDATE("disputes", "update", Wait.QUEUE, Proof.of(dispute -> false), 200, CommandAnswers::dispute);

    /** Whether a command is kept until Stripe is back. */
    enum Wait {
        /** It is sent later, without whoever wanted it. */
        QUEUE,
        /** Its result is of use to a customer who waits for it, and to nobody later. */
        CUSTOMER
    }

    /**
     * How Stripe is asked whether a command took effect whose answer is not known.
     *
     * @param marks whether the object carries the command's id
     * @param listed whether the object must be searched for, because its id is not known
     * @param taken what the object looks like then; null when its mark tells
     */
    record Proof(boolean marks, boolean listed, Predicate<JsonNode> taken) {

        static final Proof LISTED_MARK = new Proof(true, true, null);
        static final Proof MARK = new Proof(true, false, null);
        static final Proof NONE = new Proof(false, false, null);

        static Proof of(Predicate<JsonNode> taken) {
            return new Proof(false, false, taken);
        }
    }

    private final String operation;
    private final String method;
    private final Wait wait;
    private final Proof proof;
    private final int status;
    private final Function<JsonNode, Map<String, Object>> answer;

    CommandKind(
            String operation,
            String method,
            Wait wait,
            Proof proof,
            int status,
            Function<JsonNode, Map<String, Object>> answer) {
        this.operation = operation;
        this.method = method;
        this.wait = wait;
        this.proof = proof;
        this.status = status;
        this.answer = answer;
    }

    /** The operation of the {@code stripe:} component. */
    String operation() {
        return operation;
    }

    /** The method of the {@code stripe:} component. */
    String method() {
        return method;
    }

    boolean needsCustomer() {
        return wait == Wait.CUSTOMER;
    }

    /** Whether the object at Stripe bears the {@link CommandMark}. */
    boolean isMarked() {
        return proof.marks;
    }

    /** Whether the object is searched for in a list. */
    boolean isListed() {
        return proof.listed;
    }

    /** Whether Stripe can be asked at all; else it is harmless to send the command twice. */
    boolean isProvable() {
        return proof != Proof.NONE;
    }

    boolean hasTakenEffect(JsonNode object, String commandId) {
        return proof.taken != null
                ? proof.taken.test(object)
                : commandId.equals(StripeJson.text(object.path("metadata"), CommandMark.FIELD));
    }

    /** Of HTTP, when it succeeds. */
    int status() {
        return status;
    }

    Map<String, Object> answer(JsonNode object) {
        return answer.apply(object);
    }

    /** What the object is in the mirror; null for what is not mirrored. */
    MirrorKind mirrorKind() {
        return Arrays.stream(MirrorKind.values())
                .filter(kind -> kind.operation().equals(operation))
                .findFirst()
                .orElse(null);
    }
}
