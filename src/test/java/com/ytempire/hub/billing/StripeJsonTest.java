package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The columns the business reads are the same whatever API version an object is written in. */
class StripeJsonTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Timestamp START = new Timestamp(1772359200_000L);
    private static final Timestamp END = new Timestamp(1775037600_000L);

    private static JsonNode fixture(String name) throws IOException {
        try (InputStream file = StripeJsonTest.class.getResourceAsStream("/billing/" + name + ".json")) {
            return JSON.readTree(file);
        }
    }

    private static Map<String, Object> columns(MirrorKind kind, JsonNode object) {
        Map<String, Object> columns = new HashMap<>();
        kind.columns()
                .forEach(column -> columns.put(column.name(), column.value().apply(object)));
        return columns;
    }

    private static Map<String, Object> columns(MirrorKind kind, String text) throws IOException {
        return columns(kind, JSON.readTree(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2020-08-27", "2023-10-16", "2025-03-31.basil"})
    void readsSubscriptions(String version) throws IOException {
        Map<String, Object> expected = new HashMap<>(Map.of(
                "customer",
                "cus_1",
                "price",
                "price_growth_monthly",
                "quantity",
                2L,
                "currency",
                "usd",
                "unit_amount",
                29700L,
                "current_period_start",
                START,
                "current_period_end",
                END,
                "cancel_at_period_end",
                false,
                "trial_end",
                new Timestamp(1773568800_000L),
                "latest_invoice",
                "in_1"));
        expected.put("canceled_at", null);
        expected.put("ended_at", null);
        expected.put("default_payment_method", null);
        expected.put("created_at", START);
        assertThat(columns(MirrorKind.SUBSCRIPTION, fixture("subscription-" + version)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2020-08-27", "2023-10-16", "2025-03-31.basil"})
    void readsInvoices(String version) throws IOException {
        JsonNode invoice = fixture("invoice-" + version);
        Map<String, Object> expected = new HashMap<>(Map.of(
                "customer",
                "cus_1",
                "subscription",
                "sub_1",
                "payment",
                "pi_1",
                "currency",
                "usd",
                "total",
                29700L,
                "amount_due",
                29700L,
                "amount_paid",
                29700L,
                "amount_remaining",
                0L,
                "attempt_count",
                1L,
                "billing_reason",
                "subscription_create"));
        expected.put("period_start", START);
        expected.put("period_end", END);
        expected.put("created_at", START);
        assertThat(columns(MirrorKind.INVOICE, invoice)).isEqualTo(expected);
        assertThat(MirrorKind.INVOICE.isIncomplete(invoice)).isFalse();
    }

    @Test
    void seesThatAnInvoiceSinceBasilDoesNotTellItsPayment() throws IOException {
        JsonNode payload = fixture("invoice-2025-03-31.basil").deepCopy();
        ((ObjectNode) payload).remove("payments");
        assertThat(MirrorKind.INVOICE.isIncomplete(payload)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2020-08-27", "2023-10-16", "2025-03-31.basil"})
    void readsPayments(String version) throws IOException {
        Map<String, Object> expected = new HashMap<>(Map.of(
                "customer", "cus_1",
                "currency", "usd",
                "amount", 29700L,
                "amount_received", 29700L,
                "payment_method", "pm_1",
                "latest_charge", "ch_1",
                "created_at", START));
        expected.put("error_code", null);
        expected.put("decline_code", null);
        assertThat(columns(MirrorKind.PAYMENT, fixture("payment-" + version))).isEqualTo(expected);
    }

    @Test
    void readsWhyAPaymentFailed() throws IOException {
        assertThat(
                        columns(
                                MirrorKind.PAYMENT,
                                "{\"last_payment_error\":{\"code\":\"card_declined\",\"decline_code\":\"insufficient_funds\"}}"))
                .containsEntry("error_code", "card_declined")
                .containsEntry("decline_code", "insufficient_funds");
    }

    @Test
    void readsASubscriptionThatHasOnlyAPlan() throws IOException {
        assertThat(columns(
                        MirrorKind.SUBSCRIPTION,
                        "{\"plan\":{\"id\":\"plan_1\",\"amount\":500,\"currency\":\"eur\"},\"quantity\":3}"))
                .containsEntry("price", "plan_1")
                .containsEntry("unit_amount", 500L)
                .containsEntry("currency", "eur")
                .containsEntry("quantity", 3L);
    }

    @Test
    void leavesThePaymentOfAnUnpaidInvoiceOpen() throws IOException {
        assertThat(columns(MirrorKind.INVOICE, "{\"payment_intent\":null,\"payments\":{\"data\":[]}}"))
                .containsEntry("payment", null);
    }

    /** Each payment as status, default, created; the one that counts has a star. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "canceled false 1, paid false 2 *, open true 3",
                "paid true 1 *, paid false 2",
                "canceled false 3, open true 1 *, open false 2",
                "open false 1, canceled false 2 *"
            })
    void choosesThePaymentOfAnInvoiceThatHasSeveral(String payments) throws IOException {
        StringBuilder data = new StringBuilder();
        for (String payment : payments.split(", ")) {
            String[] word = payment.split(" ");
            data.append(data.isEmpty() ? "" : ",")
                    .append(
                            "{\"status\":\"%s\",\"is_default\":%s,\"created\":%s,\"payment\":{\"payment_intent\":\"%s\"}}"
                                    .formatted(word[0], word[1], word[2], word.length > 3 ? "pi_it" : "pi_other"));
        }
        assertThat(columns(MirrorKind.INVOICE, "{\"payments\":{\"data\":[" + data + "]}}"))
                .containsEntry("payment", "pi_it");
    }

    /** Nothing at all, nothing but nulls, everything of the wrong type. */
    @ParameterizedTest
    @EnumSource(MirrorKind.class)
    void neverFailsOnWhatItDoesNotExpect(MirrorKind kind) throws IOException {
        assertThat(columns(kind, "{}").values()).containsOnlyNulls();
        for (String odd : new String[] {"null", "[]", "[[1]]", "{\"data\":7}", "1.5", "true", "\"text\""}) {
            StringBuilder object = new StringBuilder("{\"unknown\":1");
            for (String field : new String[] {
                "items",
                "plan",
                "price",
                "customer",
                "parent",
                "payments",
                "payment_intent",
                "charges",
                "card",
                "metadata",
                "recurring",
                "created",
                "invoice_settings",
                "last_payment_error",
                "evidence_details"
            }) {
                object.append(",\"").append(field).append("\":").append(odd);
            }
            assertThat(columns(kind, object.append('}').toString())).isNotEmpty();
        }
    }

    @Test
    void aNulBecomesVisible() throws IOException {
        JsonNode clean = StripeJson.withoutNul(
                JSON.readTree("{\"name\":\"A\\u0000B\",\"a\\u0000\":[\"\\u0000\",{\"x\":\"C\\u0000\"}],\"n\":1}"));
        assertThat(clean)
                .isEqualTo(
                        JSON.readTree("{\"name\":\"A\uFFFDB\",\"a\uFFFD\":[\"\uFFFD\",{\"x\":\"C\uFFFD\"}],\"n\":1}"));
    }
}
