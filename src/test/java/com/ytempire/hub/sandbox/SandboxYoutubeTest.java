package com.ytempire.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import com.ytempire.hub.sandbox.YoutubeVideo.Outcome;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** YouTube and Google's OAuth as somebody meets them who speaks to them without the hub. */
class SandboxYoutubeTest {

    private static final String VERIFIER = "a-verifier-that-is-long-enough-to-be-one-of-43-characters";
    private static final String SCOPES =
            "https://www.googleapis.com/auth/youtube.upload https://www.googleapis.com/auth/youtube";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Sandbox sandbox;

    private YoutubeChannel channel;
    private String project;
    private String token;

    @BeforeAll
    static void open() {
        sandbox = Sandbox.start(0);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    @BeforeEach
    void start() {
        channel = sandbox.youtube().newChannel("Strict");
        project = String.valueOf(System.nanoTime());
        renew();
    }

    @AfterEach
    void recover() {
        sandbox.youtube().recover();
    }

    private void renew() {
        token = sandbox.youtube()
                .grant(channel.id(), project + "-sandbox", "youtube.upload", "youtube")
                .access();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(
                URI.create(path.startsWith("http") ? path : sandbox.baseUrl() + "/youtube" + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(at(path).header("Authorization", "Bearer " + token));
    }

    private static String reason(HttpResponse<String> answer) {
        return answer.statusCode() + " "
                + Json.read(answer.body()).at("/error/errors/0/reason").asText();
    }

    private HttpResponse<String> begin(String query, String metadata, String length) throws Exception {
        return send(at("/upload/youtube/v3/videos?" + query)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json; charset=UTF-8")
                .header("X-Upload-Content-Length", length)
                .header("X-Upload-Content-Type", "video/mp4")
                .POST(BodyPublishers.ofString(metadata)));
    }

    private static String metadata(String title, String privacy, String more) {
        return "{\"snippet\":{\"title\":\"%s\"},\"status\":{\"privacyStatus\":\"%s\"%s}}"
                .formatted(title, privacy, more);
    }

    private String session(long bytes, String metadata) throws Exception {
        HttpResponse<String> answer =
                begin("uploadType=resumable&part=snippet,status", metadata, String.valueOf(bytes));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> put(String session, String range, byte[] bytes) throws Exception {
        return send(at(session)
                .header("Authorization", "Bearer " + token)
                .header("Content-Range", range)
                .PUT(BodyPublishers.ofByteArray(bytes)));
    }

    private static byte[] mp4(int bytes) {
        byte[] video = new byte[bytes];
        System.arraycopy("\0\0\0\20ftypisom".getBytes(StandardCharsets.US_ASCII), 0, video, 0, 12);
        return video;
    }

    private YoutubeVideo upload(String metadata) throws Exception {
        HttpResponse<String> done = put(session(20, metadata), "bytes 0-19/20", mp4(20));
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        return sandbox.youtube()
                .video(Json.read(done.body()).path("id").asText())
                .orElseThrow();
    }

    // OAuth

    private String consent() {
        return sandbox.baseUrl() + "/youtube/oauth/o/oauth2/v2/auth?client_id=" + project
                + "-sandbox&response_type=code"
                + "&redirect_uri=" + encode("http://localhost/callback") + "&scope=" + encode(SCOPES)
                + "&state=the-state&access_type=offline&prompt=consent&code_challenge_method=S256&code_challenge="
                + YoutubeConsent.challenge(VERIFIER);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> token(String form) throws Exception {
        return send(at("/oauth/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        form + "&client_id=" + project + "-sandbox&client_secret=" + YoutubeConsent.SECRET)));
    }

    private HttpResponse<String> exchange(String code, String verifier) throws Exception {
        return token("grant_type=authorization_code&code=" + encode(code) + "&redirect_uri="
                + encode("http://localhost/callback") + "&code_verifier=" + verifier);
    }

    private String code() {
        URI back = sandbox.youtube().agree(consent(), channel.id());
        return Forms.parse(back.getRawQuery()).path("code").asText();
    }

    @Test
    void ownerAgreesOnThePageAndTheCodeBecomesTokensOnce() throws Exception {
        HttpResponse<String> page = send(at(consent()));
        assertThat(page.body()).contains(channel.title(), "youtube.upload");
        String link = Arrays.stream(page.body().split("\""))
                .filter(text -> text.endsWith(channel.id()))
                .findFirst()
                .orElseThrow()
                .replace("&amp;", "&");
        URI back = URI.create(send(at(link)).headers().firstValue("Location").orElseThrow());
        assertThat(back.toString()).startsWith("http://localhost/callback?state=the-state&code=");
        String code = Forms.parse(back.getRawQuery()).path("code").asText();

        JsonNode tokens = Json.read(exchange(code, VERIFIER).body());
        assertThat(tokens.path("expires_in").asInt()).isEqualTo(3_599);
        assertThat(tokens.path("scope").asText().split(" ")).hasSize(2);
        assertThat(tokens.path("refresh_token").asText()).isNotEmpty();
        token = tokens.path("access_token").asText();
        assertThat(get("/youtube/v3/channels?part=id&mine=true").body()).contains(channel.id());
        assertThat(exchange(code, VERIFIER).body()).contains("invalid_grant");
    }

    @Test
    void ownerDeniesOrTheVerifierIsWrong() throws Exception {
        assertThat(send(at(consent().replace("/auth?", "/auth/deny?")))
                        .headers()
                        .firstValue("Location"))
                .hasValueSatisfying(back -> assertThat(back).endsWith("error=access_denied"));
        HttpResponse<String> refused = exchange(code(), "another-verifier");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("invalid_grant");
        assertThat(send(at(consent().replace("S256", "plain"))).statusCode()).isEqualTo(400);
        assertThat(send(at(consent().replace("youtube.upload", "everything"))).statusCode())
                .isEqualTo(400);
    }

    @Test
    void refreshTokensLastRotateAndEnd() throws Exception {
        String refresh = Json.read(exchange(code(), VERIFIER).body())
                .path("refresh_token")
                .asText();
        JsonNode again = Json.read(token("grant_type=refresh_token&refresh_token=" + encode(refresh))
                .body());
        assertThat(again.path("access_token").asText()).isNotEmpty();
        assertThat(again.has("refresh_token")).isFalse();

        sandbox.youtube().next(Mood.ROTATE, channel.id(), 1);
        String other = Json.read(token("grant_type=refresh_token&refresh_token=" + encode(refresh))
                        .body())
                .path("refresh_token")
                .asText();
        assertThat(other).isNotEmpty();
        assertThat(token("grant_type=refresh_token&refresh_token=" + encode(refresh))
                        .body())
                .contains("invalid_grant");

        sandbox.youtube().revoke(channel.id());
        assertThat(token("grant_type=refresh_token&refresh_token=" + encode(other))
                        .body())
                .contains("invalid_grant");
        assertThat(token("grant_type=refresh_token&more=1&refresh_token=x").body())
                .contains("invalid_request");
        assertThat(reason(get("/youtube/v3/channels?part=id&mine=true"))).isEqualTo("401 authError");
    }

    @Test
    void accessTokensEndByTheClock() throws Exception {
        sandbox.clock().advance(Duration.ofSeconds(3_600));
        assertThat(reason(get("/youtube/v3/channels?part=id&mine=true"))).isEqualTo("401 authError");
        assertThat(reason(send(at("/youtube/v3/channels?part=id&mine=true")))).isEqualTo("401 authorizationRequired");
    }

    // uploads

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"title\":\"t\"}} | 0 | 400 mediaBodyRequired",
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"title\":\"\"}} | 9 | 400 invalidTitle",
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"title\":\"a<b\"}} | 9 | 400 invalidTitle",
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"titel\":\"t\"}} | 9 | 400 badRequest",
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"title\":5}} | 9 | 400 badRequest",
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"title\":\"t\",\"tags\":\"a\"}} | 9 | 400 badRequest",
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"title\":\"t\",\"categoryId\":\"99\"}} | 9 | 400 invalidCategoryId",
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"title\":\"t\"},\"status\":{\"privacyStatus\":\"secret\"}} | 9 | 400 badRequest",
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"title\":\"t\"},\"status\":{\"embeddable\":\"yes\"}} | 9 | 400 badRequest",
                "part=snippet,status&uploadType=resumable | {\"snippet\":{\"title\":\"t\"},\"status\":{\"publishAt\":\"2030-01-01T00:00:00Z\"}} | 9 | 400 invalidPublishAt",
                "part=snippet&uploadType=resumable | {\"snippet\":{\"title\":\"t\"},\"status\":{}} | 9 | 400 unexpectedPart",
                "part=snippet,colour&uploadType=resumable | {\"snippet\":{\"title\":\"t\"}} | 9 | 400 unknownPart",
                "part=snippet&uploadType=resumable&colour=1 | {\"snippet\":{\"title\":\"t\"}} | 9 | 400 badRequest",
                "part=snippet | {\"snippet\":{\"title\":\"t\"}} | 9 | 400 missingRequiredParameter",
                "uploadType=resumable | {\"snippet\":{\"title\":\"t\"}} | 9 | 400 missingRequiredParameter",
                "part=snippet&uploadType=resumable | [1] | 9 | 400 badRequest",
                "part=snippet&uploadType=resumable | {\"snippet\":{\"title\":\"t\"}} | many | 400 badRequest"
            })
    void whatTheContractDoesNotAllowIsRefused(String query, String body, String length, String refusal)
            throws Exception {
        assertThat(reason(begin(query, body, length))).isEqualTo(refusal);
    }

    @Test
    void limitsAreThoseOfTheContract() throws Exception {
        String query = "part=snippet,status&uploadType=resumable";
        assertThat(begin(query, metadata("x".repeat(100), "private", ""), "9").statusCode())
                .isEqualTo(200);
        assertThat(reason(begin(query, metadata("x".repeat(101), "private", ""), "9")))
                .isEqualTo("400 invalidTitle");
        String fits = "{\"snippet\":{\"title\":\"t\",\"description\":\"" + "é".repeat(2_500) + "\"}}";
        assertThat(begin(query, fits, "9").statusCode()).isEqualTo(200);
        assertThat(reason(begin(query, fits.replace("\"}}", "x\"}}"), "9"))).isEqualTo("400 invalidDescription");
        String tags = "{\"snippet\":{\"title\":\"t\",\"tags\":[\"%s\"]}}";
        assertThat(begin(query, tags.formatted("a".repeat(500)), "9").statusCode())
                .isEqualTo(200);
        assertThat(reason(begin(query, tags.formatted("a".repeat(501)), "9"))).isEqualTo("400 invalidTags");
    }

    @Test
    void chunksMustFitAndAreStoredAsFarAsRangeSays() throws Exception {
        int grain = 262_144;
        int total = 2 * grain + 10;
        byte[] bytes = mp4(total);
        String session = session(total, metadata("chunks", "private", ""));
        assertThat(put(session, "bytes 0-" + (grain - 2) + "/" + total, Arrays.copyOf(bytes, grain - 1))
                        .statusCode())
                .isEqualTo(400);
        assertThat(put(session, "bytes " + grain + "-" + (2 * grain - 1) + "/" + total, new byte[grain])
                        .statusCode())
                .isEqualTo(400);
        assertThat(put(session, "bytes 0-" + (grain - 1) + "/" + (total + 1), new byte[grain])
                        .statusCode())
                .isEqualTo(400);
        assertThat(put(session, "bytes */" + total, new byte[0]).headers().firstValue("Range"))
                .isEmpty();

        sandbox.youtube().next(Mood.CONFIRM_LESS, channel.id(), 1);
        HttpResponse<String> half =
                put(session, "bytes 0-" + (2 * grain - 1) + "/" + total, Arrays.copyOf(bytes, 2 * grain));
        assertThat(half.statusCode()).isEqualTo(308);
        assertThat(half.headers().firstValue("Range")).hasValue("bytes=0-" + (grain - 1));
        // what it has is passed over
        HttpResponse<String> again =
                put(session, "bytes 0-" + (2 * grain - 1) + "/" + total, Arrays.copyOf(bytes, 2 * grain));
        assertThat(again.headers().firstValue("Range")).hasValue("bytes=0-" + (2 * grain - 1));
        assertThat(put(session, "bytes " + 2 * grain + "-" + (total - 1) + "/" + total, new byte[10])
                        .statusCode())
                .isEqualTo(200);
        assertThat(sandbox.youtube().videos(channel.id())).singleElement().satisfies(video -> {
            assertThat(video.file()).hasBinaryContent(bytes);
            assertThat(send(at("/file?v=" + video.id())).statusCode()).isEqualTo(200);
            assertThat(send(at("/watch?v=" + video.id())).body()).contains("chunks");
        });
    }

    /** A hub that is killed leaves half a chunk behind. */
    @Test
    void brokenChunkIsKeptInWholeGrains() throws Exception {
        int total = 1_000_000;
        String session = session(total, metadata("broken", "private", ""));
        URI uri = URI.create(session);
        try (Socket socket = new Socket("127.0.0.1", uri.getPort())) {
            socket.getOutputStream()
                    .write(("PUT " + uri.getRawPath() + "?" + uri.getRawQuery() + " HTTP/1.1\r\nHost: sandbox\r\n"
                                    + "Authorization: Bearer " + token + "\r\nContent-Length: " + total
                                    + "\r\nContent-Range: bytes 0-" + (total - 1) + "/" + total + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(mp4(300_000));
        }
        await().atMost(Duration.ofSeconds(5))
                .until(() -> put(session, "bytes */" + total, new byte[0])
                        .headers()
                        .firstValue("Range")
                        .equals(Optional.of("bytes=0-262143")));
    }

    @Test
    void sessionIsItsChannelsOwn() throws Exception {
        String session = session(20, metadata("own", "private", ""));
        YoutubeChannel other = sandbox.youtube().newChannel("Other");
        token = sandbox.youtube()
                .grant(other.id(), project + "-sandbox", "youtube.upload")
                .access();
        assertThat(put(session, "bytes 0-19/20", mp4(20)).statusCode()).isEqualTo(404);
    }

    @Test
    void channelTakesOnlySoManyVideosIn24Hours() throws Exception {
        channel.uploadLimit(1);
        upload(metadata("first", "private", ""));
        assertThat(reason(begin("part=snippet,status&uploadType=resumable", metadata("second", "private", ""), "9")))
                .isEqualTo("400 uploadLimitExceeded");
        sandbox.clock().advance(Duration.ofHours(25));
        renew();
        upload(metadata("second", "private", ""));
    }

    @Test
    void quotaIsTheProjectsAndComesBackAtMidnightPacific() throws Exception {
        sandbox.youtube().limit(project, "uploads", 1);
        upload(metadata("first", "private", ""));
        assertThat(reason(begin("part=snippet,status&uploadType=resumable", metadata("second", "private", ""), "9")))
                .isEqualTo("403 quotaExceeded");
        assertThat(get("/youtube/v3/channels?part=id&mine=true").statusCode()).isEqualTo(200);
        ZoneId pacific = ZoneId.of("America/Los_Angeles");
        Instant now = sandbox.clock().instant();
        Instant midnight = LocalDate.ofInstant(now, pacific)
                .plusDays(1)
                .atStartOfDay(pacific)
                .toInstant();
        sandbox.clock().advance(Duration.between(now, midnight).plusSeconds(1));
        renew();
        upload(metadata("second", "private", ""));
        assertThat(sandbox.youtube().used(project, "uploads")).isEqualTo(1);
        sandbox.youtube().limit(project, "general", 49);
        assertThat(reason(send(at("/youtube/v3/videos?id=x")
                        .header("Authorization", "Bearer " + token)
                        .DELETE())))
                .isEqualTo("403 quotaExceeded");
    }

    @Test
    void publicVideosAreToldOfOnceTheyAreProcessed() throws Exception {
        try (Listener hub = new Listener()) {
            hub.body(request ->
                    Forms.parse(request.query()).path("hub.challenge").asText());
            sandbox.hub(hub.url());
            String form = "hub.mode=subscribe&hub.callback=" + encode(hub.url() + "/callback") + "&hub.topic="
                    + encode(sandbox.baseUrl() + "/websub/feeds/videos.xml?channel_id=" + channel.id());
            send(at(sandbox.baseUrl() + "/websub/subscribe").POST(BodyPublishers.ofString(form)));
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> sandbox.websub().subscriptions().stream()
                            .anyMatch(each -> each.channelId().equals(channel.id())));
            upload(metadata("hidden", "private", ""));
            YoutubeVideo open = upload(metadata("open", "public", ""));
            Instant at = sandbox.clock().instant().plus(Duration.ofHours(1));
            YoutubeVideo later = upload(metadata("later", "private", ",\"publishAt\":\"" + at + "\""));
            YoutubeVideo bad = upload(metadata("bad", "public", ""));
            sandbox.youtube().process(bad.id(), Outcome.REJECTED, "duplicate");
            await().atMost(Duration.ofSeconds(5)).until(() -> told(hub).contains(open.id()));
            assertThat(told(hub)).doesNotContain(later.id(), bad.id(), "hidden");
            sandbox.clock().advance(Duration.ofHours(2));
            await().atMost(Duration.ofSeconds(5)).until(() -> told(hub).contains(later.id()));
            assertThat(later.privacy()).isEqualTo("public");
            assertThat(bad.uploadStatus()).isEqualTo("rejected");
        }
    }

    private static String told(Listener hub) {
        return String.join("", hub.received().stream().map(Received::text).toList());
    }

    @Test
    void whatIsNoVideoFails() throws Exception {
        sandbox.youtube().processing(Duration.ZERO);
        HttpResponse<String> done =
                put(session(20, metadata("no video", "private", "")), "bytes 0-19/20", new byte[20]);
        assertThat(done.statusCode()).isEqualTo(200);
        String id = Json.read(done.body()).path("id").asText();
        JsonNode status =
                Json.read(get("/youtube/v3/videos?part=status&id=" + id).body()).at("/items/0/status");
        assertThat(status.path("uploadStatus").asText()).isEqualTo("failed");
        assertThat(status.path("failureReason").asText()).isEqualTo("invalidFile");
    }

    @Test
    void newVideosAreListedLater() throws Exception {
        sandbox.youtube().listingLag(Duration.ofMinutes(5));
        YoutubeVideo video = upload(metadata("late", "private", ""));
        String list = "/youtube/v3/playlistItems?part=contentDetails&playlistId=" + channel.uploads();
        assertThat(get(list).body()).doesNotContain(video.id());
        assertThat(get("/youtube/v3/videos?part=id&id=" + video.id()).body()).contains(video.id());
        sandbox.clock().advance(Duration.ofMinutes(6));
        assertThat(get(list).body()).contains(video.id());
    }

    @Test
    void videosOfAProjectWithoutAuditArePrivate() throws Exception {
        sandbox.youtube().audited(project, false);
        assertThat(upload(metadata("open", "public", "")).privacy()).isEqualTo("private");
        sandbox.youtube().audited(project, true);
        assertThat(upload(metadata("open", "public", "")).privacy()).isEqualTo("public");
    }

    // orders

    @Test
    void ordersCanBeGivenOverHttp() throws Exception {
        HttpResponse<String> made = order("{\"act\":\"channel\",\"title\":\"Ordered\"}");
        String id = Json.read(made.body()).path("channel_id").asText();
        assertThat(sandbox.youtube().channel(id).title()).isEqualTo("Ordered");
        YoutubeVideo video = upload(metadata("ordered", "private", ""));
        String ours = "\"channel_id\":\"" + channel.id() + "\"";
        String its = "\"video_id\":\"" + video.id() + "\"";
        for (String body : List.of(
                "{\"act\":\"mood\",\"mood\":\"html\",\"count\":1," + ours + "}",
                "{\"act\":\"statistics\",\"views\":7," + its + "}",
                "{\"act\":\"process\",\"outcome\":\"failed\",\"reason\":\"codec\"," + its + "}",
                "{\"act\":\"processing_time\",\"time\":\"PT3S\"}",
                "{\"act\":\"listing_lag\",\"time\":\"PT0S\"}",
                "{\"act\":\"audit\",\"project\":\"" + project + "\",\"passed\":false}",
                "{\"act\":\"quota\",\"project\":\"" + project + "\",\"bucket\":\"search\",\"limit\":3}",
                "{\"act\":\"upload_limit\",\"limit\":2," + ours + "}",
                "{\"act\":\"account\",\"state\":\"closed\"," + ours + "}")) {
            assertThat(order(body).statusCode()).as(body).isEqualTo(200);
        }
        assertThat(get("/youtube/v3/channels?part=id&mine=true").statusCode()).isEqualTo(502);
        assertThat(reason(get("/youtube/v3/channels?part=id&mine=true")))
                .isEqualTo("403 authenticatedUserAccountClosed");
        JsonNode state =
                Json.read(send(at(sandbox.baseUrl() + "/_sandbox/youtube")).body());
        assertThat(state.path("videos").toString()).contains(video.id(), "\"status\":\"failed\"", video.sha256());
        assertThat(state.path("channels").toString()).contains("\"upload_limit\":2", "\"state\":\"closed\"");
        assertThat(order("{\"act\":\"expire\"," + ours + "}").statusCode()).isEqualTo(200);
        assertThat(order("{\"act\":\"revoke\"," + ours + "}").statusCode()).isEqualTo(200);
        assertThat(order("{\"act\":\"well\"}").statusCode()).isEqualTo(200);
        assertThat(order("{\"act\":\"mood\",\"mood\":\"sad\"}").statusCode()).isEqualTo(400);
        assertThat(order("{\"act\":\"revoke\",\"channel_id\":\"none\"}").statusCode())
                .isEqualTo(400);
    }

    private static HttpResponse<String> order(String body) throws Exception {
        return send(at(sandbox.baseUrl() + "/_sandbox/youtube").POST(BodyPublishers.ofString(body)));
    }

    @Test
    void theOpenApiFileNamesEveryActAndMood() throws Exception {
        String file = send(at(sandbox.baseUrl() + "/_sandbox/openapi.yaml")).body();
        assertThat(YoutubeOrders.ACTS).allMatch(file::contains);
        assertThat(Arrays.stream(Mood.values()))
                .allMatch(mood -> file.contains(mood.name().toLowerCase(Locale.ROOT)));
    }
}
