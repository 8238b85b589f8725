package com.ytempire.hub.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.OperatorAction;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.CookieManager;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jmx.export.annotation.AnnotationMBeanExporter;
import org.springframework.transaction.support.TransactionTemplate;

/** Plans, prices, limits and alert channels change without a restart; each change is written down and can be taken back. */
class SettingsIT extends HubIT {

    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    @Autowired
    private OperatorActions actions;

    @Autowired
    private ActionsConsole console;

    @Autowired
    private Outbox outbox;

    @Autowired
    private TransactionTemplate transaction;

    private final List<String> changed = new ArrayList<>();

    @AfterEach
    void everythingIsAsUsual() {
        changed.forEach(name -> data(put("/api/v1/operations/settings/" + name, "{\"value\":null}")));
    }

    private HttpResponse<String> put(String path, String json) {
        return send(operator(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(json)));
    }

    private HttpResponse<String> set(String name, String value) {
        changed.add(name);
        return put("/api/v1/operations/settings/" + name, "{\"value\":\"" + value + "\"}");
    }

    /** As the operator's browser gets it, after his login. */
    private String page(String path) {
        HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        try {
            Matcher csrf = CSRF.matcher(browser.send(page("/operations/settings", null), BodyHandlers.ofString())
                    .body());
            assertThat(csrf.find()).isTrue();
            browser.send(
                    page(
                            "/login",
                            "_csrf=" + URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8) + "&username="
                                    + OPERATOR + "&password=" + PASSWORD),
                    BodyHandlers.ofString());
            HttpResponse<String> page = browser.send(page(path, null), BodyHandlers.ofString());
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            return page.body();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest page(String path, String form) {
        HttpRequest.Builder page = request(path).header("Accept", "text/html");
        return form == null
                ? page.build()
                : page.header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build();
    }

    private JsonNode plan(String name) {
        for (JsonNode plan : data(userGet(user(), "/api/v1/billing/plans"))) {
            if (plan.path("name").asText().equals(name)) {
                return plan;
            }
        }
        throw new AssertionError("no such plan: " + name);
    }

    @Test
    void aPlanIsChanged_andItsUsualTermsAreShownBeside() {
        JsonNode usual = plan("scale");

        data(set("plan.scale.videos-per-day", "80"));
        data(set("plan.scale.trial-days", "7"));
        data(set("plan.scale.features", "enterprise_analytics, api_access"));
        data(set("plan.scale.amount", "89700"));

        JsonNode scale = plan("scale");
        assertThat(scale.path("videos_per_day").asInt()).isEqualTo(80);
        assertThat(scale.path("trial_days").asInt()).isEqualTo(7);
        assertThat(scale.path("features")).hasSize(2);
        assertThat(scale.path("amount").asLong()).isEqualTo(89_700);
        assertThat(scale.path("channels")).isEqualTo(usual.path("channels"));
        String page = page("/operations/settings");
        assertThat(page).contains("usually 75").contains("changed");
        assertThat(set("plan.scale.channels", "-1").statusCode()).isEqualTo(422);
        assertThat(set("plan.scale.channels", "many").statusCode()).isEqualTo(422);

        everythingIsAsUsual();
        assertThat(plan("scale")).isEqualTo(usual);
    }

    @Test
    void whetherAPlanIsSoldIsChangedByItsActionsAlone() {
        for (String value : List.of("\"false\"", "null")) {
            assertActionsAreNamed(
                    put("/api/v1/operations/settings/plan.growth.sold", "{\"value\":%s}".formatted(value)));
        }
        assertActionsAreNamed(operatorPost(
                "/api/v1/operations/actions/setting.change",
                "{\"target\":\"plan.growth.sold\",\"values\":{\"value\":\"false\"}}"));
        assertThat(plan("growth").path("available").asBoolean()).isTrue();
        assertThat(jdbc.sql("select action || ' ' || outcome from operations.audit order by id desc limit 2")
                        .query(String.class)
                        .list())
                .containsExactly("setting.change failed", "PUT /api/v1/operations/settings/plan.growth.sold failed");
    }

    private static void assertActionsAreNamed(HttpResponse<String> refused) {
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("plan.retire", "plan.sell");
    }

    @Test
    void whoIsMailedIsChanged() {
        data(set("mail-team", "team@ytempire.example, more@ytempire.example"));
        assertThat(set("mail-team", "nobody").statusCode()).isEqualTo(422);

        assertThat(page("/operations/settings"))
                .contains("action=setting.change&amp;target=mail-team\"")
                .doesNotContain("value=team");
        assertThat(page("/operations/act?action=setting.change&target=mail-team"))
                .as("what it is now, to be changed")
                .contains("value=\"team@ytempire.example, more@ytempire.example\"");

        String name = unique("person");
        data(operatorPost(
                "/api/v1/operations/actions/setting.change",
                "{\"target\":\"mail-team\",\"values\":{\"value\":\"%s@ytempire.example,more@ytempire.example\"}}"
                        .formatted(name)));
        assertThat(jdbc.sql("select detail::text || result from operations.audit where action = 'setting.change'"
                                + " and target = 'mail-team' order by id desc limit 1")
                        .query(String.class)
                        .single())
                .as("the audit log says that it was done, not to whom")
                .contains("p…@ytempire.example")
                .doesNotContain(name);
        assertThat(jdbc.sql("select value from operations.setting_change where name = 'mail-team' order by id desc"
                                + " limit 1")
                        .query(String.class)
                        .single())
                .as("so does the history; the setting has the addresses")
                .isEqualTo("p…@ytempire.example,m…@ytempire.example");

        String key = unique("good-news");
        transaction.executeWithoutResult(
                status -> outbox.tell(new Notice(key, Notice.Audience.TEAM, "Good news " + key, "Very good.", null)));

        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> SANDBOX.resend().mails().stream()
                        .anyMatch(mail ->
                                mail.toString().contains(key) && mail.toString().contains("more@ytempire.example")));
    }

    @Test
    void theSecretOfTheAlertsIsSealed_andShownNowhere() {
        String secret =
                "whsec_" + Base64.getEncoder().encodeToString(unique("s").getBytes());
        assertThat(set(Thresholds.SECRET, "hunter2").statusCode()).isEqualTo(422);

        JsonNode setting = data(set(Thresholds.SECRET, secret));

        assertThat(setting.path("value").asText()).isEqualTo("(set)");
        OperatorAction act = actions.find("setting.change");
        actions.run(act, new OperatorAction.Order(Thresholds.SECRET, Map.of("value", secret), OPERATOR, "page"));
        String kept = jdbc.sql("select (select json_agg(s) from operations.changed_setting s)::text"
                        + " || (select json_agg(c) from operations.setting_change c)::text"
                        + " || (select json_agg(a) from operations.audit a)::text")
                .query(String.class)
                .single();
        assertThat(kept).contains(Thresholds.SECRET).doesNotContain(secret);
        assertThat(page("/operations/settings")).doesNotContain(secret);
        assertThat(operatorGet("/api/v1/operations/settings").body()).doesNotContain(secret);
        assertThat(page("/operations/act?action=setting.change&target=" + Thresholds.SECRET))
                .contains("type=\"password\"");
    }

    private JsonNode price(String name, LocalDate from, String amount) {
        return data(
                put("/api/v1/operations/prices/" + name, "{\"from\":\"%s\",\"amount\":%s}".formatted(from, amount)));
    }

    @Test
    void aPriceHoldsFromItsDay_andWhatWasPaidStays() {
        LocalDate today = LocalDate.ofInstant(SANDBOX.clock().instant(), ZoneOffset.UTC);
        String video = unique("video");
        BigDecimal before = title(video).path("cost").decimalValue();
        try {
            price("text.economy.input", today, "4");
            price("text.economy.output", today, "4");
            price("text.economy.output", today.plusDays(1), "9");
            JsonNode dear = title(video);

            assertThat(dear.path("cost").decimalValue())
                    .isEqualByComparingTo(new BigDecimal(dear.path("tokens").asInt())
                            .multiply(new BigDecimal("4"))
                            .divide(new BigDecimal(1_000_000), 6, RoundingMode.CEILING));
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(
                                    jdbc.sql("select min(amount) from spending.cost where video_id = :video")
                                            .param("video", video)
                                            .query(BigDecimal.class)
                                            .single())
                            .isEqualByComparingTo(before.min(dear.path("cost").decimalValue())));
            assertThat(put(
                                    "/api/v1/operations/prices/text.economy.output",
                                    "{\"from\":\"%s\",\"amount\":4}".formatted(today.minusDays(1)))
                            .statusCode())
                    .as("the past is paid")
                    .isEqualTo(422);
            assertThat(put("/api/v1/operations/prices/air", "{\"from\":\"%s\",\"amount\":4}".formatted(today))
                            .statusCode())
                    .isEqualTo(422);
            assertThat(page("/operations/settings")).contains("$9").contains("take back");
            assertThat(page("/operations/act?action=price.change&target=text.economy.output&amount=7&from=2030-01-01"))
                    .as("the form begins with what holds now, whatever the link says")
                    .contains("value=\"4\"", "value=\"" + today + "\"")
                    .doesNotContain("2030");
            data(operatorPost(
                    "/api/v1/operations/actions/price.back",
                    "{\"target\":\"text.economy.output/%s\"}".formatted(today.plusDays(1))));
            assertThat(page("/operations/settings")).doesNotContain("$9");
        } finally {
            price("text.economy.input", today, "null");
            price("text.economy.output", today.plusDays(1), "null");
            assertThat(price("text.economy.output", today, "null").path("now").decimalValue())
                    .isEqualByComparingTo("2.00");
        }
        assertThat(jdbc.sql("select coalesce(trim_scale(amount)::text, 'none') from spending.price_change"
                                + " where name = 'text.economy.output' and valid_from = :day and changed_by = :by"
                                + " order by id desc limit 2")
                        .param("day", today)
                        .param("by", OPERATOR)
                        .query(String.class)
                        .list())
                .as("what was paid at meanwhile")
                .containsExactly("none", "4");
        assertThat(put("/api/v1/operations/prices/text.economy.output", "{\"from\":\"+999999-01-01\",\"amount\":4}")
                        .statusCode())
                .isEqualTo(422);
    }

    private JsonNode title(String video) {
        return data(operatorPost(
                "/api/v1/content/titles",
                "{\"topic\":\"How volcanoes work\",\"level\":\"economy\",\"fresh\":true,\"video\":\"" + video + "\"}"));
    }

    @Test
    void aLimitIsTakenBack() {
        assertThat(put("/api/v1/spending/limits", "{\"video\":3.5}").statusCode())
                .isEqualTo(200);
        assertThat(page("/operations/settings")).contains("usually $3.00");
        assertThat(put("/api/v1/spending/limits", "{\"video\":null}").body()).contains("3.0");
        assertThat(page("/operations/settings")).doesNotContain("usually $3.00");
        assertThat(jdbc.sql("select coalesce(trim_scale(amount)::text, 'none') from spending.limit_change"
                                + " where name = 'video' order by id desc limit 2")
                        .query(String.class)
                        .list())
                .containsExactly("none", "3.5");
    }

    @Test
    void everyActionIsAnOperationOfTheConsole_withNamedParameters() throws Exception {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerSingleton("actionsConsole", console);
        MBeanServer server = MBeanServerFactory.newMBeanServer();
        AnnotationMBeanExporter exporter = new AnnotationMBeanExporter(); // as in the hub; tests of it have no JMX
        exporter.setServer(server);
        exporter.setBeanFactory(beans);
        exporter.afterPropertiesSet();
        exporter.afterSingletonsInstantiated();
        ObjectName name = new ObjectName("com.ytempire.hub:type=Actions");
        Map<String, List<String>> operations = Arrays.stream(
                        server.getMBeanInfo(name).getOperations())
                .collect(Collectors.toMap(
                        MBeanOperationInfo::getName,
                        operation -> Arrays.stream(operation.getSignature())
                                .map(MBeanParameterInfo::getName)
                                .toList()));

        assertThat(operations).hasSameSizeAs(actions.all());
        Map<String, String> targets = Map.of("setting", "least-events", "limit", "video", "price", "speech-elevenlabs");
        assertThat(actions.all())
                .allSatisfy(act -> assertThat(
                                act.asks().apply(act.on() == null ? "" : targets.getOrDefault(act.on(), "some/thing")))
                        .extracting(OperatorAction.Field::name)
                        .as("what %s is listed with", act.name())
                        .isEqualTo(act.fields().stream()
                                .map(OperatorAction.Field::name)
                                .toList()));
        assertThat(operations)
                .containsEntry("linkOff", List.of("link"))
                .containsEntry("billingOffline", List.of("reason"))
                .containsEntry("eventReplay", List.of("event"))
                .containsEntry("eventsDryRun", List.of("service", "status", "type"))
                .containsEntry("endpointSecret", List.of("service", "secret", "hours"))
                .containsEntry("refundApprove", List.of("refund"))
                .containsEntry("videoApprove", List.of("video"))
                .containsEntry("videosPause", List.of("reason"))
                .containsEntry("channelOff", List.of("channel", "reason"))
                .containsEntry("uploadRetry", List.of("upload"))
                .containsEntry("priceChange", List.of("price", "from", "amount"))
                .containsEntry("settingChange", List.of("setting", "value"));
        String text = String.class.getName();
        changed.add("least-events");
        Object said =
                server.invoke(name, "settingChange", new Object[] {"least-events", "6"}, new String[] {text, text});
        assertThat(said).isEqualTo("least-events is 6 now");
        assertThat(jdbc.sql("select source || ' ' || who || ' ' || outcome from operations.audit"
                                + " where action = 'setting.change' order by id desc limit 1")
                        .query(String.class)
                        .single())
                .isEqualTo("console console done");
        assertThatThrownBy(() -> server.invoke(
                        name, "settingChange", new Object[] {"least-events", "few"}, new String[] {text, text}))
                .isInstanceOf(MBeanException.class)
                .hasRootCauseMessage("A number");
    }

    @Test
    void whoIsNoOperatorChangesNothing() {
        var user = user();
        for (String path :
                List.of("/api/v1/operations/settings/least-events", "/api/v1/operations/prices/text.economy.input")) {
            assertThat(send(as(user, path)
                                    .header("Content-Type", "application/json")
                                    .PUT(BodyPublishers.ofString("{\"value\":\"9\"}")))
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(userGet(user, "/api/v1/operations/settings").statusCode()).isEqualTo(403);
    }
}
