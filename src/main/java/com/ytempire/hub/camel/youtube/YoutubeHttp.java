package com.ytempire.hub.camel.youtube;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.util.Timeout;

/**
 * The hub's HTTP client under the library's. The library's own, over {@code HttpURLConnection}, repeats by itself a
 * request whose connection breaks, and loses the text of a 401 to an upload.
 */
final class YoutubeHttp extends HttpTransport {

    /** Uploads at the same time, and the short calls beside them. */
    private static final int CONNECTIONS = 128;

    private final CloseableHttpClient client;

    YoutubeHttp(Duration connectTimeout) {
        Timeout timeout = Timeout.of(connectTimeout);
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(CONNECTIONS)
                        .setMaxConnPerRoute(CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(timeout)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableAuthCaching()
                .disableCookieManagement()
                .disableContentCompression() // the library unpacks
                .build();
    }

    @Override
    public boolean supportsMethod(String method) {
        return true;
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) {
        return new Request(new HttpUriRequestBase(method, URI.create(url)));
    }

    @Override
    public void shutdown() throws IOException {
        client.close();
    }

    private final class Request extends LowLevelHttpRequest {

        private final HttpUriRequestBase request;

        private Request(HttpUriRequestBase request) {
            this.request = request;
        }

        @Override
        public void addHeader(String name, String value) {
            request.addHeader(name, value);
        }

        @Override
        public void setTimeout(int connectTimeout, int readTimeout) {
            request.setConfig(RequestConfig.custom()
                    .setConnectionRequestTimeout(Timeout.ofMilliseconds(connectTimeout))
                    .setResponseTimeout(Timeout.ofMilliseconds(readTimeout))
                    .build());
        }

        @Override
        public LowLevelHttpResponse execute() throws IOException {
            if (getStreamingContent() != null) {
                // written straight from its source, never held as a whole
                request.setEntity(new EntityTemplate(
                        getContentLength(),
                        getContentType() == null ? null : ContentType.parse(getContentType()),
                        getContentEncoding(),
                        out -> getStreamingContent().writeTo(out)));
            }
            try {
                return new Response(client.executeOpen(RoutingSupport.determineHost(request), request, null));
            } catch (HttpException e) {
                throw new IOException(e);
            }
        }
    }

    private static final class Response extends LowLevelHttpResponse {

        private final ClassicHttpResponse response;
        private final HttpEntity entity;
        private final Header[] headers;

        private Response(ClassicHttpResponse response) throws IOException {
            this.response = response;
            this.entity = response.getEntity();
            this.headers = response.getHeaders();
            if (entity == null) {
                response.close();
            }
        }

        @Override
        public InputStream getContent() throws IOException {
            return entity == null ? null : entity.getContent();
        }

        @Override
        public String getContentEncoding() {
            return entity == null ? null : entity.getContentEncoding();
        }

        @Override
        public long getContentLength() {
            return entity == null ? 0 : entity.getContentLength();
        }

        @Override
        public String getContentType() {
            return entity == null ? null : entity.getContentType();
        }

        @Override
        public String getStatusLine() {
            return "HTTP/1.1 " + response.getCode();
        }

        @Override
        public int getStatusCode() {
            return response.getCode();
        }

        @Override
        public String getReasonPhrase() {
            return response.getReasonPhrase();
        }

        @Override
        public int getHeaderCount() {
            return headers.length;
        }

        @Override
        public String getHeaderName(int index) {
            return headers[index].getName();
        }

        @Override
        public String getHeaderValue(int index) {
            return headers[index].getValue();
        }

        @Override
        public void disconnect() throws IOException {
            response.close();
        }
    }
}
