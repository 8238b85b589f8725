package com.ytempire.hub.media;

import com.ytempire.hub.media.LicenceStore.Claimed;
import com.ytempire.hub.media.LicenceStore.Purchase;
import com.ytempire.hub.media.StockRequest.Type;
import com.ytempire.hub.platform.Causes;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.BudgetRefused;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.Links;
import com.ytempire.hub.spending.Money;
import com.ytempire.hub.spending.Reservation;
import com.ytempire.hub.spending.Spend;
import com.ytempire.hub.spending.Spending;
import com.ytempire.hub.spending.Usage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Licences of stock that videos use. An asset is bought once per asset and size, ever: one request at a time holds its
 * row, asks the vendor first whether the account has it, and buys only what it has not. A purchase whose answer was lost
 * is not repeated for a while, for it may still take effect.
 */
@Component("licences")
public class Licences {

    static final String LINK = "licences-shutterstock";

    private static final Logger LOG = LoggerFactory.getLogger(Licences.class);
    private static final String FREE_SIZE = "original";
    private static final int COME_AGAIN = 30;

    private final LicenceStore store;
    private final StockStore stock;
    private final Links links;
    private final Spending spending;
    private final MediaSettings settings;
    private final LicencePrices prices;
    private final Clock clock;

    Licences(
            LicenceStore store,
            StockStore stock,
            Links links,
            Spending spending,
            MediaSettings settings,
            LicencePrices prices,
            Clock clock) {
        this.store = store;
        this.stock = stock;
        this.links = links;
        this.spending = spending;
        this.settings = settings;
        this.prices = prices;
        this.clock = clock;
    }

    /** What a video uses, in the order in which it came to it, each with its credit line. */
    public List<LicenceEntry> ofVideo(String video) {
        return store.ofVideo(video);
    }

    /**
     * A request begins. What is free, or was bought before, is had at once.
     *
     * @throws Problem 422 that names the field
     */
    public LicenceRun begin(@Body LicenceRequest request) {
        StockItem asset = stock.asset(request.assetId())
                .orElseThrow(() -> invalid("asset_id", "No search has found this asset; search first"));
        String size = size(asset, request.size());
        long licence = store.open(asset.id(), size);
        LicenceRun run = new LicenceRun(request, asset, size, licence, clock.instant());
        if (!asset.paid()) {
            store.free(licence, asset.url());
        }
        lookAgain(run);
        return run;
    }

    private String size(StockItem asset, String wanted) {
        List<String> sizes = !asset.paid()
                ? List.of(FREE_SIZE)
                : asset.type() == Type.VIDEO
                        ? settings.licences().videoSizes()
                        : settings.licences().photoSizes();
        if (wanted != null && !sizes.contains(wanted)) {
            throw invalid("size", "Known sizes of this asset are " + String.join(", ", sizes));
        }
        return wanted == null ? sizes.get(0) : wanted;
    }

    private static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }

    private void lookAgain(LicenceRun run) {
        if (store.isReady(run.licenceNo())) {
            run.done();
        }
    }

    /** Whether there is more to do or to wait for. */
    public boolean isOpen(@Variable("run") LicenceRun run) {
        return run.isOpen();
    }

    /**
     * Whether this request is the one that talks to the vendor now. If another does, this one looks again a little
     * later, as long as it has time.
     */
    public boolean claims(@Variable("run") LicenceRun run) {
        Claimed claimed = store.claim(run.licenceNo(), run.claim());
        if (claimed.claim() == 0) {
            waitForAnother(run);
            return false;
        }
        run.claimed(claimed.claim(), claimed.left());
        lookAgain(run);
        if (!run.isOpen()) {
            return false;
        }
        String refused = links.refusal(LINK);
        if (refused != null) {
            run.refused(unavailable(refused));
            return false;
        }
        run.tryBegins();
        return true;
    }

    private void waitForAnother(LicenceRun run) {
        lookAgain(run);
        Instant next = clock.instant().plus(settings.licences().look());
        if (run.isOpen() && !next.isBefore(run.request().deadline())) {
            run.refused(Problem.retryLater("licence_pending", "Another request is buying this asset", COME_AGAIN));
        }
        run.tryAgainIn(settings.licences().look().toMillis());
    }

    /** Whether the vendor has said that the account has it. */
    public boolean isHeld(@Variable("run") LicenceRun run) {
        return run.isHeld();
    }

    void callBegins(LicenceRun run) {
        run.callBegins(clock.instant());
    }

    /**
     * Sets the money aside and writes down that the purchase goes out.
     *
     * @throws Problem 503 {@code licence_in_doubt} while an earlier purchase may still take effect
     * @throws BudgetRefused when a limit would be passed
     */
    void buys(LicenceRun run) {
        if (store.isBought(run.licenceNo())) {
            // bought once, and the vendor does not list it: it takes a person to find out why
            throw new Problem(HttpStatus.BAD_GATEWAY, "licence_missing", "The vendor does not know of this licence");
        }
        endEarlier(run);
        Reservation reservation = spending.reserve(new Spend(
                run.asset().provider(),
                Spend.Kind.MEDIA,
                "licence",
                LINK,
                null,
                run.request().video(),
                run.request().owner(),
                true,
                prices.asset()));
        if (!store.sends(run.licenceNo(), run.claim(), reservation)) {
            spending.release(reservation);
            throw Problem.retryLater("licence_pending", "Another request is buying this asset", COME_AGAIN);
        }
        spending.sending(reservation);
        run.reserved(reservation);
        run.callBegins(clock.instant());
    }

    /** The vendor lists no licence: an earlier purchase has come to nothing, once there was time enough for it. */
    private void endEarlier(LicenceRun run) {
        Purchase earlier = run.earlier();
        if (earlier == null) {
            return;
        }
        Instant certain = earlier.sentAt().plus(settings.licences().doubt());
        if (clock.instant().isBefore(certain)) {
            throw Problem.retryLater(
                    "licence_in_doubt",
                    "A purchase of this asset was sent and its answer lost; it is looked up again before another is made",
                    Math.toIntExact(Duration.between(clock.instant(), certain).toSeconds() + 1));
        }
        spending.settle(reservation(run, earlier), nothing());
        store.boughtNothing(run.licenceNo(), run.claim());
        run.earlier(null);
    }

    private static Usage nothing() {
        return new Usage(BigDecimal.ZERO, BigDecimal.ZERO, "assets");
    }

    private static Usage asset(BigDecimal price) {
        return new Usage(price, BigDecimal.ONE, "assets");
    }

    private static Reservation reservation(LicenceRun run, Purchase purchase) {
        return new Reservation(
                purchase.reservation(),
                new Spend(
                        run.asset().provider(),
                        Spend.Kind.MEDIA,
                        "licence",
                        LINK,
                        null,
                        purchase.video(),
                        purchase.user(),
                        true,
                        purchase.bound()),
                purchase.on());
    }

    /** The purchase has succeeded, at the price it was reserved at. */
    void bought(LicenceRun run, String url) {
        BigDecimal cost = run.reservation().estimate();
        store.bought(run.licenceNo(), url, cost);
        spending.settle(run.reservation(), asset(cost));
        run.reserved(null);
        end(run, cost);
    }

    /** The account has it: by an earlier purchase whose answer was lost, by one of ours long ago, or by hand. */
    void held(LicenceRun run, String url) {
        Purchase earlier = run.earlier();
        BigDecimal cost = earlier == null ? BigDecimal.ZERO : earlier.bound();
        store.bought(run.licenceNo(), url, cost);
        if (earlier != null) {
            spending.settle(reservation(run, earlier), asset(cost));
        }
        // what was paid on behalf of another video is told to that one
        end(run, earlier != null && earlier.video().equals(run.request().video()) ? cost : BigDecimal.ZERO);
    }

    private void end(LicenceRun run, BigDecimal cost) {
        links.ended(LINK, Duration.between(run.calledAt(), clock.instant()), null);
        run.answered(LINK, cost);
    }

    /** Decides what follows from a failure: once more, or the end. */
    public void failed(@Variable("run") LicenceRun run, Throwable failure) {
        Problem problem = Causes.find(failure, Problem.class).orElse(null);
        BudgetRefused budget = Causes.find(failure, BudgetRefused.class).orElse(null);
        if (failure == null) {
            run.refused(unavailable("breaker"));
        } else if (problem != null) {
            run.refused(problem);
        } else if (budget != null) {
            run.refused(new Problem(HttpStatus.CONFLICT, "budget_exhausted", "The budget does not allow this licence")
                    .with("limit", budget.limit()));
        } else {
            vendorFailed(run, failure);
        }
    }

    private void vendorFailed(LicenceRun run, Throwable failure) {
        LinkFailure known = LinkFailure.of(failure, LINK);
        links.ended(LINK, Duration.between(run.calledAt(), clock.instant()), known);
        if (run.reservation() != null) {
            giveBack(run, known);
        }
        if (!known.kind().isTemporary()) {
            run.refused(refusal(known));
        } else if (mayTryAgain(run, known)) {
            run.tryAgainIn(delay(run, known));
        } else {
            run.refused(unavailable(known.reason()));
        }
    }

    /** Only a plain refusal has certainly bought nothing; everything else is booked until the vendor has been asked. */
    private void giveBack(LicenceRun run, LinkFailure failure) {
        if (failure.kind() == Kind.UNAVAILABLE || failure.kind() == Kind.TIMEOUT) {
            LOG.warn(
                    "the answer to a purchase of {} was lost; it is looked up",
                    run.asset().id());
            spending.lost(run.reservation());
        } else {
            spending.release(run.reservation());
            store.boughtNothing(run.licenceNo(), run.claim());
        }
        run.reserved(null);
    }

    private boolean mayTryAgain(LicenceRun run, LinkFailure failure) {
        int most = failure.kind() == Kind.RATE_LIMITED
                ? settings.tries().rateLimited()
                : settings.tries().unavailable();
        Duration wait = failure.retryAfter() == null ? Duration.ZERO : failure.retryAfter();
        return run.tries() < most
                && clock.instant().plus(wait).isBefore(run.request().deadline());
    }

    private long delay(LicenceRun run, LinkFailure failure) {
        long usual = settings.backoff().toMillis() << (run.tries() - 1);
        return failure.retryAfter() != null
                ? failure.retryAfter().toMillis()
                : usual / 2 + ThreadLocalRandom.current().nextLong(usual + 1);
    }

    private static Problem unavailable(String reason) {
        return Problem.retryLater("licence_unavailable", "The vendor of this asset cannot be asked now", COME_AGAIN)
                .with("reason", reason);
    }

    private static Problem refusal(LinkFailure failure) {
        return switch (failure.kind()) {
            case REFUSED ->
                new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "licence_refused", failure.getMessage(), "asset_id");
            case BAD_REQUEST ->
                new Problem(
                        HttpStatus.BAD_GATEWAY,
                        "refused_by_provider",
                        "The provider refuses the request as it was made: " + failure.getMessage());
            default -> unavailable(failure.reason());
        };
    }

    /**
     * What the caller is told; the video has its one line in the ledger from now on.
     *
     * @throws Problem why there is no licence
     */
    public LicenceAnswer finish(@Variable("run") LicenceRun run) {
        if (run.isClaimed()) {
            store.giveUp(run.licenceNo(), run.claim());
        }
        if (run.refusal() != null) {
            throw run.refusal();
        }
        boolean isNew = store.use(run.licenceNo(), run.request(), credit(run.asset()));
        return new LicenceAnswer(
                store.entry(run.licenceNo(), run.request().video()),
                isNew,
                run.paid().setScale(Money.PLACES),
                run.links().isEmpty(),
                Duration.between(run.begunAt(), clock.instant()).toMillis(),
                run.links());
    }

    private String credit(StockItem asset) {
        return settings.vendors()
                .get(asset.provider())
                .credit()
                .replace("{type}", asset.type() == Type.VIDEO ? "Video" : "Photo")
                .replace("{author}", asset.author())
                .replace("{page}", asset.page());
    }
}
