package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The columns the business reads are the same whatever API version an object is written in. */
class StripeJsonTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long START = 1772359200;
    private static final long END = 1775037600;

    /** As docs.stripe.com/changelog/basil tells them apart, with what each had beside what is read. */
    enum Shape {
        UP_TO_2023("""
                {"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","created":1772359200,
                 "current_period_start":1772359200,"current_period_end":1775037600,"cancel_at_period_end":false,
                 "quantity":2,"plan":{"id":"price_1","amount":9700,"currency":"usd"},"latest_invoice":"in_1",
                 "items":{"object":"list","data":[{"id":"si_1","quantity":2,
                   "plan":{"id":"price_1","amount":9700,"currency":"usd"},
                   "price":{"id":"price_1","unit_amount":9700,"currency":"usd"}}]}}""", """
                {"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","currency":"usd","total":19400,
                 "paid":true,"charge":"ch_1","payment_intent":"pi_1","subscription":"sub_1"}"""),
        ACACIA("""
                {"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","created":1772359200,
                 "current_period_start":1772359200,"current_period_end":1775037600,"cancel_at_period_end":false,
                 "currency":"usd","latest_invoice":"in_1",
                 "items":{"object":"list","data":[{"id":"si_1","quantity":2,
                   "price":{"id":"price_1","unit_amount":9700,"currency":"usd"}}]}}""", """
                {"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","currency":"usd","total":19400,
                 "paid":true,"charge":"ch_1","payment_intent":"pi_1","subscription":"sub_1",
                 "subscription_details":{"metadata":{}}}"""),
        BASIL_AND_LATER("""
                {"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","created":1772359200,
                 "cancel_at_period_end":false,"currency":"usd","billing_mode":{"type":"flexible"},"latest_invoice":"in_1",
                 "items":{"object":"list","data":[{"id":"si_1","quantity":2,
                   "current_period_start":1772359200,"current_period_end":1775037600,
                   "price":{"id":"price_1","unit_amount":9700,"currency":"usd"}}]}}""", """
                {"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","currency":"usd","total":19400,
                 "parent":{"type":"subscription_details","quote_details":null,
                   "subscription_details":{"metadata":{},"subscription":"sub_1"}},
                 "payments":{"object":"list","data":[{"id":"inpay_1","status":"paid",
                   "payment":{"type":"payment_intent","payment_intent":"pi_1"}}]}}""");

        private final String subscription;
        private final String invoice;

        Shape(String subscription, String invoice) {
            this.subscription = subscription;
            this.invoice = invoice;
        }
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Every column the mirror has for it, as it would be written. */
    private static Map<String, Object> columns(MirrorKind kind, String json) {
        Map<String, Object> columns = new LinkedHashMap<>();
        kind.columns()
                .forEach(column -> columns.put(column.name(), column.value().apply(tree(json))));
        return columns;
    }

    private static Timestamp seconds(long epoch) {
        return new Timestamp(epoch * 1000);
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void readsASubscriptionInEveryShape(Shape shape) {
        assertThat(columns(MirrorKind.SUBSCRIPTION, shape.subscription))
                .containsEntry("customer", "cus_1")
                .containsEntry("price", "price_1")
                .containsEntry("quantity", 2L)
                .containsEntry("currency", "usd")
                .containsEntry("unit_amount", 9700L)
                .containsEntry("current_period_start", seconds(START))
                .containsEntry("current_period_end", seconds(END))
                .containsEntry("cancel_at_period_end", false)
                .containsEntry("latest_invoice", "in_1")
                .containsEntry("trial_end", null)
                .containsEntry("created_at", seconds(START));
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void readsAnInvoiceInEveryShape(Shape shape) {
        assertThat(columns(MirrorKind.INVOICE, shape.invoice))
                .containsEntry("customer", "cus_1")
                .containsEntry("subscription", "sub_1")
                .containsEntry("payment", "pi_1")
                .containsEntry("total", 19400L);
        assertThat(MirrorKind.INVOICE.isIncomplete(tree(shape.invoice))).isFalse();
    }

    @Test
    void knowsThatABasilInvoiceOfAnEventDoesNotNameItsPayment() {
        String invoice = "{\"id\":\"in_1\",\"parent\":{\"subscription_details\":{\"subscription\":\"sub_1\"}}}";
        assertThat(StripeJson.invoicePayment(tree(invoice))).isNull();
        assertThat(MirrorKind.INVOICE.isIncomplete(tree(invoice))).isTrue();
    }

    @Test
    void anInvoiceOfNoSubscriptionHasNone() {
        assertThat(StripeJson.invoiceSubscription(tree("{\"subscription\":null}")))
                .isNull();
        assertThat(StripeJson.invoiceSubscription(tree("{\"parent\":null}"))).isNull();
        assertThat(StripeJson.invoiceSubscription(
                        tree("{\"parent\":{\"type\":\"quote_details\",\"subscription_details\":null}}")))
                .isNull();
    }

    @Test
    void readsTheIdOfAReferenceExpandedOrNot() {
        assertThat(StripeJson.id(tree("{\"customer\":\"cus_1\"}"), "customer")).isEqualTo("cus_1");
        assertThat(StripeJson.id(tree("{\"customer\":{\"id\":\"cus_1\",\"object\":\"customer\"}}"), "customer"))
                .isEqualTo("cus_1");
        assertThat(StripeJson.id(tree("{\"customer\":null}"), "customer")).isNull();
        assertThat(StripeJson.id(tree("{}"), "customer")).isNull();
        assertThat(StripeJson.invoiceSubscription(
                        tree("{\"parent\":{\"subscription_details\":{\"subscription\":{\"id\":\"sub_1\"}}}}")))
                .isEqualTo("sub_1");
        assertThat(StripeJson.invoicePayment(tree("{\"payment_intent\":{\"id\":\"pi_1\"}}")))
                .isEqualTo("pi_1");
        assertThat(StripeJson.invoicePayment(
                        tree("{\"payments\":{\"data\":[{\"payment\":{\"payment_intent\":{\"id\":\"pi_1\"}}}]}}")))
                .isEqualTo("pi_1");
        assertThat(StripeJson.subscriptionPrice(tree("{\"items\":{\"data\":[{\"price\":\"price_1\"}]}}")))
                .isEqualTo("price_1");
    }

    @Test
    void readsTheOnlyPlanOfASubscriptionWithoutItems() {
        JsonNode subscription =
                tree("{\"quantity\":3,\"plan\":{\"id\":\"plan_1\",\"amount\":500,\"currency\":\"eur\"}}");
        assertThat(StripeJson.subscriptionPrice(subscription)).isEqualTo("plan_1");
        assertThat(StripeJson.subscriptionQuantity(subscription)).isEqualTo(3);
        assertThat(StripeJson.subscriptionUnitAmount(subscription)).isEqualTo(500);
        assertThat(StripeJson.subscriptionCurrency(subscription)).isEqualTo("eur");
    }

    @Test
    void readsTheLatestChargeWhereverItStands() {
        assertThat(StripeJson.latestCharge(tree("{\"latest_charge\":\"ch_1\"}")))
                .isEqualTo("ch_1");
        assertThat(StripeJson.latestCharge(tree("{\"latest_charge\":{\"id\":\"ch_1\"}}")))
                .isEqualTo("ch_1");
        assertThat(StripeJson.latestCharge(tree("{\"charges\":{\"data\":[{\"id\":\"ch_1\"}]}}")))
                .isEqualTo("ch_1");
        assertThat(StripeJson.latestCharge(tree("{\"latest_charge\":null,\"charges\":{\"data\":[]}}")))
                .isNull();
    }

    @ParameterizedTest
    @EnumSource(MirrorKind.class)
    void whatIsMissingOrOfAnotherTypeIsNull(MirrorKind kind) {
        assertThat(columns(kind, "{}"))
                .allSatisfy((column, value) -> assertThat(value).as(column).isNull());
        StringBuilder wrong = new StringBuilder("{\"items\":7,\"parent\":\"x\",\"payments\":[],\"card\":1");
        kind.columns()
                .forEach(column -> wrong.append(",\"").append(column.name()).append("\":[1.5,{}]"));
        assertThat(columns(kind, wrong.append('}').toString()))
                .allSatisfy((column, value) -> assertThat(value).as(column).isNull());
    }

    @Test
    void readsNumbersFlagsAndTimesOnlyWhereTheyAre() {
        JsonNode object = tree("{\"n\":7,\"half\":7.5,\"text\":\"7\",\"yes\":true,\"null\":null}");
        assertThat(StripeJson.number(object, "n")).isEqualTo(7);
        assertThat(StripeJson.number(object, "half")).isNull();
        assertThat(StripeJson.number(object, "text")).isNull();
        assertThat(StripeJson.flag(object, "yes")).isTrue();
        assertThat(StripeJson.flag(object, "null")).isNull();
        assertThat(StripeJson.time(object, "n")).isEqualTo(seconds(7));
        assertThat(StripeJson.time(object, "text")).isNull();
        assertThat(StripeJson.text(object, "n")).isNull();
    }

    @Test
    void aNulBecomesVisibleWhereverItStandsAndNothingElseChanges() {
        JsonNode object = tree(
                "{\"a\\u0000b\":\"x\\u0000y\\u0000\",\"deep\":[{\"z\":\"\\u0000\"},[\"q\"]],"
                        + "\"n\":1.50,\"big\":12345678901234567890,\"t\":true,\"none\":null,\"plain\":\"caf\\u00e9 \\ud83d\\ude00\"}");
        assertThat(StripeJson.withoutNul(object))
                .isEqualTo(tree("{\"a\uFFFDb\":\"x\uFFFDy\uFFFD\",\"deep\":[{\"z\":\"\uFFFD\"},[\"q\"]],"
                        + "\"n\":1.50,\"big\":12345678901234567890,\"t\":true,\"none\":null,\"plain\":\"café 😀\"}"));
    }
}
