package com.ytempire.hub.videos;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.content.Narrations;
import com.ytempire.hub.platform.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Checks what people ask for; whatever is wrong is named. */
@Component
class VideoRequests {

    private static final int LONGEST_STYLE = 100;
    private static final int LONGEST_VOICE = 100;
    private static final int LONGEST_SCRIPT = 60_000;
    static final String PUBLIC = "public";

    private static final List<String> PRIVACIES = List.of(PUBLIC, "unlisted", "private");
    private static final List<String> PUBLISHING = List.of("now", "at", "hold");

    private final VideosSettings settings;
    private final Narrations narrations;
    private final Clock clock;

    VideoRequests(VideosSettings settings, Narrations narrations, Clock clock) {
        this.settings = settings;
        this.narrations = narrations;
        this.clock = clock;
    }

    /**
     * @param channelId by the hub's id; any that may take it when absent
     * @param durationTarget seconds
     * @param aspect 16:9 (usual) or 9:16
     * @param voice by its vendor's name
     * @param highValue whether stock may be bought for it
     * @param privacy public (usual), unlisted or private
     * @param publish now (usual), at, or hold: a person looks at it first
     * @param publishAt when, with {@code at}
     */
    record Wanted(
            UUID channelId,
            String topic,
            String style,
            Integer durationTarget,
            String aspect,
            String voice,
            Boolean highValue,
            String privacy,
            String publish,
            Instant publishAt) {}

    /** What may be changed while a video is held; null leaves it as it is. */
    record Edit(String title, String description, String script, String privacy) {}

    /**
     * @param key of the request; the same key of the same caller is the same video
     * @throws Problem 422 that names the field
     */
    VideoOrder order(Wanted wanted, String key, Caller caller) {
        int seconds = wanted.durationTarget() == null ? settings.requests().usual() : wanted.durationTarget();
        if (seconds < settings.requests().shortest()
                || seconds > settings.requests().longest()) {
            throw invalid(
                    "duration_target",
                    "A video lasts %d to %d seconds"
                            .formatted(
                                    settings.requests().shortest(),
                                    settings.requests().longest()));
        }
        String topic = text("topic", wanted.topic(), settings.requests().longestTopic());
        String voice = wanted.voice() == null ? null : text("voice", wanted.voice(), LONGEST_VOICE);
        if (voice != null && !narrations.knowsVoice(voice)) {
            throw invalid("voice", "No provider has such a voice");
        }
        String publish = publish(wanted);
        String privacy = wanted.privacy() == null ? PUBLIC : oneOf("privacy", wanted.privacy(), PRIVACIES);
        if (publish.equals("at") && !privacy.equals(PUBLIC)) {
            throw onlyPublic();
        }
        return new VideoOrder(
                id(topic, key, caller),
                caller.isOperator() ? null : caller.mustBeUser(),
                caller.name(),
                wanted.channelId(),
                topic,
                wanted.style() == null ? null : text("style", wanted.style(), LONGEST_STYLE),
                seconds,
                wanted.aspect() == null
                        ? Aspect.WIDE
                        : Aspect.of(wanted.aspect()).orElseThrow(() -> invalid("aspect", "An aspect is 16:9 or 9:16")),
                voice,
                Boolean.TRUE.equals(wanted.highValue()),
                privacy,
                publish,
                publish.equals("at") ? wanted.publishAt() : null);
    }

    /** A request that is repeated after a crash finds the video of the first. */
    private static UUID id(String topic, String key, Caller caller) {
        return key == null
                ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes(String.join("\n", "videos/generate", caller.name(), key, topic)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private String publish(Wanted wanted) {
        if (wanted.publish() == null && wanted.publishAt() == null) {
            return "now";
        }
        String publish = wanted.publish() == null ? "at" : oneOf("publish", wanted.publish(), PUBLISHING);
        if (!publish.equals("at")) {
            if (wanted.publishAt() != null) {
                throw invalid("publish_at", "A time goes with publish at");
            }
            return publish;
        }
        Instant now = clock.instant();
        if (wanted.publishAt() == null || !wanted.publishAt().isAfter(now)) {
            throw invalid("publish_at", "A time to come is needed");
        }
        if (wanted.publishAt().isAfter(now.plus(settings.requests().latest()))) {
            throw invalid(
                    "publish_at",
                    "It is at most " + settings.requests().latest().toDays() + " days ahead");
        }
        return publish;
    }

    /** @throws Problem 422 that names the field */
    Map<String, String> changes(Edit edit) {
        Map<String, String> changes = new LinkedHashMap<>();
        if (edit.title() != null) {
            changes.put("title", bare("title", text("title", edit.title(), VideoText.LONGEST_TITLE)));
        }
        if (edit.description() != null) {
            changes.put("description", bare("description", description(edit.description())));
        }
        if (edit.script() != null) {
            changes.put("script", script(edit.script()));
        }
        if (edit.privacy() != null) {
            changes.put("privacy", oneOf("privacy", edit.privacy(), PRIVACIES));
        }
        return changes;
    }

    private static String script(String script) {
        String text = text("script", script, LONGEST_SCRIPT);
        if (text.codePoints().noneMatch(Character::isLetterOrDigit)) {
            throw invalid("script", "It has nothing that can be spoken");
        }
        return text;
    }

    private static String description(String description) {
        String text = description.replace("\u0000", "").strip();
        if (text.getBytes(StandardCharsets.UTF_8).length > VideoText.LONGEST_DESCRIPTION) {
            throw invalid("description", "It has at most " + VideoText.LONGEST_DESCRIPTION + " bytes");
        }
        return text;
    }

    private static String bare(String field, String text) {
        if (text.indexOf('<') >= 0 || text.indexOf('>') >= 0) {
            throw invalid(field, "YouTube takes no angle brackets");
        }
        return text;
    }

    private static String oneOf(String field, String value, List<String> known) {
        if (!known.contains(value)) {
            throw invalid(field, "It is one of " + String.join(", ", known));
        }
        return value;
    }

    /** In characters as Unicode counts them; quotation marks, emoji and right-to-left text are texts like any other. */
    private static String text(String field, String value, int longest) {
        // half of a character cannot be stored, and NUL means nothing
        String text = value == null
                ? ""
                : new String(value.replace("\u0000", "").getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                        .strip();
        if (text.isEmpty() || text.codePointCount(0, text.length()) > longest) {
            throw invalid(field, "It has 1 to " + longest + " characters");
        }
        return text;
    }

    /** What YouTube publishes at a time it makes public. */
    static Problem onlyPublic() {
        return invalid("privacy", "A video that is published at a time is public from then on");
    }

    static Problem invalid(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }
}
