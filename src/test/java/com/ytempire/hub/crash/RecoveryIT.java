package com.ytempire.hub.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.SandboxHub;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.util.FileSystemUtils;

/** Backup, restore and change of keys as docs/runbooks.md has them, with the packaged hub. */
@OwnProcesses
class RecoveryIT {

    private static final Path FOLDER = Path.of("target", "recovery").toAbsolutePath();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PASSWORD = "operator-before-the-change";
    private static final String ADDED_SECRET = "n8n_secret_an_operator_added";

    private final Sandbox sandbox = Sandbox.start(0);
    private final int databasePort = HubProcess.freePort();

    private HubProcess hub(String name, Path data, String password) {
        HubProcess hub = new HubProcess(name, data);
        SandboxHub.settings(sandbox.baseUrl()).forEach((key, value) -> hub.with(key, value.toString()));
        hub.with("HUB_DATA", data.toString())
                .with("HUB_OPERATOR_PASSWORD", password)
                .with("HUB_WEBHOOKS_RECONCILE_INTERVAL", "1000")
                .with("HUB_WEBHOOKS_RECONCILE_EVERY", "1s");
        return hub;
    }

    private HubProcess start(HubProcess hub) {
        hub.start();
        sandbox.hub(hub.url());
        return hub;
    }

    /** With a body it is a POST, without a login nobody's. */
    private static HttpResponse<String> call(HubProcess hub, String login, String path, String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(hub.url() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json");
        if (!login.isEmpty()) {
            request.header("Authorization", login);
        }
        if (json != null) {
            request.POST(BodyPublishers.ofString(json));
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static String operator(String password) {
        return "Basic " + Base64.getEncoder().encodeToString(("operator:" + password).getBytes(UTF_8));
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }

    private static void shell(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(command + "\n" + said).isZero();
    }

    /** What an execution of n8n tells, signed with this secret. */
    private static String n8n(HubProcess hub, String secret, String execution) throws IOException {
        String body = "{\"execution_id\":\"" + execution + "\",\"workflow_id\":\"w\",\"status\":\"success\"}";
        return hub.postForText("/api/v1/webhooks/n8n", "X-N8N-Signature", CrashIT.hmac(secret, body), body);
    }

    /** Waits until the mirror has so many customers. */
    private static void awaitCustomers(HubProcess hub, String login, int count) {
        await("the mirror has " + count + " customers")
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> call(hub, login, "/api/v1/billing/customers", null)
                                .body(),
                        answer -> answer.contains("\"total\":" + count + ","));
    }

    private void customers(int count) {
        for (int i = 0; i < count; i++) {
            sandbox.stripe().create("customers", Map.of("email", "someone@example.com"));
        }
    }

    private String register(HubProcess hub) {
        String ada = "{\"email\":\"ada@example.com\",\"password\":\"correct horse battery\",\"name\":\"Ada\"}";
        assertThat(call(hub, "", "/api/v1/auth/register", ada).statusCode()).isLessThan(300);
        await("the mail with the link")
                .atMost(Duration.ofSeconds(30))
                .until(() -> !sandbox.resend().mailsTo("ada@example.com").isEmpty());
        String token = found(
                "#token=([\\w-]+)",
                sandbox.resend().mailsTo("ada@example.com").get(0).text());
        assertThat(call(hub, "", "/api/v1/auth/verify", "{\"token\":\"" + token + "\"}")
                        .statusCode())
                .isLessThan(300);
        return login(hub);
    }

    private static String login(HubProcess hub) {
        return found(
                "\"access_token\":\"([^\"]+)\"",
                call(
                                hub,
                                "",
                                "/api/v1/auth/login",
                                "{\"email\":\"ada@example.com\",\"password\":\"correct horse battery\"}")
                        .body());
    }

    private static int me(HubProcess hub, String token) {
        return call(hub, "Bearer " + token, "/api/v1/users/me", null).statusCode();
    }

    private static void secrets(Path data, UnaryOperator<String> change) throws IOException {
        Path file = data.resolve("secrets");
        Files.writeString(file, change.apply(Files.readString(file)));
    }

    private static String newKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    @Test
    void aBackupComesBackElsewhere_andItsKeysAreFollowedByOthers() throws Exception {
        FileSystemUtils.deleteRecursively(FOLDER);
        Path data = FOLDER.resolve("data");
        Path elsewhere = FOLDER.resolve("elsewhere/data");
        Files.createDirectories(data);
        Files.createDirectories(elsewhere.getParent());
        String login = operator(PASSWORD);
        String token;
        try (HubProcess hub = start(hub("before", data, PASSWORD))) {
            customers(3);
            awaitCustomers(hub, login, 3);
            assertThat(call(
                                    hub,
                                    login,
                                    "/api/v1/webhooks/endpoints/n8n/secrets",
                                    "{\"secret\":\"" + ADDED_SECRET + "\"}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(n8n(hub, ADDED_SECRET, "one")).contains("\"status\":\"accepted\"");
            token = register(hub);
        }
        shell("tar -czf backup.tar.gz --exclude=data/postgres-binaries data");
        // what the hub has taken since the backup, and lost with its disk
        sandbox.deliveries().drop("stripe", 2);
        customers(2);
        shell("tar -xzf backup.tar.gz -C elsewhere");

        String newKey = newKey();
        String newJwtKey = newKey();
        String oldPassword = CrashIT.password(elsewhere);
        secrets(
                elsewhere,
                text -> text.replace("HUB_ENCRYPTION_KEY=", "HUB_ENCRYPTION_KEY=" + newKey + ",")
                        .replace("JWT_SECRET_KEY=", "JWT_SECRET_KEY=" + newJwtKey + ",")
                        .replaceAll("(?m)^POSTGRES_PASSWORD=.*\n", ""));
        String newPassword = "operator-after-the-change";
        String newLogin = operator(newPassword);
        HubProcess rotated = hub("rotated", elsewhere, newPassword).with("HUB_DATABASE_PORT", databasePort + "");
        try (HubProcess hub = start(rotated)) {
            assertThat(n8n(hub, ADDED_SECRET, "one")).as("known from before").contains("\"status\":\"duplicate\"");
            assertThat(n8n(hub, ADDED_SECRET, "two"))
                    .as("a secret sealed before")
                    .contains("\"status\":\"accepted\"");
            awaitCustomers(hub, newLogin, 5);
            assertThat(call(hub, newLogin, "/api/v1/webhooks/events?service=stripe&type=customer.created", null)
                            .body())
                    .as("what was lost comes in from Stripe's list")
                    .contains("\"total\":5,", "\"source\":\"reconciliation\"");
            assertThat(me(hub, token)).as("a token signed with the old key").isEqualTo(200);
            assertThat(call(hub, login, "/api/v1/webhooks/endpoints", null).statusCode())
                    .as("the old password")
                    .isEqualTo(401);
            String url = "jdbc:postgresql://127.0.0.1:" + databasePort + "/hub";
            assertThatThrownBy(() -> CrashIT.database(url, "hub", oldPassword)
                            .sql("select 1")
                            .query(Integer.class)
                            .single())
                    .as("the old password of the database")
                    .isInstanceOf(CannotGetJdbcConnectionException.class);
            CrashIT.database(url, "hub", CrashIT.password(elsewhere))
                    .sql("select 1")
                    .query(Integer.class)
                    .single();
            assertThat(Files.readString(FOLDER.resolve("elsewhere/rotated.log")))
                    .contains("1 texts were sealed anew under the first HUB_ENCRYPTION_KEY");
        }

        secrets(elsewhere, text -> text.replaceAll("(?m)^(HUB_ENCRYPTION_KEY|JWT_SECRET_KEY)=([^,\n]+),.*$", "$1=$2"));
        try (HubProcess hub = start(hub("alone", elsewhere, newPassword))) {
            assertThat(n8n(hub, ADDED_SECRET, "three")).contains("\"status\":\"accepted\"");
            assertThat(me(hub, token)).as("the old key proves nothing any more").isEqualTo(401);
            assertThat(me(hub, login(hub))).isEqualTo(200);
        } finally {
            sandbox.close();
        }
    }
}
