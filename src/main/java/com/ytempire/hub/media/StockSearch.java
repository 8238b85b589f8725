package com.ytempire.hub.media;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.media.MediaSettings.Link;
import com.ytempire.hub.media.MediaSettings.Vendor;
import com.ytempire.hub.media.StockProtocol.Reset;
import com.ytempire.hub.media.StockRequest.Type;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.Links;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.stereotype.Component;

/** Asks a vendor of stock in its own words and keeps what it answers. */
@Component("stockSearch")
class StockSearch {

    private final Map<String, StockProtocol> protocols;
    private final StockStore store;
    private final StockAddresses addresses;
    private final Links links;
    private final MediaSettings settings;
    private final ObjectMapper json;
    private final Clock clock;

    StockSearch(
            Map<String, StockProtocol> protocols,
            StockStore store,
            StockAddresses addresses,
            Links links,
            MediaSettings settings,
            ObjectMapper json,
            Clock clock) {
        this.protocols = protocols;
        this.store = store;
        this.addresses = addresses;
        this.links = links;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
    }

    private StockProtocol protocol(Link link) {
        return protocols.get(link.protocol());
    }

    /** Under what the answer to this request is kept. */
    String key(StockRequest request, String name) {
        Link link = settings.links().get(name);
        String asked = name + "\u0000" + link.url() + "\u0000"
                + protocol(link).parameters(request, settings.page()).entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .collect(Collectors.joining("\u0000"));
        return DigestUtils.sha256Hex(asked);
    }

    /** Words the request; the call begins. */
    public VendorCall request(@Variable("run") StockRun run) {
        run.callBegins(clock.instant());
        return call(settings.links().get(run.link()), run.request(), settings.page());
    }

    /** @param page results asked for */
    VendorCall call(Link link, StockRequest request, int page) {
        StockProtocol protocol = protocol(link);
        Map<String, String> query = new LinkedHashMap<>(protocol.parameters(request, page));
        query.putAll(protocol.secrets(link));
        return new VendorCall(
                "GET",
                link.url() + "?"
                        + query.entrySet().stream()
                                .map(one ->
                                        one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining("&")),
                protocol.headers(link),
                null);
    }

    /**
     * Keeps what was found, and takes of it what fits the request.
     *
     * @throws LinkFailure classified by the body where the status misleads
     */
    public void read(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Header("X-RateLimit-Reset") String reset,
            @Variable("run") StockRun run) {
        Link link = settings.links().get(run.link());
        List<StockItem> items = finds(link, run.request(), body, status, retryAfter, reset).stream()
                .map(find -> item(find, run.request().type(), link))
                .filter(item -> addresses.mayLoad(item.provider(), item.url()))
                .toList();
        store.keep(key(run.request(), run.link()), run.link(), items);
        links.ended(run.link(), Duration.between(run.calledAt(), clock.instant()), null);
        run.found("answered", items);
    }

    /** @throws LinkFailure when the answer is no list of finds */
    List<StockFind> finds(Link link, StockRequest request, byte[] body, int status, String retryAfter, String reset) {
        StockProtocol protocol = protocol(link);
        if (status != 200) {
            throw protocol.failure(status, new String(body, StandardCharsets.UTF_8), wait(protocol, retryAfter, reset));
        }
        List<StockFind> finds = protocol.read(StockFailures.tree(json, body), request);
        if (finds == null) {
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer has no list", null);
        }
        return finds;
    }

    private Duration wait(StockProtocol protocol, String retryAfter, String reset) {
        Duration told = StockFailures.seconds(retryAfter);
        Duration until = StockFailures.seconds(reset);
        if (told != null || until == null) {
            return told;
        }
        Duration left = protocol.reset() == Reset.AT
                ? until.minusSeconds(clock.instant().getEpochSecond())
                : until;
        return left.isNegative() ? null : left;
    }

    private StockItem item(StockFind find, Type type, Link link) {
        Vendor vendor = settings.vendors().get(link.vendor());
        return new StockItem(
                link.vendor() + (type == Type.PHOTO ? "_photo_" : "_") + find.id(),
                type,
                link.vendor(),
                find.id(),
                find.url(),
                find.thumbnail(),
                find.duration(),
                find.width(),
                find.height(),
                find.author(),
                vendor.licence(),
                find.page(),
                link.highValue());
    }
}
