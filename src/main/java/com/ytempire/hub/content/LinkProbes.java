package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.content.ContentSettings.Counter;
import com.ytempire.hub.content.ContentSettings.Link;
import com.ytempire.hub.platform.Flows;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.LinkProbe;
import com.ytempire.hub.spending.Links;
import com.ytempire.hub.spending.ProbeAnswer;
import com.ytempire.hub.spending.VendorCounts;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Asks vendors what costs nothing: which models or voices there are, how much of the account is left. What their answers
 * mean is said here for each vendor; where they are asked is a setting of the link.
 */
@Component("linkProbes")
class LinkProbes implements LinkProbe {

    private static final String AUTHENTICATION = "authentication";
    private static final String UNFUNDED = "unfunded";
    private static final String RETIRED = "retired";

    private final ContentSettings settings;
    private final SpeechSettings speech;
    private final ContentPrices prices;
    private final Links links;
    private final ModelWatch models;
    private final VendorCounts counts;
    private final ObjectMapper json;
    private final Flows flows;

    LinkProbes(
            ContentSettings settings,
            SpeechSettings speech,
            ContentPrices prices,
            Links links,
            ModelWatch models,
            VendorCounts counts,
            ObjectMapper json,
            Flows flows) {
        this.settings = settings;
        this.speech = speech;
        this.prices = prices;
        this.links = links;
        this.models = models;
        this.counts = counts;
        this.json = json;
        this.flows = flows;
    }

    @Override
    public boolean knows(String link) {
        return settings.links().containsKey(link) && settings.links().get(link).probeUrl() != null;
    }

    @Override
    public ProbeAnswer probe(String link) {
        return flows.ask("direct:content-probe", link, ProbeAnswer.class);
    }

    /** The links whose vendor tells when a model ends, as far as they have a key. */
    public List<String> withModels() {
        return models.watched().stream()
                .filter(link -> knows(link) && !settings.links().get(link).key().isBlank())
                .toList();
    }

    public VendorCall request(@Body String name) {
        Link link = settings.links().get(name);
        String header = link.keyHeader() == null ? HttpHeaders.AUTHORIZATION : link.keyHeader();
        return new VendorCall(
                "GET",
                link.probeUrl(),
                Map.of(header, link.keyHeader() == null ? "Bearer " + link.key() : link.key()),
                null);
    }

    /** Takes over what the vendor answered. */
    public ProbeAnswer read(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Variable("link") String link) {
        JsonNode answer = VendorAnswers.json(json, body);
        String vendor = settings.links().get(link).vendor();
        LinkFailure failure = status == 200 ? inside(vendor, link, answer) : of(vendor, status, answer, retryAfter);
        if (status == 200) {
            count(link, answer);
        }
        Set<String> disproved = switch (vendor) {
            case "openai" -> Set.of(AUTHENTICATION, RETIRED);
            case "stability", "elevenlabs" -> Set.of(AUTHENTICATION, UNFUNDED);
            default -> Set.of(AUTHENTICATION);
        };
        links.probed(link, failure, disproved);
        return ProbeAnswer.of(failure);
    }

    /** By what the vendor has counted, calls whose answer was lost are corrected. */
    private void count(String name, JsonNode answer) {
        Link link = settings.links().get(name);
        Counter counter = link.counter();
        if (counter != null && answer.at(counter.at()).isNumber()) {
            BigDecimal told = answer.at(counter.at()).decimalValue();
            counts.told(link.vendor(), counter.left() ? told.negate() : told, price(name, counter));
        }
    }

    /** Characters cost what their voice costs today. */
    private BigDecimal price(String link, Counter counter) {
        return counter.price() == null ? prices.of(speech.voices().get(link)).movePointLeft(3) : counter.price();
    }

    /** A vendor that did not answer is left as it was. */
    public ProbeAnswer failed(@Variable("link") String link, Throwable failure) {
        return ProbeAnswer.of(LinkFailure.of(failure, link));
    }

    private static LinkFailure of(String vendor, int status, JsonNode answer, String retryAfter) {
        return switch (vendor) {
            case "openai" -> OpenAiFailures.of(status, answer, retryAfter);
            case "stability" -> StabilityFailures.of(status, answer, retryAfter);
            case "elevenlabs" -> ElevenLabsFailures.of(status, answer, retryAfter);
            default -> GoogleFailures.of(status, answer, retryAfter);
        };
    }

    /** A vendor that answers may have to say that there is nothing to be had. */
    private LinkFailure inside(String vendor, String link, JsonNode answer) {
        boolean spent = switch (vendor) {
            case "stability" -> answer.path("credits").asDouble(1) <= 0;
            case "elevenlabs" -> {
                JsonNode plan = answer.path("subscription");
                yield plan.path("character_limit").asLong() > 0
                        && plan.path("character_count").asLong()
                                >= plan.path("character_limit").asLong();
            }
            default -> false;
        };
        if (spent) {
            return new LinkFailure(Kind.UNFUNDED, "the account has nothing left", null);
        }
        return vendor.equals("openai") ? models.compare(link, answer) : null;
    }
}
