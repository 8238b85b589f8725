package com.ytempire.hub.benchmark;

import static com.ytempire.hub.benchmark.Benchmarks.print;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.platform.Vault;
import com.ytempire.hub.sandbox.Sandbox;
import com.ytempire.hub.sandbox.YoutubeChannel;
import com.ytempire.hub.sandbox.YoutubeVendor;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The memory of a hub that uploads one large file: its heap after a collection before and after, what it holds in the
 * middle, and the most it reached on the way. The file is sparse, so the disk is not what is measured.
 */
final class LargeFileBenchmark {

    private static final long GIGABYTE = 1024L * 1024 * 1024;
    private static final String ID = "00000000-0000-4000-8000-000000000001";

    private final BenchmarkDatabase database;
    private final String name;
    private final ServerProcess hub;
    private final Path folder;
    private final long bytes;

    /** @param name of the hub's database */
    LargeFileBenchmark(BenchmarkDatabase database, String name, ServerProcess hub, Path folder, boolean quick) {
        this.database = database;
        this.name = name;
        this.hub = hub;
        this.folder = folder;
        this.bytes = quick ? GIGABYTE / 4 : 2 * GIGABYTE;
    }

    static Map<String, String> withYoutube(Map<String, String> environment, Sandbox vendors) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("YOUTUBE_BASE_URL", vendors.baseUrl() + "/youtube");
        all.put("GOOGLE_OAUTH_BASE_URL", vendors.baseUrl() + "/youtube/oauth");
        all.put("YOUTUBE_CLIENT_ID", YoutubeVendor.CLIENT_ID);
        all.put("YOUTUBE_CLIENT_SECRET", YoutubeVendor.CLIENT_SECRET);
        return all;
    }

    void measure(Sandbox vendors) throws Exception {
        print("%nUpload of one file of %,d MB, memory of the hub in MB", bytes / 1024 / 1024);
        Path file = sparse();
        try {
            connect(vendors.youtube());
            long before = collected();
            queue(file);
            long start = System.nanoTime();
            long most = before;
            long middle = 0;
            while (!text("select state from youtube.upload").matches("finishing|watching|published|failed")) {
                most = Math.max(most, heap("heap"));
                if (middle == 0 && Long.parseLong(text("select confirmed from youtube.upload")) > bytes / 2) {
                    middle = collected();
                }
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            String state = text("select concat_ws(' ', state, code) from youtube.upload");
            print(
                    "  held before %d, in the middle %d, after %d; most, garbage included, %d of %d",
                    before, middle, collected(), most, heap("most"));
            print("  %s after %.1f s, %.0f MB/s", state, took.toMillis() / 1e3, bytes / 1048.576 / took.toMillis());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private Path sparse() throws IOException {
        Path file = folder.resolve("large.mp4");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(bytes);
            large.write("\0\0\0\20ftypisom".getBytes(StandardCharsets.US_ASCII));
        }
        return file;
    }

    private void connect(YoutubeVendor youtube) throws SQLException {
        YoutubeChannel channel = youtube.newChannel("Benchmark");
        YoutubeVendor.Tokens tokens = youtube.grant(channel.id(), YoutubeVendor.CLIENT_ID, "youtube.upload", "youtube");
        Vault vault = new Vault(new byte[Vault.KEY_BYTES]);
        database.run(name, """
                insert into youtube.channel (id, project, youtube_id, title, state, state_since, reserve,
                                             uploads_per_day, check_due_at, connected_by, created_at)
                values ('%s', 'default', '%s', 'Benchmark', 'active', now(), false, 5, 'infinity', 'benchmark', now());
                insert into youtube.channel_token (channel_id, refresh_sealed, access_sealed, access_until, scopes,
                                                   refreshed_at, due_at)
                values ('%s', '%s', '%s', now() + interval '1 hour', '', now(), 'infinity')
                """.formatted(
                        ID,
                        channel.id(),
                        ID,
                        vault.seal("youtube.channel/" + ID + "/refresh", tokens.refresh()),
                        vault.seal("youtube.channel/" + ID + "/access", tokens.access())));
    }

    private void queue(Path file) throws Exception {
        UUID id = UUID.randomUUID();
        database.run(name, """
                insert into youtube.upload
                    (id, video_id, lane, marker, file, bytes, sha256, title, description, tags, category, privacy,
                     made_for_kids, synthetic_media, state, due_at, since, thumbnail_state, captions_state,
                     queued_at, changed_at)
                values ('%s', '%s', 'fleet', 'yte-benchmark', '%s', %d, '%s', 'Benchmark', '', '{}', '22', 'private',
                        false, true, 'queued', now(), now(), 'none', 'none', now(), now())
                """.formatted(id, id, file, bytes, hash(file)));
    }

    private static String hash(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[1024 * 1024];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private String text(String query) throws SQLException {
        return database.text(name, query);
    }

    /** MB in use once the garbage is gone. */
    private long collected() throws IOException {
        return heap("collect");
    }

    /** The hub prints the number; it is the last one of its log. */
    private long heap(String word) throws IOException {
        int said = numbers().size();
        hub.tell(word);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> numbers().size() > said);
        List<String> all = numbers();
        return Long.parseLong(all.get(all.size() - 1).substring(BenchmarkHub.MEGABYTES.length()));
    }

    private List<String> numbers() throws IOException {
        try (var lines = Files.lines(folder.resolve(name).resolve("log"))) {
            return lines.filter(line -> line.startsWith(BenchmarkHub.MEGABYTES)).toList();
        }
    }
}
