package com.ytempire.hub.content;

import com.ytempire.hub.content.ThumbnailAnswer.Format;
import com.ytempire.hub.content.ThumbnailStore.Made;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.Money;
import com.ytempire.hub.spending.Usage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** The decisions of the thumbnail chain; the order of its links stands in its route. */
@Component("thumbnailChain")
class ThumbnailChain {

    static final String PATH = "/api/v1/content/thumbnails";
    static final MediaType WEBP = MediaType.parseMediaType("image/webp");

    private static final String CACHE = "cache";
    private static final String HUB = "hub";
    private static final String BASIC = "basic";
    private static final Usage FREE = new Usage(BigDecimal.ZERO, BigDecimal.ONE, "call");

    private final Chains chains;
    private final ThumbnailStore store;
    private final ThumbnailPainter painter;
    private final Pictures pictures;
    private final ContentSettings settings;
    private final Clock clock;

    ThumbnailChain(
            Chains chains,
            ThumbnailStore store,
            ThumbnailPainter painter,
            Pictures pictures,
            ContentSettings settings,
            Clock clock) {
        this.chains = chains;
        this.store = store;
        this.painter = painter;
        this.pictures = pictures;
        this.settings = settings;
        this.clock = clock;
    }

    public ChainRun<ThumbnailOrder, Made> begin(@Body ThumbnailRequest request) {
        return new ChainRun<>(new ThumbnailOrder(request), clock.instant(), request.deadline());
    }

    /**
     * Whether somebody else is making the very same picture, so that waiting is better than paying twice. Ends as soon as
     * that picture is there, as this request may make it, or as its time is over.
     */
    public boolean waits(@Variable("run") ChainRun<ThumbnailOrder, Made> run) {
        ThumbnailOrder order = run.request();
        if (isAnsweredFromCache(run) || order.request().fresh()) {
            return false;
        }
        if (store.claim(order, settings.thumbnails().lease())) {
            // the one before may have ended between the look and the claim
            isAnsweredFromCache(run);
            return false;
        }
        if (isTooLate(run)) {
            order.gaveUpWaiting();
            return false;
        }
        return true;
    }

    private boolean isAnsweredFromCache(ChainRun<ThumbnailOrder, Made> run) {
        store.same(run.request()).ifPresent(made -> {
            run.begins(CACHE);
            chains.begin(run);
            run.answered(made);
        });
        return !run.isOpen();
    }

    private boolean isTooLate(ChainRun<ThumbnailOrder, Made> run) {
        return !clock.instant().isBefore(run.deadline());
    }

    /** Whether the link is to be called. Who has waited in vain for somebody else's picture does not pay for it. */
    public boolean tries(@Variable("run") ChainRun<ThumbnailOrder, Made> run, @Variable("link") String link) {
        String only = run.request().request().only();
        if (only != null && !only.equals(link)) {
            return false;
        }
        boolean paid = settings.thumbnails().models().containsKey(link);
        if (run.isOpen() && paid && run.request().hasGivenUpWaiting()) {
            if (run.begins(link)) {
                run.passedOver("under_way");
            }
            return false;
        }
        return chains.tries(run, link);
    }

    /** Always answers, when no link before it has. */
    public void draw(@Variable("run") ChainRun<ThumbnailOrder, Made> run, String link) {
        if (!chains.tries(run, link)) {
            return;
        }
        chains.begin(run);
        ThumbnailRequest request = run.request().request();
        Pictures.Encoded picture = pictures.encode(painter.paint(request.title(), request.style()));
        chains.answered(run, store.keep(run.request(), picture, HUB, run.link(), null, BASIC), FREE);
    }

    /**
     * What the caller is told.
     *
     * @throws Problem 502 {@code refused_by_provider} when our own request was at fault
     */
    public ThumbnailAnswer finish(@Variable("run") ChainRun<ThumbnailOrder, Made> run) {
        store.release(run.request());
        if (run.ourFault() != null) {
            throw run.ourFault().asProblem();
        }
        Made made = run.answer();
        boolean degraded = !made.link().equals(settings.thumbnails().wanted());
        boolean cached = run.answeredBy().equals(CACHE);
        Duration took = Duration.between(run.begunAt(), clock.instant());
        if (run.request().request().only() == null) {
            chains.count("thumbnail", degraded, cached, took);
        }
        return new ThumbnailAnswer(
                made.id(),
                PATH + "/" + made.id(),
                Pictures.WIDTH,
                Pictures.HEIGHT,
                formats(made),
                made.provider(),
                run.answeredBy(),
                made.model(),
                run.cost().setScale(Money.PLACES),
                Money.CURRENCY,
                made.quality(),
                degraded,
                cached,
                took.toMillis(),
                run.links());
    }

    private static List<Format> formats(Made made) {
        List<Format> formats = new ArrayList<>();
        if (made.webpBytes() != null) {
            formats.add(new Format(WEBP.toString(), made.webpBytes()));
        }
        formats.add(new Format(MediaType.IMAGE_JPEG_VALUE, made.jpegBytes()));
        return formats;
    }
}
