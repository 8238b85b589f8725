package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.accounts.TestUsers;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operators' pages by HTTP: who gets in, what they never show, and that no other site can act through them. */
class PagesIT extends HubIT {

    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
    private static final String POISON = "<script>alert('x')</script><img src=x onerror=alert(1)>";

    private final CookieManager cookies = new CookieManager();
    private final HttpClient browser = HttpClient.newBuilder()
            .cookieHandler(cookies)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    private HttpResponse<String> open(String path) throws IOException, InterruptedException {
        return browser.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Accept", "text/html")
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
        return browser.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Accept", "text/html")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String token(HttpResponse<String> page) {
        Matcher csrf = CSRF.matcher(page.body());
        assertThat(csrf.find()).as(page.body()).isTrue();
        return csrf.group(1);
    }

    private void logIn() throws Exception {
        String csrf = token(open("/operations"));
        HttpResponse<String> page =
                post("/login", "_csrf=" + encoded(csrf) + "&username=" + OPERATOR + "&password=" + PASSWORD);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.uri().getPath()).isEqualTo("/operations");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static final String[] PAGES = {
        "/operations",
        "/operations/now",
        "/operations/trends",
        "/operations/events",
        "/operations/customers",
        "/operations/actions",
        "/operations/settings",
        "/operations/alerts",
        "/operations/checks",
        "/operations/audit",
        "/operations/act?action=billing.offline"
    };

    @Test
    void aStrangerIsSentToTheForm_andAProgramOrAUserGetsNothing() throws Exception {
        TestUsers.User user = user();
        for (String path : PAGES) {
            HttpResponse<String> stranger = open(path);
            assertThat(stranger.uri().getPath()).as(path).isEqualTo("/login");
            assertThat(send(request(path).GET()).statusCode()).as(path).isEqualTo(401);
            assertThat(userGet(user, path).statusCode()).as(path).isEqualTo(401);
        }
    }

    @Test
    void everyPageIsThere_withNothingInline() throws Exception {
        logIn();
        for (String path : PAGES) {
            HttpResponse<String> page = open(path);
            assertThat(page.statusCode()).as(path + "\n" + page.body()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Security-Policy"))
                    .as(path)
                    .hasValueSatisfying(
                            csp -> assertThat(csp).contains("script-src 'self'").doesNotContain("unsafe"));
            assertThat(page.body()).as(path).doesNotContain("style=\"").doesNotContainPattern("<script(?![^>]*src=)");
        }
        assertThat(browser.send(
                                HttpRequest.newBuilder(
                                                URI.create("http://127.0.0.1:" + port + "/operations/trends/data"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .contains("\"charts\"");
        assertThat(open("/webjars/htmx.org/dist/htmx.min.js").statusCode()).isEqualTo(200);
        assertThat(open("/webjars/chart.js/dist/chart.umd.min.js").statusCode()).isEqualTo(200);
        assertThat(open("/assets/operations.css").statusCode()).isEqualTo(200);
    }

    @Test
    void whatVendorsSendIsShownAndNeverRun() throws Exception {
        String customer = unique("cus");
        String event = unique("evt") + "\"><b>";
        jdbc.sql("""
                        insert into billing.customer (id, version, state_at, verified, object, name, email)
                        values (:id, 1, :now, true, '{}', :name, :name)
                        """)
                .param("id", customer)
                .param("name", POISON)
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
        deadLetter(event, POISON, customer);
        SANDBOX.clock().advance(Duration.ofSeconds(5)); // figures are kept for four
        logIn();

        String eventPage = "/operations/event?service=stripe&id=" + encoded(event);
        for (String path : new String[] {
            "/operations/customers/" + customer,
            "/operations/customers?search=" + encoded(POISON),
            "/operations/events?status=dead&type=" + encoded(POISON),
            eventPage,
            "/operations",
            "/operations/act?action=event.replay&target=" + encoded("stripe/" + POISON),
            "/operations/act?action=endpoint.close&target=" + encoded(POISON) + "&reason=" + encoded(POISON)
        }) {
            HttpResponse<String> page = open(path);
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.body())
                    .as(path)
                    .doesNotContain("<script>alert")
                    .doesNotContain("<img src=x")
                    .doesNotContain("\"><b>")
                    .contains("&lt;");
        }
        jdbc.sql("update webhooks.work set state = 'resolved' where object_key = :customer")
                .param("customer", customer)
                .update();
        jdbc.sql("delete from billing.customer where id = :customer")
                .param("customer", customer)
                .update();
    }

    private void deadLetter(String event, String type, String object) {
        jdbc.sql("""
                        with e as (
                            insert into webhooks.event
                                (service, event_id, type, object_key, change_id, source, received_at, body)
                            values ('stripe', :event, :type, :object, :event, 'test', :now, :body) returning event_no
                        )
                        insert into webhooks.work (event_no, service, object_key, state, due_at, finished_at, error)
                        select event_no, 'stripe', :object, 'dead', :now, :now, :type from e
                        """)
                .param("event", event)
                .param("type", type)
                .param("object", object)
                .param("body", type.getBytes(StandardCharsets.UTF_8))
                .param("now", Timestamp.from(SANDBOX.clock().instant()))
                .update();
    }

    @Test
    void nothingIsDoneWithoutTheFormsOwnToken() throws Exception {
        logIn();
        String form = "action=link.off&target=photos-kept";

        assertThat(post("/operations/act", form).statusCode()).isEqualTo(403);
        assertThat(post("/operations/act", form + "&_csrf=guessed").statusCode())
                .isEqualTo(403);
        assertThat(operatorGet("/api/v1/providers/photos-kept").body()).contains("\"state\":\"on\"");
    }

    @Test
    void aLogoutEndsTheLogin_copiesOfItAsWell() throws Exception {
        logIn();
        String copy = cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("hub-operator"))
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .findFirst()
                .orElseThrow();
        assertThat(statusWith(copy)).isEqualTo(200);

        String csrf = token(open("/operations"));
        post("/logout", "_csrf=" + encoded(csrf));

        assertThat(open("/operations").uri().getPath()).isEqualTo("/login");
        assertThat(statusWith(copy)).as("the form").isEqualTo(302);
        assertThat(statusWith("hub-operator=v1.forged")).isEqualTo(302);
        logIn();
    }

    private int statusWith(String cookie) {
        return send(request("/operations/audit")
                        .header("Accept", "text/html")
                        .header("Cookie", cookie)
                        .GET())
                .statusCode();
    }

    @Test
    void anActionIsWrittenDown_secretsAreNot() throws Exception {
        logIn();
        String csrf = token(open("/operations/act?action=endpoint.secret&target=resend"));
        String secret = unique("whsec");

        HttpResponse<String> done = post(
                "/operations/act",
                "_csrf=" + encoded(csrf) + "&action=endpoint.secret&target=resend&hours=48&secret=" + secret);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.uri().getPath()).isEqualTo("/operations/actions");
        assertThat(done.body()).contains("The new secret counts; the others end in 48 hours");
        HttpResponse<String> refused = post(
                "/operations/act",
                "_csrf=" + encoded(csrf) + "&action=endpoint.secret&target=resend&hours=48&secret=short");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("Nothing was done").doesNotContain("value=\"short\"");

        String audit = open("/operations/audit").body();
        assertThat(audit).contains("endpoint.secret").contains("(not kept)").doesNotContain(secret);
        assertThat(done.body()).doesNotContain(secret);
        jdbc.sql("delete from webhooks.secret where service = 'resend'").update();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/operations/act?action=no.such",
                "/operations/event?service=stripe&id=none",
                "/operations/customers/none",
                "/operations/videos/none"
            })
    void whatThereIsNotIsSaidOnAPage(String path) throws Exception {
        logIn();
        HttpResponse<String> page = open(path);

        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.body()).contains("That did not work").contains("Back to now");
    }
}
