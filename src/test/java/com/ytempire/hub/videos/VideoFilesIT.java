package com.ytempire.hub.videos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/** The files of videos, and the folder they lie in. */
class VideoFilesIT extends VideosHubIT {

    @Autowired
    private VideoFiles files;

    @Autowired
    private VideoStorage storage;

    @Autowired
    private VideosSettings settings;

    @Autowired
    private TransactionTemplate transactions;

    private final UUID one = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();

    private StoredFile keep(UUID video, String content) {
        return files.keep(video, MediaKind.NARRATION, content.getBytes(StandardCharsets.UTF_8), "audio/mpeg");
    }

    @Test
    void aFileIsNamedByItsContentAndSharedUntilNobodyHasIt() throws IOException {
        String content = unique("content");
        StoredFile file = keep(one, content);
        assertThat(file.path()).hasContent(content).hasFileName(file.sha256() + ".mp3");
        assertThat(file.bytes()).isEqualTo(content.length());
        assertThat(keep(other, content).path()).isEqualTo(file.path());
        assertThat(files.find(one, MediaKind.NARRATION)).contains(file);

        files.remove(one);
        assertThat(files.find(one, MediaKind.NARRATION)).isEmpty();
        assertThat(file.path()).exists();
        StoredFile replaced = keep(other, content + " changed");
        assertThat(file.path()).doesNotExist();
        assertThat(replaced.path()).hasContent(content + " changed");

        // cut short, as a full disk or a hand leaves it
        Files.writeString(replaced.path(), "c");
        assertThat(files.find(other, MediaKind.NARRATION)).isEmpty();
        assertThat(keep(other, content + " changed").path()).hasContent(content + " changed");
        files.remove(other);
        assertThat(replaced.path()).doesNotExist();
    }

    @Test
    void aFileGoesOnlyWhenWhatReplacesItIsCommitted() {
        StoredFile file = keep(one, unique("content"));
        transactions.executeWithoutResult(status -> {
            keep(one, unique("changed"));
            status.setRollbackOnly();
        });
        assertThat(files.find(one, MediaKind.NARRATION)).contains(file);
        assertThat(file.path()).exists();

        transactions.executeWithoutResult(status -> {
            keep(one, unique("changed"));
            assertThat(file.path()).as("not before the commit").exists();
        });
        assertThat(file.path()).doesNotExist();
        files.remove(one);
    }

    @Test
    void theSameContentKeptAndTakenAwayAtOnceIsThereForWhoHasIt() {
        String content = unique("content");
        List<UUID> videos =
                IntStream.range(0, 8).mapToObj(each -> UUID.randomUUID()).toList();
        CompletableFuture.allOf(videos.stream()
                        .map(video -> CompletableFuture.runAsync(() -> {
                            keep(video, content);
                            if (video.hashCode() % 2 == 0) {
                                files.remove(video);
                            }
                        }))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(videos)
                .allSatisfy(video -> assertThat(
                                files.find(video, MediaKind.NARRATION).isPresent())
                        .isEqualTo(video.hashCode() % 2 != 0));
    }

    @Test
    void whatACrashLeftIsSweptAndNothingElse() throws IOException {
        StoredFile kept = keep(one, unique("kept"));
        Path work = files.work(one);
        Path orphan = Files.writeString(kept.path().resolveSibling(unique("0rphan") + ".mp4"), "nobody's");
        Path fresh = files.work(one);
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        for (Path path : List.of(kept.path(), work, orphan)) {
            Files.setLastModifiedTime(path, longAgo);
        }
        assertThat(files.sweep(Duration.ofDays(1))).isGreaterThanOrEqualTo(2);
        assertThat(kept.path()).exists();
        assertThat(fresh).exists();
        assertThat(work).doesNotExist();
        assertThat(orphan).doesNotExist();
        files.delete(fresh);
    }

    @Test
    void aFolderThatIsNotTheOneTakesNoWork() throws IOException {
        assertThat(storage.problem()).isEmpty();
        Path elsewhere = Files.createTempDirectory(Path.of("target"), "not-mounted");
        assertThat(storage(elsewhere, settings.leastFree()).problem()).contains("storage_unavailable");
        Files.writeString(elsewhere.resolve(".ytempire-media"), UUID.randomUUID() + "\n");
        assertThat(storage(elsewhere, settings.leastFree()).problem()).contains("storage_unavailable");
        assertThat(storage(Path.of("target", "nowhere"), settings.leastFree()).problem())
                .contains("storage_unavailable");
    }

    @Test
    void withoutRoomNoFurtherVideoIsBegun() {
        VideoStorage full = storage(settings.storage(), DataSize.ofTerabytes(1_000_000));
        assertThat(full.problem()).isEmpty();
        assertThat(full.problemOfStarting()).contains("disk_space");
        assertThat(VideoFiles.failed(new IOException("No space left on device")).code())
                .isEqualTo("disk_full");
    }

    private VideoStorage storage(Path folder, DataSize least) {
        return new VideoStorage(
                new VideosSettings(
                        folder,
                        least,
                        1,
                        settings.poll(),
                        settings.lease(),
                        settings.renew(),
                        settings.retries(),
                        settings.postpone(),
                        settings.patience(),
                        settings.level(),
                        settings.leastQuality(),
                        settings.requests(),
                        settings.clips(),
                        settings.live(),
                        settings.retention()),
                jdbc);
    }
}
