package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.YoutubeConsent.Grant;
import com.ytempire.hub.sandbox.YoutubeQuota.Bucket;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the owner of a video does to it after its upload. */
final class YoutubeChanges {

    private static final Pattern BOUNDARY = Pattern.compile("multipart/related;.*boundary=\"?([^\";]+)\"?.*");
    private static final long LONGEST_THUMBNAIL = 52_428_800;

    private final YoutubeVendor youtube;

    YoutubeChanges(YoutubeVendor youtube) {
        this.youtube = youtube;
    }

    /** A video of the caller's. */
    private YoutubeVideo own(String id, Grant grant) {
        YoutubeVideo video = youtube.video(id).orElseThrow(() -> YoutubeError.missing("videoNotFound", "video"));
        if (video.channel() != grant.channel()) {
            throw YoutubeError.of(403, "youtube.video", "forbidden", "The video is not the caller's.");
        }
        return video;
    }

    Answer update(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query()).known("part", "onBehalfOfContentOwner");
        youtube.quota().spend(grant.project(), Bucket.GENERAL, 50);
        Set<String> parts = query.parts(Set.of("id", "snippet", "status", "localizations", "recordingDetails"));
        ObjectNode metadata = YoutubeRules.video(request.text(), parts);
        if (Json.text(metadata, "id").isEmpty()) {
            throw YoutubeError.bad("videoIdRequired", "The video's id is missing.");
        }
        YoutubeVideo video = own(metadata.get("id").asText(), grant);
        if (parts.contains("snippet")) {
            YoutubeRules.snippet(metadata.path("snippet"));
            if (!metadata.path("snippet").has("categoryId")) {
                throw YoutubeError.bad("invalidCategoryId", "The snippet.categoryId property is missing.");
            }
        }
        if (parts.contains("status")) {
            YoutubeRules.status(metadata.path("status"));
        }
        if (video.update(metadata)) {
            youtube.followers().change(video.channel().id(), video.id(), video.title());
        }
        youtube.settle();
        return Answer.json(200, video.resource(parts, youtube.baseUrl()));
    }

    Answer delete(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query()).known("id", "onBehalfOfContentOwner");
        youtube.quota().spend(grant.project(), Bucket.GENERAL, 50);
        YoutubeVideo video = own(query.required("id"), grant);
        youtube.remove(video);
        youtube.followers().delete(video.channel().id(), video.id());
        return Answer.empty(204);
    }

    Answer thumbnail(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query()).known("videoId", "uploadType", "onBehalfOfContentOwner");
        youtube.quota().spend(grant.project(), Bucket.GENERAL, 50);
        YoutubeVideo video = own(query.required("videoId"), grant);
        Mood mood = youtube.told()
                .take(
                        Set.of(Mood.THUMBNAIL_FORBIDDEN, Mood.THUMBNAIL_RATE_LIMITED),
                        grant.channel().id());
        if (mood == Mood.THUMBNAIL_FORBIDDEN) {
            throw YoutubeError.of(
                    403,
                    "youtube.thumbnail",
                    "forbidden",
                    "The authenticated user doesn't have permissions to upload and set custom video thumbnails.");
        }
        if (mood == Mood.THUMBNAIL_RATE_LIMITED) {
            throw YoutubeError.of(
                    429,
                    "youtube.quota",
                    "uploadRateLimitExceeded",
                    "The channel has uploaded too many thumbnails recently.");
        }
        if (!query.required("uploadType").equals("media")) {
            throw YoutubeError.malformed("The sandbox takes thumbnails with uploadType=media only.");
        }
        String type = String.valueOf(request.header("content-type"));
        if (!Set.of("image/jpeg", "image/png", "application/octet-stream").contains(type)) {
            throw YoutubeError.of(
                    400, "global", "badContent", "Media type '" + type + "' is not supported. Valid: image/jpeg");
        }
        byte[] picture = bytes(request.file(), LONGEST_THUMBNAIL);
        if (picture.length == 0) {
            throw YoutubeError.bad("mediaBodyRequired", "The request does not include the image content.");
        }
        boolean jpeg = picture.length > 3 && (picture[0] & 0xff) == 0xff && (picture[1] & 0xff) == 0xd8;
        boolean png = picture.length > 8 && new String(picture, 1, 3, StandardCharsets.US_ASCII).equals("PNG");
        if (!jpeg && !png) {
            throw YoutubeError.bad("invalidImage", "The provided image content is invalid.");
        }
        video.thumbnail(picture);
        ObjectNode answer = Json.object()
                .put("kind", "youtube#thumbnailSetResponse")
                .put("etag", Integer.toHexString(video.id().hashCode()));
        answer.putArray("items").add(video.thumbnails(youtube.baseUrl()));
        return Answer.json(200, answer);
    }

    static byte[] bytes(Path file, long most) {
        try {
            if (Files.size(file) > most) {
                throw YoutubeError.of(413, "global", "uploadTooLarge", "Media is too large. Limit: " + most);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer caption(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query())
                .known("part", "uploadType", "sync", "onBehalfOf", "onBehalfOfContentOwner");
        youtube.quota().spend(grant.project(), Bucket.GENERAL, 400);
        query.parts(Set.of("id", "snippet"));
        if (!query.required("uploadType").equals("multipart")) {
            throw YoutubeError.malformed("The sandbox takes captions with uploadType=multipart only.");
        }
        List<String> sections = sections(request);
        ObjectNode caption = YoutubeRules.caption(sections.get(0));
        YoutubeVideo video = own(caption.path("snippet").path("videoId").asText(), grant);
        if (sections.get(1).isBlank()) {
            throw YoutubeError.bad("mediaBodyRequired", "The request does not include the caption's content.");
        }
        caption.put("kind", "youtube#caption").put("id", StripeObjects.newId("AUieDa"));
        ((ObjectNode) caption.get("snippet")).put("status", "serving").put("trackKind", "standard");
        video.caption(caption);
        return Answer.json(200, caption);
    }

    /** The two sections of a multipart body: metadata and media. */
    private static List<String> sections(Received request) {
        String type = String.valueOf(request.header("content-type"));
        Matcher boundary = BOUNDARY.matcher(type);
        if (!boundary.matches()) {
            throw YoutubeError.malformed("multipart/related is expected");
        }
        String text = new String(bytes(request.file(), LONGEST_THUMBNAIL), StandardCharsets.UTF_8);
        List<String> sections = new ArrayList<>();
        for (String section : text.split("--" + Pattern.quote(boundary.group(1)))) {
            int head = section.indexOf("\r\n\r\n");
            if (head >= 0) {
                sections.add(section.substring(head + 4).strip());
            }
        }
        if (sections.size() != 2) {
            throw YoutubeError.malformed("Two sections are expected, not " + sections.size());
        }
        return sections;
    }
}
