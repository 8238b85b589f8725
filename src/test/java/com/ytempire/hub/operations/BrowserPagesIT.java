package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The operators' pages in a real browser, as people look at them: the figures are right and new, and everybody can read
 * them. Pictures of them are in {@code target/screenshots}.
 */
class BrowserPagesIT extends InBrowser {

    private static final Path PICTURES = Path.of("target/screenshots");
    private static final List<String> PAGES =
            List.of("", "/trends", "/events", "/customers", "/actions", "/settings", "/alerts", "/checks", "/audit");

    /** Those with pictures of all their looks. */
    private static final List<String> OFTEN = List.of("", "/trends", "/settings");

    private static final int PHONE = 390;

    /** Text whose colour is too near to what lies behind it, by WCAG 2.2, 1.4.3. */
    private static final String TOO_FAINT = """
            () => {
              const rgb = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
              const light = c => { const f = c.slice(0, 3).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
                return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
              const behind = e => { for (let n = e; n; n = n.parentElement) { const c = rgb(getComputedStyle(n).backgroundColor); if (c[3] > 0.99) return c; } return [255, 255, 255, 1]; };
              const found = [];
              for (const e of document.querySelectorAll('body *')) {
                const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
                if (!own || !e.offsetParent) continue;
                const style = getComputedStyle(e), a = light(rgb(style.color)), b = light(behind(e));
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                const large = parseFloat(style.fontSize) >= 24;
                if (ratio < (large ? 3 : 4.5)) found.push(e.tagName + '.' + e.className + ' "' + e.textContent.trim().slice(0, 30) + '" ' + ratio.toFixed(2));
              }
              return found;
            }
            """;

    @Autowired
    private Measures measures;

    @Autowired
    private Alerts alerts;

    @Autowired
    private ProducerTemplate routes;

    private void aDay() {
        Instant now = SANDBOX.clock().instant();
        for (int minutes = 0; minutes < 6 * 24 * 60; minutes += 47) {
            Instant minute = now.minus(Duration.ofMinutes(minutes));
            measured("intake", "stripe", minute, 3 + minutes % 11, 0);
            measured("intake", minutes % 3 == 0 ? "n8n" : "youtube", minute, 1 + minutes % 5, 0);
            measured("answer", "text", minute, 9, minutes % 4 == 0 ? 1 : 0);
            measured("answer", "speech", minute, 4, minutes % 9 == 0 ? 1 : 0);
        }
        for (String vendor : List.of("stripe", "openai", "resend", "n8n", "pexels")) {
            routes.requestBody("direct:operations-probe-now", vendor);
        }
        measures.flush();
    }

    /** Somebody buys with a card that is declined, and a text is paid for. */
    private void somebodyBuys() {
        TestUsers.User user = user();
        String billing = "/api/v1/billing/";
        assertThat(userPost(user, billing + "customers", "{}").statusCode()).isEqualTo(201);
        String card = "pm_card_chargeCustomerFail";
        String attached = userPost(user, billing + "payment-methods", "{\"payment_method_id\":\"" + card + "\"}")
                .body()
                .replaceFirst("(?s).*\"payment_method_id\":\"([^\"]+)\".*", "$1");
        userPost(user, billing + "payment-methods/" + attached + "/default", "");
        String product =
                SANDBOX.stripe().singlePrice("Day pass", 1_500).get("product").asText();
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> userPost(user, billing + "payments", "{\"product_id\":\"" + product + "\"}")
                                .statusCode()
                        == 402);
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> failedPayments() > 0);
        assertThat(operatorPost("/api/v1/content/titles", "{\"topic\":\"A day in the browser\",\"fresh\":true}")
                        .statusCode())
                .isEqualTo(200);
    }

    private long failedPayments() {
        return jdbc.sql("select count(*) from billing.payment where decline_code is not null and state_at >= :from")
                .param("from", Timestamp.from(SANDBOX.clock().instant().minus(Duration.ofDays(1))))
                .query(Long.class)
                .single();
    }

    private String spentToday() {
        return "$"
                + jdbc.sql("select coalesce(sum(amount), 0) from spending.cost where business_date = :day")
                        .param("day", LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC))
                        .query(BigDecimal.class)
                        .single()
                        .setScale(2, RoundingMode.UP);
    }

    private void measured(String name, String subject, Instant minute, int calls, int errors) {
        jdbc.sql("""
                        insert into operations.measure (name, subject, minute, calls, errors, millis, buckets)
                        values (:name, :subject, date_trunc('minute', :minute::timestamptz), :calls, :errors, :calls * 30,
                                array[0, 0, :calls, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]::bigint[])
                        on conflict do nothing
                        """)
                .param("name", name)
                .param("subject", subject)
                .param("minute", Timestamp.from(minute))
                .param("calls", calls)
                .param("errors", errors)
                .update();
    }

    @Test
    void theFiguresAreRight_andPicturesOfAllPagesShowNothingCutOff() {
        aDay();
        somebodyBuys();
        String event = deadLetter();
        alerts.raise(Trouble.of(
                "test",
                "stripe",
                unique("a-long-subject"),
                Level.CRITICAL,
                "The browser's test has raised this",
                "/operations#vendors",
                Duration.ofMinutes(1)));

        SANDBOX.clock().advance(Duration.ofSeconds(5)); // figures are kept for four
        page.navigate(address(""));
        long dead = jdbc.sql("select count(*) from webhooks.work where state = 'dead'")
                .query(Long.class)
                .single();
        assertThat(page.textContent("#f-dead").strip()).isEqualTo(String.valueOf(dead));
        assertThat(page.textContent("#vendors")).contains("healthy").contains("closed");
        assertThat(Long.parseLong(page.textContent("#f-failed").strip())).isGreaterThanOrEqualTo(failedPayments());
        assertThat(page.textContent("#f-spent")).isEqualTo(spentToday());
        assertThat((List<?>) page.evaluate("[...document.querySelectorAll('.tile, #figures section')]"
                        + ".filter(part => !part.querySelector('.age time')).map(part => part.textContent)"))
                .as("figures without their age")
                .isEmpty();

        List<String> all = new ArrayList<>(PAGES);
        all.add("/event?service=stripe&id=" + event);
        all.add("/act?action=endpoint.secret&target=stripe");
        all.forEach(this::pictures);
        jdbc.sql("update webhooks.work set state = 'resolved' where object_key = :event")
                .param("event", event)
                .update();
    }

    /** One load of the page for all its looks: wide and as on a phone, light and dark. */
    private void pictures(String path) {
        boolean often = OFTEN.contains(path);
        look(ColorScheme.LIGHT, WIDE);
        page.navigate(address(path));
        inspect(path, ColorScheme.LIGHT, WIDE, true);
        look(ColorScheme.DARK, WIDE);
        inspect(path, ColorScheme.DARK, WIDE, often);
        look(ColorScheme.DARK, PHONE);
        inspect(path, ColorScheme.DARK, PHONE, often);
        look(ColorScheme.LIGHT, PHONE);
        inspect(path, ColorScheme.LIGHT, PHONE, true);
    }

    private void look(ColorScheme scheme, int width) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        page.setViewportSize(width, 900);
    }

    private void inspect(String path, ColorScheme scheme, int width, boolean picture) {
        String look = scheme.name().toLowerCase(Locale.ROOT);
        page.waitForSelector("body:not(:has(#charts:not([data-drawn=" + look + "])))"); // plots follow the colours
        if (picture) {
            String file = "%s-%s%s.png"
                    .formatted(
                            path.isEmpty() ? "now" : path.substring(1).replaceFirst("\\?.*", ""),
                            width == PHONE ? "phone-" : "",
                            look);
            page.screenshot(
                    new Page.ScreenshotOptions().setPath(PICTURES.resolve(file)).setFullPage(true));
        }
        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .as("%s at %d pixels reaches beyond the edge", path, width)
                .isLessThanOrEqualTo(width);
        assertThat((List<?>) page.evaluate(TOO_FAINT)).as("%s, %s", path, look).isEmpty();
    }

    @Test
    void thePageRenewsItself_untilItIsToldNotTo_andCanBeUsedWithTheKeyboard() {
        page.clock().install();
        page.navigate(address(""));
        page.keyboard().press("Tab");
        assertThat((String) page.evaluate("document.activeElement.className")).isEqualTo("skip");
        page.keyboard().press("Enter");
        assertThat(page.url()).endsWith("#content");

        page.waitForResponse("**/operations/now", this::secondsPass);
        page.uncheck("#renew");
        String event = deadLetter();
        String before = page.textContent("#f-dead");
        assertThat((Boolean) page.evaluate("() => document.getElementById('figures').dispatchEvent("
                        + "new CustomEvent('htmx:beforeRequest', {bubbles: true, cancelable: true}))"))
                .as("a request for new figures is let through")
                .isFalse();
        page.check("#renew");
        page.waitForResponse("**/operations/now", this::secondsPass);
        page.waitForFunction("before => document.querySelector('#f-dead').textContent !== before", before);
        jdbc.sql("update webhooks.work set state = 'resolved' where object_key = :event")
                .param("event", event)
                .update();
    }

    /** So many that the page asks for new figures. */
    private void secondsPass() {
        page.clock().fastForward(5_000);
    }
}
