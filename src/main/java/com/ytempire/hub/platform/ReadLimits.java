package com.ytempire.hub.platform;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * How much of an answer is read, and for how long, by clients that come with a vendor's library: a server could go on without
 * end, or drip byte by byte, which no time-out of a single read notices. What routes call by {@code http:} is bounded by
 * {@link BoundedAnswers}.
 *
 * @param largest bytes, unpacked
 * @param longest from the first byte to the last
 */
public record ReadLimits(long largest, Duration longest) {

    /** Of clients nobody has told. */
    public static final ReadLimits USUAL = new ReadLimits(32L << 20, Duration.ofMinutes(2));

    /** The answer, which fails to be read once it is too large or takes too long. */
    public InputStream around(InputStream answer) {
        return new Bounded(answer, largest, System.nanoTime() + longest.toNanos());
    }

    private static final class Bounded extends FilterInputStream {

        private final long largest;
        private final long end;
        private long read;

        Bounded(InputStream answer, long largest, long end) {
            super(answer);
            this.largest = largest;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            int some = super.read(bytes, from, most);
            count(Math.max(0, some));
            return some;
        }

        @Override
        public long skip(long most) throws IOException {
            long skipped = super.skip(most);
            count(skipped);
            return skipped;
        }

        private void count(long more) throws IOException {
            read += more;
            if (read > largest) {
                throw new IOException("the answer is too large");
            }
            if (System.nanoTime() - end > 0) {
                throw new IOException("the answer takes too long");
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
