package com.ytempire.hub.media;

import com.ytempire.hub.media.MediaSettings.Link;
import com.ytempire.hub.media.StockRequest.Type;
import com.ytempire.hub.platform.Flows;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.LinkProbe;
import com.ytempire.hub.spending.Links;
import com.ytempire.hub.spending.ProbeAnswer;
import java.time.Clock;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * Asks vendors of stock whether they are well: by the smallest search there is, which counts among the requests they
 * allow, and, where something is bought, by a look at the newest licence. Neither costs money.
 */
@Component("stockProbes")
class StockProbes implements LinkProbe {

    private static final Set<String> DISPROVED = Set.of("authentication", "retired");

    private final MediaSettings settings;
    private final StockSearch search;
    private final ShutterstockLicences licences;
    private final StockAllowances allowances;
    private final Links links;
    private final Clock clock;
    private final Flows flows;

    StockProbes(
            MediaSettings settings,
            StockSearch search,
            ShutterstockLicences licences,
            StockAllowances allowances,
            Links links,
            Clock clock,
            Flows flows) {
        this.settings = settings;
        this.search = search;
        this.licences = licences;
        this.allowances = allowances;
        this.links = links;
        this.clock = clock;
        this.flows = flows;
    }

    @Override
    public boolean knows(String link) {
        return settings.links().containsKey(link) && settings.links().get(link).url() != null;
    }

    @Override
    public ProbeAnswer probe(String link) {
        return flows.ask("direct:media-probe", link, ProbeAnswer.class);
    }

    /** @throws LinkFailure when the vendor would refuse another request */
    public VendorCall request(@Body String name) {
        Link link = settings.links().get(name);
        if (isOfLicences(link)) {
            return licences.newest();
        }
        if (!allowances.take(link.vendor())) {
            throw new LinkFailure(
                    Kind.ALLOWANCE, "its requests are used up", allowances.untilNextWindow(link.vendor()));
        }
        return search.call(link, smallest(link), 1);
    }

    /** Takes over what the vendor answered. */
    public ProbeAnswer read(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Header("X-RateLimit-Reset") String reset,
            @Variable("link") String name) {
        Link link = settings.links().get(name);
        LinkFailure failure = null;
        try {
            if (isOfLicences(link)) {
                licences.readNewest(body, status, retryAfter);
            } else {
                search.finds(link, smallest(link), body, status, retryAfter, reset);
            }
        } catch (LinkFailure unwell) {
            failure = unwell;
        }
        links.probed(name, failure, DISPROVED);
        return ProbeAnswer.of(failure);
    }

    /** A vendor that did not answer is left as it was. */
    public ProbeAnswer failed(@Variable("link") String link, Throwable failure) {
        return ProbeAnswer.of(LinkFailure.of(failure, link));
    }

    private static boolean isOfLicences(Link link) {
        return link.protocol() == null;
    }

    private StockRequest smallest(Link link) {
        Type type = link.capability().equals(Type.PHOTO.capability()) ? Type.PHOTO : Type.VIDEO;
        return new StockRequest(type, "sea", 1, 0, 60, null, false, null, clock.instant());
    }
}
