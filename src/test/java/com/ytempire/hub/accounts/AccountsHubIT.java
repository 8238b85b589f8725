package com.ytempire.hub.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.HubIT;
import com.ytempire.hub.sandbox.ResendVendor;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What tests of accounts have in common. */
abstract class AccountsHubIT extends HubIT {

    static final ObjectMapper JSON = new ObjectMapper();

    HttpResponse<String> auth(String path, String json) {
        return authFrom("127.0.0.1", path, json);
    }

    HttpResponse<String> authFrom(String address, String path, String json) {
        return send(request("/api/v1/auth/" + path)
                .header("Content-Type", "application/json")
                .header("X-Forwarded-For", address)
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> login(String email, String password) {
        return auth("login", json("email", email, "password", password));
    }

    HttpResponse<String> refresh(String token) {
        return auth("refresh", json("refresh_token", token));
    }

    HttpResponse<String> userSend(TestUsers.User user, String method, String path, String json) {
        return send(as(user, path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json)));
    }

    static String json(String... namesAndValues) {
        ObjectNode object = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return object.toString();
    }

    static void isProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(tree(answer).path("code").asText()).isEqualTo(code);
    }

    /** How many mails of a template there are to an address. */
    int mails(String template, String to) {
        return jdbc.sql("""
                        select count(*) from notifications.outbox
                         where payload->>'template' = :template and payload->>'to' = :to
                        """)
                .param("template", template)
                .param("to", to)
                .query(Integer.class)
                .single();
    }

    /** The token of the newest mail of a template to an address. */
    String mailed(String template, String to) {
        // the link is taken out of the row when the mail has left: then it is in the mailbox
        String link = jdbc.sql("""
                        select payload->'values'->>'link' from notifications.outbox
                         where payload->>'template' = :template and payload->>'to' = :to order by id desc limit 1
                        """)
                .param("template", template)
                .param("to", to)
                .query((row, number) -> Optional.ofNullable(row.getString(1)))
                .single()
                .orElseGet(() -> linkIn(template, to));
        return link.substring(link.indexOf("#token=") + "#token=".length());
    }

    private static String linkIn(String template, String to) {
        List<String> texts = SANDBOX.resend().mailsTo(to).stream()
                .filter(mail -> template.equals(mail.tags().get("template")))
                .map(ResendVendor.SandboxMail::text)
                .toList();
        Matcher link = Pattern.compile("https?://\\S+#token=\\S+").matcher(texts.get(texts.size() - 1));
        assertThat(link.find()).isTrue();
        return link.group();
    }

    /** The same thing so many times at once. */
    static <T> List<T> atOnce(int times, Callable<T> action) {
        ExecutorService threads = Executors.newFixedThreadPool(times);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(
                    IntStream.range(0, times).mapToObj(i -> action).toList())) {
                results.add(result.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdown();
        }
    }
}
