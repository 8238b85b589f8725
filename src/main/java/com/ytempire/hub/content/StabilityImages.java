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
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Pictures as Stability makes them (platform.stability.ai/docs/api-reference): {@code /v2beta/stable-image/generate/…} takes a
 * form, the older {@code /v1/generation/…/text-to-image} takes JSON. The path that is set says which.
 */
@Component("stabilityImages")
class StabilityImages {

    private static final String OLDER = "/v1/generation/";
    private static final int LONGEST_OLDER = 2000; // characters of a prompt, by the older protocol
    private static final String FILTERED = "CONTENT_FILTERED";

    private final ThumbnailVendors vendors;
    private final ObjectMapper json;

    StabilityImages(ThumbnailVendors vendors, ObjectMapper json) {
        this.vendors = vendors;
        this.json = json;
    }

    /** Sets the cost aside and words the request. */
    public VendorCall request(@Variable("run") ChainRun<ThumbnailOrder, Made> run) {
        vendors.begin(run);
        Link link = vendors.link(run);
        String prompt = ThumbnailPrompts.of(run.request().request());
        String boundary = "hub" + UUID.randomUUID().toString().replace("-", "");
        boolean older = link.url().contains(OLDER);
        return new VendorCall(
                        "POST",
                        link.url(),
                        Map.of(
                                HttpHeaders.AUTHORIZATION,
                                "Bearer " + link.key(),
                                HttpHeaders.ACCEPT,
                                MediaType.APPLICATION_JSON_VALUE,
                                HttpHeaders.CONTENT_TYPE,
                                older ? MediaType.APPLICATION_JSON_VALUE : "multipart/form-data; boundary=" + boundary),
                        older ? older(vendors.model(run), prompt) : form(vendors.model(run), prompt, boundary))
                .within(vendors.left(run));
    }

    private static byte[] form(ImageModel model, String prompt, String boundary) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("prompt", prompt);
        fields.putAll(model.parameters());
        StringBuilder form = new StringBuilder();
        fields.forEach((name, value) -> form.append("--")
                .append(boundary)
                .append("\r\nContent-Disposition: form-data; name=\"")
                .append(name)
                .append("\"\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n")
                .append(value)
                .append("\r\n"));
        return form.append("--").append(boundary).append("--\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] older(ImageModel model, String prompt) {
        String[] sides = model.size().split("x");
        ObjectNode body = json.createObjectNode();
        body.putArray("text_prompts")
                .addObject()
                .put("text", prompt.length() > LONGEST_OLDER ? prompt.substring(0, LONGEST_OLDER) : prompt)
                .put("weight", 1);
        body.put("width", Integer.parseInt(sides[0]))
                .put("height", Integer.parseInt(sides[1]))
                .put("samples", 1);
        return Json.bytes(json, body);
    }

    /**
     * Takes the picture and books its cost.
     *
     * @throws LinkFailure also for a picture that was blurred, which comes as a success
     */
    public void read(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Variable("run") ChainRun<ThumbnailOrder, Made> run) {
        JsonNode answer = VendorAnswers.json(json, body);
        if (status != 200) {
            throw StabilityFailures.of(status, answer, retryAfter);
        }
        JsonNode older = answer.path("artifacts").path(0);
        String picture = answer.path("image").asText(older.path("base64").asText(""));
        String end =
                answer.path("finish_reason").asText(older.path("finishReason").asText(""));
        Usage usage = vendors.onePicture(run);
        if (end.equals(FILTERED)) {
            throw vendors.paidInVain(run, usage, new LinkFailure(Kind.REFUSED, "the picture was filtered", null));
        }
        if (!end.equals("SUCCESS")) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the vendor failed to make the picture", null);
        }
        vendors.answered(run, decode(run, usage, picture), usage);
    }

    private byte[] decode(ChainRun<ThumbnailOrder, Made> run, Usage usage, String picture) {
        try {
            byte[] bytes = Base64.getDecoder().decode(picture);
            if (bytes.length > 0) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // not base64: no picture
        }
        throw vendors.paidInVain(run, usage, new LinkFailure(Kind.UNAVAILABLE, "the answer has no picture", null));
    }
}
