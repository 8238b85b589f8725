package com.ytempire.hub.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.media.StockRequest.Type;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** What vendors' answers and refusals mean, where the status alone misleads. */
class StockProtocolsTest {

    private static final StockRequest CLIPS =
            new StockRequest(Type.VIDEO, "sea", 10, 5, 60, null, false, null, Instant.MAX);

    @Test
    void pixabaysPlainText400IsAWrongKeyOrAWrongRequest() {
        PixabaySearch pixabay = new PixabaySearch();

        assertThat(pixabay.failure(400, "[ERROR 400] Invalid API key. Note: This value is case-sensitive.", null)
                        .kind())
                .isEqualTo(Kind.AUTHENTICATION);
        assertThat(pixabay.failure(400, "[ERROR 400] \"per_page\" is out of valid range.", null)
                        .kind())
                .isEqualTo(Kind.BAD_REQUEST);
        assertThat(pixabay.failure(429, "[ERROR 429] API rate limit exceeded", Duration.ofSeconds(7))
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aStatusThatSpeaksForItself() {
        assertThat(StockFailures.failure(401, null).kind()).isEqualTo(Kind.AUTHENTICATION);
        assertThat(StockFailures.failure(402, null).kind()).isEqualTo(Kind.UNFUNDED);
        assertThat(StockFailures.failure(410, null).kind()).isEqualTo(Kind.RETIRED);
        assertThat(StockFailures.failure(503, null).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(StockFailures.failure(408, null).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(StockFailures.failure(422, null).kind()).isEqualTo(Kind.BAD_REQUEST);
    }

    @Test
    void streamsAndFilesWithoutASizeAreLeftOut() throws IOException {
        List<StockFind> finds = new PexelsSearch().read(new ObjectMapper().readTree("""
                {"videos": [
                  {"id": 1, "duration": 9, "url": "https://p/1", "image": null, "user": {"name": "A"}, "video_files": [
                    {"file_type": "application/x-mpegURL", "quality": "hls", "width": null, "height": null, "link": "s"},
                    {"file_type": "video/mp4", "quality": null, "width": 640, "height": 360, "link": "small"}]},
                  {"id": 2, "duration": 9, "url": "https://p/2", "video_files": [
                    {"file_type": "video/mp4", "quality": "hls", "width": null, "height": null, "link": "s"}]}]}
                """), CLIPS);

        assertThat(finds).containsExactly(new StockFind("1", "small", null, 9, 640, 360, "A", "https://p/1"));
    }

    @Property
    void aQueryAlwaysFitsPixabay(@ForAll @NotBlank @StringLength(min = 1, max = 100) String query) {
        String shortened = PixabaySearch.shortened(query);

        assertThat(URLEncoder.encode(shortened, StandardCharsets.UTF_8).length())
                .isLessThanOrEqualTo(100);
        assertThat(query).contains(shortened);
    }
}
