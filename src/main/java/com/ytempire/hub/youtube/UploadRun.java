package com.ytempire.hub.youtube;

import com.ytempire.hub.camel.youtube.YoutubeSession;
import com.ytempire.hub.platform.Traced;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An upload while one thread of one node is at it: the row as it was claimed, brought up to what was written since. It
 * writes under its claim's number only, so a node that lost its claim changes nothing.
 */
public final class UploadRun implements Traced {

    /** What is being asked of YouTube, and which of its methods that counts as. */
    enum Step {
        CHOOSE(Quota.INSERT),
        START(Quota.INSERT),
        STATUS(Quota.INSERT),
        CHUNK(Quota.INSERT),
        FIND("playlistItems.list"),
        THUMBNAIL("thumbnails.set"),
        CAPTIONS("captions.insert"),
        DETAILS("videos.update"),
        WATCH("videos.list");

        private final String method;

        Step(String method) {
            this.method = method;
        }

        String method() {
            return method;
        }

        /** Whether the video is not known to be at YouTube. */
        boolean isSending() {
            return this != WATCH && !isExtra();
        }

        /** Whether the video stands without it. */
        boolean isExtra() {
            return this == THUMBNAIL || this == CAPTIONS || this == DETAILS;
        }
    }

    /** The video's, whose last step it is. */
    @Override
    public String traceOf() {
        return order.video() == null ? "upload/" + order.id() : "video/" + order.video();
    }

    /** What never changes while the upload lives. */
    record Order(
            UUID id,
            UUID video,
            UUID owner,
            UUID wantedChannel,
            String lane,
            String marker,
            Path file,
            long bytes,
            String sha256,
            Path thumbnail,
            Path captions,
            String title,
            String description,
            List<String> tags,
            String category,
            String language,
            String privacy,
            Instant publishAt,
            boolean madeForKids,
            boolean syntheticMedia) {}

    private final Order order;
    private final int attempt;
    private Instant since;
    private final Instant uploadedAt;
    private final String code;
    private String state;
    private int failures;
    private UUID channel;
    private String youtubeChannel;
    private YoutubeSession session;
    private long confirmed;
    private boolean allSent;
    private int looks;
    private String youtubeId;
    private boolean thumbnailWanted;
    private boolean captionsWanted;
    private boolean detailsWanted;
    private boolean cancelAsked;
    private boolean sessionLost;
    private Step step = Step.CHOOSE;
    private boolean fileChecked;
    private long length;
    private long sentAt;
    private String pageToken;
    private int pages;
    private boolean searching;
    private boolean ended;
    private volatile boolean stopAsked;

    UploadRun(
            Order order,
            int attempt,
            Instant since,
            Instant uploadedAt,
            String code,
            String state,
            int failures,
            UUID channel,
            String youtubeChannel,
            YoutubeSession session,
            boolean sessionLost,
            long confirmed,
            boolean allSent,
            int looks,
            String youtubeId,
            boolean thumbnailWanted,
            boolean captionsWanted,
            boolean detailsWanted,
            boolean cancelAsked) {
        this.order = order;
        this.attempt = attempt;
        this.since = since;
        this.uploadedAt = uploadedAt;
        this.code = code;
        this.state = state;
        this.failures = failures;
        this.channel = channel;
        this.youtubeChannel = youtubeChannel;
        this.session = session;
        this.sessionLost = sessionLost;
        this.confirmed = confirmed;
        this.allSent = allSent;
        this.looks = looks;
        this.youtubeId = youtubeId;
        this.thumbnailWanted = thumbnailWanted;
        this.captionsWanted = captionsWanted;
        this.detailsWanted = detailsWanted;
        this.cancelAsked = cancelAsked;
    }

    // ---- read by routes

    /** Which part of the flow it is at: choose, send, finish or watch. */
    public String part() {
        return switch (state) {
            case "queued", "waiting_quota" -> "choose";
            case "uploading" -> "send";
            case "finishing" -> "finish";
            default -> "watch";
        };
    }

    /** Whether it is this thread's to go on with. */
    public boolean isOpen() {
        return !ended;
    }

    /** Whether there is a session to go on with. */
    public boolean hasSession() {
        return session != null;
    }

    /** Whether there was one, and the video may have been made of it. */
    public boolean isSessionLost() {
        return sessionLost;
    }

    /** Whether the channel's videos are to be looked through further. */
    public boolean isSearching() {
        return searching && !ended;
    }

    /** Whether the next part of the file is to be sent now. */
    public boolean isSending() {
        return !ended && !stopAsked && session != null && youtubeId == null && !cancelAsked && confirmed < order.bytes;
    }

    public boolean isThumbnailWanted() {
        return thumbnailWanted && !ended;
    }

    public boolean isCaptionsWanted() {
        return captionsWanted && !ended;
    }

    public boolean isDetailsWanted() {
        return detailsWanted && !ended;
    }

    /** The channel as the component knows it. */
    public String channelText() {
        return channel.toString();
    }

    public YoutubeSession session() {
        return session;
    }

    public Path file() {
        return order.file;
    }

    public long bytes() {
        return order.bytes;
    }

    /** Where the next part begins. */
    public long confirmed() {
        return confirmed;
    }

    /** Bytes of the next part. */
    public long length() {
        return length;
    }

    /** The playlist of all of the channel's videos: its id with another beginning. */
    public String uploadsPlaylist() {
        return "UU" + youtubeChannel.substring(2);
    }

    /** Which page of it; null for the first. */
    public String pageToken() {
        return pageToken;
    }

    public Path thumbnail() {
        return order.thumbnail;
    }

    public Path captions() {
        return order.captions;
    }

    public String youtubeId() {
        return youtubeId;
    }

    // ---- of the area

    Order order() {
        return order;
    }

    UUID id() {
        return order.id;
    }

    int attempt() {
        return attempt;
    }

    /** Of the last progress. */
    Instant since() {
        return since;
    }

    Instant uploadedAt() {
        return uploadedAt;
    }

    String state() {
        return state;
    }

    int failures() {
        return failures;
    }

    UUID channel() {
        return channel;
    }

    boolean isAllSent() {
        return allSent;
    }

    int looks() {
        return looks;
    }

    boolean isCancelAsked() {
        return cancelAsked;
    }

    Step step() {
        return step;
    }

    void progressed(Instant now) {
        since = now;
    }

    /** To be said before anything is asked of YouTube, so that a failure is judged by it. */
    void at(Step next) {
        step = next;
    }

    /** The code it was put off with last; null when it was not. */
    String code() {
        return code;
    }

    boolean isFileChecked() {
        return fileChecked;
    }

    void fileChecked() {
        fileChecked = true;
    }

    void nextPart(long bytes) {
        length = bytes;
        sentAt = System.nanoTime();
    }

    /** How long ago the part began to be sent. */
    Duration took() {
        return Duration.ofNanos(System.nanoTime() - sentAt);
    }

    void searches(boolean further, String token) {
        searching = further;
        pageToken = token;
    }

    /** @return how many pages have been looked through, this one included */
    int nextPage() {
        return ++pages;
    }

    /** Another thread asks that it ends after the part under way. */
    void stop() {
        stopAsked = true;
    }

    boolean isStopAsked() {
        return stopAsked;
    }

    void chosen(UUID chosen, String onYoutube) {
        state = "uploading";
        channel = chosen;
        youtubeChannel = onYoutube;
        session = null;
        sessionLost = false;
        confirmed = 0;
        allSent = false;
        looks = 0;
    }

    void began(YoutubeSession begun) {
        session = begun;
        confirmed = 0;
        allSent = false;
    }

    void confirm(long bytes) {
        failures = bytes > confirmed ? 0 : failures;
        confirmed = bytes;
    }

    void allSent(boolean sent) {
        allSent = sent;
    }

    void lostSession() {
        session = null;
        sessionLost = true;
    }

    void isVideo(String id) {
        state = "finishing";
        youtubeId = id;
    }

    void extraDone(Step extra) {
        switch (extra) {
            case THUMBNAIL -> thumbnailWanted = false;
            case CAPTIONS -> captionsWanted = false;
            default -> detailsWanted = false;
        }
    }

    void cancelAsked(boolean asked) {
        cancelAsked = asked;
    }

    /** The row is no longer this thread's. */
    void ended() {
        ended = true;
    }

    /** Ids alone. */
    @Override
    public String toString() {
        return "upload " + order.id + " of video " + order.video;
    }
}
