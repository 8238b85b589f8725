package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A video at the sandbox's YouTube. */
public final class YoutubeVideo {

    /** What becomes of a video once it has been looked at. */
    public enum Outcome {
        PROCESSED,
        REJECTED,
        FAILED,
        /** Is never done. */
        STUCK
    }

    private final String id;
    private final YoutubeChannel channel;
    private final Instant uploaded;
    private final long bytes;
    private final String sha256;
    private final Path file;
    private ObjectNode snippet;
    private ObjectNode status;
    private ObjectNode localizations;
    private Outcome outcome;
    private String reason;
    private Instant due;
    private boolean processed;
    private boolean announced;
    private byte[] thumbnail;
    private final List<ObjectNode> captions = new ArrayList<>();
    private long views;
    private long likes;
    private long comments;
    private long minutesWatched;

    /**
     * @param file its bytes; null when they were too many to keep
     * @param due when it will have been looked at
     */
    YoutubeVideo(
            String id,
            YoutubeChannel channel,
            ObjectNode metadata,
            Instant uploaded,
            Instant due,
            long bytes,
            String sha256,
            Path file) {
        this.id = id;
        this.channel = channel;
        this.uploaded = uploaded;
        this.due = due;
        this.bytes = bytes;
        this.sha256 = sha256;
        this.file = file;
        snippet = part(metadata, "snippet");
        status = part(metadata, "status");
        localizations = part(metadata, "localizations");
        outcome = Outcome.PROCESSED;
    }

    private static ObjectNode part(ObjectNode metadata, String name) {
        return metadata.path(name) instanceof ObjectNode part ? part.deepCopy() : Json.object();
    }

    public String id() {
        return id;
    }

    public YoutubeChannel channel() {
        return channel;
    }

    public synchronized String title() {
        return snippet.path("title").asText();
    }

    public synchronized String description() {
        return snippet.path("description").asText();
    }

    public synchronized List<String> tags() {
        List<String> tags = new ArrayList<>();
        snippet.path("tags").forEach(tag -> tags.add(tag.asText()));
        return tags;
    }

    /** As the API shows it: public, unlisted or private. */
    public synchronized String privacy() {
        return status.path("privacyStatus").asText("public");
    }

    public synchronized boolean disclosesAi() {
        return status.path("containsSyntheticMedia").asBoolean();
    }

    public long bytes() {
        return bytes;
    }

    /** Of all bytes as they came, in hex. */
    public String sha256() {
        return sha256;
    }

    /** Its bytes; null when they were too many to keep. */
    public Path file() {
        return file;
    }

    public Instant uploaded() {
        return uploaded;
    }

    /** As the API shows it: uploaded, processed, rejected or failed. */
    public synchronized String uploadStatus() {
        return processed ? outcome.name().toLowerCase(Locale.ROOT) : "uploaded";
    }

    /** What was set as its thumbnail; null for none. */
    public synchronized byte[] thumbnail() {
        return thumbnail;
    }

    /** How many caption tracks it has. */
    public synchronized int captions() {
        return captions.size();
    }

    /** What the reports tell. */
    public synchronized void statistics(long seen, long liked, long commented, long minutes) {
        views = seen;
        likes = liked;
        comments = commented;
        minutesWatched = minutes;
    }

    synchronized long metric(String name) {
        return switch (name) {
            case "views" -> views;
            case "likes" -> likes;
            case "comments" -> comments;
            case "estimatedMinutesWatched" -> minutesWatched;
            case "averageViewDuration" -> views == 0 ? 0 : minutesWatched * 60 / views;
            default -> 0;
        };
    }

    synchronized void thumbnail(byte[] picture) {
        thumbnail = picture;
    }

    synchronized void caption(ObjectNode caption) {
        captions.add(caption);
    }

    /** @param why null for the usual reason */
    synchronized void outcome(Outcome becomes, String why) {
        outcome = becomes;
        reason = why;
        processed = false;
    }

    synchronized void dueAt(Instant at) {
        due = at;
    }

    /** Moves on in time. @return whether the world is to be told of it now */
    synchronized boolean settle(Instant now) {
        if (!processed && outcome != Outcome.STUCK && !due.isAfter(now)) {
            processed = true;
        }
        if (status.has("publishAt")
                && !OffsetDateTime.parse(status.get("publishAt").asText())
                        .toInstant()
                        .isAfter(now)) {
            status.put("privacyStatus", "public");
            status.remove("publishAt");
        }
        if (processed && outcome == Outcome.PROCESSED && privacy().equals("public") && !announced) {
            announced = true;
            return true;
        }
        return false;
    }

    /** Replaces parts, as YouTube's update does: what is not given is gone. @return whether the title has changed */
    synchronized boolean update(ObjectNode metadata) {
        String before = title() + description();
        if (metadata.has("snippet")) {
            snippet = part(metadata, "snippet");
        }
        if (metadata.has("status")) {
            status = part(metadata, "status");
        }
        if (metadata.has("localizations")) {
            localizations = part(metadata, "localizations");
        }
        return announced && !before.equals(title() + description());
    }

    boolean mayBeSeenBy(YoutubeChannel who) {
        return who == channel || privacy().equals("public");
    }

    synchronized ObjectNode resource(Set<String> parts, String baseUrl) {
        ObjectNode video = Json.object().put("kind", "youtube#video").put("etag", etag());
        video.put("id", id);
        if (parts.contains("snippet")) {
            video.set("snippet", snippet(baseUrl));
        }
        if (parts.contains("status")) {
            video.set("status", status());
        }
        if (parts.contains("localizations") && !localizations.isEmpty()) {
            video.set("localizations", localizations.deepCopy());
        }
        if (parts.contains("contentDetails")) {
            video.putObject("contentDetails")
                    .put("dimension", "2d")
                    .put("definition", "hd")
                    .put("caption", captions.isEmpty() ? "false" : "true")
                    .put("licensedContent", false)
                    .put("hasCustomThumbnail", thumbnail != null);
        }
        if (parts.contains("statistics")) {
            video.putObject("statistics")
                    .put("viewCount", String.valueOf(views))
                    .put("likeCount", String.valueOf(likes))
                    .put("favoriteCount", "0")
                    .put("commentCount", String.valueOf(comments));
        }
        if (parts.contains("processingDetails")) {
            ObjectNode details = video.putObject("processingDetails");
            details.put("processingStatus", processing());
            if (processed && outcome == Outcome.FAILED) {
                details.put("processingFailureReason", "transcodeFailed");
            }
        }
        if (parts.contains("fileDetails")) {
            video.putObject("fileDetails")
                    .put("fileSize", String.valueOf(bytes))
                    .put("fileType", "video");
        }
        return video;
    }

    private String etag() {
        return Integer.toHexString((snippet.toString() + status + processed).hashCode());
    }

    private String processing() {
        if (!processed) {
            return "processing";
        }
        return switch (outcome) {
            case FAILED -> "failed";
            case REJECTED -> "terminated";
            default -> "succeeded";
        };
    }

    private ObjectNode snippet(String baseUrl) {
        ObjectNode shown = Json.object().put("publishedAt", uploaded.toString()).put("channelId", channel.id());
        shown.put("channelTitle", channel.title()).put("liveBroadcastContent", "none");
        shown.setAll(snippet);
        if (!shown.has("description")) {
            shown.put("description", "");
        }
        if (!shown.has("categoryId")) {
            shown.put("categoryId", "22");
        }
        shown.set("thumbnails", thumbnails(baseUrl));
        return shown;
    }

    ObjectNode thumbnails(String baseUrl) {
        ObjectNode all = Json.object();
        String url = baseUrl + "/youtube/thumbnail?v=" + id;
        all.putObject("default").put("url", url).put("width", 120).put("height", 90);
        all.putObject("medium").put("url", url).put("width", 320).put("height", 180);
        all.putObject("high").put("url", url).put("width", 480).put("height", 360);
        return all;
    }

    private ObjectNode status() {
        ObjectNode shown = Json.object().put("uploadStatus", uploadStatus());
        shown.put("privacyStatus", "public").put("license", "youtube").put("embeddable", true);
        shown.put("publicStatsViewable", true);
        shown.setAll(status);
        shown.put("uploadStatus", uploadStatus());
        shown.put("madeForKids", status.path("selfDeclaredMadeForKids").asBoolean(false));
        if (processed && outcome == Outcome.FAILED) {
            shown.put("failureReason", reason == null ? "codec" : reason);
        }
        if (processed && outcome == Outcome.REJECTED) {
            shown.put("rejectionReason", reason == null ? "copyright" : reason);
        }
        return shown;
    }
}
