package com.ytempire.hub.content;

import com.ytempire.hub.content.SpeechSettings.Voice;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import com.ytempire.hub.spending.Money;
import com.ytempire.hub.spending.Spend;
import com.ytempire.hub.spending.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What all vendors of speech have in common: parts are claimed, paid, kept. */
@Component
class SpeechCalls {

    /** Why a link failed whose vendor does not have the voice. */
    static final String NO_VOICE = "the voice is not to be had";

    private static final String OPERATION = "speech";
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private final Chains chains;
    private final Allowances allowances;
    private final SpeechStore store;
    private final SpeechSettings settings;
    private final ContentSettings content;
    private final ContentPrices prices;

    SpeechCalls(
            Chains chains,
            Allowances allowances,
            SpeechStore store,
            SpeechSettings settings,
            ContentSettings content,
            ContentPrices prices) {
        this.chains = chains;
        this.allowances = allowances;
        this.store = store;
        this.settings = settings;
        this.content = content;
        this.prices = prices;
    }

    Voice voice(SpeechRun run) {
        return settings.voices().get(run.link());
    }

    /**
     * The part that is to be spoken now. Nobody else speaks it meanwhile, and the money for all parts of the text is set
     * aside before the first one: half a narration is of no use.
     */
    SpeechPart begin(SpeechRun run) {
        SpeechPart part = run.next().orElseThrow();
        UUID holder = UUID.randomUUID();
        run.whenCallEnds(mayCost -> store.free(holder));
        if (!store.claim(part, voice(run), run.voice(), run.request().fresh(), holder)) {
            throw new LinkFailure(Kind.BUSY, "another request has this text spoken", content.busy());
        }
        allowances.take(
                run,
                part.characters(),
                run.missing().stream().mapToLong(SpeechPart::characters).sum());
        if (run.mustPay()) {
            run.chargedBy(prices.of(voice(run)));
            chains.hold(
                    run, run.missing().stream().map(each -> spend(run, each)).toList());
        }
        chains.begin(run, spend(run, part));
        return part;
    }

    private Spend spend(SpeechRun run, SpeechPart part) {
        return new Spend(
                content.links().get(run.link()).vendor(),
                Spend.Kind.SPEECH,
                OPERATION,
                run.link(),
                voice(run).model() == null ? run.voice() : voice(run).model(),
                run.request().videoId(),
                run.request().owner(),
                false,
                cost(run, part.characters()));
    }

    private static BigDecimal cost(SpeechRun run, long characters) {
        return Money.up(run.price(BigDecimal.class)
                .multiply(BigDecimal.valueOf(characters))
                .divide(THOUSAND, Money.PLACES + 3, RoundingMode.CEILING));
    }

    /**
     * The part has been spoken; it is kept before it is booked.
     *
     * @param characters as the vendor counts them
     * @throws LinkFailure when that is no MP3; the vendor charges it nevertheless
     */
    void spoken(SpeechRun run, byte[] file, long characters) {
        Usage usage = new Usage(cost(run, characters), BigDecimal.valueOf(characters), "characters");
        Mp3 audio = Mp3.read(file);
        if (audio == null) {
            chains.charged(run, usage);
            throw new LinkFailure(Kind.UNAVAILABLE, "the answer is no MP3", null);
        }
        SpeechPart part = run.next().orElseThrow();
        store.keep(
                part,
                voice(run),
                run.voice(),
                audio,
                isPhrase(run, part),
                run.request().videoId());
        part.spoken(audio.millis());
        chains.succeeded(run, usage);
    }

    /** A voice that is not to be had switches its link off, unless it is one the caller named: then he is at fault. */
    LinkFailure failed(SpeechRun run, LinkFailure failure) {
        if (!NO_VOICE.equals(failure.getMessage())
                || run.voice().equals(voice(run).usual())) {
            return failure;
        }
        run.blames(new Problem(
                HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "The provider knows no such voice", "voice"));
        return new LinkFailure(Kind.BAD_REQUEST, failure.getMessage(), null);
    }

    private boolean isPhrase(SpeechRun run, SpeechPart part) {
        return run.link().equals(settings.phrasesLink())
                && settings.phrases().stream().map(SpeechText::heard).anyMatch(SpeechText.heard(part.text())::equals);
    }
}
