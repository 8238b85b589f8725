package com.ytempire.hub.youtube;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A video that is to be on YouTube. Texts are made to fit YouTube's limits by the upload, so that a long one fails
 * nothing.
 *
 * @param video its id in the hub; an upload belongs to one video
 * @param owner the user whose channels may take it and who may see it; null: the fleet, for operators
 * @param channel the only channel that may take it, by its id in the hub; null: the best one that may
 * @param file the same path on every node; not changed until the upload has ended
 * @param bytes the file's size
 * @param sha256 of the file, in hexadecimal; another content is not sent
 * @param thumbnail a JPEG or PNG; null: YouTube chooses a frame
 * @param captions a caption track (SubRip or WebVTT); null: none, or burned in
 * @param description what people read, without credits
 * @param credits stand below the description and are never cut off; null: none
 * @param tags may be empty
 * @param category of YouTube; null: the usual one
 * @param language BCP 47; null: not said
 * @param privacy public, unlisted or private; null: the usual one
 * @param publishAt when YouTube makes a private video public; null: at once. Makes the video private until then
 * @param madeForKids null: no
 * @param syntheticMedia whether people are told that it was made by AI; null: yes
 */
public record UploadOrder(
        UUID video,
        UUID owner,
        UUID channel,
        Path file,
        long bytes,
        String sha256,
        Path thumbnail,
        Path captions,
        String title,
        String description,
        String credits,
        List<String> tags,
        String category,
        String language,
        String privacy,
        Instant publishAt,
        Boolean madeForKids,
        Boolean syntheticMedia) {

    /** @throws IllegalArgumentException when there is nothing to upload, or it could never be found again */
    public UploadOrder {
        Objects.requireNonNull(video, "video");
        Objects.requireNonNull(file, "file");
        if (bytes < 1 || sha256 == null || !sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("The file of video " + video + " has no size or no hash");
        }
        if (title == null || title.isBlank()) {
            throw new IllegalArgumentException("Video " + video + " has no title");
        }
        if (privacy != null && !List.of("public", "unlisted", "private").contains(privacy)) {
            throw new IllegalArgumentException("A video is public, unlisted or private");
        }
        tags = tags == null ? List.of() : List.copyOf(tags);
    }
}
