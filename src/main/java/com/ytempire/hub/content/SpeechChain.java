package com.ytempire.hub.content;

import com.ytempire.hub.content.SpeechSettings.Voice;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.Money;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The decisions of the speech chain; the order of its links stands in its route. */
@Component("speechChain")
class SpeechChain {

    static final String AUDIO = "/api/v1/content/speech/%s/audio";

    private static final String CACHE = "cache";
    private static final String KEPT_LINK = "speech-cache";
    private static final String HUB = "hub";
    private static final int MILLI = 3;

    private final Chains chains;
    private final SpeechStore store;
    private final SpeechSettings settings;
    private final Clock clock;

    SpeechChain(Chains chains, SpeechStore store, SpeechSettings settings, Clock clock) {
        this.chains = chains;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    /** The run of a request; what was spoken before as it is wanted is answered at once. */
    public SpeechRun begin(@Body SpeechRequest request) {
        SpeechRun run = new SpeechRun(request, clock.instant());
        if (!request.fresh()) {
            Voice voice = settings.voices().get(wanted(request));
            String name = voice.orUsual(request.voice());
            List<SpeechPart> parts = parts(request, voice, name);
            lookUp(parts);
            if (parts.stream().allMatch(SpeechPart::isSpoken)) {
                run.begins(CACHE);
                run.answered(narration(voice, name, parts));
            }
        }
        return run;
    }

    private String wanted(SpeechRequest request) {
        return settings.wanted(request.provider(), request.voice())
                .orElseThrow(() -> new IllegalStateException("no link speaks as wanted"));
    }

    /** Whether a link goes before its turn, for its provider or its voice is wanted. */
    public boolean isWanted(@Variable("run") SpeechRun run, String link) {
        return wanted(run.request()).equals(link);
    }

    /** Whether the link is to be called; a link that needs no call, for all is kept in its voice, answers. */
    public boolean tries(@Variable("run") SpeechRun run, @Variable("link") String link) {
        if (!link.equals(run.link()) && run.isDoneWith(link) || !chains.tries(run, link)) {
            return false;
        }
        Voice voice = settings.voices().get(link);
        if (!run.isPlanned()) {
            String name = voice.orUsual(run.request().voice());
            run.plan(name, parts(run.request(), voice, name));
        }
        if (!run.request().fresh()) {
            lookUp(run.missing());
        }
        if (run.missing().isEmpty()) {
            chains.answered(run, narration(voice, run.voice(), run.parts()));
            return false;
        }
        return true;
    }

    private List<SpeechPart> parts(SpeechRequest request, Voice voice, String name) {
        return split(voice, request.text()).stream()
                .map(text -> new SpeechPart(text, SpeechStore.key(voice, name, text)))
                .toList();
    }

    private static List<String> split(Voice voice, String text) {
        return voice.mostBytes() != null
                ? SpeechText.split(text, SpeechText::bytes, voice.mostBytes())
                : SpeechText.split(text, SpeechText::characters, voice.mostCharacters());
    }

    private void lookUp(List<SpeechPart> parts) {
        Map<String, Long> kept = store.kept(parts.stream().map(SpeechPart::key).toList());
        parts.stream().filter(part -> kept.containsKey(part.key())).forEach(part -> part.spoken(kept.get(part.key())));
    }

    private static Narration narration(Voice voice, String name, List<SpeechPart> parts) {
        return new Narration(
                voice.provider(),
                name,
                voice.model(),
                voice.quality(),
                parts.stream().map(SpeechPart::key).toList(),
                parts.stream().mapToLong(SpeechPart::millis).sum());
    }

    /** The same text in another voice, as a whole or sentence by sentence; passed over when there is none. */
    public void kept(@Variable("run") SpeechRun run, String link) {
        if (!chains.tries(run, link)) {
            return;
        }
        chains.begin(run);
        String text = run.request().text();
        Set<List<String>> ways = new LinkedHashSet<>();
        settings.voices().values().forEach(voice -> ways.add(split(voice, text)));
        ways.add(SpeechText.sentences(text));
        Optional<Narration> kept =
                ways.stream().map(store::inAnyVoice).flatMap(Optional::stream).findFirst();
        kept.ifPresentOrElse(
                narration -> chains.answered(run, narration, Chains.FREE), () -> chains.passOver(run, "never spoken"));
    }

    /** As long as the text would take. Always answers, when no link before it has. */
    public void silence(@Variable("run") SpeechRun run, String link) {
        if (chains.tries(run, link)) {
            chains.begin(run);
            long millis = SpeechText.millis(run.request().text(), settings.pace());
            chains.answered(run, new Narration(HUB, null, null, 0, List.of(), millis), Chains.FREE);
        }
    }

    /**
     * What the caller is told.
     *
     * @throws Problem 422 when the vendor does not know the voice the caller named, 502 {@code refused_by_provider} when
     *     our own request was at fault
     */
    public SpeechAnswer finish(@Variable("run") SpeechRun run) {
        if (run.callersFault() != null) {
            throw run.callersFault();
        }
        if (run.ourFault() != null) {
            throw run.ourFault().asProblem();
        }
        Narration narration = run.answer();
        UUID id = store.keep(run.request(), narration);
        boolean cached = run.answeredBy().equals(KEPT_LINK) || run.calls() == 0;
        boolean degraded = isLess(run, narration);
        Duration took = Duration.between(run.begunAt(), clock.instant());
        chains.count("speech", degraded, cached, took);
        return new SpeechAnswer(
                id,
                AUDIO.formatted(id),
                BigDecimal.valueOf(narration.millis(), MILLI),
                SpeechText.characters(run.request().text()),
                narration.provider(),
                run.answeredBy(),
                narration.voice(),
                narration.model(),
                narration.quality(),
                run.cost().setScale(Money.PLACES),
                Money.CURRENCY,
                degraded,
                cached,
                took.toMillis(),
                run.links());
    }

    private boolean isLess(SpeechRun run, Narration narration) {
        String link = wanted(run.request());
        Voice voice = settings.voices().get(link);
        return !run.answeredBy().equals(link) && !run.answeredBy().equals(CACHE)
                || !voice.orUsual(run.request().voice()).equals(narration.voice());
    }
}
