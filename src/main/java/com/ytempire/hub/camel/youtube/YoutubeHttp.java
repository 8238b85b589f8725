package com.ytempire.hub.camel.youtube;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import com.ytempire.hub.platform.ReadLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
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
 * request whose connection breaks, and loses the text of a 401 to an upload. What routes have for {@code http:} would bound
 * the whole of a call in time, and an upload's chunk may take as long as the line needs: here the reading of the answer is
 * bounded alone.
 */
final class YoutubeHttp extends HttpTransport {

    /** Uploads at the same time, and the short calls beside them. */
    private static final int CONNECTIONS = 128;

    private static final int REST = 8192; // bytes; after what is parsed comes a line break, and the end

    private final CloseableHttpClient client;
    private final ReadLimits bounds;

    YoutubeHttp(Duration connectTimeout, ReadLimits bounds) {
        this.bounds = bounds;
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
                .disableContentCompression() // unpacked below, where it is counted
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
                return new Response(client.executeOpen(RoutingSupport.determineHost(request), request, null), bounds);
            } catch (HttpException e) {
                throw new IOException(e);
            }
        }
    }

    private static final class Response extends LowLevelHttpResponse {

        private final ClassicHttpResponse response;
        private final HttpEntity entity;
        private final Header[] headers;
        private final ReadLimits bounds;
        private InputStream content;

        private Response(ClassicHttpResponse response, ReadLimits bounds) throws IOException {
            this.bounds = bounds;
            this.response = response;
            this.entity = response.getEntity();
            this.headers = response.getHeaders();
            if (entity == null) {
                response.close();
            }
        }

        @Override
        public InputStream getContent() throws IOException {
            if (content == null && entity != null) {
                InputStream sent = entity.getContent();
                content = sent == null ? null : new Answer(bounds.around(isPacked() ? unpacked(sent) : sent));
            }
            return content;
        }

        private boolean isPacked() {
            return entity != null && "gzip".equalsIgnoreCase(entity.getContentEncoding());
        }

        /** An empty one has not even the beginning of what is packed. */
        private static InputStream unpacked(InputStream sent) throws IOException {
            PushbackInputStream look = new PushbackInputStream(sent);
            int first = look.read();
            if (first < 0) {
                return look;
            }
            look.unread(first);
            return new GZIPInputStream(look);
        }

        /** What the library has still to unpack: nothing. */
        @Override
        public String getContentEncoding() {
            return entity == null || isPacked() ? null : entity.getContentEncoding();
        }

        /** Of what is not wanted little more is read, so that the connection can be used again; else it ends. */
        private final class Answer extends FilterInputStream {

            private boolean atEnd;

            private Answer(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                int one = super.read();
                atEnd |= one < 0;
                return one;
            }

            @Override
            public int read(byte[] bytes, int from, int most) throws IOException {
                int some = super.read(bytes, from, most);
                atEnd |= some < 0;
                return some;
            }

            @Override
            public void close() throws IOException {
                try {
                    byte[] rest = new byte[REST];
                    for (int i = 0; !atEnd && i < 2; i++) {
                        read(rest, 0, REST);
                    }
                } finally {
                    if (atEnd) {
                        super.close();
                    } else {
                        response.close();
                    }
                }
            }
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
