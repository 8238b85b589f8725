package com.ytempire.hub.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every mail can be made of what it says it needs, and of nothing less. */
class MailTemplateTest {

    private static final ZoneId ZONE = ZoneId.of("UTC");

    private final MailRenderer renderer = new MailRenderer(ZONE);

    @ParameterizedTest
    @EnumSource
    void isMadeOfItsExample(MailTemplate template) {
        template.check(template.example());
        MailRenderer.Rendered mail = renderer.render(template, template.example());
        assertThat(mail.subject()).isNotBlank().doesNotContain("{{").hasSizeLessThan(120);
        assertThat(mail.html())
                .startsWith("<!DOCTYPE html>")
                .contains("<title>")
                .doesNotContain("{{");
        assertThat(mail.html()).contains("YTEMPIRE").doesNotContain("No more mails of this kind");
        assertThat(mail.text()).contains("YTEMPIRE").doesNotContain("{{", "<", "Subject:", "\n\n\n");
    }

    @ParameterizedTest
    @EnumSource
    void isMadeOfWhatItNeedsAlone(MailTemplate template) {
        Map<String, Object> needed = new LinkedHashMap<>(template.example());
        template.possible().forEach(field -> needed.put(field.name(), null));
        template.check(needed);
        MailRenderer.Rendered mail = renderer.render(template, needed);
        assertThat(mail.subject() + mail.html() + mail.text()).doesNotContain("{{", "null");
    }

    @ParameterizedTest
    @EnumSource
    void namesEveryValueItGets(MailTemplate template) {
        template.needed().forEach(field -> {
            Map<String, Object> lacking = new HashMap<>(template.example());
            template.possible().forEach(other -> lacking.put(other.name(), null));
            lacking.remove(field.name());
            assertThatThrownBy(() -> template.check(lacking))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(field.name());
            // a template that named another value than those it lists would fail here
            assertThatThrownBy(() -> renderer.render(template, lacking)).isInstanceOf(RuntimeException.class);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "9700, usd, 97.00 USD",
        "129700, eur, '1,297.00 EUR'",
        "500, jpy, 500 JPY",
        "1234, kwd, 1.234 KWD",
        "1500, ugx, 15.00 UGX",
        "1500, mga, '1,500 MGA'",
        "-250, usd, -2.50 USD",
        "9223372036854775807, usd, '92,233,720,368,547,758.07 USD'",
        "100, xxz, 1.00 XXZ"
    })
    void amountsAreExactAndNameTheirCurrency(long amount, String currency, String written) {
        assertThat(MailValues.money(amount, currency)).isEqualTo(written);
        assertThat(MailValues.written(Map.of("amount", Map.of("amount", amount, "currency", currency)), ZONE))
                .containsEntry("amount", written);
    }

    @Test
    void timesNameTheirZone() {
        Map<String, Object> written = MailValues.written(
                Map.of("at", "2026-11-21T14:05:00Z", "day", "2026-11-21", "text", "21 November 2026"),
                ZoneId.of("Europe/Berlin"));
        assertThat(written)
                .containsEntry("at", "21 November 2026, 15:05 CET")
                .containsEntry("day", "21 November 2026")
                .containsEntry("text", "21 November 2026");
    }

    @Test
    void valuesOfAnotherKindAreRefused() {
        assertThatThrownBy(() -> MailTemplate.RECEIPT.check(Map.of("amount", 97)))
                .hasMessageContaining("currency");
        assertThatThrownBy(() -> MailTemplate.RECEIPT.check(Map.of("amount", "97.00")))
                .hasMessageContaining("currency");
        assertThatThrownBy(
                        () -> MailTemplate.RECEIPT.check(Map.of("amount", Map.of("amount", 97.5, "currency", "usd"))))
                .hasMessageContaining("currency");
        assertThatThrownBy(() -> MailTemplate.VERIFY_EMAIL.check(Map.of("link", "javascript:x", "valid_minutes", 30)))
                .hasMessageContaining("link");
        assertThatCode(() -> MailTemplate.RECEIPT.check(Map.of("amount", "97.00 USD")))
                .doesNotThrowAnyException();
    }

    @Test
    void whatAUserChoseIsTextAndNotHtml() {
        Map<String, Object> values = new LinkedHashMap<>(MailTemplate.WELCOME.example());
        values.put("name", "<script>alert(1)</script> & Co");
        MailRenderer.Rendered mail = renderer.render(MailTemplate.WELCOME, values);
        assertThat(mail.html()).doesNotContain("<script>").contains("&lt;script&gt;");
        assertThat(mail.text()).contains("& Co");
    }

    @Test
    void aSubjectIsOneLine() {
        Map<String, Object> values = new LinkedHashMap<>(MailTemplate.OPERATOR_NOTICE.example());
        values.put("subject", "One\nBcc: somebody@example.com");
        assertThat(renderer.render(MailTemplate.OPERATOR_NOTICE, values).subject())
                .doesNotContain("\n");
    }
}
