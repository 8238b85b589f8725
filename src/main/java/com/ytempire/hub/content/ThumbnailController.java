package com.ytempire.hub.content;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.accounts.KeyedRequests;
import com.ytempire.hub.content.ThumbnailStore.Stored;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Flows;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Thumbnails: made on request, fetched as WebP or JPEG. */
@RestController
@RequestMapping(ThumbnailChain.PATH)
class ThumbnailController {

    private static final int LONGEST_WORD = 100;

    private final ContentSettings settings;
    private final ThumbnailStore store;
    private final Flows flows;
    private final KeyedRequests requests;
    private final Clock clock;

    ThumbnailController(
            ContentSettings settings, ThumbnailStore store, Flows flows, KeyedRequests requests, Clock clock) {
        this.settings = settings;
        this.requests = requests;
        this.store = store;
        this.flows = flows;
        this.clock = clock;
    }

    /**
     * @param title or {@code topic}: of the video
     * @param prompt what is to be seen
     * @param video it is for, by its id
     * @param fresh true: not from the cache
     * @param mode interactive (usual): somebody waits; pipeline: a model may take its time
     */
    record Wanted(String title, String topic, String prompt, String style, String video, Boolean fresh, String mode) {}

    @PostMapping
    ApiAnswer<ThumbnailAnswer> make(
            @RequestBody Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        String title = wanted.title() == null ? wanted.topic() : wanted.title();
        if (title == null || title.isBlank()) {
            throw invalid("title", "A title or a topic is needed");
        }
        ThumbnailRequest request = new ThumbnailRequest(
                text("title", title, settings.thumbnails().longestTitle()),
                wanted.prompt() == null || wanted.prompt().isBlank()
                        ? null
                        : text("prompt", wanted.prompt(), settings.thumbnails().longestPrompt()),
                word("style", wanted.style()),
                word("video", wanted.video()),
                null,
                caller.userId(),
                Boolean.TRUE.equals(wanted.fresh()),
                clock.instant().plus(patience(wanted.mode())));
        return ApiAnswer.of(requests.once(
                caller,
                key,
                "content/thumbnails",
                wanted,
                ThumbnailAnswer.class,
                () -> flows.ask("direct:content-thumbnail", request, ThumbnailAnswer.class)));
    }

    private Duration patience(String mode) {
        return switch (mode == null ? "interactive" : mode) {
            case "interactive" -> settings.interactive();
            case "pipeline" -> settings.pipeline();
            default -> throw invalid("mode", "Known modes are interactive, pipeline");
        };
    }

    /**
     * The picture, in the format the client likes best.
     *
     * @throws Problem 404 for an unknown one and for somebody else's, 406 for a client that takes neither format
     */
    @GetMapping("/{id}")
    ResponseEntity<byte[]> picture(
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) String accept,
            Caller caller) {
        Stored stored = store.find(id)
                .filter(picture -> caller.maySee(picture.owner()))
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such thumbnail"));
        List<MediaType> offered = stored.webp() == null
                ? List.of(MediaType.IMAGE_JPEG)
                : List.of(ThumbnailChain.WEBP, MediaType.IMAGE_JPEG);
        MediaType chosen = choose(offered, accept);
        return ResponseEntity.ok()
                .contentType(chosen)
                .eTag(id + "-" + chosen.getSubtype())
                .varyBy(HttpHeaders.ACCEPT)
                .cacheControl(CacheControl.maxAge(settings.thumbnails().cached())
                        .cachePrivate()
                        .immutable())
                .body(chosen.equals(ThumbnailChain.WEBP) ? stored.webp() : stored.jpeg());
    }

    /** By the client's weights (RFC 9110, 12.5.1); among equals the one that is offered first. */
    private static MediaType choose(List<MediaType> offered, String accept) {
        List<MediaType> accepted;
        try {
            accepted = accept == null ? List.of(MediaType.ALL) : MediaType.parseMediaTypes(accept);
        } catch (InvalidMediaTypeException e) {
            throw new Problem(HttpStatus.NOT_ACCEPTABLE, "not_acceptable", "The Accept header cannot be read");
        }
        MediaType chosen = null;
        double best = 0;
        for (MediaType type : offered) {
            double weight = accepted.stream()
                    .filter(range -> range.includes(type))
                    .max(Comparator.comparing((MediaType range) -> !range.isWildcardType())
                            .thenComparing(range -> !range.isWildcardSubtype()))
                    .map(MediaType::getQualityValue)
                    .orElse(0.0);
            if (weight > best) {
                best = weight;
                chosen = type;
            }
        }
        if (chosen == null) {
            throw new Problem(HttpStatus.NOT_ACCEPTABLE, "not_acceptable", "A thumbnail is image/webp or image/jpeg");
        }
        return chosen;
    }

    private static String text(String field, String value, int longest) {
        if (value.length() > longest) {
            throw invalid(field, "It has at most " + longest + " characters");
        }
        return value.replace("\u0000", "").strip();
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
}
