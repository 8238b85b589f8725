package com.ytempire.hub.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Stripe's test payment methods: {@code pm_card_…}, {@code pm_usBankAccount_…}, {@code tok_…} and card numbers. */
final class StripeTestCards {

    /** When a charge asks the customer for 3-D Secure. */
    enum Authentication {
        NEVER,
        ALWAYS,
        /** Until it has been set up for payments without the customer. */
        UNTIL_SET_UP,
        /** Only while the customer is there. */
        WITH_CUSTOMER
    }

    /** What follows a payment that succeeded. */
    enum Aftermath {
        NONE,
        DISPUTE,
        PENDING_REFUND,
        FAILING_REFUND
    }

    /**
     * How a payment method behaves.
     *
     * @param brand of a card; null for a bank account
     * @param refusal decline code of its charges, after 3-D Secure when that comes first; null when they succeed
     * @param attaches whether a customer can have it although its charges are refused
     * @param disputeReason for {@link Aftermath#DISPUTE}
     */
    record TestCard(
            String number,
            String brand,
            String refusal,
            boolean attaches,
            Authentication authentication,
            Aftermath aftermath,
            String disputeReason) {

        /** A bank account's payment is under way for days. */
        boolean slow() {
            return brand == null;
        }

        String last4() {
            return number.substring(number.length() - 4);
        }
    }

    private static final Map<String, TestCard> BY_NAME = new LinkedHashMap<>();
    private static final Map<String, TestCard> BY_NUMBER = new LinkedHashMap<>();

    static {
        works("visa", "4242424242424242", "visa");
        works("us", "4242424242424242", "visa");
        works("debit", "4000056655665556", "visa");
        works("mastercard", "5555555555554444", "mastercard");
        works("mastercard_debit", "5200828282828210", "mastercard");
        works("mastercard_prepaid", "5105105105105100", "mastercard");
        works("amex", "378282246310005", "amex");
        works("discover", "6011111111111117", "discover");
        works("diners", "3056930009020004", "diners");
        works("jcb", "3566002020360505", "jcb");
        works("unionpay", "6200000000000005", "unionpay");
        works("bypassPending", "4000000000000077", "visa");
        works("threeDSecureOptional", "4000000000003055", "visa");

        refuses("chargeDeclined", "4000000000000002", "generic_decline");
        refuses("chargeDeclinedInsufficientFunds", "4000000000009995", "insufficient_funds");
        refuses("chargeDeclinedLostCard", "4000000000009987", "lost_card");
        refuses("chargeDeclinedStolenCard", "4000000000009979", "stolen_card");
        refuses("chargeDeclinedExpiredCard", "4000000000000069", "expired_card");
        refuses("chargeDeclinedIncorrectCvc", "4000000000000127", "incorrect_cvc");
        refuses("chargeDeclinedProcessingError", "4000000000000119", "processing_error");
        refuses("chargeDeclinedVelocityLimitExceeded", "4000000000006975", "card_velocity_exceeded");
        refuses("radarBlock", "4100000000000019", "fraudulent");
        add("chargeCustomerFail", "4000000000000341", "generic_decline", true, Authentication.NEVER);

        add("authenticationRequired", "4000002760003184", null, true, Authentication.ALWAYS);
        add("authenticationRequiredOnSetup", "4000002500003155", null, true, Authentication.UNTIL_SET_UP);
        add("authenticationRequiredSetupForOffSession", "4000003800000446", null, true, Authentication.WITH_CUSTOMER);
        add(
                "authenticationRequiredChargeDeclinedInsufficientFunds",
                "4000008260003178",
                "insufficient_funds",
                true,
                Authentication.ALWAYS);
        add("threeDSecureRequired", "4000000000003220", null, true, Authentication.ALWAYS);
        add("threeDSecure2Required", "4000000000003220", null, true, Authentication.ALWAYS);
        add("threeDSecureRequiredChargeDeclined", "4000008400001629", "generic_decline", true, Authentication.ALWAYS);
        add("threeDSecureRequiredProcessingError", "4000008400001280", "processing_error", true, Authentication.ALWAYS);

        followed("createDispute", "4000000000000259", Aftermath.DISPUTE, "fraudulent");
        followed("createDisputeProductNotReceived", "4000000000002685", Aftermath.DISPUTE, "product_not_received");
        followed("createDisputeInquiry", "4000000000001976", Aftermath.DISPUTE, "inquiry");
        followed("pendingRefund", "4000000000007726", Aftermath.PENDING_REFUND, null);
        followed("refundFail", "4000000000005126", Aftermath.FAILING_REFUND, null);

        account("success", "000123456789", null);
        account("processing", "000000000009", "never");
        account("insufficientFunds", "000111111116", "insufficient_funds");
        account("accountClosed", "000111111113", "bank_account_closed");
        account("debitNotAuthorized", "000222222227", "debit_not_authorized");
    }

    private StripeTestCards() {}

    private static void works(String name, String number, String brand) {
        put(name, new TestCard(number, brand, null, true, Authentication.NEVER, Aftermath.NONE, null));
    }

    private static void refuses(String name, String number, String refusal) {
        add(name, number, refusal, false, Authentication.NEVER);
    }

    private static void add(
            String name, String number, String refusal, boolean attaches, Authentication authentication) {
        put(name, new TestCard(number, "visa", refusal, attaches, authentication, Aftermath.NONE, null));
    }

    private static void followed(String name, String number, Aftermath aftermath, String reason) {
        put(name, new TestCard(number, "visa", null, true, Authentication.NEVER, aftermath, reason));
    }

    private static void account(String name, String number, String refusal) {
        put(
                "usBankAccount_" + name,
                new TestCard(number, null, refusal, true, Authentication.NEVER, Aftermath.NONE, null));
    }

    private static void put(String name, TestCard card) {
        BY_NAME.put(name, card);
        BY_NUMBER.putIfAbsent(card.number(), card);
    }

    static TestCard working() {
        return BY_NAME.get("visa");
    }

    /** Whether this is a name that stands for a new payment method, rather than an id. */
    static boolean isName(String id) {
        return id.startsWith("pm_card_") || id.startsWith("pm_usBankAccount_");
    }

    /** By a name like pm_card_visa, pm_card_visa_chargeDeclined or tok_chargeDeclined. */
    static Optional<TestCard> named(String name) {
        String bare = name.replaceFirst("^(pm_card_|pm_|tok_)", "");
        return Optional.ofNullable(BY_NAME.get(bare))
                .or(() -> Optional.ofNullable(BY_NAME.get(bare.replaceFirst("^(visa|us)_", ""))));
    }

    static Optional<TestCard> numbered(String number) {
        return Optional.ofNullable(BY_NUMBER.get(number.replaceAll("[ -]", "")));
    }
}
