package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;

/** What YouTube takes as a video's metadata: fields, types and limits of its API's description. */
final class YoutubeRules {

    static final Set<String> VIDEO_PARTS = Set.of(
            "id",
            "snippet",
            "status",
            "contentDetails",
            "statistics",
            "processingDetails",
            "fileDetails",
            "localizations",
            "recordingDetails");

    private static final String TEXT = "string";
    private static final String FLAG = "boolean";
    private static final String TEXTS = "array";
    private static final String OBJECT = "object";

    private static final Map<String, String> VIDEO = Map.of(
            "kind", TEXT,
            "etag", TEXT,
            "id", TEXT,
            "snippet", OBJECT,
            "status", OBJECT,
            "localizations", OBJECT,
            "recordingDetails", OBJECT);

    private static final Map<String, String> SNIPPET = Map.ofEntries(
            Map.entry("title", TEXT),
            Map.entry("description", TEXT),
            Map.entry("tags", TEXTS),
            Map.entry("categoryId", TEXT),
            Map.entry("defaultLanguage", TEXT),
            Map.entry("defaultAudioLanguage", TEXT),
            Map.entry("channelId", TEXT),
            Map.entry("channelTitle", TEXT),
            Map.entry("liveBroadcastContent", TEXT),
            Map.entry("localized", OBJECT),
            Map.entry("publishedAt", TEXT),
            Map.entry("thumbnails", OBJECT));

    private static final Map<String, String> STATUS = Map.ofEntries(
            Map.entry("privacyStatus", TEXT),
            Map.entry("publishAt", TEXT),
            Map.entry("license", TEXT),
            Map.entry("embeddable", FLAG),
            Map.entry("publicStatsViewable", FLAG),
            Map.entry("madeForKids", FLAG),
            Map.entry("selfDeclaredMadeForKids", FLAG),
            Map.entry("containsSyntheticMedia", FLAG),
            Map.entry("uploadStatus", TEXT),
            Map.entry("failureReason", TEXT),
            Map.entry("rejectionReason", TEXT));

    private static final Map<String, String> CAPTION =
            Map.of("kind", TEXT, "etag", TEXT, "id", TEXT, "snippet", OBJECT);

    private static final Map<String, String> CAPTION_SNIPPET =
            Map.of("videoId", TEXT, "language", TEXT, "name", TEXT, "isDraft", FLAG, "trackKind", TEXT, "isCC", FLAG);

    /** Those a video can be put into; asked from an API of its own, and the same everywhere since years. */
    private static final Set<String> CATEGORIES =
            Set.of("1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29");

    private static final int TITLE = 100;
    private static final int DESCRIPTION = 5_000;
    private static final int TAGS = 500;

    private YoutubeRules() {}

    /** Reads a resource; unknown fields and wrong types are refused. */
    static ObjectNode video(String text, Set<String> parts) {
        ObjectNode video = object(text);
        fields("video", video, VIDEO);
        fields("video.snippet", video.path("snippet"), SNIPPET);
        fields("video.status", video.path("status"), STATUS);
        video.fieldNames().forEachRemaining(part -> {
            if (VIDEO_PARTS.contains(part) && !part.equals("id") && !parts.contains(part)) {
                throw YoutubeError.of(400, "youtube.part", "unexpectedPart", part);
            }
        });
        return video;
    }

    static ObjectNode caption(String text) {
        ObjectNode caption = object(text);
        fields("caption", caption, CAPTION);
        fields("caption.snippet", caption.path("snippet"), CAPTION_SNIPPET);
        for (String name : Set.of("videoId", "language")) {
            if (Json.text(caption.path("snippet"), name).isEmpty()) {
                throw YoutubeError.bad("invalidMetadata", "The caption's " + name + " is missing.");
            }
        }
        if (!caption.path("snippet").path("name").isTextual()) {
            throw YoutubeError.bad("nameRequired", "The caption's name is missing.");
        }
        return caption;
    }

    private static ObjectNode object(String text) {
        try {
            if (Json.read(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (IllegalArgumentException e) {
            // refused like other things that are no object
        }
        throw YoutubeError.malformed("Invalid JSON payload received.");
    }

    private static void fields(String where, JsonNode object, Map<String, String> known) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String type = known.get(field.getKey());
            if (type == null) {
                throw YoutubeError.malformed("Invalid JSON payload received. Unknown name \"" + field.getKey()
                        + "\" at '" + where + "': Cannot find field.");
            }
            if (!isA(type, field.getValue())) {
                throw YoutubeError.malformed("Invalid value at '" + where + "." + field.getKey() + "' (" + type + ")");
            }
        }
    }

    private static boolean isA(String type, JsonNode value) {
        return switch (type) {
            case TEXT -> value.isTextual();
            case FLAG -> value.isBoolean();
            case OBJECT -> value.isObject();
            default -> {
                boolean texts = value.isArray();
                for (JsonNode each : value) {
                    texts &= each.isTextual();
                }
                yield texts;
            }
        };
    }

    /** The limits of a snippet that will be a video's. */
    static void snippet(JsonNode snippet) {
        String title = snippet.path("title").asText();
        if (title.isBlank() || title.codePointCount(0, title.length()) > TITLE || hasAngles(title)) {
            throw YoutubeError.bad("invalidTitle", "The request metadata specifies an invalid or empty video title.");
        }
        String description = snippet.path("description").asText();
        if (description.getBytes(StandardCharsets.UTF_8).length > DESCRIPTION || hasAngles(description)) {
            throw YoutubeError.bad(
                    "invalidDescription", "The request metadata specifies an invalid video description.");
        }
        int tags = 0;
        for (JsonNode tag : snippet.path("tags")) {
            String text = tag.asText();
            // a tag with a blank is counted with its quotes, and commas count
            tags += text.length() + (text.contains(" ") ? 2 : 0) + (tags == 0 ? 0 : 1);
            if (text.isBlank() || hasAngles(text)) {
                tags = Integer.MAX_VALUE / 2;
            }
        }
        if (tags > TAGS) {
            throw YoutubeError.bad("invalidTags", "The request metadata specifies invalid video keywords.");
        }
        if (snippet.has("categoryId")
                && !CATEGORIES.contains(snippet.path("categoryId").asText())) {
            throw YoutubeError.bad(
                    "invalidCategoryId", "The snippet.categoryId property specifies an invalid category ID.");
        }
    }

    private static boolean hasAngles(String text) {
        return text.contains("<") || text.contains(">");
    }

    /** The limits of a status that will be a video's. */
    static void status(JsonNode status) {
        String privacy = status.path("privacyStatus").asText("public");
        if (!Set.of("public", "unlisted", "private").contains(privacy)) {
            throw YoutubeError.malformed("Invalid value at 'video.status.privacyStatus' (TYPE_ENUM)");
        }
        if (!Set.of("youtube", "creativeCommon").contains(status.path("license").asText("youtube"))) {
            throw YoutubeError.malformed("Invalid value at 'video.status.license' (TYPE_ENUM)");
        }
        if (status.has("publishAt")) {
            if (!privacy.equals("private") || !isTime(status.path("publishAt").asText())) {
                throw YoutubeError.bad(
                        "invalidPublishAt", "The request metadata specifies an invalid scheduled publishing time.");
            }
        }
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
