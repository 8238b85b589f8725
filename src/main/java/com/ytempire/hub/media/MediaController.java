package com.ytempire.hub.media;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.accounts.KeyedRequests;
import com.ytempire.hub.media.StockRequest.Orientation;
import com.ytempire.hub.media.StockRequest.Type;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Flows;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Stock clips and photos, and the licences under which videos use them. */
@RestController
@RequestMapping("/api/v1/media")
class MediaController {

    private static final String USUAL_COUNT = "10";
    private static final String SHORTEST = "5";
    private static final String LONGEST = "60";
    private static final int LONGEST_CLIP = 3600;
    private static final int LONGEST_WORD = 100;

    private final LicenceStore ledger;
    private final MediaSettings settings;
    private final Flows flows;
    private final KeyedRequests requests;
    private final Clock clock;

    MediaController(LicenceStore ledger, MediaSettings settings, Flows flows, KeyedRequests requests, Clock clock) {
        this.requests = requests;
        this.ledger = ledger;
        this.settings = settings;
        this.flows = flows;
        this.clock = clock;
    }

    /**
     * Clips.
     *
     * @param query keywords
     * @param minDuration seconds, as {@code maxDuration}; both included
     * @param orientation landscape, portrait or square; any when absent
     * @param highValue whether vendors may be asked whose clips cost money
     * @param video they are for, by its id
     */
    @GetMapping("/videos")
    ApiAnswer<StockAnswer> videos(
            @RequestParam(required = false) String query,
            @RequestParam(defaultValue = USUAL_COUNT) int count,
            @RequestParam(name = "min_duration", defaultValue = SHORTEST) int minDuration,
            @RequestParam(name = "max_duration", defaultValue = LONGEST) int maxDuration,
            @RequestParam(required = false) String orientation,
            @RequestParam(name = "high_value", defaultValue = "false") boolean highValue,
            @RequestParam(required = false) String video) {
        if (minDuration < 0 || minDuration > LONGEST_CLIP) {
            throw invalid("min_duration", "It is 0 to " + LONGEST_CLIP + " seconds");
        }
        if (maxDuration < minDuration || maxDuration > LONGEST_CLIP) {
            throw invalid("max_duration", "It is min_duration to " + LONGEST_CLIP + " seconds");
        }
        return search(
                "direct:media-videos",
                Type.VIDEO,
                query,
                count,
                minDuration,
                maxDuration,
                orientation,
                highValue,
                video);
    }

    /** Photos; the parameters are those of clips, as far as photos have them. */
    @GetMapping("/photos")
    ApiAnswer<StockAnswer> photos(
            @RequestParam(required = false) String query,
            @RequestParam(defaultValue = USUAL_COUNT) int count,
            @RequestParam(required = false) String orientation,
            @RequestParam(name = "high_value", defaultValue = "false") boolean highValue,
            @RequestParam(required = false) String video) {
        return search("direct:media-photos", Type.PHOTO, query, count, 0, 0, orientation, highValue, video);
    }

    private ApiAnswer<StockAnswer> search(
            String route,
            Type type,
            String query,
            int count,
            int minDuration,
            int maxDuration,
            String orientation,
            boolean highValue,
            String video) {
        if (count < 1 || count > settings.most()) {
            throw invalid("count", "It is 1 to " + settings.most());
        }
        StockRequest request = new StockRequest(
                type,
                required("query", query).replaceAll("\\s+", " "),
                count,
                minDuration,
                maxDuration,
                orientation(orientation),
                highValue,
                word("video", video),
                clock.instant().plus(settings.interactive()));
        return ApiAnswer.of(flows.ask(route, request, StockAnswer.class));
    }

    private static Orientation orientation(String name) {
        return name == null
                ? null
                : Arrays.stream(Orientation.values())
                        .filter(known -> known.column().equals(name.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> invalid("orientation", "Known are landscape, portrait and square"));
    }

    /**
     * @param assetId as a search told it
     * @param size of a file that is bought, as its vendor names sizes; the usual one when absent
     * @param video that uses it, by its id
     */
    record Wanted(String assetId, String size, String video) {}

    /** Makes sure that a video may use an asset: 201 when it did not use it before. Repeating it costs nothing. */
    @PostMapping("/licences")
    ResponseEntity<ApiAnswer<LicenceAnswer>> licence(
            @RequestBody Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        LicenceRequest request = new LicenceRequest(
                required("asset_id", wanted.assetId()),
                word("size", wanted.size()),
                required("video", wanted.video()),
                caller.userId(),
                clock.instant().plus(settings.interactive()));
        LicenceAnswer answer = requests.once(
                caller,
                key,
                "media/licences",
                wanted,
                LicenceAnswer.class,
                () -> flows.ask("direct:media-licence", request, LicenceAnswer.class));
        return ResponseEntity.status(answer.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(ApiAnswer.of(answer));
    }

    /** The licence ledger, newest first; of one video when it is named. */
    @GetMapping("/licences")
    ApiAnswer<List<LicenceEntry>> licences(
            @RequestParam(required = false) String video,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(ledger.page(Optional.ofNullable(word("video", video)), new Paging(page, perPage)));
    }

    private static String required(String field, String value) {
        if (value == null) {
            throw invalid(field, "It is needed");
        }
        return word(field, value);
    }

    /** NUL cannot be stored, and means nothing. */
    private static String word(String field, String value) {
        if (value == null) {
            return null;
        }
        String word = value.replace("\0", "").strip();
        if (word.isEmpty() || word.length() > LONGEST_WORD) {
            throw invalid(field, "It has 1 to " + LONGEST_WORD + " characters");
        }
        return word;
    }

    private static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }
}
