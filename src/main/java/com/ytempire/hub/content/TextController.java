package com.ytempire.hub.content;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.accounts.KeyedRequests;
import com.ytempire.hub.content.TextRequest.Type;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Flows;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Scripts, descriptions, titles and tags. */
@RestController
@RequestMapping("/api/v1/content")
class TextController {

    private static final Map<String, Type> TYPES =
            Map.of("scripts", Type.SCRIPT, "descriptions", Type.DESCRIPTION, "titles", Type.TITLE, "tags", Type.TAGS);
    private static final int LONGEST_WORD = 100;
    private static final int LONGEST_VIDEO = 3600;

    private final ContentSettings settings;
    private final Flows flows;
    private final KeyedRequests requests;
    private final Clock clock;

    TextController(ContentSettings settings, Flows flows, KeyedRequests requests, Clock clock) {
        this.settings = settings;
        this.requests = requests;
        this.flows = flows;
        this.clock = clock;
    }

    /**
     * @param prompt or {@code topic}: what it is to be about
     * @param level economy, standard (usual) or premium
     * @param video it is for, by its id
     * @param length seconds the script is to last
     * @param fresh true: not from the cache
     */
    record Wanted(
            String prompt, String topic, String level, String video, String style, Integer length, Boolean fresh) {}

    // a path each: one with a variable is looked for among all paths of the API, at every request

    @PostMapping("/scripts")
    ApiAnswer<TextAnswer> scripts(
            @RequestBody Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return make("scripts", wanted, key, caller);
    }

    @PostMapping("/descriptions")
    ApiAnswer<TextAnswer> descriptions(
            @RequestBody Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return make("descriptions", wanted, key, caller);
    }

    @PostMapping("/titles")
    ApiAnswer<TextAnswer> titles(
            @RequestBody Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return make("titles", wanted, key, caller);
    }

    @PostMapping("/tags")
    ApiAnswer<TextAnswer> tags(
            @RequestBody Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return make("tags", wanted, key, caller);
    }

    private ApiAnswer<TextAnswer> make(String type, Wanted wanted, String key, Caller caller) {
        String prompt = wanted.prompt() == null ? wanted.topic() : wanted.prompt();
        if (prompt == null || prompt.isBlank()) {
            throw invalid("prompt", "A prompt or a topic is needed");
        }
        if (prompt.length() > settings.text().longestPrompt()) {
            throw invalid("prompt", "A prompt has at most " + settings.text().longestPrompt() + " characters");
        }
        String level = wanted.level() == null ? ContentLevels.USUAL : wanted.level();
        if (!settings.levels().containsKey(level)) {
            throw invalid(
                    "level",
                    "Known levels are " + String.join(", ", settings.levels().keySet()));
        }
        if (wanted.length() != null && (wanted.length() < 1 || wanted.length() > LONGEST_VIDEO)) {
            throw invalid("length", "A length is 1 to " + LONGEST_VIDEO + " seconds");
        }
        TextRequest request = new TextRequest(
                TYPES.get(type),
                prompt.replace("\u0000", "").strip(),
                level,
                word("style", wanted.style()),
                wanted.length(),
                word("video", wanted.video()),
                null,
                caller.userId(),
                Boolean.TRUE.equals(wanted.fresh()),
                clock.instant().plus(settings.interactive()));
        return ApiAnswer.of(requests.once(
                caller,
                key,
                "content/" + type,
                wanted,
                TextAnswer.class,
                () -> flows.ask("direct:content-text", request, TextAnswer.class)));
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
