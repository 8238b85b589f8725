package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import com.ytempire.hub.webhooks.EndpointRegistry;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The operators' pages in a real browser, as people use them: what they show, that they can be read and used by all, and
 * that each action works. Pictures of them are in {@code target/screenshots}.
 */
class BrowserIT extends InBrowser {

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

    @Autowired
    private OperatorActions actions;

    @Autowired
    private EndpointRegistry endpoints;

    private final Set<String> tried = new HashSet<>();

    @AfterEach
    void everythingIsOn() {
        assertThat(operatorPost("/api/v1/providers/photos-kept/on", "").statusCode())
                .isEqualTo(200);
        jdbc.sql("delete from billing.offline").update();
    }

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
        String product = SANDBOX.stripe()
                .create(
                        "prices",
                        Map.of("currency", "usd", "unit_amount", 1_500, "product_data", Map.of("name", "Day pass")))
                .get("product")
                .asText();
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

    private String deadLetter() {
        String event = unique("evt");
        jdbc.sql("""
                        with e as (
                            insert into webhooks.event
                                (service, event_id, type, object_key, change_id, source, received_at, body)
                            values ('stripe', :event, 'page.test', :event, :event, 'test', :now, :body)
                            returning event_no
                        )
                        insert into webhooks.work (event_no, service, object_key, state, due_at, finished_at, error, failed_at)
                        select event_no, 'stripe', :event, 'dead', :now, :now, 'PermanentFailure: as the test wants it',
                               'test-flow' from e
                        """)
                .param("event", event)
                .param("body", ("{\"id\":\"" + event + "\"}").getBytes(StandardCharsets.UTF_8))
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        return event;
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
    void aDeadLetterIsReadAndRunAgain() {
        String event = deadLetter();
        page.navigate(address("/events?status=dead&type=page.test"));
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("page.test"))
                .first()
                .click();
        assertThat(page.textContent(".story")).contains("as the test wants it");
        page.navigate(address("/event?service=stripe&id=" + event));
        page.click("text=Run it again");
        assertThat(stateOf("stripe", event)).as("asked, and not yet done").isEqualTo("dead");
        page.click("button.go");
        assertThat(page.textContent(".happened")).contains("event.replay").contains("is queued");
        awaitState("stripe", event, "ignored");
        page.reload();
        assertThat(page.textContent(".story")).contains("Replay").contains(OPERATOR);
    }

    @Test
    void switchesAskBeforeTheyAct_andSayWhatHappened() {
        act("link.off", "photos-kept", "photos-kept is off");
        act("link.on", "photos-kept", "photos-kept is on");
        page.navigate(address("/act?action=billing.offline"));
        page.fill("input[name=reason]", "trying it out");
        page.click("button.go");
        assertThat(page.textContent("#money")).contains("Billing is offline").contains("trying it out");
        act("billing.online", "", "Billing is online");
        page.navigate(address("/act?action=endpoint.close&target=n8n"));
        page.fill("input[name=reason]", "trying it out");
        page.click("button.go");
        assertThat(page.textContent("#endpoints")).contains("closed");
        act("endpoint.open", "n8n", "n8n is open");
        page.navigate(address("/act?action=setting.change&target=least-events&value=9"));
        assertThat(page.inputValue("input[name=value]"))
                .as("nobody fills it in from outside")
                .isEqualTo("5");
        page.fill("input[name=value]", "6");
        page.click("button.go");
        assertThat(page.textContent(".happened")).contains("least-events is 6 now");
        page.navigate(address("/act?action=setting.change&target=least-events"));
        page.fill("input[name=value]", "");
        page.click("button.go");
        assertThat(page.textContent(".happened")).contains("least-events is 5 now");
        page.navigate(address("/settings"));
        page.click("[aria-label^='change growth: videos a day']");
        page.fill("input[name=value]", "31");
        page.click("button.go");
        assertThat(page.textContent("#plans")).contains("usually 30");
        page.navigate(address("/act?action=setting.change&target=plan.growth.videos-per-day"));
        page.fill("input[name=value]", "");
        page.click("button.go");
        assertThat(page.textContent("#plans")).doesNotContain("usually 30");
        page.navigate(address("/act?action=limit.change&target=video"));
        page.fill("input[name=amount]", "none");
        page.click("button.go");
        assertThat(page.textContent("[role=alert]")).contains("Nothing was done");

        page.navigate(address("/audit"));
        assertThat(page.textContent("table"))
                .contains("billing.offline")
                .contains("limit.change")
                .contains("failed");
    }

    /** Everything the Tab key comes by on this page, in its order: addresses of links, names of fields, buttons. */
    @SuppressWarnings("unchecked")
    private List<String> byTab() {
        page.evaluate("() => { window.came = []; document.addEventListener('focusin', e =>"
                + " window.came.push(e.target.getAttribute('href') || e.target.name || e.target.tagName)); }");
        int most = ((Number) page.evaluate("document.querySelectorAll('a, button, input, select').length")).intValue();
        for (int i = 0; i <= most; i++) {
            page.keyboard().press("Tab");
        }
        return (List<String>) page.evaluate("window.came");
    }

    @Test
    @SuppressWarnings("unchecked")
    void everyActionIsReachedAndDoneByKeyboard() {
        page.navigate(address("/actions"));
        List<String> offered = (List<String>)
                page.evaluate("[...document.querySelectorAll('main a')].map(a => a.getAttribute('href'))");
        assertThat(offered).anyMatch(link -> link.contains("plan.retire"));
        assertThat(byTab()).containsAll(offered);
        List<String> actions = offered.stream()
                .filter(link -> link.contains("/act?action="))
                .map(link -> link.replaceFirst("&target=.*", ""))
                .distinct()
                .toList();
        for (String action : actions) {
            String link = offered.stream()
                    .filter(each -> each.startsWith(action))
                    .findFirst()
                    .orElseThrow();
            page.navigate(address(link.replaceFirst("^/operations", "")));
            List<String> asked = (List<String>)
                    page.evaluate("[...document.querySelectorAll('form input:not([type=hidden])')].map(i => i.name)");
            assertThat(byTab()).as(link).containsAll(asked).contains("BUTTON");
        }

        page.navigate(address("/actions"));
        page.focus("[href*='action=link.off&target=photos-kept']");
        page.keyboard().press("Enter");
        page.waitForURL("**/act?action=link.off**");
        page.focus("button.go");
        page.keyboard().press("Enter");
        assertThat(page.textContent(".happened >> nth=0")).contains("photos-kept is off");
        act("link.on", "photos-kept", "photos-kept is on");
    }

    @Override
    void act(String action, String target, Map<String, String> fields, String said) {
        tried.add(action);
        super.act(action, target, fields, said);
    }

    /** Those that need money or a video are done for real in {@link BrowserDecisionsIT}; of nobody's they are refused politely. */
    @Test
    void eachActionWorks() {
        act("event.resolve", "stripe/" + deadLetter(), Map.of("note", "by hand"), "It is resolved");
        act("events.dry-run", "", Map.of("type", "page.none"), "0 events would run again");
        act("events.replay", "", Map.of("type", "page.none"), "0 events are queued");
        Set<String> before = secrets("resend");
        act("endpoint.secret", "resend", Map.of("secret", unique("secret"), "hours", "9999"), "The new secret counts");
        String added = secrets("resend").stream()
                .filter(secret -> !before.contains(secret))
                .findFirst()
                .orElseThrow();
        act("endpoint.revoke", "resend/" + added, "has ended");
        act("vendor.probe", "stripe", "stripe was asked");
        String subject = unique("alert");
        alerts.raise(Trouble.of(
                "test", "stripe", subject, Level.WARNING, "look here", "/operations", Duration.ofMinutes(1)));
        act("alert.close", alert(subject), "It is closed");
        act("limit.change", "video", Map.of("amount", "3.5"), "video is $3.5 now");
        act("limit.change", "video", Map.of("amount", ""), "video is $3 now");
        act("price.change", "speech-elevenlabs", Map.of("amount", "0.31"), "is $0.31 today");
        String today =
                LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC).toString();
        act("price.back", "speech-elevenlabs/" + today, "is $0.3 today");
        act("videos.pause", "", Map.of("reason", "trying it out"), "New videos are paused");
        act("videos.resume", "", "New videos are begun again");
        plans();
        channels();
        String nobody = UUID.randomUUID().toString();
        for (String action :
                List.of("refund.approve", "video.approve", "video.retry", "video.cancel", "upload.retry")) {
            act(action, nobody, "Nothing was done");
        }
        act("refund.reject", nobody, Map.of("reason", "trying it out"), "Nothing was done");

        tried.addAll(List.of("event.replay", "link.off", "link.on", "billing.offline", "billing.online"));
        tried.addAll(List.of("endpoint.close", "endpoint.open", "setting.change")); // these in the tests beside
        assertThat(tried).containsAll(actions.titles().keySet());
    }

    private Set<String> secrets(String service) {
        return endpoints.endpoints().stream()
                .filter(endpoint -> endpoint.service().equals(service))
                .flatMap(endpoint -> endpoint.secrets().stream())
                .map(secret -> secret.id())
                .collect(Collectors.toSet());
    }

    private String alert(String subject) {
        return jdbc.sql("select id from operations.alert where subject = :subject")
                .param("subject", subject)
                .query(String.class)
                .single();
    }

    private void plans() {
        String plan = "plan_" + Long.toString(System.nanoTime(), 36);
        Map<String, String> terms = Map.of(
                "name", plan, "price", "price_" + plan, "amount", "4900", "channels", "2", "videos-per-day", "5");
        act("plan.add", "", terms, plan);
        try {
            assertThat(page.textContent("#plans")).contains(plan);
            act("plan.retire", plan, plan + " is retired");
            act("plan.sell", plan, plan + " is sold");
        } finally {
            jdbc.sql("delete from billing.added_plan where name = :plan")
                    .param("plan", plan)
                    .update();
        }
    }

    private void channels() {
        UUID channel = UUID.randomUUID();
        jdbc.sql(
                        "insert into youtube.channel (id, project, youtube_id, title, state, state_since, reserve,"
                                + " uploads_per_day, check_due_at, connected_by, created_at)"
                                + " values (:id, 'default', :id::text, 'By browser', 'active', :now, true, 0, 'infinity', 'test', :now)")
                .param("id", channel)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        jdbc.sql("insert into youtube.channel_token (channel_id, refresh_sealed, access_sealed, access_until, scopes,"
                        + " refreshed_at, due_at) values (:id, 'x', 'x', :now::timestamptz + interval '1 hour', '', :now,"
                        + " 'infinity')")
                .param("id", channel)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        act("channel.off", channel.toString(), Map.of("reason", "trying it out"), "The channel is");
        act("channel.on", channel.toString(), "The channel is active");
        jdbc.sql("delete from youtube.channel_token where channel_id = :id")
                .param("id", channel)
                .update();
        jdbc.sql("update youtube.channel set state = 'removed' where id = :id")
                .param("id", channel)
                .update();
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
