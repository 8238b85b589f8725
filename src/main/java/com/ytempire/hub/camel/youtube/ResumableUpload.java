package com.ytempire.hub.camel.youtube;

import static com.ytempire.hub.camel.youtube.YoutubeMethod.BYTES;
import static com.ytempire.hub.camel.youtube.YoutubeMethod.FILE;
import static com.ytempire.hub.camel.youtube.YoutubeMethod.LENGTH;
import static com.ytempire.hub.camel.youtube.YoutubeMethod.MIME_TYPE;
import static com.ytempire.hub.camel.youtube.YoutubeMethod.OFFSET;
import static com.ytempire.hub.camel.youtube.YoutubeMethod.SESSION;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.EmptyContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpMethods;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.json.JsonHttpContent;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.youtube.model.Video;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The steps of a resumable upload, each one request. Source: developers.google.com/youtube/v3/guides/
 * using_resumable_upload_protocol.
 */
final class ResumableUpload {

    /** Each chunk but the last has a multiple of this size. */
    static final long GRAIN = 256 * 1024;

    private static final int RESUME_INCOMPLETE = 308;

    /** How Google confirms that a session was cancelled. */
    private static final int CANCELLED = 499;

    private static final Pattern RANGE = Pattern.compile("bytes=0-(\\d{1,18})");

    private final YoutubeClients clients;
    private final Duration chunkTimeout;
    private final long chunkSize;

    /**
     * @param chunkTimeout longest silence once a chunk has been sent
     * @param chunkSize in bytes, of chunks whose length is not given; a multiple of {@link #GRAIN}
     */
    ResumableUpload(YoutubeClients clients, Duration chunkTimeout, long chunkSize) {
        this.clients = clients;
        this.chunkTimeout = chunkTimeout;
        this.chunkSize = chunkSize;
    }

    /** Opens a session for {@code bytes} bytes. */
    YoutubeSession start(String call, YoutubeArguments arguments, long bytes) throws IOException {
        GenericUrl url = new GenericUrl(clients.base() + "upload/youtube/v3/videos");
        YoutubeMethod.UPLOAD_START.query().keySet().forEach(name -> {
            Object value = arguments.value(name);
            if (value != null) {
                url.set(name, value);
            }
        });
        url.set("part", arguments.part()).set("uploadType", "resumable");
        String type = arguments.optional(MIME_TYPE, String.class, "video/mp4");
        HttpContent metadata = new JsonHttpContent(GsonFactory.getDefaultInstance(), arguments.content(Video.class));
        HttpResponse response = clients.send(
                arguments.channel(),
                HttpMethods.POST,
                url,
                metadata,
                request -> request.getHeaders()
                        .set("X-Upload-Content-Length", bytes)
                        .set("X-Upload-Content-Type", type));
        if (!response.isSuccessStatusCode()) {
            throw GoogleJsonResponseException.from(GsonFactory.getDefaultInstance(), response);
        }
        String location = response.getHeaders().getLocation();
        response.disconnect();
        return session(call, location);
    }

    /** The bearer is sent to this address, so it must be one of Google's. */
    private YoutubeSession session(String call, String location) {
        try {
            URI uri = location == null ? null : URI.create(location);
            if (uri != null && isTheirs(uri)) {
                return new YoutubeSession(uri);
            }
        } catch (IllegalArgumentException e) {
            // as one that is missing
        }
        throw new YoutubeFailure(call, Reason.UNREADABLE);
    }

    private boolean isTheirs(URI uri) {
        URI ours = URI.create(clients.base());
        if (uri.getHost() == null || !ours.getScheme().equals(uri.getScheme())) {
            return false;
        }
        return ours.getAuthority().equals(uri.getAuthority())
                || ours.getHost().endsWith(".googleapis.com")
                        && uri.getAuthority().endsWith(".googleapis.com")
                        && uri.getUserInfo() == null;
    }

    /** Asks how far the upload got. */
    YoutubeProgress status(String call, YoutubeArguments arguments) throws IOException {
        long bytes = arguments.required(BYTES, Long.class);
        YoutubeSession session = arguments.required(SESSION, YoutubeSession.class);
        return put(call, arguments.channel(), session, new EmptyContent(), "bytes */" + bytes, bytes);
    }

    /** Sends the next chunk. */
    YoutubeProgress chunk(String call, YoutubeArguments arguments) throws IOException {
        YoutubeSession session = arguments.required(SESSION, YoutubeSession.class);
        Path file = arguments.required(FILE, Path.class);
        long offset = arguments.required(OFFSET, Long.class);
        Long bytes = arguments.optional(BYTES, Long.class, null);
        long total = bytes == null ? size(file) : bytes;
        long length = arguments.optional(LENGTH, Long.class, Math.min(chunkSize, total - offset));
        return chunk(call, arguments.channel(), session, new FilePart(file, offset, length), total);
    }

    private YoutubeProgress chunk(String call, String channel, YoutubeSession session, FilePart part, long total)
            throws IOException {
        long end = part.offset() + part.length();
        if (part.offset() < 0 || part.length() <= 0 || end > total) {
            throw new IllegalArgumentException("A chunk must lie within the file's %d bytes: %d from %d"
                    .formatted(total, part.length(), part.offset()));
        }
        if (end < total && part.length() % GRAIN != 0) {
            throw new IllegalArgumentException("Each chunk but the last must be a multiple of " + GRAIN + " bytes");
        }
        if (size(part.file()) < end) {
            throw new IllegalArgumentException("The file is shorter than when its upload began");
        }
        String range = "bytes " + part.offset() + "-" + (end - 1) + "/" + total;
        return put(call, channel, session, part, range, total);
    }

    /** The whole file, chunk by chunk; a failure ends it. */
    Video all(String call, YoutubeArguments arguments) throws IOException {
        Path file = arguments.required(FILE, Path.class);
        long total = size(file);
        YoutubeSession session = start(call, arguments, total);
        YoutubeProgress progress = new YoutubeProgress(0, null);
        while (!progress.finished()) {
            long from = progress.confirmed();
            FilePart part = new FilePart(file, from, Math.min(chunkSize, total - from));
            progress = chunk(call, arguments.channel(), session, part, total);
            if (!progress.finished() && progress.confirmed() <= from) {
                throw new YoutubeFailure(call, Reason.BACKEND_ERROR); // it would never end
            }
        }
        return progress.video();
    }

    /** Ends the session; one that has ended is no failure. */
    void cancel(YoutubeArguments arguments) throws IOException {
        YoutubeSession session = arguments.required(SESSION, YoutubeSession.class);
        HttpResponse response =
                clients.send(arguments.channel(), HttpMethods.DELETE, address(session), null, request -> {});
        int status = response.getStatusCode();
        if (response.isSuccessStatusCode() || status == CANCELLED || isGone(status)) {
            response.disconnect();
        } else {
            throw GoogleJsonResponseException.from(GsonFactory.getDefaultInstance(), response);
        }
    }

    private YoutubeProgress put(
            String call, String channel, YoutubeSession session, HttpContent content, String range, long total)
            throws IOException {
        HttpResponse response = clients.send(channel, HttpMethods.PUT, address(session), content, request -> {
            request.getHeaders().setContentRange(range);
            if (content instanceof FilePart) {
                request.setReadTimeout(Math.toIntExact(chunkTimeout.toMillis()));
            }
        });
        int status = response.getStatusCode();
        if (status == RESUME_INCOMPLETE) {
            String stored = response.getHeaders().getRange();
            response.disconnect();
            return new YoutubeProgress(confirmed(call, stored, total), null);
        }
        if (response.isSuccessStatusCode()) {
            return new YoutubeProgress(total, video(call, response));
        }
        if (isGone(status)) {
            response.disconnect();
            throw new YoutubeFailure(call, Reason.SESSION_GONE, status, null, null, null);
        }
        throw GoogleJsonResponseException.from(GsonFactory.getDefaultInstance(), response);
    }

    private GenericUrl address(YoutubeSession session) {
        if (!isTheirs(session.uri())) {
            throw new IllegalArgumentException("Not the address of an upload at this YouTube");
        }
        return new GenericUrl(session.uri());
    }

    private static boolean isGone(int status) {
        return status == 404 || status == 410;
    }

    /** No range means that nothing is stored. */
    private static long confirmed(String call, String range, long total) {
        if (range == null) {
            return 0;
        }
        Matcher stored = RANGE.matcher(range.strip());
        long confirmed = stored.matches() ? Long.parseLong(stored.group(1)) + 1 : -1;
        if (confirmed < 0 || confirmed > total) {
            throw new YoutubeFailure(call, Reason.UNREADABLE);
        }
        return confirmed;
    }

    private static Video video(String call, HttpResponse response) throws IOException {
        try {
            Video video = response.parseAs(Video.class);
            if (video != null && video.getId() != null) {
                return video;
            }
        } catch (IllegalArgumentException e) {
            // as one without an id
        }
        throw new YoutubeFailure(call, Reason.UNREADABLE);
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("The file to upload is missing");
        }
    }
}
