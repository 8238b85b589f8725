package com.ytempire.hub.content;

import com.ytempire.hub.content.ContentSettings.Level;
import com.ytempire.hub.content.TextStore.Made;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.Money;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The decisions of the text chain; the order of its links stands in its route. */
@Component("textChain")
class TextChain {

    private static final String CACHE = "cache";
    private static final String HUB = "hub";
    private static final String BASIC = "basic";

    private final Chains chains;
    private final TextStore store;
    private final TextTemplates templates;
    private final ContentSettings settings;
    private final ContentPrices prices;
    private final Clock clock;

    TextChain(
            Chains chains,
            TextStore store,
            TextTemplates templates,
            ContentSettings settings,
            ContentPrices prices,
            Clock clock) {
        this.chains = chains;
        this.store = store;
        this.templates = templates;
        this.settings = settings;
        this.prices = prices;
        this.clock = clock;
    }

    /** The run of a request; one that was answered a short while ago is answered at once. */
    public ChainRun<TextRequest, Made> begin(@Body TextRequest request) {
        ChainRun<TextRequest, Made> run = new ChainRun<>(request, clock.instant(), request.deadline());
        made(request).ifPresent(made -> {
            run.begins(CACHE);
            chains.begin(run);
            run.answered(made);
        });
        return run;
    }

    private Optional<Made> made(TextRequest request) {
        return store.ofRound(request).or(() -> request.fresh() ? Optional.empty() : store.same(request));
    }

    /** Whether the link is to be called; when the cheapest level is wanted, those whose model costs more are passed over. */
    public boolean tries(@Variable("run") ChainRun<TextRequest, Made> run, @Variable("link") String link) {
        if (run.isOpen() && isDearerThanWanted(run.request(), link)) {
            run.begins(link);
            run.passedOver("level");
            return false;
        }
        return chains.tries(run, link);
    }

    private boolean isDearerThanWanted(TextRequest request, String link) {
        BigDecimal cheapest = price(settings.levels().get(ContentLevels.CHEAPEST));
        return request.level().equals(ContentLevels.CHEAPEST)
                && settings.levels().values().stream()
                        .anyMatch(level ->
                                level.link().equals(link) && price(level).compareTo(cheapest) > 0);
    }

    private BigDecimal price(Level level) {
        return prices.of(level).output();
    }

    /** The most similar text that was made before; it is passed over when there is none. */
    public void similar(@Variable("run") ChainRun<TextRequest, Made> run, String link) {
        if (!chains.tries(run, link)) {
            return;
        }
        chains.begin(run);
        store.similar(run.request())
                .ifPresentOrElse(
                        made -> chains.answered(run, made, Chains.FREE), () -> run.passedOver("nothing similar"));
    }

    /** Always answers, when no link before it has. */
    public void template(@Variable("run") ChainRun<TextRequest, Made> run, String link) {
        if (chains.tries(run, link)) {
            chains.begin(run);
            chains.answered(run, new Made(templates.fill(run.request()), HUB, link, null, BASIC, null), Chains.FREE);
        }
    }

    /**
     * What the caller is told. What a model wrote is kept.
     *
     * @throws Problem 502 {@code refused_by_provider} when our own request was at fault
     */
    public TextAnswer finish(@Variable("run") ChainRun<TextRequest, Made> run) {
        if (run.ourFault() != null) {
            throw run.ourFault().asProblem();
        }
        Made made = run.answer();
        String link = run.answeredBy();
        boolean cached = link.equals(CACHE);
        Level wanted = settings.levels().get(run.request().level());
        boolean ofWantedLink = (cached ? made.link() : link).equals(wanted.link());
        if (made.model() != null && link.equals(made.link())) {
            store.keep(run.request(), made);
        }
        Duration took = Duration.between(run.begunAt(), clock.instant());
        chains.count("text", !ofWantedLink, cached, took);
        return new TextAnswer(
                made.text(),
                made.provider(),
                link,
                made.model(),
                run.cost().setScale(Money.PLACES),
                Money.CURRENCY,
                made.tokens(),
                run.request().level(),
                made.quality(),
                !ofWantedLink,
                cached,
                took.toMillis(),
                run.links());
    }
}
