package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.IntakeBenchmark.print;

import com.ytempire.hub.camel.youtube.YoutubeAccess;
import com.ytempire.hub.camel.youtube.YoutubeComponent;
import com.ytempire.hub.camel.youtube.YoutubeConstants;
import com.ytempire.hub.camel.youtube.YoutubeProgress;
import com.ytempire.hub.camel.youtube.YoutubeSession;
import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.YoutubeChannel;
import com.ytempire.hub.sandbox.YoutubeVendor;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;

/** What a long upload costs in memory: 2 GB in chunks of 50 MiB, from a JVM whose heap could hold one chunk only. */
final class UploadBenchmark {

    private static final long BYTES = 2_147_483_648L;
    private static final int HEAP = 64;

    private final Path folder;

    UploadBenchmark(Path folder) {
        this.folder = folder;
    }

    void measure() throws Exception {
        print("%nUpload of %,d bytes to YouTube, heap of %d MB", BYTES, HEAP);
        Path file = folder.resolve("two-gigabytes.mp4");
        try (Sandbox vendors = Sandbox.start(0);
                RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write("\0\0\0\20ftypisom".getBytes(StandardCharsets.US_ASCII));
            sparse.setLength(BYTES);
            YoutubeChannel channel = vendors.youtube().newChannel("Benchmark");
            String token = vendors.youtube()
                    .grant(channel.id(), YoutubeVendor.CLIENT_ID, "youtube.upload")
                    .access();
            long begun = System.nanoTime();
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx" + HEAP + "m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Uploader.class.getName(),
                            vendors.baseUrl() + "/youtube",
                            token,
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            List<String> told = process.inputReader()
                    .lines()
                    .filter(line -> line.startsWith(Uploader.TELLS))
                    .toList();
            double seconds = (System.nanoTime() - begun) / 1e9;
            if (process.waitFor() != 0 || vendors.youtube().videos(channel.id()).size() != 1) {
                throw new IllegalStateException("The upload did not end with a video");
            }
            print("  %s", told.get(0).substring(Uploader.TELLS.length()));
            print("  whole run   %.1f s, %.0f MB/s, start of the JVM included", seconds, BYTES / 1e6 / seconds);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The uploading side, in a JVM of its own. */
    static final class Uploader {

        static final String TELLS = "uploaded: ";

        private Uploader() {}

        /** @param args address of YouTube, an access token, and the file */
        public static void main(String[] args) throws Exception {
            YoutubeComponent youtube = new YoutubeComponent();
            youtube.setRootUrl(args[0]);
            youtube.setAccess(new YoutubeAccess() {
                @Override
                public String accessToken(String channel) {
                    return args[1];
                }

                @Override
                public void refused(String channel) {
                    // fails the call
                }
            });
            try (CamelContext camel = new DefaultCamelContext()) {
                camel.addComponent("google-youtube", youtube);
                camel.start();
                upload(camel, Path.of(args[2]));
            }
        }

        private static void upload(CamelContext camel, Path file) throws Exception {
            Object metadata = Map.of("snippet", Map.of("title", "Two gigabytes"));
            YoutubeSession session = to(camel, "upload/start?part=snippet")
                    .withHeader(YoutubeConstants.PROPERTY_PREFIX + "bytes", Files.size(file))
                    .withBody(metadata)
                    .request(YoutubeSession.class);
            YoutubeProgress progress = new YoutubeProgress(0, null);
            long least = Long.MAX_VALUE;
            long most = 0;
            int chunks = 0;
            while (!progress.finished()) {
                progress = to(camel, "upload/chunk")
                        .withHeader(YoutubeConstants.PROPERTY_PREFIX + "session", session)
                        .withHeader(YoutubeConstants.PROPERTY_PREFIX + "file", file)
                        .withHeader(YoutubeConstants.PROPERTY_PREFIX + "offset", progress.confirmed())
                        .request(YoutubeProgress.class);
                chunks++;
                System.gc();
                long used = Runtime.getRuntime().totalMemory()
                        - Runtime.getRuntime().freeMemory();
                least = Math.min(least, used);
                most = Math.max(most, used);
            }
            System.out.printf(
                    "%s%d chunks; in use after each %.1f to %.1f MB%n", TELLS, chunks, least / 1e6, most / 1e6);
        }

        private static FluentProducerTemplate to(CamelContext camel, String call) {
            return camel.createFluentProducerTemplate()
                    .to("google-youtube:" + call)
                    .withHeader(YoutubeConstants.CHANNEL, "benchmark");
        }
    }
}
