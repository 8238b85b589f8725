package com.ytempire.hub.billing;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the history tells of an object's state, as SQL over its row in the mirror. Of personal data it tells only that
 * they changed: the history outlives the account.
 */
final class StateHistory {

    private static final Map<MirrorKind, List<String>> TOLD = new EnumMap<>(Map.of(
            MirrorKind.CUSTOMER,
            List.of("default_payment_method", "user_id"),
            MirrorKind.SUBSCRIPTION,
            List.of(
                    "price",
                    "quantity",
                    "unit_amount",
                    "currency",
                    "current_period_end",
                    "trial_end",
                    "cancel_at_period_end",
                    "ended_at",
                    "default_payment_method"),
            MirrorKind.INVOICE,
            List.of("subscription", "payment", "currency", "total", "amount_paid"),
            MirrorKind.PAYMENT,
            List.of("amount", "amount_received", "currency", "error_code", "decline_code", "latest_charge"),
            MirrorKind.REFUND,
            List.of("payment", "amount", "currency", "failure_reason"),
            MirrorKind.DISPUTE,
            List.of("payment", "amount", "currency", "reason")));

    private StateHistory() {}

    static boolean tellsOf(MirrorKind kind) {
        return TOLD.containsKey(kind);
    }

    /** As JSON, without what is not set. */
    static String facts(MirrorKind kind) {
        String columns = Stream.concat(Stream.of("status"), TOLD.get(kind).stream())
                .map(column -> "'" + column + "', " + column)
                .collect(Collectors.joining(", "));
        String paused = kind == MirrorKind.SUBSCRIPTION
                ? ", 'collection_paused', case when jsonb_typeof(object -> 'pause_collection') = 'object' then true end"
                : "";
        return "jsonb_strip_nulls(jsonb_build_object(" + columns + paused
                + ", 'deleted', case when deleted_at is not null then true end))";
    }

    /** What may change and is not written down, as JSON; null where there is no such thing. */
    static String personal(MirrorKind kind) {
        return kind == MirrorKind.CUSTOMER
                ? "jsonb_build_object('email', email, 'name', name, 'phone', phone, 'address', object -> 'address')"
                : "null::jsonb";
    }

    /** Whose it is; null while that is not known. */
    static String customer(MirrorKind kind) {
        return switch (kind) {
            case CUSTOMER -> "id";
            case REFUND, DISPUTE -> """
                coalesce((select c.customer from billing.charge c where c.id = %1$s.charge),
                         (select p.customer from billing.payment p where p.id = %1$s.payment))""".formatted(kind.table());
            default -> "customer";
        };
    }
}
