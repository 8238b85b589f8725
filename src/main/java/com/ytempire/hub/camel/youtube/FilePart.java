package com.ytempire.hub.camel.youtube;

import com.google.api.client.http.HttpContent;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Some bytes of a file, sent as they are read: however long the part, no more than a buffer is held. */
record FilePart(Path file, long offset, long length) implements HttpContent {

    private static final int BUFFER = 64 * 1024;

    @Override
    public long getLength() {
        return length;
    }

    @Override
    public String getType() {
        return null; // said when the session began
    }

    @Override
    public boolean retrySupported() {
        return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            in.position(offset);
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            for (long left = length; left > 0; ) {
                buffer.clear().limit((int) Math.min(BUFFER, left));
                int read = in.read(buffer);
                if (read < 0) {
                    throw new EOFException("The file is shorter than when its upload began");
                }
                out.write(buffer.array(), 0, read);
                left -= read;
            }
        }
        out.flush();
    }
}
