package com.ytempire.hub.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> THUMB = Map.of("reason", "\uD83D\uDC4D");

    /** Billing's keys are known by bytes, in which Jackson writes such a sign by its two halves. */
    @Test
    void hashesBytesAsTheVersionBefore() {
        assertThat(IdempotencyKey.hash("refunds", Json.bytes(JSON, THUMB)))
                .isEqualTo(DigestUtils.sha256Hex("refunds\n{\"reason\":\"\\uD83D\\uDC4D\"}"));
    }

    /** All other keys by the text, in which it writes the sign itself. */
    @Test
    void hashesTextAsTheVersionBefore() {
        assertThat(IdempotencyKey.hash("content/titles", Json.text(JSON, THUMB).getBytes(UTF_8)))
                .isEqualTo(DigestUtils.sha256Hex("content/titles\n{\"reason\":\"\uD83D\uDC4D\"}"));
    }
}
