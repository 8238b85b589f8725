package com.ytempire.hub.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.content.ContentSettings.ImageModel;
import com.ytempire.hub.content.ContentSettings.Link;
import com.ytempire.hub.content.ThumbnailStore.Made;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.StabilityVendor.Mood;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.Usage;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stable Diffusion XL's protocol, which the link's path chooses, against the strict vendor. */
class StabilityOlderProtocolTest {

    private static final Usage PRICE = new Usage(new BigDecimal("0.03"), BigDecimal.ONE, "images");

    private final Sandbox sandbox = Sandbox.start(0);
    private final ThumbnailVendors vendors = mock(ThumbnailVendors.class);
    private final StabilityImages images = new StabilityImages(vendors, new ObjectMapper());
    private final ChainRun<ThumbnailOrder, Made> run = new ChainRun<>(
            new ThumbnailOrder(new ThumbnailRequest("Caves", "x".repeat(4000), null, null, null, null, false, null)),
            Instant.now(),
            Instant.now().plusSeconds(20));

    @BeforeEach
    void older() {
        String path = "/stability/v1/generation/stable-diffusion-xl-1024-v1-0/text-to-image";
        when(vendors.link(run))
                .thenReturn(new Link(
                        "thumbnail",
                        "stability",
                        sandbox.baseUrl() + path,
                        "sk-x",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
        when(vendors.model(run))
                .thenReturn(new ImageModel(
                        "stable-diffusion-xl-1024-v1-0", "good", Map.of("stable", "1344x768"), Map.of(), List.of()));
        when(vendors.onePicture(run)).thenReturn(PRICE);
        when(vendors.left(run)).thenReturn(Duration.ofSeconds(20));
        when(vendors.paidInVain(eq(run), eq(PRICE), any())).thenAnswer(call -> call.getArgument(2));
    }

    @AfterEach
    void close() {
        sandbox.close();
    }

    private HttpResponse<byte[]> send() throws Exception {
        VendorCall call = images.request(run);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(call.url()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(call.body()));
        call.headers().forEach(request::header);
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void aPictureIsAskedForAndTaken() throws Exception {
        HttpResponse<byte[]> answer = send();
        assertThat(answer.statusCode()).isEqualTo(200);

        images.read(answer.body(), answer.statusCode(), null, run);

        verify(vendors).answered(eq(run), argThat(picture -> picture[1] == 'P' && picture[2] == 'N'), eq(PRICE));
    }

    @Test
    void aFilteredPictureThatComesAsASuccessIsNotTaken() throws Exception {
        sandbox.stability().next(Mood.FILTERING, 1);
        HttpResponse<byte[]> answer = send();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> images.read(answer.body(), 200, null, run))
                .isInstanceOfSatisfying(
                        LinkFailure.class, failure -> assertThat(failure.kind()).isEqualTo(LinkFailure.Kind.REFUSED));
    }
}
