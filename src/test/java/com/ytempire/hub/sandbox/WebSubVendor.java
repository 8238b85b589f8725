package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.Delivery.Message;
import com.ytempire.hub.sandbox.VideoFeed.Video;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * YouTube's push: channels with videos, their feeds, and the WebSub hub that verifies subscribers and tells them of
 * changes until their lease ends.
 */
public final class WebSubVendor implements VendorServer.Vendor, AutoCloseable {

    static final String NAME = "youtube";

    /** Google's hub gives five days when nothing is asked for. */
    private static final Duration DEFAULT_LEASE = Duration.ofDays(5);

    private static final int FEED_LENGTH = 15;

    private final MovableClock clock;
    private final Deliveries deliveries;
    private final Map<String, WebSubSubscription> subscriptions = new LinkedHashMap<>();
    private final Map<String, Video> videos = new LinkedHashMap<>();
    private final Map<String, String> denied = new HashMap<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final ExecutorService verifier = Executors.newSingleThreadExecutor(Deliveries.daemon("sandbox-websub"));
    private String baseUrl = "";
    private boolean silent;
    private String method = "sha1";

    WebSubVendor(MovableClock clock, Deliveries deliveries) {
        this.clock = clock;
        this.deliveries = deliveries;
    }

    void baseUrl(String url) {
        baseUrl = url;
    }

    /** A silent hub pushes nothing, while the feed goes on. */
    public synchronized void silent(boolean on) {
        silent = on;
    }

    /** Signs with sha1, as Google's hub does, or with sha256. */
    public synchronized void signWith(String sha1OrSha256) {
        if (!List.of("sha1", "sha256").contains(sha1OrSha256)) {
            throw new IllegalArgumentException("sha1 or sha256, not " + sha1OrSha256);
        }
        method = sha1OrSha256;
    }

    /** Requests to subscribe to this channel are denied; a null reason allows them again. */
    public synchronized void deny(String channelId, String reason) {
        denied.put(channelId, reason);
    }

    /** Verified subscriptions whose lease has not ended. */
    public synchronized List<WebSubSubscription> subscriptions() {
        return subscriptions.values().stream()
                .filter(subscription -> subscription.until().isAfter(clock.instant()))
                .toList();
    }

    /** A new video. */
    public void publish(String channelId, String videoId, String title) {
        change(channelId, List.of(videoId), title, false);
    }

    /** Several new or changed videos, told of in one push. */
    public void publish(String channelId, List<String> videoIds, String title) {
        change(channelId, videoIds, title, false);
    }

    /** A changed title or description: the entry comes again with a later time. */
    public void change(String channelId, String videoId, String title) {
        change(channelId, List.of(videoId), title, false);
    }

    public void delete(String channelId, String videoId) {
        change(channelId, List.of(videoId), "", true);
    }

    private synchronized void change(String channelId, List<String> ids, String title, boolean deleted) {
        List<Video> changed = new ArrayList<>();
        for (String id : ids) {
            Video before = videos.get(id);
            Instant published = before == null ? clock.instant() : before.published();
            Video video = new Video(channelId, id, title, published, clock.instant(), deleted);
            videos.put(id, video);
            changed.add(video);
        }
        if (!silent) {
            push(channelId, changed);
        }
    }

    private void push(String channelId, List<Video> changed) {
        for (WebSubSubscription subscription : subscriptions()) {
            if (subscription.channelId().equals(channelId)) {
                byte[] body = VideoFeed.of(subscription.topic(), hubUrl(), clock.instant(), changed)
                        .getBytes(StandardCharsets.UTF_8);
                Map<String, String> headers = headers(subscription, body);
                deliveries.send(new Message(
                        NAME, changed.get(0).change(), subscription.callback(), body, () -> headers, status -> {
                            if (status == 410) {
                                forget(subscription);
                            }
                            return status == 410;
                        }));
            }
        }
    }

    private Map<String, String> headers(WebSubSubscription subscription, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/atom+xml");
        headers.put("Link", "<" + hubUrl() + ">; rel=\"hub\", <" + subscription.topic() + ">; rel=\"self\"");
        if (subscription.secret() != null) {
            String algorithm = method.equals("sha1") ? Signatures.SHA1 : Signatures.SHA256;
            headers.put("X-Hub-Signature", method + "=" + Signatures.hex(algorithm, subscription.secret(), body));
        }
        return headers;
    }

    private String hubUrl() {
        return baseUrl + "/websub/subscribe";
    }

    private synchronized void forget(WebSubSubscription subscription) {
        subscriptions.remove(key(subscription));
    }

    private static String key(WebSubSubscription subscription) {
        return subscription.callback() + " " + subscription.topic();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Answer answer(Received request) {
        if (request.path().equals("/websub/subscribe") && request.method().equals("POST")) {
            return subscribe(request);
        }
        if (request.path().equals("/websub/feeds/videos.xml")
                && request.method().equals("GET")) {
            return feed(Forms.parse(request.query()).path("channel_id").asText());
        }
        return Answer.text(404, "The sandbox's YouTube has POST /websub/subscribe and GET /websub/feeds/videos.xml");
    }

    private synchronized Answer feed(String channelId) {
        if (channelId.isEmpty()) {
            return Answer.text(400, "channel_id is missing");
        }
        List<Video> newest = videos.values().stream()
                .filter(video -> video.channelId().equals(channelId) && !video.deleted())
                .sorted(Comparator.comparing(Video::published).reversed())
                .limit(FEED_LENGTH)
                .toList();
        String topic = baseUrl + "/websub/feeds/videos.xml?channel_id=" + channelId;
        return Answer.of(200, "text/xml; charset=UTF-8", VideoFeed.of(topic, hubUrl(), clock.instant(), newest));
    }

    private Answer subscribe(Received request) {
        ObjectNode form = Forms.parse(request.text());
        String mode = form.path("hub.mode").asText();
        String topic = form.path("hub.topic").asText();
        String channel = topic.contains("?")
                ? Forms.parse(topic.substring(topic.indexOf('?') + 1))
                        .path("channel_id")
                        .asText()
                : "";
        if (!List.of("subscribe", "unsubscribe").contains(mode)) {
            return Answer.text(400, "hub.mode must be subscribe or unsubscribe");
        }
        if (channel.isEmpty()) {
            return Answer.text(400, "hub.topic must be a video feed with a channel_id");
        }
        String secret = Json.text(form, "hub.secret").orElse(null);
        if (secret != null && secret.getBytes(StandardCharsets.UTF_8).length >= 200) {
            return Answer.text(400, "hub.secret must be shorter than 200 bytes");
        }
        URI callback;
        Duration lease;
        try {
            callback = URI.create(form.path("hub.callback").asText());
            lease = Json.text(form, "hub.lease_seconds")
                    .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                    .orElse(DEFAULT_LEASE);
        } catch (IllegalArgumentException e) {
            return Answer.text(400, "hub.callback or hub.lease_seconds cannot be read");
        }
        if (callback.getHost() == null) {
            return Answer.text(400, "hub.callback must be an absolute URL");
        }
        WebSubSubscription wanted = new WebSubSubscription(
                channel, topic, callback, secret, clock.instant().plus(lease));
        verifier.execute(() -> verify(mode, wanted, lease));
        return Answer.empty(202);
    }

    private void verify(String mode, WebSubSubscription wanted, Duration lease) {
        String reason;
        synchronized (this) {
            reason = denied.get(wanted.channelId());
        }
        if (reason != null) {
            ask(wanted, "hub.mode=denied&hub.reason=" + encode(reason));
            return;
        }
        String challenge = StripeObjects.newId("");
        String query = "hub.mode=" + mode + "&hub.challenge=" + challenge
                + (mode.equals("subscribe") ? "&hub.lease_seconds=" + lease.toSeconds() : "");
        if (!ask(wanted, query).equals(challenge)) {
            return;
        }
        synchronized (this) {
            if (mode.equals("subscribe")) {
                subscriptions.put(key(wanted), wanted);
            } else {
                subscriptions.remove(key(wanted));
            }
        }
    }

    /** Body of a 2xx answer, "" for any other. */
    private String ask(WebSubSubscription wanted, String query) {
        String url = wanted.callback() + (wanted.callback().getRawQuery() == null ? "?" : "&");
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + query + "&hub.topic=" + encode(wanted.topic())))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() / 100 == 2 ? answer.body() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        verifier.shutdownNow();
    }
}
