package com.ytempire.hub.content;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.accounts.KeyedRequests;
import com.ytempire.hub.content.SpeechStore.Spoken;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Flows;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Narrations: made, and fetched by their owner. */
@RestController
@RequestMapping("/api/v1/content/speech")
class SpeechController {

    private static final MediaType MP3 = new MediaType("audio", "mpeg");
    private static final int LONGEST_WORD = 100;

    /** Nobody waits patiently for more than this many characters; it is work of the kind a video's step does. */
    private static final int SHORT = 5000;

    private static final Duration UNCHANGED = Duration.ofDays(1);

    private final SpeechSettings settings;
    private final ContentSettings content;
    private final SpeechStore store;
    private final Flows flows;
    private final KeyedRequests requests;
    private final Clock clock;

    SpeechController(
            SpeechSettings settings,
            ContentSettings content,
            SpeechStore store,
            Flows flows,
            KeyedRequests requests,
            Clock clock) {
        this.settings = settings;
        this.requests = requests;
        this.content = content;
        this.store = store;
        this.flows = flows;
        this.clock = clock;
    }

    /**
     * @param preferredProvider google or elevenlabs: goes first when it is well
     * @param voice by its vendor's name; null for the usual of each link
     * @param video it is for, by its id
     * @param fresh true: spoken anew
     */
    record Wanted(String text, String preferredProvider, String voice, String video, Boolean fresh) {}

    /** Tells how the narration came about and where its MP3 is. */
    @PostMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    ApiAnswer<SpeechAnswer> make(
            @RequestBody Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return ApiAnswer.of(speak(wanted, key, caller));
    }

    /** For those who accept audio/mpeg: the MP3 itself. The wildcard lets JSON win where a client accepts anything. */
    @PostMapping(produces = "audio/*")
    ResponseEntity<Resource> play(
            @RequestBody Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        SpeechAnswer answer = speak(wanted, key, caller);
        return ResponseEntity.ok()
                .contentType(MP3)
                .header(HttpHeaders.CONTENT_LOCATION, answer.audio())
                .header("X-Speech-Link", answer.link())
                .header("X-Speech-Degraded", String.valueOf(answer.degraded()))
                .body(new ByteArrayResource(store.audio(store.find(answer.id()).orElseThrow())));
    }

    private SpeechAnswer speak(Wanted wanted, String key, Caller caller) {
        SpeechRequest request = request(wanted, caller);
        return requests.once(
                caller,
                key,
                "content/speech",
                wanted,
                SpeechAnswer.class,
                () -> flows.ask("direct:content-speech", request, SpeechAnswer.class));
    }

    private SpeechRequest request(Wanted wanted, Caller caller) {
        if (wanted.text() == null || !SpeechText.canBeSpoken(wanted.text())) {
            throw invalid("text", "A text is needed that can be spoken");
        }
        // what is no character, such as half of one, cannot be sent
        String text = new String(
                        wanted.text().replace("\u0000", "").getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                .strip();
        if (SpeechText.characters(text) > settings.longest()) {
            throw invalid("text", "A text has at most " + settings.longest() + " characters");
        }
        if (wanted.preferredProvider() != null
                && settings.wanted(wanted.preferredProvider(), null).isEmpty()) {
            throw invalid(
                    "preferred_provider",
                    "Known providers are "
                            + settings.voices().values().stream()
                                    .map(SpeechSettings.Voice::provider)
                                    .collect(Collectors.toCollection(TreeSet::new)));
        }
        if (settings.wanted(wanted.preferredProvider(), wanted.voice()).isEmpty()) {
            throw invalid("voice", "No provider that may speak has such a voice");
        }
        return new SpeechRequest(
                text,
                wanted.preferredProvider(),
                wanted.voice(),
                word("video", wanted.video()),
                caller.userId(),
                Boolean.TRUE.equals(wanted.fresh()),
                clock.instant().plus(SpeechText.characters(text) > SHORT ? content.pipeline() : content.interactive()));
    }

    private static String word(String field, String value) {
        if (value != null && (value.isBlank() || value.length() > LONGEST_WORD)) {
            throw invalid(field, "It has 1 to " + LONGEST_WORD + " characters");
        }
        return value;
    }

    private static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }

    /** Players may ask for a range of it. */
    @GetMapping("/{id}/audio")
    ResponseEntity<Resource> audio(@PathVariable UUID id, Caller caller) {
        Spoken spoken = store.find(id)
                .filter(found -> caller.maySee(found.owner()))
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such narration"));
        return ResponseEntity.ok()
                .contentType(MP3)
                .cacheControl(CacheControl.maxAge(UNCHANGED).cachePrivate())
                .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"" + id + ".mp3\"")
                .body(new ByteArrayResource(store.audio(spoken)));
    }
}
