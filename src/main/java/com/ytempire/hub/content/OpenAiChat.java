package com.ytempire.hub.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.content.ContentSettings.Level;
import com.ytempire.hub.content.ContentSettings.Link;
import com.ytempire.hub.content.ContentSettings.TokenPrice;
import com.ytempire.hub.content.TextStore.Made;
import com.ytempire.hub.platform.Json;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.Money;
import com.ytempire.hub.spending.Spend;
import com.ytempire.hub.spending.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Chat completions as OpenAI speaks them, and every server that speaks like it (platform.openai.com/docs/api-reference/chat).
 */
@Component("openAiChat")
class OpenAiChat {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final String TOKENS = "tokens";

    private final Chains chains;
    private final TextPrompts prompts;
    private final ContentSettings settings;
    private final ContentPrices prices;
    private final ObjectMapper json;

    OpenAiChat(Chains chains, TextPrompts prompts, ContentSettings settings, ContentPrices prices, ObjectMapper json) {
        this.chains = chains;
        this.prompts = prompts;
        this.settings = settings;
        this.prices = prices;
        this.json = json;
    }

    /** The level a link makes for a request: the one asked for when it makes that, else its own. */
    private Level level(ChainRun<TextRequest, Made> run) {
        Level wanted = settings.levels().get(run.request().level());
        return wanted.link().equals(run.link())
                ? wanted
                : settings.levels().values().stream()
                        .filter(level -> level.link().equals(run.link()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no level names the link " + run.link()));
    }

    /** Sets the most it can cost aside and words the request. */
    public VendorCall request(@Variable("run") ChainRun<TextRequest, Made> run) {
        TextRequest request = run.request();
        Level level = level(run);
        Link link = settings.links().get(run.link());
        String user = prompts.user(request);
        TokenPrice price = prices.of(level);
        run.chargedBy(price);
        chains.begin(
                run,
                new Spend(
                        link.vendor(),
                        Spend.Kind.TEXT,
                        request.type().column(),
                        run.link(),
                        level.model(),
                        request.videoId(),
                        request.owner(),
                        level.link()
                                .equals(settings.levels()
                                        .get(ContentLevels.CHEAPEST)
                                        .link()),
                        cost(price, prompts.tokens(request, user), level.maxTokens())));
        ObjectNode body = json.createObjectNode();
        body.put("model", level.model());
        body.putArray("messages")
                .add(json.createObjectNode().put("role", "system").put("content", prompts.system(request)))
                .add(json.createObjectNode().put("role", "user").put("content", user));
        body.put(link.tokenParameter(), level.maxTokens());
        body.put("temperature", level.temperature());
        return new VendorCall("POST", link.url(), headers(link), Json.bytes(json, body)).within(chains.left(run));
    }

    /** A server on one's own machine may want no key. */
    private static Map<String, String> headers(Link link) {
        Map<String, String> headers = new HashMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        if (StringUtils.hasText(link.key())) {
            headers.put(HttpHeaders.AUTHORIZATION, "Bearer " + link.key());
        }
        return headers;
    }

    private static BigDecimal cost(TokenPrice price, long input, long output) {
        return Money.up(price.input()
                .multiply(BigDecimal.valueOf(input))
                .add(price.output().multiply(BigDecimal.valueOf(output)))
                .divide(MILLION, Money.PLACES + 2, RoundingMode.CEILING));
    }

    /**
     * Takes the answer and books its cost.
     *
     * @throws LinkFailure classified by the body where the status misleads
     */
    public void read(
            @Body byte[] body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Variable("run") ChainRun<TextRequest, Made> run) {
        JsonNode answer = VendorAnswers.json(json, body);
        if (status != 200) {
            throw OpenAiFailures.of(status, answer, retryAfter);
        }
        Level level = level(run);
        Usage usage = usage(run, answer.path("usage"));
        JsonNode choice = answer.path("choices").path(0);
        String text = choice.path("message").path("content").asText("").strip();
        if (choice.path("finish_reason").asText().equals("content_filter")
                || !choice.path("message").path("refusal").asText("").isEmpty()) {
            chains.charged(run, usage);
            throw new LinkFailure(Kind.REFUSED, "the model refuses this content", null);
        }
        if (text.isEmpty()) {
            chains.charged(run, usage);
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer has no text", null);
        }
        chains.answered(
                run,
                new Made(
                        text,
                        settings.links().get(run.link()).vendor(),
                        run.link(),
                        level.model(),
                        level.quality(),
                        usage.unit().equals(TOKENS) ? usage.units().intValueExact() : null),
                usage);
    }

    /** By the vendor's count; what a server does not count costs what it may cost. */
    private static Usage usage(ChainRun<TextRequest, Made> run, JsonNode counted) {
        if (!counted.path("prompt_tokens").isNumber()) {
            return new Usage(run.reservation().spend().bound(), BigDecimal.ONE, "call");
        }
        long input = counted.path("prompt_tokens").asLong();
        long output = counted.path("completion_tokens").asLong();
        return new Usage(cost(run.price(TokenPrice.class), input, output), BigDecimal.valueOf(input + output), TOKENS);
    }
}
