package com.ytempire.hub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.platform.TraceCollector.Received;
import com.ytempire.hub.platform.TraceIds;
import com.ytempire.hub.sandbox.Faults.Fault;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Nobody may notice which one of three hubs answers. In the end one is killed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Isolated("what is known on all nodes within a second is not, when others take the processors")
class ThreeNodesIT extends OnThreeNodes {

    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
    private static final Pattern JOB = Pattern.compile("job (\\S+ of \\S+) begins");

    private String traced;

    private String account() {
        String email = "user-" + UUID.randomUUID() + "@example.com";
        jdbc.sql("insert into accounts.account (id, email, email_verified_at, password_hash, role, created_at)"
                        + " values (gen_random_uuid(), :email, now(), :hash, 'user', now())")
                .param("email", email)
                .param("hash", new BCryptPasswordEncoder(4).encode(PASSWORD))
                .update();
        return email;
    }

    private JsonNode logIn(String email) {
        return data(send(request("/api/v1/auth/login")
                .POST(BodyPublishers.ofString("{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, PASSWORD)))));
    }

    private HttpResponse<String> me(String base, String token) {
        return send(request(base, "/api/v1/users/me")
                .header("Authorization", "Bearer " + token)
                .GET());
    }

    private void assertAppliedOnce(Set<String> events) {
        await("all have been worked on")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> jdbc.sql("select not exists (select from webhooks.work"
                                + " where state in ('received', 'processing', 'retrying'))")
                        .query(Boolean.class)
                        .single());
        List<String> applied = jdbc.sql("select event_id from public.ended join webhooks.event using (event_no)"
                        + " where ended.state = 'processed'")
                .query(String.class)
                .list();
        assertThat(applied)
                .as("applied, and none twice")
                .doesNotHaveDuplicates()
                .containsAll(events);
    }

    /** Made while the tests below run; {@link #aVideoIsOneTrace_onWhicheverNodes} looks at it. */
    @Test
    @Order(0)
    void aVideoIsAskedFor() {
        String channel = sandbox.youtube().newChannel("Traced").id();
        String node =
                nodes.get(0).url(); // Google comes back to where it was asked from; in production all have one name
        HttpResponse<String> asked =
                send(operator(request(node, "/api/v1/youtube/channels/connect")).POST(BodyPublishers.ofString("{}")));
        URI back = sandbox.youtube().agree(data(asked).get("url").asText(), channel);
        data(send(operator(request(node, back.getRawPath() + "?" + back.getRawQuery()))
                .header(
                        "Cookie",
                        asked.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0])
                .GET()));
        traced = data(send(operator(request("/api/v1/videos/generate"))
                        .header("X-Request-Id", "traced-video")
                        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                        .POST(BodyPublishers.ofString("{\"topic\":\"One trace\",\"duration_target\":10}"))))
                .get("video_id")
                .asText();
    }

    @Test
    @Order(1)
    void anEventIsTakenByWhicheverNode_andAppliedOnce() {
        Set<String> events =
                IntStream.range(0, 40).mapToObj(i -> "evt_three_" + i).collect(Collectors.toSet());
        Set<String> nodesThatAnswered = new HashSet<>();
        for (String id : events) {
            List<CompletableFuture<HttpResponse<String>>> copies = Stream.of(1, 2, 3)
                    .map(copy -> CompletableFuture.supplyAsync(() -> post(proxy.url(), id)))
                    .toList();
            copies.stream().map(CompletableFuture::join).forEach(answer -> {
                assertThat(answer.statusCode()).isEqualTo(200);
                nodesThatAnswered.add(node(answer));
            });
        }
        assertThat(nodesThatAnswered).hasSize(NODES);
        assertAppliedOnce(events);
    }

    @Test
    @Order(2)
    void anOperatorsLoginHoldsOnEveryNode_andEndsOnEveryNode() {
        HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        String csrf = csrf(send(browser, HttpRequest.newBuilder(URI.create(proxy.url() + "/login"))));
        HttpResponse<String> in =
                send(browser, form("/login", "_csrf=" + csrf + "&username=operator&password=" + PASSWORD));
        assertThat(in.headers().firstValue("Location").orElse("")).doesNotContain("login");
        Set<String> seen = new HashSet<>();
        String page = "";
        for (int i = 0; i < 2 * NODES; i++) {
            HttpResponse<String> answer = open(browser);
            assertThat(answer.statusCode()).isEqualTo(200);
            seen.add(node(answer));
            page = answer.body();
        }
        assertThat(seen).hasSize(NODES);
        assertThat(page).as("the page shows the nodes").contains(nodeIds());
        HttpResponse<String> out = send(browser, form("/logout", "_csrf=" + csrf(page)));
        assertThat(out.statusCode()).isEqualTo(302);
        for (int i = 0; i < NODES; i++) {
            assertThat(open(browser).statusCode()).isEqualTo(302);
        }
    }

    private HttpResponse<String> open(HttpClient browser) {
        return send(
                browser,
                HttpRequest.newBuilder(URI.create(proxy.url() + "/operations")).header("Accept", "text/html"));
    }

    private HttpRequest.Builder form(String path, String fields) {
        return HttpRequest.newBuilder(URI.create(proxy.url() + path))
                .header("Accept", "text/html")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields));
    }

    private static String csrf(HttpResponse<String> page) {
        return csrf(page.body());
    }

    private static String csrf(String page) {
        Matcher found = CSRF.matcher(page);
        assertThat(found.find()).as(page).isTrue();
        return found.group(1);
    }

    private List<String> nodeIds() {
        return nodes.stream().map(HubProcess::nodeId).toList();
    }

    @Test
    @Order(3)
    void aUsersTokensHoldOnEveryNode_andEndOnEveryNode() {
        JsonNode tokens = logIn(account());
        for (HubProcess node : nodes) {
            assertThat(me(node.url(), tokens.get("access_token").asText()).statusCode())
                    .isEqualTo(200);
        }
        JsonNode fresh = data(send(request(nodes.get(1).url(), "/api/v1/auth/refresh")
                .POST(BodyPublishers.ofString(
                        "{\"refresh_token\":\"" + tokens.get("refresh_token").asText() + "\"}"))));
        String refresh = "{\"refresh_token\":\"" + fresh.get("refresh_token").asText() + "\"}";
        assertThat(send(request(nodes.get(2).url(), "/api/v1/auth/logout").POST(BodyPublishers.ofString(refresh)))
                        .statusCode())
                .isEqualTo(200);
        for (HubProcess node : nodes) {
            assertThat(send(request(node.url(), "/api/v1/auth/refresh").POST(BodyPublishers.ofString(refresh)))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    @Order(4)
    void limitsAreCountedOverAllNodesTogether() {
        String token = logIn(account()).get("access_token").asText();
        long let = IntStream.range(0, PER_MINUTE + 2 * NODES)
                .filter(i -> me(proxy.url(), token).statusCode() == 200)
                .count();
        assertThat(let).as("a minute may end meanwhile").isBetween((long) PER_MINUTE, PER_MINUTE + 2L * NODES - 1);

        String guess = "Basic " + Base64.getEncoder().encodeToString("operator:guess".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 10; i++) {
            assertThat(asOperator(proxy.url(), guess).statusCode()).isEqualTo(401);
        }
        for (HubProcess node : nodes) {
            assertThat(asOperator(node.url(), OPERATOR).statusCode())
                    .as("also with the right password")
                    .isEqualTo(429);
        }
    }

    /** From an address of its own, so that the tests' own logins go on. */
    private static HttpResponse<String> asOperator(String base, String login) {
        return send(request(base, "/api/v1/providers")
                .header("X-Forwarded-For", "203.0.113.7")
                .header("Authorization", login)
                .GET());
    }

    @Test
    @Order(5)
    void theSameRequestAtThreeNodesAtOnceIsOneVideo() {
        Set<String> videos = nodes.stream()
                .map(node -> CompletableFuture.supplyAsync(() -> data(send(operator(
                                request(node.url(), "/api/v1/videos/generate"))
                        .header("Idempotency-Key", "three-nodes")
                        .POST(BodyPublishers.ofString("{\"topic\":\"Once on three nodes\",\"duration_target\":10,"
                                + "\"publish\":\"hold\"}"))))))
                .toList()
                .stream()
                .map(answer -> answer.join().get("video_id").asText())
                .collect(Collectors.toSet());
        assertThat(videos).hasSize(1);
        cancel(videos.iterator().next());
    }

    private void cancel(String video) {
        send(operator(request("/api/v1/videos/" + video + "/cancel")).POST(BodyPublishers.noBody()));
    }

    @Test
    @Order(6)
    void whatIsClosedOrOffOnOneNodeIsSoOnAllWithinASecond() {
        ask(0, "/api/v1/webhooks/endpoints/stripe/close", "{\"reason\":\"a test\"}");
        onAllWithinASecond(
                "closed",
                node -> post(node.url(), "evt_closed_" + node.nodeId()).statusCode() != 200);
        ask(1, "/api/v1/webhooks/endpoints/stripe/open", "");
        onAllWithinASecond(
                "open",
                node -> post(node.url(), "evt_open_" + UUID.randomUUID()).statusCode() == 200);

        ask(2, "/api/v1/providers/text-premium/off", "");
        onAllWithinASecond("off", node -> link(node, "text-premium").contains("\"state\":\"off\""));
        ask(0, "/api/v1/providers/text-premium/on", "");
        onAllWithinASecond("on", node -> link(node, "text-premium").contains("\"state\":\"on\""));
    }

    @Test
    @Order(7)
    void aBreakerThatOpensOnOneNodeIsOpenOnAll() {
        sandbox.faults().outage("openai", Fault.status(503), null);
        try {
            for (int i = 0; i < 4; i++) {
                script(0, "Breakers on node one, " + i);
            }
            for (String link : List.of("text-premium", "text-economy")) {
                onAllWithinASecond("open", node -> link(node, link).contains("\"breaker\":\"open\""));
            }
            long asked = sandbox.sent().count("openai");
            for (int node = 0; node < NODES; node++) {
                script(node, "Nobody asks a vendor that is down, " + node);
            }
            assertThat(sandbox.sent().count("openai")).isEqualTo(asked);
        } finally {
            sandbox.faults().lift("openai");
            Stream.of("text-premium", "text-economy").forEach(link -> ask(1, "/api/v1/providers/" + link + "/on", ""));
        }
    }

    private void script(int node, String topic) {
        data(send(operator(request(nodes.get(node).url(), "/api/v1/content/scripts"))
                .POST(BodyPublishers.ofString("{\"topic\":\"%s\",\"level\":\"premium\"}".formatted(topic)))));
    }

    private static String link(HubProcess node, String link) {
        return send(operator(request(node.url(), "/api/v1/providers/" + link)).GET())
                .body();
    }

    private void ask(int node, String path, String json) {
        data(send(operator(request(nodes.get(node).url(), path)).POST(BodyPublishers.ofString(json))));
    }

    private void onAllWithinASecond(String what, Predicate<HubProcess> seen) {
        await(what + " on all nodes")
                .atMost(Duration.ofMillis(1500)) // a second, and the time to ask three of them
                .pollInterval(Duration.ofMillis(50))
                .until(() -> nodes.stream().allMatch(seen));
    }

    @Test
    @Order(8)
    void eachDatedJobHasRunOnceForItsDate() throws IOException {
        List<String> begun = new ArrayList<>();
        for (HubProcess node : nodes) {
            JOB.matcher(node.log()).results().forEach(found -> begun.add(found.group(1)));
        }
        assertThat(begun).hasSizeGreaterThan(8).doesNotHaveDuplicates();
    }

    @Test
    @Order(8)
    void aVideoIsOneTrace_onWhicheverNodes() {
        await("the video is published")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> jdbc.sql("select state from videos.video where id = :id::uuid")
                        .param("id", traced)
                        .query(String.class)
                        .single()
                        .equals("completed"));
        String trace = TraceIds.of("video/" + traced);
        await("its last span is sent")
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(collector.of(trace))
                        .extracting(Received::name)
                        .as("from the request over all steps to the upload, with every vendor that was called")
                        .contains("videos-generate", "videos-work", "videos-film", "content-text", "content-speech")
                        .contains("youtube-upload-watch", "openai", "google_tts", "youtube"));
        assertThat(collector.all())
                .filteredOn(sent -> sent.span().toString().contains("video/" + traced))
                .as("nothing done for it is in another trace")
                .allMatch(sent -> sent.trace().equals(trace));
        Received begun = collector.of(trace).stream()
                .filter(sent -> sent.name().equals("videos-generate"))
                .findFirst()
                .orElseThrow();
        assertThat(begun.span().toString()).contains("traced-video");
        assertThat(collector.of(begun.span().at("/links/0/traceId").asText()))
                .as("the request it began with")
                .extracting(Received::name)
                .contains("POST /api/v1/videos/generate");
        assertThat(collector.of("0af7651916cd43dd8448eb211c80319c"))
                .as("nobody outside says which trace it is")
                .isEmpty();
        System.out.printf(
                "a video in one trace: %d spans of %d nodes%n",
                collector.of(trace).size(),
                collector.of(trace).stream().map(Received::node).distinct().count());
    }

    @Test
    @Order(9)
    void aNodeThatDiesLosesNothing_andItsWorkIsTakenUp() throws Exception {
        sandbox.faults().fail("openai", Fault.slow(Duration.ofSeconds(6)), 1);
        String video = data(send(operator(request("/api/v1/videos/generate"))
                        .POST(BodyPublishers.ofString(
                                "{\"topic\":\"Whose node dies\",\"duration_target\":10," + "\"publish\":\"hold\"}"))))
                .get("video_id")
                .asText();
        List<VideoWatcher> watchers = Stream.generate(() -> new VideoWatcher(proxy.url(), OPERATOR, video))
                .limit(NODES)
                .toList();
        await("a node works on it")
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !holderOf(video).isEmpty()
                        && watchers.stream().noneMatch(watcher -> watcher.seen().isEmpty()));
        HubProcess victim = nodes.stream()
                .filter(node -> node.nodeId().equals(holderOf(video)))
                .findFirst()
                .orElseThrow();
        String job =
                jdbc.sql("""
                        update operations.job_run
                           set state = 'running', node = :node, lease_until = now() + interval '30 minutes'
                         where (job, business_date) in (select job, business_date from operations.job_run
                                                         where state = 'done' order by job limit 1)
                        returning job
                        """).param("node", victim.nodeId()).query(String.class).single();

        Set<String> acknowledged = new HashSet<>();
        int unanswered = 0;
        Instant killed = null;
        for (int i = 0; i < 200; i++) {
            String id = "evt_dies_" + i;
            if (i == 60) {
                victim.kill();
                killed = Instant.now();
            }
            // sent until it is taken, as Stripe would
            for (int status = 0; status != 200; ) {
                status = post(proxy.url(), id).statusCode();
                unanswered += status == 200 ? 0 : 1;
            }
            acknowledged.add(id);
        }
        await("the job of the dead node has been done by another")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> jdbc.sql("select bool_and(state = 'done' and node <> :dead) from operations.job_run"
                                + " where job = :job")
                        .param("dead", victim.nodeId())
                        .param("job", job)
                        .query(Boolean.class)
                        .single());
        Duration takenUp = Duration.between(killed, Instant.now());
        assertAppliedOnce(acknowledged);
        await("the video has gone on elsewhere")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> jdbc.sql("select state from videos.video where id = :id::uuid")
                        .param("id", video)
                        .query(String.class)
                        .single()
                        .equals("waiting_approval"));
        cancel(video);
        List<Long> told = jdbc.sql("select no from videos.event where video_id = :id::uuid order by no")
                .param("id", video)
                .query(Long.class)
                .list();
        for (VideoWatcher watcher : watchers) {
            watcher.awaitEnd(Duration.ofSeconds(30));
            assertThat(watcher.seen()).as("all that happened, once, in order").containsExactlyElementsOf(told);
        }
        assertThat(watchers)
                .as("somebody watched at the node that died")
                .anyMatch(watcher -> watcher.nodes().size() > 1);
        assertThat(jdbc.sql("select count(*) from operations.node")
                        .query(Long.class)
                        .single())
                .isEqualTo(NODES - 1L);
        assertThat(jdbc.sql("select count(*) from (select attempt_id from spending.cost where note is null"
                                + " group by attempt_id having count(*) > 1) twice")
                        .query(Long.class)
                        .single())
                .as("calls counted twice")
                .isZero();
        System.out.printf(
                "three nodes, one killed: %d events, %d deliveries refused, its job done elsewhere after %.1f s%n",
                acknowledged.size(), unanswered, takenUp.toMillis() / 1000.0);
    }

    private String holderOf(String video) {
        return jdbc.sql("select coalesce(node, '') from videos.video where id = :id::uuid")
                .param("id", video)
                .query(String.class)
                .single();
    }
}
