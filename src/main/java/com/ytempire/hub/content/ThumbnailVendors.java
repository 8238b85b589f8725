package com.ytempire.hub.content;

import com.ytempire.hub.content.ContentSettings.ImageModel;
import com.ytempire.hub.content.ContentSettings.ImagePrice;
import com.ytempire.hub.content.ContentSettings.Link;
import com.ytempire.hub.content.ThumbnailStore.Made;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.Money;
import com.ytempire.hub.spending.Spend;
import com.ytempire.hub.spending.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** What all vendors of pictures have in common: what they cost, and what becomes of their pictures. */
@Component
class ThumbnailVendors {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    private final Chains chains;
    private final Pictures pictures;
    private final ThumbnailStore store;
    private final ContentSettings settings;
    private final ContentPrices prices;

    ThumbnailVendors(
            Chains chains, Pictures pictures, ThumbnailStore store, ContentSettings settings, ContentPrices prices) {
        this.chains = chains;
        this.pictures = pictures;
        this.store = store;
        this.settings = settings;
        this.prices = prices;
    }

    Link link(ChainRun<?, ?> run) {
        return settings.links().get(run.link());
    }

    ImageModel model(ChainRun<?, ?> run) {
        return settings.thumbnails().models().get(run.link());
    }

    /** Sets the most a picture can cost aside. */
    void begin(ChainRun<ThumbnailOrder, Made> run) {
        ThumbnailRequest request = run.request().request();
        run.chargedBy(prices.of(model(run)));
        chains.begin(
                run,
                new Spend(
                        link(run).vendor(),
                        Spend.Kind.IMAGE,
                        "thumbnail",
                        run.link(),
                        model(run).model(),
                        request.videoId(),
                        request.owner(),
                        true,
                        Money.up(price(run).bound())));
    }

    /** How long a picture may be waited for. */
    Duration left(ChainRun<?, ?> run) {
        return chains.left(run);
    }

    private static ImagePrice price(ChainRun<?, ?> run) {
        return run.price(ImagePrice.class);
    }

    /** A picture at its price. */
    Usage onePicture(ChainRun<?, ?> run) {
        return new Usage(Money.up(price(run).image()), BigDecimal.ONE, "images");
    }

    /** By the vendor's own count, where it counts and its tokens have a price; else a picture at its price. */
    Usage tokens(ChainRun<?, ?> run, long input, long output) {
        ImagePrice price = price(run);
        if (input + output == 0 || price.input() == null || price.output() == null) {
            return onePicture(run);
        }
        return new Usage(
                Money.up(price.input()
                        .multiply(BigDecimal.valueOf(input))
                        .add(price.output().multiply(BigDecimal.valueOf(output)))
                        .divide(MILLION, Money.PLACES + 2, RoundingMode.CEILING)),
                BigDecimal.valueOf(input + output),
                "tokens");
    }

    /**
     * Books what the picture has cost, keeps it and ends the run.
     *
     * @throws LinkFailure when it is no picture; it is paid for all the same
     */
    void answered(ChainRun<ThumbnailOrder, Made> run, byte[] picture, Usage usage) {
        chains.charged(run, usage);
        Made made = store.keep(
                run.request(),
                pictures.thumbnail(picture),
                link(run).vendor(),
                run.link(),
                model(run).model(),
                model(run).quality());
        chains.answered(run, made, usage);
    }

    /** What a vendor has worked on is paid, though nothing can be used of it. */
    LinkFailure paidInVain(ChainRun<?, ?> run, Usage usage, LinkFailure failure) {
        chains.charged(run, usage);
        return failure;
    }
}
