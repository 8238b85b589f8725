package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.YoutubeConsent.Grant;
import com.ytempire.hub.sandbox.YoutubeQuota.Bucket;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resumable uploads as YouTube takes them. */
final class YoutubeUploads {

    private static final Set<Mood> AT_START = Set.of(Mood.UPLOAD_LIMIT, Mood.START_LOST);
    private static final Set<Mood> AT_CHUNK = Set.of(
            Mood.CONFIRM_LESS,
            Mood.CONFIRM_NOTHING,
            Mood.CHUNK_LOST,
            Mood.CHUNK_FAILED,
            Mood.CHUNK_REFUSED,
            Mood.SESSION_GONE,
            Mood.REVOKED_MIDWAY);
    private static final Set<Mood> AT_END = Set.of(Mood.FINAL_LOST, Mood.FINAL_LOST_AND_GONE);
    private static final Duration SESSION_LIFE = Duration.ofDays(7);
    private static final long MOST = 274_877_906_944L;
    private static final Pattern RANGE = Pattern.compile("bytes (?:\\*|(\\d{1,15})-(\\d{1,15}))/(\\d{1,15}|\\*)");

    private final YoutubeVendor youtube;
    private final Path folder;
    private final Map<String, YoutubeSession> sessions = new ConcurrentHashMap<>();

    YoutubeUploads(YoutubeVendor youtube, Path folder) {
        this.youtube = youtube;
        this.folder = folder;
    }

    /** Those that are open. */
    List<YoutubeSession> open() {
        return sessions.values().stream()
                .filter(session -> session.videoId() == null && !session.gone())
                .toList();
    }

    Answer start(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query())
                .known(
                        "part",
                        "uploadType",
                        "notifySubscribers",
                        "autoLevels",
                        "stabilize",
                        "onBehalfOfContentOwner",
                        "onBehalfOfContentOwnerChannel");
        youtube.quota().spend(grant.project(), Bucket.UPLOADS, 1);
        if (grant.channel().state() == YoutubeChannel.State.NONE) {
            throw YoutubeError.of(401, "youtube.header", "youtubeSignupRequired", "Unauthorized");
        }
        if (!query.required("uploadType").equals("resumable")) {
            throw YoutubeError.malformed("The sandbox takes resumable uploads only.");
        }
        query.flag("notifySubscribers");
        Set<String> parts = query.parts(YoutubeRules.VIDEO_PARTS);
        ObjectNode metadata = metadata(request, parts);
        long total = total(request);
        Mood mood = youtube.told().take(AT_START, grant.channel().id());
        if (mood == Mood.UPLOAD_LIMIT
                || youtube.uploadedToday(grant.channel()) >= grant.channel().uploadLimit()) {
            throw YoutubeError.bad(
                    "uploadLimitExceeded", "The user has exceeded the number of videos they may upload.");
        }
        String id = StripeObjects.newId("AB");
        if (!youtube.isAudited(grant.project())) {
            metadata.withObjectProperty("status")
                    .put("privacyStatus", "private")
                    .remove("publishAt");
        }
        sessions.put(id, open(grant.channel(), metadata, parts, total));
        String address = youtube.baseUrl() + request.path() + "?" + request.query() + "&upload_id=" + id;
        return mood == Mood.START_LOST
                ? Answer.cut()
                : Answer.empty(200).with("Location", address).with("X-GUploader-UploadID", id);
    }

    private static ObjectNode metadata(Received request, Set<String> parts) {
        String type = String.valueOf(request.header("content-type")).replace(" ", "");
        if (!type.equalsIgnoreCase("application/json;charset=UTF-8") && !type.equalsIgnoreCase("application/json")) {
            throw YoutubeError.malformed("Content-Type " + type + " is not supported");
        }
        ObjectNode metadata = YoutubeRules.video(request.text(), parts);
        YoutubeRules.snippet(metadata.path("snippet"));
        YoutubeRules.status(metadata.path("status"));
        return metadata;
    }

    private static long total(Received request) {
        String length = String.valueOf(request.header("x-upload-content-length"));
        String type = String.valueOf(request.header("x-upload-content-type"));
        if (!length.matches("\\d{1,15}") || Long.parseLong(length) > MOST) {
            throw YoutubeError.malformed("X-Upload-Content-Length must say how many bytes come.");
        }
        if (length.equals("0")) {
            throw YoutubeError.bad("mediaBodyRequired", "The request does not include the video content.");
        }
        if (!type.matches("video/[\\w*.+-]+|application/octet-stream")) {
            throw YoutubeError.bad("invalidContentType", "Media type '" + type + "' is not supported.");
        }
        return Long.parseLong(length);
    }

    private YoutubeSession open(YoutubeChannel channel, ObjectNode metadata, Set<String> parts, long total) {
        try {
            return new YoutubeSession(channel, metadata, parts, total, youtube.now(), folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A chunk, a question how far it got, or the end of a session. */
    Answer go(Received request, Grant grant) {
        String id = new YoutubeQuery(request.query()).required("upload_id");
        YoutubeSession session = sessions.get(id);
        if (session == null || session.channel() != grant.channel()) {
            return Answer.text(404, "Not Found");
        }
        synchronized (session) {
            if (session.gone()) {
                return Answer.text(404, "Not Found");
            }
            if (session.opened().plus(SESSION_LIFE).isBefore(youtube.now())) {
                return Answer.text(410, "Gone");
            }
            if (request.method().equals("DELETE")) {
                session.end();
                return Answer.empty(499);
            }
            return put(request, session);
        }
    }

    private Answer put(Received request, YoutubeSession session) {
        Matcher range = RANGE.matcher(String.valueOf(request.header("content-range")));
        if (!range.matches() || !range.group(3).equals("*") && Long.parseLong(range.group(3)) != session.total()) {
            throw YoutubeError.malformed("Failed to parse Content-Range header.");
        }
        if (range.group(1) == null) {
            if (!"0".equals(request.header("content-length"))) {
                throw YoutubeError.malformed("A status request has no body.");
            }
            return standing(session);
        }
        long from = Long.parseLong(range.group(1));
        long length = Long.parseLong(range.group(2)) + 1 - from;
        if (length <= 0 || from + length > session.total() || from > session.stored()) {
            throw YoutubeError.malformed("Invalid range: it must begin at " + session.stored());
        }
        if (!String.valueOf(length).equals(request.header("content-length"))) {
            throw YoutubeError.malformed("Content-Length and Content-Range differ.");
        }
        if (from + length < session.total() && length % YoutubeSession.GRAIN != 0) {
            throw YoutubeError.malformed("Each chunk but the last must be a multiple of " + YoutubeSession.GRAIN);
        }
        return session.videoId() == null ? chunk(request.file(), session, from, length) : standing(session);
    }

    private Answer chunk(Path came, YoutubeSession session, long from, long length) {
        YoutubeChannel channel = session.channel();
        long here = size(came);
        Mood mood = youtube.told().take(AT_CHUNK, channel.id());
        if (mood == null) {
            store(session, came, from, here < length ? grains(here) : length);
            return finish(session);
        }
        switch (mood) {
            case SESSION_GONE -> {
                session.end();
                return Answer.text(404, "Not Found");
            }
            case REVOKED_MIDWAY -> {
                youtube.revoke(channel.id());
                throw YoutubeError.of(401, "global", "authError", "Invalid Credentials");
            }
            case CHUNK_LOST -> store(session, came, from, Math.min(here, length));
            case CONFIRM_LESS, CHUNK_FAILED -> store(session, came, from, grains(here / 2));
            default -> {
                // nothing is stored
            }
        }
        return switch (mood) {
            case CHUNK_LOST -> {
                finish(session);
                yield Answer.cut();
            }
            case CHUNK_FAILED -> Answer.text(503, "Service Unavailable");
            case CHUNK_REFUSED -> Answer.text(500, "Internal Server Error");
            default -> standing(session);
        };
    }

    private static long grains(long bytes) {
        return bytes / YoutubeSession.GRAIN * YoutubeSession.GRAIN;
    }

    private static long size(Path came) {
        try {
            return Files.size(came);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void store(YoutubeSession session, Path came, long from, long length) {
        if (from + length > session.stored()) {
            try {
                session.store(came, from, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Answer finish(YoutubeSession session) {
        if (session.stored() < session.total()) {
            return standing(session);
        }
        YoutubeVideo video = youtube.made(session);
        session.made(video.id());
        Mood mood = youtube.told().take(AT_END, session.channel().id());
        if (mood == Mood.FINAL_LOST_AND_GONE) {
            session.end();
        }
        return mood == null ? standing(session) : Answer.cut();
    }

    /** How far it got, or what became of it. */
    private Answer standing(YoutubeSession session) {
        if (session.videoId() != null) {
            return youtube.video(session.videoId())
                    .map(video -> Answer.json(200, video.resource(session.parts(), youtube.baseUrl())))
                    .orElseGet(() -> Answer.text(404, "Not Found"));
        }
        Answer incomplete = Answer.empty(308);
        return session.stored() == 0 ? incomplete : incomplete.with("Range", "bytes=0-" + (session.stored() - 1));
    }
}
