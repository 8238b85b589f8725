package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import com.ytempire.hub.webhooks.EndpointRegistry;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The operators' actions in a real browser, as people use them: each is reached, asks, works and says what happened. */
class BrowserActionsIT extends InBrowser {

    @Autowired
    private Alerts alerts;

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
}
