package com.ytempire.hub.camel.youtube;

import com.google.api.client.json.GenericJson;
import com.google.api.client.json.gson.GsonFactory;
import com.ytempire.hub.platform.ReadLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.SimpleTypeConverter;

/**
 * Calls YouTube: {@code google-youtube:apiName/methodName}, for example {@code google-youtube:videos/list}.
 *
 * <p>A method's parameters are options of the URI or headers {@code CamelGoogleYoutube.name}; the answer is the library's
 * model object. Failures are {@link YoutubeFailure}.
 */
@Component("google-youtube")
public class YoutubeComponent extends DefaultComponent {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
    static final Duration CHUNK_TIMEOUT = Duration.ofMinutes(2);
    static final int CHUNK_SIZE = 50 * 1024 * 1024;

    @Metadata(label = "security", required = true, description = "Who knows the channels' access tokens")
    private YoutubeAccess access;

    private YoutubeMeter meter;

    @Metadata(label = "advanced", description = "Root address of the Data API instead of Google's")
    private String rootUrl;

    @Metadata(label = "advanced", description = "Root address of the Analytics API instead of Google's")
    private String analyticsRootUrl;

    @Metadata(label = "advanced", defaultValue = "5s", description = "Longest wait for a connection")
    private Duration connectTimeout = CONNECT_TIMEOUT;

    @Metadata(label = "advanced", defaultValue = "30s", description = "Longest silence while an answer is awaited")
    private Duration readTimeout = READ_TIMEOUT;

    @Metadata(label = "advanced", defaultValue = "2m", description = "The same after a chunk of an upload")
    private Duration chunkTimeout = CHUNK_TIMEOUT;

    @Metadata(label = "advanced", defaultValue = "52428800", description = "Bytes of a chunk, a multiple of 262144")
    private int chunkSize = CHUNK_SIZE;

    private ReadLimits bounds = ReadLimits.USUAL;

    private YoutubeClients clients;
    private ResumableUpload upload;

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (chunkSize <= 0 || chunkSize % ResumableUpload.GRAIN != 0) {
            throw new IllegalArgumentException(
                    "A chunk must be a multiple of %d bytes, not %d".formatted(ResumableUpload.GRAIN, chunkSize));
        }
        clients = new YoutubeClients(access, rootUrl, analyticsRootUrl, connectTimeout, readTimeout, bounds);
        upload = new ResumableUpload(clients, chunkTimeout, chunkSize);
        getCamelContext()
                .getTypeConverterRegistry()
                .addTypeConverter(
                        String.class,
                        GenericJson.class,
                        new SimpleTypeConverter(false, (type, exchange, value) -> json((GenericJson) value)));
    }

    @Override
    protected void doShutdown() throws Exception {
        if (clients != null) {
            clients.close();
        }
        super.doShutdown();
    }

    private static String json(GenericJson object) {
        try {
            return GsonFactory.getDefaultInstance().toString(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        YoutubeEndpoint endpoint = new YoutubeEndpoint(uri, this, YoutubeMethod.of(remaining));
        endpoint.takeArguments(parameters);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    YoutubeClients clients() {
        return clients;
    }

    ResumableUpload upload() {
        return upload;
    }

    public YoutubeAccess getAccess() {
        return access;
    }

    /** Sets who knows the channels' access tokens. */
    public void setAccess(YoutubeAccess access) {
        this.access = access;
    }

    public String getRootUrl() {
        return rootUrl;
    }

    /** Sets scheme, host, port and path in front of {@code youtube/v3}; null or empty for Google's. */
    public void setRootUrl(String rootUrl) {
        this.rootUrl = rootUrl;
    }

    public String getAnalyticsRootUrl() {
        return analyticsRootUrl;
    }

    /** Sets scheme, host, port and path in front of {@code v2/reports}; null or empty for Google's. */
    public void setAnalyticsRootUrl(String analyticsRootUrl) {
        this.analyticsRootUrl = analyticsRootUrl;
    }

    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    /** Sets the longest wait for a connection. */
    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public Duration getReadTimeout() {
        return readTimeout;
    }

    /** Sets the longest silence while an answer is awaited. */
    public void setReadTimeout(Duration readTimeout) {
        this.readTimeout = readTimeout;
    }

    public Duration getChunkTimeout() {
        return chunkTimeout;
    }

    /** Sets the longest silence once a chunk has been sent. */
    public void setChunkTimeout(Duration chunkTimeout) {
        this.chunkTimeout = chunkTimeout;
    }

    public int getChunkSize() {
        return chunkSize;
    }

    /** Sets how many bytes a chunk has whose length is not given: a multiple of 262,144. */
    public void setChunkSize(int chunkSize) {
        this.chunkSize = chunkSize;
    }

    public YoutubeMeter getMeter() {
        return meter;
    }

    /** Sets who is told of each call; null for nobody. */
    public void setMeter(YoutubeMeter meter) {
        this.meter = meter;
    }

    public ReadLimits getBounds() {
        return bounds;
    }

    /** Sets how much of an answer is read, and for how long. */
    public void setBounds(ReadLimits bounds) {
        this.bounds = bounds;
    }
}
