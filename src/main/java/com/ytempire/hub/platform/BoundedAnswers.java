package com.ytempire.hub.platform;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Lets no server keep the hub busy without end: not by an answer that goes on and on, which the client would read to its
 * end even when nobody wants it, not by one that unpacks to more than was sent, and not by a byte every few seconds,
 * which no time-out of a single read notices. Stands before the client's own unpacking, so it counts what comes out.
 */
final class BoundedAnswers implements ExecChainHandler, AutoCloseable {

    /** A wait for the answer that is as long as allowed ends as a time-out first, which says more than a cut. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final long largest;
    private final Duration longest;
    private final ScheduledExecutorService clock;

    /**
     * @param largest bytes of an answer, unpacked
     * @param longest of a whole call that says nothing of its own
     */
    BoundedAnswers(long largest, Duration longest) {
        this.largest = largest;
        this.longest = longest;
        ScheduledThreadPoolExecutor one = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "http-bounds");
            thread.setDaemon(true);
            return thread;
        });
        one.setRemoveOnCancelPolicy(true);
        this.clock = one;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Header within = request.getFirstHeader(HttpClients.WITHIN);
        long millis = within == null ? longest.toMillis() : Long.parseLong(within.getValue()) + SLACK.toMillis();
        Future<?> end = clock.schedule(scope.execRuntime::discardEndpoint, millis, TimeUnit.MILLISECONDS);
        HttpEntity answer = null;
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            answer = response.getEntity();
            if (answer != null) {
                response.setEntity(new Bounded(answer, scope, end));
            }
            return response;
        } finally {
            if (answer == null) {
                end.cancel(false);
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private final class Bounded extends HttpEntityWrapper {

        private final ExecChain.Scope scope;
        private final Future<?> end;
        private Counted content;

        Bounded(HttpEntity answer, ExecChain.Scope scope, Future<?> end) {
            super(answer);
            this.scope = scope;
            this.end = end;
        }

        @Override
        public InputStream getContent() throws IOException {
            if (content == null && super.getContent() != null) {
                content = new Counted(super.getContent(), scope, end);
            }
            return content;
        }

        /** The client's own would read to the end. */
        @Override
        public void close() throws IOException {
            if (content == null || !content.atEnd) {
                giveUp(scope, end, super::close);
            } else {
                super.close();
            }
        }
    }

    @FunctionalInterface
    private interface Closing {
        void close() throws IOException;
    }

    /** What nobody wants to read is not read: the connection ends instead. */
    private static void giveUp(ExecChain.Scope scope, Future<?> end, Closing rest) {
        end.cancel(false);
        scope.execRuntime.discardEndpoint();
        try {
            rest.close();
        } catch (IOException e) {
            // of a connection that has just been given up
        }
    }

    private final class Counted extends FilterInputStream {

        private final ExecChain.Scope scope;
        private final Future<?> end;
        private long read;
        private boolean atEnd;

        Counted(InputStream in, ExecChain.Scope scope, Future<?> end) {
            super(in);
            this.scope = scope;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? -1 : 1);
            return one;
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            return count(super.read(bytes, from, most));
        }

        private int count(int more) throws IOException {
            if (more < 0) {
                atEnd = true;
                end.cancel(false);
                return more;
            }
            read += more;
            if (read > largest) {
                scope.execRuntime.discardEndpoint();
                throw new IOException("the answer is too large");
            }
            return more;
        }

        @Override
        public long skip(long most) throws IOException {
            byte[] skipped = new byte[(int) Math.min(most, 8192)];
            return Math.max(0, read(skipped, 0, skipped.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() throws IOException {
            if (atEnd) {
                super.close();
            } else {
                giveUp(scope, end, super::close);
            }
        }
    }
}
