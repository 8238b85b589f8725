package com.ytempire.hub.camel.youtube;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.youtube.YouTube;
import com.google.api.services.youtubeAnalytics.v2.YouTubeAnalytics;
import com.ytempire.hub.platform.ReadLimits;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The library's clients, one of each kind for each channel, over shared connections. None repeats anything by itself. */
final class YoutubeClients implements AutoCloseable {

    private static final String APPLICATION = "ytempire-hub";

    /** The clients that act for one channel. */
    record ChannelClient(YouTube youtube, YouTubeAnalytics analytics, HttpRequestInitializer initializer) {}

    private final YoutubeHttp http;
    private final YoutubeAccess access;
    private final String base;
    private final String analyticsBase;
    private final Duration connectTimeout;
    private final Duration readTimeout;
    private final Map<String, ChannelClient> clients = new ConcurrentHashMap<>();

    YoutubeClients(
            YoutubeAccess access,
            String base,
            String analyticsBase,
            Duration connectTimeout,
            Duration readTimeout,
            ReadLimits bounds) {
        this.http = new YoutubeHttp(connectTimeout, bounds);
        this.access = access;
        this.base = root(base, YouTube.DEFAULT_ROOT_URL);
        this.analyticsBase = root(analyticsBase, YouTubeAnalytics.DEFAULT_ROOT_URL);
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
    }

    /** As the library wants it, with a slash at its end. */
    static String root(String base, String otherwise) {
        if (base == null || base.isBlank()) {
            return otherwise;
        }
        URI uri = URI.create(base.strip());
        if (uri.getHost() == null || !("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("The base of YouTube's API must be an http or https address");
        }
        return base.strip().replaceAll("/+$", "") + "/";
    }

    ChannelClient of(String channel) {
        return clients.computeIfAbsent(channel, this::client);
    }

    private ChannelClient client(String channel) {
        HttpRequestInitializer initializer = request -> {
            request.setNumberOfRetries(0);
            request.setFollowRedirects(false);
            request.setLoggingEnabled(false); // the library would log headers and addresses
            request.setCurlLoggingEnabled(false);
            request.setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()));
            request.setReadTimeout(Math.toIntExact(readTimeout.toMillis()));
            request.getHeaders().setAuthorization("Bearer " + access.accessToken(channel));
        };
        return new ChannelClient(
                new YouTube.Builder(http, GsonFactory.getDefaultInstance(), initializer)
                        .setRootUrl(base)
                        .setApplicationName(APPLICATION)
                        .build(),
                new YouTubeAnalytics.Builder(http, GsonFactory.getDefaultInstance(), initializer)
                        .setRootUrl(analyticsBase)
                        .setApplicationName(APPLICATION)
                        .build(),
                initializer);
    }

    /** Sends what the library has no method for; a failed status is no exception. */
    HttpResponse send(String channel, String method, GenericUrl url, HttpContent content, RequestSetup setup)
            throws IOException {
        HttpRequest request =
                http.createRequestFactory(of(channel).initializer()).buildRequest(method, url, content);
        request.setThrowExceptionOnExecuteError(false);
        request.setParser(GsonFactory.getDefaultInstance().createJsonObjectParser());
        setup.accept(request);
        return request.execute();
    }

    /** What one request has of its own. */
    @FunctionalInterface
    interface RequestSetup {
        void accept(HttpRequest request);
    }

    void refused(String channel) {
        access.refused(channel);
    }

    /** With a slash at its end. */
    String base() {
        return base;
    }

    @Override
    public void close() throws IOException {
        http.shutdown();
    }
}
