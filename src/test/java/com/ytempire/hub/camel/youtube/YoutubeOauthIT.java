package com.ytempire.hub.camel.youtube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Kind;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import com.ytempire.hub.platform.ReadLimits;
import com.ytempire.hub.sandbox.Faults.Fault;
import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.YoutubeChannel;
import com.ytempire.hub.sandbox.YoutubeVendor;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Consent, tokens and their end over real HTTP. */
class YoutubeOauthIT {

    private static final String BACK = "http://localhost/api/v1/auth/youtube/callback";
    private static final String VERIFIER = "a-verifier-that-is-long-enough-to-be-one-of-43-characters";
    private static final Set<String> SCOPES = Set.of(
            "https://www.googleapis.com/auth/youtube.upload", "https://www.googleapis.com/auth/youtube.readonly");
    private static final YoutubeClient CLIENT = new YoutubeClient(YoutubeVendor.CLIENT_ID, YoutubeVendor.CLIENT_SECRET);

    private static Sandbox sandbox;

    private YoutubeOauth oauth;
    private YoutubeChannel channel;

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
        channel = sandbox.youtube().newChannel("Consent");
        oauth = oauth(sandbox.baseUrl() + "/youtube/oauth");
    }

    private static YoutubeOauth oauth(String base) {
        return new YoutubeOauth(
                new Binder(new MapConfigurationPropertySource(
                                Map.of("oauth-base-url", base, "consent-url", base + "/o/oauth2/v2/auth")))
                        .bindOrCreate("", YoutubeApiSettings.class),
                ReadLimits.USUAL);
    }

    @AfterEach
    void stop() throws IOException {
        oauth.close();
        sandbox.youtube().recover();
        sandbox.faults().clear();
    }

    private String code() throws Exception {
        String challenge = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
        String address = oauth.consentAddress(CLIENT, BACK, SCOPES, "the state", challenge);
        URI back = sandbox.youtube().agree(address, channel.id());
        assertThat(back.toString()).startsWith(BACK + "?state=the+state&code=");
        String code = back.getRawQuery().replaceAll(".*&code=([^&]+).*", "$1");
        return URLDecoder.decode(code, StandardCharsets.UTF_8);
    }

    private static YoutubeFailure failure(ThrowingCallable call, String... secrets) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(YoutubeFailure.class);
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(YoutubeVendor.CLIENT_SECRET, VERIFIER);
            for (String secret : secrets) {
                assertThat(cause.toString()).doesNotContain(secret);
            }
        }
        return (YoutubeFailure) thrown;
    }

    @Test
    void codeBecomesTokensOnce() throws Exception {
        String code = code();
        YoutubeTokens tokens = oauth.exchange(CLIENT, code, VERIFIER, BACK);
        assertThat(tokens.expiresIn()).isEqualTo(Duration.ofSeconds(3_599));
        assertThat(tokens.scopes()).isEqualTo(SCOPES);
        assertThat(tokens.refreshToken()).isNotBlank();
        assertThat(tokens.toString()).doesNotContain(tokens.accessToken(), tokens.refreshToken());
        assertThat(failure(() -> oauth.exchange(CLIENT, code, VERIFIER, BACK), code)
                        .reason())
                .isEqualTo(Reason.INVALID_GRANT);
        String another = code();
        assertThat(failure(() -> oauth.exchange(CLIENT, another, "a-wrong-verifier", BACK), another)
                        .kind())
                .isEqualTo(Kind.AUTHENTICATION);
    }

    @Test
    void refreshTokenStaysOrRotatesUntilItEnds() throws Exception {
        YoutubeTokens first = oauth.exchange(CLIENT, code(), VERIFIER, BACK);
        YoutubeTokens second = oauth.refresh(CLIENT, first.refreshToken());
        assertThat(second.refreshToken()).isNull();
        assertThat(second.accessToken()).isNotEqualTo(first.accessToken());
        sandbox.youtube().next(Mood.ROTATE, channel.id(), 1);
        YoutubeTokens third = oauth.refresh(CLIENT, first.refreshToken());
        assertThat(third.refreshToken()).isNotNull();
        assertThat(failure(() -> oauth.refresh(CLIENT, first.refreshToken()), first.refreshToken())
                        .reason())
                .isEqualTo(Reason.INVALID_GRANT);
        oauth.revoke(third.refreshToken());
        oauth.revoke(third.refreshToken());
        assertThat(failure(() -> oauth.refresh(CLIENT, third.refreshToken()), third.refreshToken())
                        .reason())
                .isEqualTo(Reason.INVALID_GRANT);
    }

    @Test
    void failuresOfTheTokenEndpointAreTold() throws Exception {
        String refresh = oauth.exchange(CLIENT, code(), VERIFIER, BACK).refreshToken();
        sandbox.youtube().next(Mood.TOKEN_UNAVAILABLE, channel.id(), 1);
        assertThat(failure(() -> oauth.refresh(CLIENT, refresh), refresh).kind())
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure(() -> oauth.refresh(new YoutubeClient(CLIENT.id(), "wrong"), refresh), refresh)
                        .reason())
                .isEqualTo(Reason.INVALID_CLIENT);
        sandbox.faults().fail("youtube_api", Fault.cut().on("/youtube/oauth"), 1);
        assertThat(failure(() -> oauth.refresh(CLIENT, refresh), refresh).reason())
                .isEqualTo(Reason.NO_ANSWER);
        sandbox.faults().fail("youtube_api", Fault.status(500).on("/youtube/oauth"), 1);
        assertThat(failure(() -> oauth.refresh(CLIENT, refresh), refresh).kind())
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(oauth.refresh(CLIENT, refresh).accessToken()).isNotBlank();
    }

    /** Half a megabyte on the wire, half a gigabyte unpacked. */
    @Test
    void anAnswerThatUnpacksWithoutEndIsBrokenOff() throws Exception {
        byte[] packed;
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
                for (int i = 0; i < 512; i++) {
                    zip.write(new byte[1 << 20]);
                }
            }
            packed = bytes.toByteArray();
        }
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(small)) {
            zip.write("{\"access_token\":\"at\",\"expires_in\":3599}\n".getBytes(StandardCharsets.UTF_8));
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger calls = new AtomicInteger();
        Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
        server.createContext("/token", exchange -> {
            connections.add(exchange.getRemoteAddress());
            byte[] answer = calls.getAndIncrement() < 2 ? small.toByteArray() : packed;
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(answer);
            } catch (IOException e) {
                exchange.close(); // the hub has gone
            }
        });
        server.start();
        YoutubeOauth here = oauth("http://127.0.0.1:" + server.getAddress().getPort());
        try {
            assertThat(here.refresh(CLIENT, "rt").accessToken()).isEqualTo("at");
            assertThat(here.refresh(CLIENT, "rt").accessToken()).isEqualTo("at");
            assertThat(connections)
                    .as("one that was read to its end is used again")
                    .hasSize(1);
            assertThat(failure(() -> here.refresh(CLIENT, "rt")).reason()).isEqualTo(Reason.NO_ANSWER);
        } finally {
            here.close();
            server.stop(0);
        }
    }
}
