package com.ytempire.hub.sandbox;

import com.ytempire.hub.sandbox.YoutubeConsent.Grant;
import com.ytempire.hub.sandbox.YoutubeQuota.Bucket;
import com.ytempire.hub.sandbox.YoutubeVideo.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * YouTube with Google's OAuth, as strict as the vendor: under {@code /youtube} its Data API, under {@code
 * /youtube/analytics} the reports, under {@code /youtube/oauth} consent and tokens. What has become public is told to the
 * subscribers of {@link WebSubVendor}.
 */
public final class YoutubeVendor implements VendorServer.Vendor, AutoCloseable {

    /** An OAuth client; each that begins with a project's number and a hyphen is one of that project. */
    public static final String CLIENT_ID = "1234567890-sandbox.apps.googleusercontent.com";

    public static final String CLIENT_SECRET = YoutubeConsent.SECRET;

    static final String NAME = "youtube_api";

    /** How the vendor may be told to behave; each waits for the next request it fits. */
    public enum Mood {
        /** Any call of the Data API. */
        QUOTA_EXCEEDED,
        DAILY_LIMIT,
        RATE_LIMITED,
        UNAUTHORIZED,
        FORBIDDEN,
        BACKEND_ERROR,
        UNAVAILABLE,
        HTML,
        /** The start of an upload: refused for 24 hours, or opened with the answer lost. */
        UPLOAD_LIMIT,
        START_LOST,
        /** A chunk: half of it is confirmed, or nothing. */
        CONFIRM_LESS,
        CONFIRM_NOTHING,
        /** A chunk: stored, but the answer is lost; half of it stored and 503; nothing stored and 500. */
        CHUNK_LOST,
        CHUNK_FAILED,
        CHUNK_REFUSED,
        /** A chunk: the session is 404 from now on; or the channel's consent has ended. */
        SESSION_GONE,
        REVOKED_MIDWAY,
        /** The last chunk: the video is made, its answer is lost, and then the session too. */
        FINAL_LOST,
        FINAL_LOST_AND_GONE,
        /** The next video that is complete. */
        REJECTED,
        FAILED,
        STUCK,
        /** thumbnails.set. */
        THUMBNAIL_FORBIDDEN,
        THUMBNAIL_RATE_LIMITED,
        /** The token endpoint. */
        INVALID_GRANT,
        ROTATE,
        TOKEN_UNAVAILABLE
    }

    /** Tokens of a channel, as after a consent. */
    public record Tokens(String access, String refresh) {}

    private static final Set<Mood> AT_CALL = Set.of(
            Mood.QUOTA_EXCEEDED,
            Mood.DAILY_LIMIT,
            Mood.RATE_LIMITED,
            Mood.UNAUTHORIZED,
            Mood.FORBIDDEN,
            Mood.BACKEND_ERROR,
            Mood.UNAVAILABLE,
            Mood.HTML);
    private static final String UPLOAD = "/upload/youtube/v3/videos";
    private static final String[] UPLOADERS = {"youtube", "youtube.upload", "youtube.force-ssl", "youtubepartner"};
    private static final String[] WRITERS = {"youtube", "youtube.force-ssl", "youtubepartner"};
    private static final String[] CAPTIONERS = {"youtube.force-ssl", "youtubepartner"};
    private static final String[] READERS = {"youtube", "youtube.readonly", "youtube.force-ssl", "youtubepartner"};
    private static final Duration PROCESSING = Duration.ofSeconds(1);

    private final MovableClock clock;
    private final WebSubVendor websub;
    private final Path folder;
    private final YoutubeQuota quota;
    private final YoutubeMoods moods = new YoutubeMoods();
    private final YoutubeConsent consent = new YoutubeConsent(this);
    private final YoutubeUploads uploads;
    private final YoutubeLists lists = new YoutubeLists(this);
    private final YoutubeChanges changes = new YoutubeChanges(this);
    private final YoutubePages pages = new YoutubePages(this);
    private final Map<String, YoutubeChannel> channels = new LinkedHashMap<>();
    private final Map<String, YoutubeVideo> videos = new LinkedHashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Deliveries.daemon("sandbox-youtube"));
    private String baseUrl = "";
    private final Thread hook = new Thread(this::deleteFiles, "sandbox-youtube-files");
    private final Set<String> unaudited = ConcurrentHashMap.newKeySet();
    private volatile Duration listingLag = Duration.ZERO;
    private Duration processing = PROCESSING;

    YoutubeVendor(MovableClock clock, WebSubVendor websub) {
        this.clock = clock;
        this.websub = websub;
        this.quota = new YoutubeQuota(clock);
        try {
            folder = Files.createTempDirectory("sandbox-youtube");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        uploads = new YoutubeUploads(this, folder);
        for (int i = 1; i <= 3; i++) {
            String id = "UCsandbox-channel-00000" + i;
            channels.put(id, new YoutubeChannel(id, "Sandbox channel " + i, clock.instant()));
        }
        Runtime.getRuntime().addShutdownHook(hook); // tests leave their sandbox running
        clock.onMove(this::settle);
        timer.scheduleWithFixedDelay(this::settle, 200, 200, TimeUnit.MILLISECONDS);
    }

    void baseUrl(String url) {
        baseUrl = url;
    }

    String baseUrl() {
        return baseUrl;
    }

    Instant now() {
        return clock.instant();
    }

    YoutubeQuota quota() {
        return quota;
    }

    /** How it has been told to behave. */
    YoutubeMoods told() {
        return moods;
    }

    YoutubePages pages() {
        return pages;
    }

    YoutubeUploads uploads() {
        return uploads;
    }

    /** Another channel, with an account of its own. */
    public synchronized YoutubeChannel newChannel(String title) {
        String id = "UC" + StripeObjects.newId("").substring(0, 22);
        YoutubeChannel channel = new YoutubeChannel(id, title, clock.instant());
        channels.put(id, channel);
        return channel;
    }

    public synchronized List<YoutubeChannel> channels() {
        return List.copyOf(channels.values());
    }

    /** @throws NoSuchElementException when there is none */
    public synchronized YoutubeChannel channel(String id) {
        YoutubeChannel channel = channels.get(id);
        if (channel == null) {
            throw new NoSuchElementException("No channel " + id);
        }
        return channel;
    }

    /** Where the browser comes back to when the owner of this channel agrees at the consent address. */
    public URI agree(String consentAddress, String channelId) {
        return consent.agree(URI.create(consentAddress), channelId);
    }

    /** What a consent would give. @param scopes without the address in front, like {@code youtube.upload} */
    public Tokens grant(String channelId, String clientId, String... scopes) {
        Set<String> all = Arrays.stream(scopes)
                .map(scope -> YoutubeConsent.SCOPE + scope)
                .collect(Collectors.toUnmodifiableSet());
        Grant grant = new Grant(channel(channelId), clientId, all);
        return new Tokens(consent.access(grant), consent.refresh(grant));
    }

    /** The owner takes the consent back: no token of the channel is worth anything. */
    public void revoke(String channelId) {
        consent.revoke(channel(channelId));
    }

    /** The channel's access tokens end before their time. */
    public void expire(String channelId) {
        consent.expire(channel(channelId));
    }

    /** The next so many requests it fits. */
    public void next(Mood mood, int times) {
        moods.next(mood, null, times);
    }

    /** The same for one channel only. */
    public void next(Mood mood, String channelId, int times) {
        moods.next(mood, channelId, times);
    }

    /** No moods are left, all quota is there again, and videos are processed as fast as usual. */
    public synchronized void recover() {
        moods.clear();
        quota.reset();
        unaudited.clear();
        listingLag = Duration.ZERO;
        processing = PROCESSING;
    }

    /** How long after its upload a video is in no list and no search yet, by the sandbox's clock. */
    public void listingLag(Duration time) {
        listingLag = time;
    }

    boolean isListed(YoutubeVideo video) {
        return !video.uploaded().plus(listingLag).isAfter(clock.instant());
    }

    /** Videos of a project that was not audited are private, whatever was asked for. */
    public void audited(String project, boolean passed) {
        if (passed) {
            unaudited.remove(project);
        } else {
            unaudited.add(project);
        }
    }

    boolean isAudited(String project) {
        return !unaudited.contains(project);
    }

    /** How long YouTube looks at each new video, by the sandbox's clock. */
    public synchronized void processing(Duration time) {
        processing = time;
    }

    /** Units a cloud project may spend in a day. @param bucket uploads, search or general */
    public void limit(String project, String bucket, int units) {
        quota.limit(project, bucket(bucket), units);
    }

    /** Units a cloud project has spent today. @param bucket uploads, search or general */
    public int used(String project, String bucket) {
        return quota.used(project, bucket(bucket));
    }

    private static Bucket bucket(String name) {
        return Bucket.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** All videos there are, oldest first. */
    public synchronized List<YoutubeVideo> videos() {
        return List.copyOf(videos.values());
    }

    /** A channel's videos, oldest first. */
    public List<YoutubeVideo> videos(String channelId) {
        return videos().stream()
                .filter(video -> video.channel().id().equals(channelId))
                .toList();
    }

    public synchronized Optional<YoutubeVideo> video(String id) {
        return Optional.ofNullable(videos.get(id));
    }

    /** Decides what becomes of a video. @param reason YouTube's word; null for a usual one */
    public void process(String videoId, Outcome outcome, String reason) {
        YoutubeVideo video = video(videoId).orElseThrow();
        video.outcome(outcome, reason);
        video.dueAt(clock.instant());
        settle();
    }

    int uploadedToday(YoutubeChannel channel) {
        Instant since = clock.instant().minus(Duration.ofDays(1));
        return (int) videos().stream()
                .filter(video -> video.channel() == channel && video.uploaded().isAfter(since))
                .count();
    }

    YoutubeVideo made(YoutubeSession session) {
        Mood mood = moods.take(
                Set.of(Mood.REJECTED, Mood.FAILED, Mood.STUCK),
                session.channel().id());
        YoutubeVideo video;
        synchronized (this) {
            video = new YoutubeVideo(
                    StripeObjects.newId("").substring(0, 11),
                    session.channel(),
                    session.metadata(),
                    clock.instant(),
                    clock.instant().plus(processing),
                    session.total(),
                    session.sha256(),
                    session.file());
            videos.put(video.id(), video);
        }
        if (mood != null) {
            video.outcome(Outcome.valueOf(mood.name()), null);
        } else if (!session.looksLikeVideo()) {
            video.outcome(Outcome.FAILED, "invalidFile");
        }
        return video;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean spools(String method, String path, String query) {
        return method.equals("PUT") && path.equals("/youtube" + UPLOAD)
                || method.equals("POST") && path.startsWith("/youtube/upload/") && !path.endsWith("/videos");
    }

    @Override
    public Answer failure(Received request, int status) {
        if (request.path().startsWith("/youtube/oauth")) {
            return Answer.json(status, Json.object().put("error", "internal_failure"));
        }
        String reason = status == 429 ? "rateLimitExceeded" : "backendError";
        return YoutubeError.of(status, "global", reason, "The sandbox was asked to answer " + status)
                .answer();
    }

    @Override
    public Answer answer(Received request) {
        String path = request.path().substring("/youtube".length());
        try {
            if (path.startsWith("/oauth")) {
                return consent.answer(request, path.substring("/oauth".length()));
            }
            settle();
            return path.equals("/watch") || path.equals("/file") || path.equals("/thumbnail")
                    ? pages.show(request, path)
                    : api(request, path);
        } catch (YoutubeError e) {
            return e.answer();
        }
    }

    private Answer api(Received request, String path) {
        String call = request.method() + " " + path;
        if (call.equals("PUT " + UPLOAD) || call.equals("DELETE " + UPLOAD)) {
            Grant grant = consent.bearer(request);
            grant.channel().check();
            return uploads.go(request, grant);
        }
        Function<Grant, Answer> work = switch (call) {
            case "POST " + UPLOAD -> grant -> uploads.start(request, allowed(grant, UPLOADERS));
            case "POST /upload/youtube/v3/thumbnails/set" ->
                grant -> changes.thumbnail(request, allowed(grant, UPLOADERS));
            case "POST /upload/youtube/v3/captions" -> grant -> changes.caption(request, allowed(grant, CAPTIONERS));
            case "GET /youtube/v3/channels" -> grant -> lists.channels(request, allowed(grant, READERS));
            case "GET /youtube/v3/videos" -> grant -> lists.videos(request, allowed(grant, READERS));
            case "PUT /youtube/v3/videos" -> grant -> changes.update(request, allowed(grant, WRITERS));
            case "DELETE /youtube/v3/videos" -> grant -> changes.delete(request, allowed(grant, WRITERS));
            case "GET /youtube/v3/playlistItems" -> grant -> lists.playlistItems(request, allowed(grant, READERS));
            case "GET /youtube/v3/search" -> grant -> lists.search(request, allowed(grant, READERS));
            case "GET /analytics/v2/reports" ->
                grant -> lists.reports(request, allowed(grant, "yt-analytics.readonly"));
            default -> throw YoutubeError.of(404, "global", "notFound", "Not Found");
        };
        Grant grant = consent.bearer(request);
        Mood mood = moods.take(AT_CALL, grant.channel().id());
        if (mood != null) {
            return fail(mood);
        }
        grant.channel().check();
        return work.apply(grant);
    }

    private static Answer fail(Mood mood) {
        return switch (mood) {
            case QUOTA_EXCEEDED -> YoutubeError.quota().answer();
            case DAILY_LIMIT ->
                YoutubeError.of(403, "usageLimits", "dailyLimitExceeded", "Daily Limit Exceeded")
                        .answer();
            case RATE_LIMITED ->
                YoutubeError.of(403, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded")
                        .answer();
            case UNAUTHORIZED ->
                YoutubeError.of(401, "global", "authError", "Invalid Credentials")
                        .answer();
            case FORBIDDEN ->
                YoutubeError.of(403, "youtube.common", "forbidden", "Access forbidden.")
                        .answer();
            case BACKEND_ERROR ->
                YoutubeError.of(500, "global", "backendError", "Backend Error").answer();
            case HTML -> Answer.of(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>");
            default -> Answer.text(503, "Service Unavailable").with("Retry-After", "1");
        };
    }

    /** @throws YoutubeError when none of these scopes was agreed to */
    private static Grant allowed(Grant grant, String... scopes) {
        for (String scope : scopes) {
            if (grant.scopes().contains(YoutubeConsent.SCOPE + scope)) {
                return grant;
            }
        }
        throw YoutubeError.of(403, "global", "insufficientPermissions", "Insufficient Permission");
    }

    /** A video is no more. */
    synchronized void remove(YoutubeVideo video) {
        videos.remove(video.id());
    }

    /** Whoever follows a channel's videos. */
    WebSubVendor followers() {
        return websub;
    }

    /** Lets happen what is due. */
    void settle() {
        Instant now = clock.instant();
        for (YoutubeVideo video : videos()) {
            if (video.settle(now)) {
                websub.publish(video.channel().id(), video.id(), video.title());
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        Runtime.getRuntime().removeShutdownHook(hook);
        deleteFiles();
    }

    private void deleteFiles() {
        try (var files = Files.walk(folder)) {
            Collection<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
