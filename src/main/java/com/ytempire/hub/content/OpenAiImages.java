package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.content.ContentSettings.ImageModel;
import com.ytempire.hub.content.ContentSettings.Link;
import com.ytempire.hub.content.ThumbnailStore.Made;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.Usage;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Pictures as OpenAI makes them, and every server that speaks like it
 * (platform.openai.com/docs/api-reference/images/create).
 */
@Component("openAiImages")
class OpenAiImages {

    private final ThumbnailVendors vendors;
    private final ObjectMapper json;

    OpenAiImages(ThumbnailVendors vendors, ObjectMapper json) {
        this.vendors = vendors;
        this.json = json;
    }

    /** Sets the cost aside and words the request. */
    public VendorCall request(@Variable("run") ChainRun<ThumbnailOrder, Made> run) {
        vendors.begin(run);
        Link link = vendors.link(run);
        ImageModel model = vendors.model(run);
        ObjectNode body = json.createObjectNode()
                .put("model", model.model())
                .put("prompt", ThumbnailPrompts.of(run.request().request()))
                .put("n", 1)
                .put("size", model.size());
        model.parameters().forEach(body::put);
        return new VendorCall(
                        "POST",
                        link.url(),
                        Map.of(
                                HttpHeaders.AUTHORIZATION,
                                "Bearer " + link.key(),
                                HttpHeaders.CONTENT_TYPE,
                                MediaType.APPLICATION_JSON_VALUE),
                        Json.bytes(json, body))
                .within(vendors.left(run));
    }

    /**
     * Takes the picture and books its cost.
     *
     * @throws LinkFailure classified by the body where the status misleads
     */
    public void read(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Variable("run") ChainRun<ThumbnailOrder, Made> run) {
        JsonNode answer = VendorAnswers.json(json, body);
        if (status != 200) {
            throw OpenAiFailures.of(status, answer, retryAfter);
        }
        JsonNode count = answer.path("usage");
        Usage usage = vendors.tokens(
                run,
                count.path("input_tokens").asLong(),
                count.path("output_tokens").asLong());
        vendors.answered(run, picture(run, usage, answer), usage);
    }

    private byte[] picture(ChainRun<ThumbnailOrder, Made> run, Usage usage, JsonNode answer) {
        try {
            byte[] picture = answer.path("data").path(0).path("b64_json").binaryValue();
            if (picture != null && picture.length > 0) {
                return picture;
            }
        } catch (IOException e) {
            // not base64: no picture
        }
        throw vendors.paidInVain(run, usage, new LinkFailure(Kind.UNAVAILABLE, "the answer has no picture", null));
    }
}
