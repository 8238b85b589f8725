package com.ytempire.hub.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.media.MediaSettings.Link;
import com.ytempire.hub.media.StockRequest.Type;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Licences at Shutterstock (api-reference.shutterstock.com): what the account holds, the address of a file it holds, and
 * buying. Only an OAuth token may do this.
 */
@Component("shutterstockLicences")
class ShutterstockLicences {

    private static final Pattern NO_FUNDS =
            Pattern.compile("subscription|allotment|allowance|credit|limit|quota|payment|balance");

    private final Licences licences;
    private final MediaSettings settings;
    private final ObjectMapper json;

    ShutterstockLicences(Licences licences, MediaSettings settings, ObjectMapper json) {
        this.licences = licences;
        this.settings = settings;
        this.json = json;
    }

    private Link link() {
        return settings.links().get(Licences.LINK);
    }

    private String address(StockItem asset) {
        return link().url() + (asset.type() == Type.VIDEO ? "/v2/videos/licenses" : "/v2/images/licenses");
    }

    private static String word(StockItem asset) {
        return asset.type() == Type.VIDEO ? "video" : "image";
    }

    private VendorCall call(String method, String url, ObjectNode body) {
        String token = "Bearer " + link().key();
        return body == null
                ? new VendorCall(method, url, Map.of(HttpHeaders.AUTHORIZATION, token), null)
                : new VendorCall(
                        method,
                        url,
                        Map.of(
                                HttpHeaders.AUTHORIZATION,
                                token,
                                HttpHeaders.CONTENT_TYPE,
                                MediaType.APPLICATION_JSON_VALUE),
                        Json.bytes(json, body));
    }

    /** Asks what the account holds of the asset. */
    public VendorCall lookUp(@Variable("run") LicenceRun run) {
        licences.callBegins(run);
        StockItem asset = run.asset();
        return call(
                "GET",
                address(asset) + "?" + word(asset) + "_id="
                        + URLEncoder.encode(asset.vendorId(), StandardCharsets.UTF_8) + "&per_page=200&sort=newest",
                null);
    }

    /** Asks for the newest licence there is, to see whether the token may do this. */
    VendorCall newest() {
        return call("GET", link().url() + "/v2/videos/licenses?per_page=1&sort=newest", null);
    }

    /** @throws LinkFailure when the answer is no list of licences */
    void readNewest(byte[] body, int status, String retryAfter) {
        if (!answer(body, status, retryAfter).path("data").isArray()) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer has no list", null);
        }
    }

    /** Notes the licence of that size, when there is one. */
    public void readHeld(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Variable("run") LicenceRun run) {
        JsonNode list = answer(body, status, retryAfter).path("data");
        if (!list.isArray()) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer has no list", null);
        }
        for (JsonNode one : list) {
            JsonNode held = one.path(word(run.asset()));
            if (held.path("id").asText().equals(run.asset().vendorId())
                    && held.path("format").path("size").asText().equals(run.size())) {
                run.held(one.path("id").asText());
                return;
            }
        }
    }

    /** Asks for the address of a file the account holds; costs nothing. */
    public VendorCall download(@Variable("run") LicenceRun run) {
        licences.callBegins(run);
        return call(
                "POST",
                address(run.asset()) + "/" + URLEncoder.encode(run.vendorLicence(), StandardCharsets.UTF_8)
                        + "/downloads",
                json.createObjectNode().put("size", run.size()));
    }

    public void readDownload(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Variable("run") LicenceRun run) {
        licences.held(run, url(answer(body, status, retryAfter).path("url")));
    }

    /** Buys, within the budget. */
    public VendorCall buy(@Variable("run") LicenceRun run) {
        licences.buys(run);
        StockItem asset = run.asset();
        ObjectNode wanted = json.createObjectNode()
                .put(word(asset) + "_id", asset.vendorId())
                .put("size", run.size());
        if (asset.type() == Type.PHOTO) {
            wanted.put("format", "jpg");
        }
        String subscription = settings.licences().subscription();
        if (subscription != null && !subscription.isBlank()) {
            wanted.put("subscription_id", subscription);
        }
        ObjectNode body = json.createObjectNode();
        body.putArray(word(asset) + "s").add(wanted);
        return call("POST", address(asset), body);
    }

    /**
     * Takes the licence. A refusal stands in an answer with status 200.
     *
     * @throws LinkFailure of a kind that is temporary when nobody knows whether it was bought
     */
    public void readBought(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Variable("run") LicenceRun run) {
        JsonNode bought = answer(body, status, retryAfter).path("data").path(0);
        String error = bought.path("error").asText("");
        if (!error.isEmpty()) {
            throw NO_FUNDS.matcher(error.toLowerCase(Locale.ROOT)).find()
                    ? new LinkFailure(Kind.UNFUNDED, "the subscription has nothing left for this", null)
                    : new LinkFailure(Kind.REFUSED, "this asset cannot be licensed", null);
        }
        licences.bought(run, url(bought.path("download").path("url")));
    }

    private static String url(JsonNode url) {
        if (url.asText("").isEmpty()) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer has no address of the file", null);
        }
        return url.asText();
    }

    private JsonNode answer(byte[] body, int status, String retryAfter) {
        if (status == 200) {
            return StockFailures.tree(json, body);
        }
        String message = new String(body, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        if (status == 403 && NO_FUNDS.matcher(message).find()) {
            throw new LinkFailure(Kind.UNFUNDED, "the subscription has nothing left for this", null);
        }
        if (status == 404) {
            throw new LinkFailure(Kind.REFUSED, "the vendor does not have this asset any more", null);
        }
        throw StockFailures.failure(status, StockFailures.seconds(retryAfter));
    }
}
