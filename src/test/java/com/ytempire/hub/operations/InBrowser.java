package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.ytempire.hub.HubIT;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * What tests of the operators' pages in a real browser have in common. Where there is no Chromium they are skipped, and
 * say so.
 */
abstract class InBrowser extends HubIT {

    /** So many pixels is a screen that is no phone's. */
    static final int WIDE = 1280;

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    private static Playwright playwright;
    private static Browser browser;

    private final List<String> complaints = new ArrayList<>();
    private BrowserContext context;
    Page page;

    @BeforeAll
    static void startTheBrowser() {
        assumeTrue(Files.isExecutable(CHROMIUM), "skipped: there is no " + CHROMIUM + " (apt-get install chromium)");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of(
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    @AfterAll
    static void stopTheBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @BeforeEach
    void logIn() {
        context = browser.newContext(new Browser.NewContextOptions()
                .setColorScheme(ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setViewportSize(WIDE, 900)
                .setDeviceScaleFactor(1));
        page = context.newPage();
        page.setDefaultTimeout(30_000);
        page.navigate(address(""));
        page.fill("input[name=username]", OPERATOR);
        page.fill("input[name=password]", PASSWORD);
        page.locator("form button[type=submit]").first().click();
        page.waitForURL("**/operations*");
        page.onConsoleMessage(message -> {
            // that an action was refused is told by the answer's status as well
            if (message.type().equals("error") && !message.text().matches(".*status of 4(04|22).*")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
    }

    String address(String path) {
        return "http://127.0.0.1:" + port + "/operations" + path;
    }

    @AfterEach
    void theBrowserHadNothingToComplainOf() {
        if (context != null) {
            context.close();
        }
        assertThat(complaints).isEmpty();
    }

    /** An event that nobody could work on; the id it has at Stripe. */
    String deadLetter() {
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

    /** An action that asks for nothing but a yes. */
    void act(String action, String target, String said) {
        act(action, target, Map.of(), said);
    }

    /** As an operator does it: opens the form, fills it in, says yes, reads what happened. */
    void act(String action, String target, Map<String, String> fields, String said) {
        page.navigate(
                address("/act?action=" + action + "&target=" + URLEncoder.encode(target, StandardCharsets.UTF_8)));
        fields.forEach((name, value) -> page.fill("input[name='" + name + "']", value));
        page.click("button.go");
        assertThat(page.textContent(".happened >> nth=0")).as(action).contains(said);
    }
}
