package com.ytempire.hub.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureCheckTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration TOLERANCE = Duration.ofSeconds(300);
    private static final byte[] BODY = "{\"id\":\"evt_1\"}".getBytes(UTF_8);
    private static final EndpointSecret OLD = EndpointSecret.of("stripe", "whsec_old", null);
    private static final EndpointSecret NEW = EndpointSecret.of("stripe", "whsec_new", null);

    @Test
    void agreesWithAnIndependentImplementation() {
        // printf '1492774577.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
        String hex = "7656fc2882a7ca0a651666b36bf2f2f22ee204f54f608f227498a2419f2890b2";
        EndpointSecret secret = EndpointSecret.of("stripe", "whsec_test", null);
        Instant then = Instant.ofEpochSecond(1492774577);
        assertThat(SignatureCheck.stripe("t=1492774577,v1=" + hex, BODY, List.of(secret), then, TOLERANCE))
                .isEqualTo(secret);
    }

    @Test
    void acceptsAnyOfSeveralSecretsAndSaysWhich() {
        assertThat(stripe(header(NOW, "whsec_new"), List.of(OLD, NEW))).isEqualTo(NEW);
        assertThat(stripe(header(NOW, "whsec_old"), List.of(OLD, NEW))).isEqualTo(OLD);
        assertThat(stripe(header(NOW, "whsec_other"), List.of(OLD, NEW))).isNull();
    }

    @Test
    void acceptsAnyOfSeveralSignaturesOfARolledSecret() {
        String rolled = header(NOW, "whsec_unknown") + ",v1=" + hex(NOW, "whsec_new");
        assertThat(stripe(rolled, List.of(NEW))).isEqualTo(NEW);
    }

    @ParameterizedTest
    @CsvSource({"0,true", "300,true", "-300,true", "301,false", "-301,false"})
    void holdsTheToleranceInBothDirections(long secondsAhead, boolean accepted) {
        EndpointSecret signer = stripe(header(NOW.plusSeconds(secondsAhead), "whsec_new"), List.of(NEW));
        assertThat(signer != null).isEqualTo(accepted);
    }

    @Test
    void refusesAChangedBody() {
        String header = header(NOW, "whsec_new");
        assertThat(SignatureCheck.stripe(header, "{\"id\":\"evt_2\"}".getBytes(UTF_8), List.of(NEW), NOW, TOLERANCE))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "t=",
                "v1=00",
                "t=abc,v1=00",
                "t=1",
                "t=9223372036854775808,v1=00",
                "t=-9223372036854775808,v1=00"
            })
    void refusesWhatIsNoSignature(String header) {
        assertThat(stripe(header, List.of(NEW))).isNull();
    }

    @Test
    void takesV0AndASecondTimestampForNoProof() {
        String v0 = header(NOW, "whsec_new").replace("v1=", "v0=");
        assertThat(stripe(v0, List.of(NEW))).isNull();
        assertThat(stripe("t=1," + header(NOW, "whsec_new"), List.of(NEW))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"sha1,HmacSHA1", "sha256,HmacSHA256", "sha384,HmacSHA384", "SHA512,HmacSHA512"})
    void verifiesEveryMethodOfWebSub(String method, String algorithm) {
        String hex = HexFormat.of().formatHex(Hmac.of(algorithm, "secret", BODY));
        assertThat(SignatureCheck.websub(method + "=" + hex, BODY, "secret")).isTrue();
        assertThat(SignatureCheck.websub(method + "=" + hex.toUpperCase(Locale.ROOT), BODY, "secret"))
                .isTrue();
        assertThat(SignatureCheck.websub(method + "=" + hex, BODY, "another")).isFalse();
        assertThat(SignatureCheck.websub("md5=" + hex, BODY, "secret")).isFalse();
        assertThat(SignatureCheck.websub(hex, BODY, "secret")).isFalse();
    }

    @Test
    void verifiesN8nWithAndWithoutATimestamp() {
        EndpointSecret secret = EndpointSecret.of("n8n", "shared", null);
        String plain = HexFormat.of().formatHex(Hmac.of("HmacSHA256", "shared", BODY));
        String stamp = Long.toString(NOW.getEpochSecond());
        String stamped = HexFormat.of().formatHex(Hmac.of("HmacSHA256", "shared", (stamp + ".").getBytes(UTF_8), BODY));
        assertThat(n8n(plain, null, secret)).isEqualTo(secret);
        assertThat(n8n(stamped, stamp, secret)).isEqualTo(secret);
        assertThat(n8n(plain, stamp, secret)).isNull();
        String late = Long.toString(NOW.getEpochSecond() - 301);
        String lateSigned =
                HexFormat.of().formatHex(Hmac.of("HmacSHA256", "shared", (late + ".").getBytes(UTF_8), BODY));
        assertThat(n8n(lateSigned, late, secret)).isNull();
    }

    private static EndpointSecret n8n(String signature, String timestamp, EndpointSecret secret) {
        return SignatureCheck.n8n(signature, timestamp, BODY, List.of(secret), NOW, TOLERANCE);
    }

    private static EndpointSecret stripe(String header, List<EndpointSecret> secrets) {
        return SignatureCheck.stripe(header, BODY, secrets, NOW, TOLERANCE);
    }

    private static String header(Instant at, String secret) {
        return "t=" + at.getEpochSecond() + ",v1=" + hex(at, secret);
    }

    private static String hex(Instant at, String secret) {
        return HexFormat.of()
                .formatHex(Hmac.of("HmacSHA256", secret, (at.getEpochSecond() + ".").getBytes(UTF_8), BODY));
    }

    /** The example of docs.svix.com/receiving/verifying-payloads/how-manual. */
    @Test
    void svixSignsIdTimeAndBody() {
        List<EndpointSecret> secrets = List.of(
                EndpointSecret.of("resend", "not base64 !", null),
                EndpointSecret.of("resend", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null));
        byte[] body = "{\"test\": 2432232314}".getBytes(UTF_8);
        String id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        String signature = "v1,bm9uZQ== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        Instant now = Instant.ofEpochSecond(1614265330);
        Duration tolerance = Duration.ofMinutes(5);

        assertThat(SignatureCheck.svix(id, "1614265330", signature, body, secrets, now, tolerance))
                .isEqualTo(secrets.get(1));
        assertThat(SignatureCheck.svix("msg_2", "1614265330", signature, body, secrets, now, tolerance))
                .isNull();
        assertThat(SignatureCheck.svix(id, "1614265331", signature, body, secrets, now, tolerance))
                .isNull();
        assertThat(SignatureCheck.svix(
                        id, "1614265330", signature, body, secrets, now.plus(Duration.ofMinutes(6)), tolerance))
                .isNull();
        assertThat(SignatureCheck.svix(id, "1614265330", "v1a,x", body, secrets, now, tolerance))
                .isNull();
    }
}
