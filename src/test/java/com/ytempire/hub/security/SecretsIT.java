package com.ytempire.hub.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import com.ytempire.hub.SecretWatch;
import com.ytempire.hub.accounts.TestUsers;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A bad day on which every vendor fails and repeats in its words what it was sent: keys, tokens, mails, names. None of it
 * is found anywhere afterwards. That none of it is logged, here and in every other test, is held by {@link SecretWatch}.
 */
class SecretsIT extends HubIT {

    private static final Set<String> VENDORS = Set.of(
            "openai",
            "google_tts",
            "elevenlabs",
            "stability",
            "pexels",
            "pixabay",
            "shutterstock",
            "resend",
            "mixpanel",
            "amplitude",
            "stripe",
            "youtube",
            "youtube_api",
            "n8n");

    @Test
    void nothingSecretIsLeftAnywhere() {
        User user = user();
        channels.plan(user.id(), "price_scale_monthly");
        String mail = unique("marked") + "@example.com";
        VENDORS.forEach(vendor -> SANDBOX.faults().outage(vendor, Fault.echo(500), null));
        List<HttpResponse<String>> answers = new ArrayList<>(badDay(user, mail));
        awaitTried(mail);
        SANDBOX.recover();
        VENDORS.forEach(vendor -> SANDBOX.faults().outage(vendor, Fault.echo(401), null));
        answers.addAll(badDay(user, mail));
        SANDBOX.recover();

        answers.forEach(answer -> SecretWatch.secretSettings()
                .forEach((name, secret) -> assertThat(answer.body())
                        .as(name + " in " + answer.uri())
                        .doesNotContain(secret)));
        assertThat(answers).anyMatch(answer -> answer.statusCode() >= 400);
        assertThat(where(SecretWatch.secretSettings().values().stream()
                        .filter(secret -> !secret.equals(TestUsers.PASSWORD))
                        .toList()))
                .as("tables that hold a secret setting in clear")
                .isEmpty();
        assertThat(whatWasWrittenOfFailures())
                .isNotEmpty()
                .allSatisfy(text ->
                        assertThat(SecretWatch.findOfTheHub(text)).as(text).isEmpty())
                .noneMatch(text -> text.contains(mail));
        nothingIsShown(mail);
        linksOn();
    }

    private List<HttpResponse<String>> badDay(User user, String mail) {
        String words = unique("zq");
        List<HttpResponse<String>> answers = new ArrayList<>();
        answers.add(operatorPost("/api/v1/content/scripts", "{\"topic\":\"About " + words + "\",\"fresh\":true}"));
        answers.add(operatorPost("/api/v1/content/speech", "{\"text\":\"About " + words + ".\",\"fresh\":true}"));
        answers.add(operatorPost("/api/v1/content/thumbnails", "{\"title\":\"" + words + "\",\"fresh\":true}"));
        answers.add(operatorGet("/api/v1/media/videos?query=" + words));
        answers.add(operatorGet("/api/v1/media/photos?high_value=true&query=" + words));
        answers.add(userPost(user, "/api/v1/billing/customers", "{\"phone\":\"+1 555 0100\"}"));
        answers.add(
                userPost(user, "/api/v1/billing/payment-methods", "{\"payment_method_id\":\"pm_card_" + words + "\"}"));
        answers.add(userPost(user, "/api/v1/billing/subscriptions", "{\"plan\":\"starter\"}"));
        answers.add(userPost(user, "/api/v1/youtube/channels/connect", "{}"));
        answers.add(send(request("/api/v1/auth/youtube/callback?state=" + words + "&code=4/" + words)
                .GET()));
        answers.add(send(request("/api/v1/auth/register")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"email\":\"%s\",\"password\":\"%s\",\"name\":\"Marked Name\"}"
                        .formatted(mail, TestUsers.PASSWORD)))));
        answers.add(send(request("/api/v1/auth/login")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(mail, TestUsers.PASSWORD)))));
        answers.add(
                operatorPost("/api/v1/youtube/subscriptions", "{\"channel_id\":\"UC" + words.substring(3, 25) + "\"}"));
        answers.add(postStripe("{\"id\":\"" + unique("evt") + "\",\"broken"));
        answers.add(userGet(new User(user.id(), user.email(), user.token() + "x", null), "/api/v1/users/me"));
        return answers;
    }

    /** The mail has been to Resend and back. */
    private void awaitTried(String mail) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> jdbc.sql(
                                        "select count(*) from notifications.outbox where channel = 'mail'"
                                                + " and payload::text like :mail and (result is not null or state <> 'waiting')")
                                .param("mail", "%" + mail + "%")
                                .query(Long.class)
                                .single()
                        > 0);
    }

    /** The tables in which one of the words stands. */
    private List<String> where(List<String> words) {
        String pattern = words.stream()
                .map(word -> word.replaceAll("([\\\\.+*?^$()\\[\\]{}|])", "\\\\$1"))
                .collect(Collectors.joining("|"));
        return tables().stream()
                .filter(table -> jdbc.sql("select exists (select 1 from %s t where t::text ~ :words)".formatted(table))
                        .param("words", pattern)
                        .query(Boolean.class)
                        .single())
                .toList();
    }

    private List<String> tables() {
        return jdbc.sql("""
                        select table_schema || '.' || table_name from information_schema.tables
                         where table_type = 'BASE TABLE'
                           and table_schema not in ('pg_catalog', 'information_schema', 'public')
                         order by 1
                        """).query(String.class).list();
    }

    private List<String> whatWasWrittenOfFailures() {
        return jdbc.sql("""
                        select format('select %1$I::text from %2$I.%3$I where %1$I is not null', column_name, table_schema,
                                      table_name)
                          from information_schema.columns c
                         where table_schema not in ('pg_catalog', 'information_schema', 'public')
                           and column_name in ('error', 'error_message', 'result', 'reason', 'note', 'detail',
                                               'disabled_reason', 'evidence', 'passed_over')
                           and data_type in ('text', 'jsonb')
                           and table_name <> 'dispute_evidence'
                        """).query(String.class).list().stream()
                .flatMap(select -> jdbc.sql(select).query(String.class).list().stream())
                .toList();
    }

    private void nothingIsShown(String mail) {
        List<HttpResponse<String>> shown = new ArrayList<>();
        shown.add(management("/actuator/prometheus", null));
        shown.add(management("/actuator/info", null));
        shown.add(management("/actuator/health", null));
        for (String beans : List.of(
                "com.ytempire.hub:*",
                "org.apache.camel:type=routes,*",
                "org.apache.camel:type=endpoints,*",
                "org.apache.camel:type=context,*",
                "java.lang:type=Runtime")) {
            shown.add(management("/actuator/jolokia", "{\"type\":\"read\",\"mbean\":\"" + beans + "\"}"));
        }
        for (String path : List.of(
                "/api/v1/operations/health",
                "/api/v1/operations/settings",
                "/api/v1/operations/audit",
                "/api/v1/operations/alerts?state=all",
                "/api/v1/webhooks/endpoints",
                "/api/v1/webhooks/alerts",
                "/api/v1/webhooks/events?status=dead",
                "/api/v1/providers",
                "/api/v1/notifications/channels",
                "/api/v1/youtube/subscriptions",
                "/v3/api-docs")) {
            shown.add(operatorGet(path));
        }
        Pages pages = new Pages(port);
        pages.logIn(OPERATOR, PASSWORD);
        for (String path : List.of("", "/now", "/trends", "/events", "/actions", "/alerts", "/checks", "/audit")) {
            shown.add(pages.open("/operations" + path));
        }
        for (HttpResponse<String> answer : shown) {
            assertThat(answer.body()).as(answer.uri().toString()).doesNotContain(mail);
            SecretWatch.secretSettings()
                    .forEach((name, secret) -> assertThat(answer.body())
                            .as(name + " in " + answer.uri())
                            .doesNotContain(secret));
        }
    }

    private HttpResponse<String> management(String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .header("Authorization", basic(OPERATOR, PASSWORD));
        return send(
                body == null
                        ? request.GET()
                        : request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    /** A refused key has switched them off. */
    private void linksOn() {
        jdbc.sql("select link from spending.link_state where off_reason is not null")
                .query(String.class)
                .list()
                .forEach(link -> operatorPost("/api/v1/providers/" + link + "/on", ""));
    }
}
