package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.spending.LinkFailure;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that are none, or that claim to be more than fits into any memory. */
@Timeout(20)
class PicturesTest {

    private static final ContentSettings.Thumbnails LIMITS = new ContentSettings.Thumbnails(
            null, null, null, null, 100, 100, new BigDecimal("0.85"), 80, null, 16_000_000, 360, Map.of());
    private static final Pictures PICTURES =
            new Pictures(null, new ContentSettings(null, null, null, null, null, null, null, null, LIMITS, null, null));

    private static byte[] png(int width, int height, int packed) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(png);
        out.writeLong(0x89504E470D0A1A0AL);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream says = new DataOutputStream(header);
        says.writeInt(width);
        says.writeInt(height);
        says.write(new byte[] {8, 2, 0, 0, 0});
        chunk(out, "IHDR", header.toByteArray());
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (OutputStream deflated = new DeflaterOutputStream(data)) {
            deflated.write(new byte[packed]);
        }
        chunk(out, "IDAT", data.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) crc.getValue());
    }

    @ParameterizedTest
    @CsvSource({"60000, 60000", "2147483647, 2147483647", "100000, 400", "4001, 4000"})
    void whatClaimsGigabytesIsNotDecoded(int width, int height) {
        assertThatThrownBy(() -> PICTURES.thumbnail(png(width, height, 20_000_000)))
                .isInstanceOf(LinkFailure.class)
                .hasMessageContaining("too large");
    }

    @Test
    void onePixelIsNoPictureForAnybody() {
        assertThatThrownBy(() -> PICTURES.thumbnail(png(1, 1, 10)))
                .isInstanceOf(LinkFailure.class)
                .hasMessageContaining("too small");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
                "GIF89a",
                "push graphic-context\nfill 'url(https://example.com/)'",
                "RIFF\u0000\u0000\u0000\u0000WEBP"
            })
    void otherFormatsAreNotEvenTried(String text) {
        assertThatThrownBy(() -> PICTURES.thumbnail(text.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(LinkFailure.class);
    }
}
