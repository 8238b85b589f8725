package com.ytempire.hub.videos;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.youtube.UploadChannels;
import com.ytempire.hub.youtube.Uploads;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What people decide about videos. Each decision is one transaction that holds the video's row. */
@Component
class VideoDesk {

    private static final String GO_ON = "state = 'processing', hold_reason = null, error_code = null,"
            + " error_message = null, failures = 0, due_at = :due, node = null, lease_until = null,"
            + " processing_completed_at = null, media_removed_at = null";

    private final VideoStore videos;
    private final StepRows rows;
    private final VideoFiles files;
    private final VideoHistory history;
    private final VideoPlan plan;
    private final Uploads uploads;
    private final UploadChannels channels;
    private final Clock clock;

    VideoDesk(
            VideoStore videos,
            StepRows rows,
            VideoFiles files,
            VideoHistory history,
            VideoPlan plan,
            Uploads uploads,
            UploadChannels channels,
            Clock clock) {
        this.videos = videos;
        this.rows = rows;
        this.files = files;
        this.history = history;
        this.plan = plan;
        this.uploads = uploads;
        this.channels = channels;
        this.clock = clock;
    }

    /** @param earlier a video of the same topic, if there is one */
    record Taken(Video video, Optional<VideoStore.Earlier> earlier) {}

    /**
     * Takes an order in. The same order again, by its id, changes nothing.
     *
     * @throws Problem when the owner's plan does not allow it, or no channel could take it
     */
    @Transactional
    public Taken order(VideoOrder asked) {
        VideoOrder order = videos.isOfAnotherTime(asked.id()) ? asked.withId(UUID.randomUUID()) : asked;
        Optional<VideoStore.Earlier> earlier = videos.sameTopic(order);
        if (videos.find(order.id()).isEmpty()) {
            if (order.owner() != null) {
                plan.take(order.owner());
            }
            mustHaveAChannel(order);
            if (videos.insert(order, plan.today())) {
                rows.create(order.id());
                history.add(order.id(), "queued", Map.of());
            }
        }
        return new Taken(videos.find(order.id()).orElseThrow(VideoDesk::unknown), earlier);
    }

    private void mustHaveAChannel(VideoOrder order) {
        if (order.channel() != null && !channels.has(order.owner(), order.channel())) {
            throw VideoRequests.invalid("channel_id", "There is no such channel");
        }
        // operators connect the fleet's channels whenever they like; a user would pay for what nobody can show
        if (order.owner() != null && !channels.hasAny(order.owner())) {
            throw new Problem(
                    HttpStatus.CONFLICT, "channel_needed", "Connect a YouTube channel first: a video needs one");
        }
    }

    /** A person has looked at it, or wants it as it is. */
    @Transactional
    public Video approve(UUID id) {
        Video video = lock(id);
        mustBe(video, EnumSet.of(VideoState.WAITING_APPROVAL), "Only a video that waits for a person is approved");
        Video approved = goOn(id, "approved = true", Map.of());
        history.add(id, "approved", Map.of());
        return approved;
    }

    /**
     * Tries again what has failed; of a video that is held, what was made less well than it should be, and the film.
     */
    @Transactional
    public Video retry(UUID id) {
        Video video = lock(id);
        mustBe(
                video,
                EnumSet.of(VideoState.WAITING_APPROVAL, VideoState.FAILED),
                "Only a video that failed or is held is tried again");
        if (video.now() == VideoState.WAITING_APPROVAL) {
            rows.reset(id, lessThanWanted(id));
        }
        Video again = goOn(id, "approved = false", Map.of());
        history.add(id, "retried", Map.of());
        return again;
    }

    private List<Step> lessThanWanted(UUID id) {
        Set<Step> again = EnumSet.of(Step.ASSEMBLY, Step.QUALITY);
        rows.of(id).stream()
                .filter(row ->
                        row.result() != null && row.result().path("degraded").asBoolean())
                .forEach(row -> again.add(Step.of(row.step())));
        if (again.contains(Step.SCRIPT)) {
            again.add(Step.METADATA);
            again.add(Step.SPEECH);
        }
        return new ArrayList<>(again);
    }

    private Video goOn(UUID id, String columns, Map<String, Object> more) {
        Map<String, Object> values = new LinkedHashMap<>(more);
        values.put("due", Timestamp.from(clock.instant()));
        return videos.update(id, GO_ON + ", " + columns, values);
    }

    /** Ends it, wherever it is; what YouTube has already stays there. */
    @Transactional
    public Video cancel(UUID id) {
        // the upload's row is locked before the video's, as whoever is at the upload does
        if (find(id).now().isUpload()) {
            uploads.cancel(id);
            return find(id);
        }
        Video video = lock(id);
        if (video.now() == VideoState.CANCELLED) {
            return video;
        }
        mustBe(
                video,
                EnumSet.of(VideoState.QUEUED, VideoState.PROCESSING, VideoState.WAITING_APPROVAL, VideoState.FAILED),
                "This video has ended, or its upload has just begun");
        Video cancelled = videos.update(
                id,
                "state = 'cancelled', hold_reason = null, node = null, lease_until = null,"
                        + " processing_completed_at = :ended",
                Map.of("ended", Timestamp.from(clock.instant())));
        history.add(id, "cancelled", Map.of());
        return cancelled;
    }

    /**
     * Changes what a person may change while it is held. A changed script is spoken and shown anew.
     *
     * @param changes of title, description, script and privacy, checked
     */
    @Transactional
    public Video edit(UUID id, Map<String, String> changes) {
        Video video = lock(id);
        mustBe(video, EnumSet.of(VideoState.WAITING_APPROVAL), "A video is edited while it is held");
        if (changes.isEmpty()) {
            return video;
        }
        if (video.publish().equals("at")
                && !changes.getOrDefault("privacy", VideoRequests.PUBLIC).equals(VideoRequests.PUBLIC)) {
            throw VideoRequests.onlyPublic();
        }
        StringBuilder columns = new StringBuilder();
        changes.keySet()
                .forEach(column -> columns.append(columns.isEmpty() ? "" : ", ")
                        .append(column)
                        .append(" = :")
                        .append(column));
        Video changed = videos.update(id, columns.toString(), new LinkedHashMap<>(changes));
        history.add(id, "edited", Map.of("fields", List.copyOf(changes.keySet())));
        if (!changes.containsKey("script") || changes.get("script").equals(video.script())) {
            return changed;
        }
        rows.note(id, Step.SCRIPT, Made.Script.by("person"));
        rows.reset(id, List.of(Step.SPEECH, Step.ASSEMBLY, Step.QUALITY));
        return goOn(id, "approved = false, quality_score = null, duration_seconds = null", Map.of());
    }

    /** @throws Problem 409 when nobody waits for a person's audio */
    void mustTakeAudio(Video video) {
        boolean held = video.now() == VideoState.WAITING_APPROVAL || video.now() == VideoState.FAILED;
        boolean waits = video.now() == VideoState.PROCESSING && video.dueAt().isAfter(clock.instant());
        if (!held && !waits || video.script() == null) {
            throw conflict(video, "Audio is taken while the video is held, has failed or waits for another try");
        }
    }

    /**
     * A person speaks instead of the providers.
     *
     * @param audio an MP3 that has been checked
     */
    @Transactional
    public Video supply(UUID id, byte[] audio) {
        Video video = lock(id);
        mustTakeAudio(video);
        files.keep(id, MediaKind.NARRATION, audio, "audio/mpeg");
        rows.done(id, Step.SPEECH, Made.Speech.supplied(), BigDecimal.ZERO);
        rows.reset(id, List.of(Step.ASSEMBLY, Step.QUALITY));
        Video changed = goOn(id, "approved = false, quality_score = null, duration_seconds = null", Map.of());
        history.add(id, "audio_supplied", Map.of());
        return changed;
    }

    /** Takes it away with its files; that it was asked for, and what it cost, stays counted. */
    @Transactional
    public void delete(UUID id) {
        // the upload's row is locked before the video's, as whoever is at the upload does
        uploads.forget(id);
        Video video = lock(id);
        if (video.now() == VideoState.PROCESSING || video.now().isUpload()) {
            throw conflict(video, "This video is being made; cancel it first");
        }
        forget(id);
    }

    /**
     * Takes the files of a video away that ended before a time.
     *
     * @return false when it has not, or not any more: somebody tries it again
     */
    @Transactional
    public boolean removeMedia(UUID id, Instant before) {
        Optional<Video> old = videos.lock(id)
                .filter(video -> video.now().isEnd() && video.mediaRemovedAt() == null)
                .filter(video -> Optional.ofNullable(video.processingCompletedAt())
                        .orElse(video.updatedAt())
                        .isBefore(before));
        old.ifPresent(video -> {
            files.remove(id);
            videos.update(id, "media_removed_at = :removed", Map.of("removed", Timestamp.from(clock.instant())));
        });
        return old.isPresent();
    }

    /** Takes it away whatever its state is; the caller has a transaction. */
    void forget(UUID id) {
        lock(id);
        files.remove(id);
        videos.update(
                id,
                "deleted_at = :deleted, state = case when state in ('completed', 'failed') then state else 'cancelled' end,"
                        + " topic = '', topic_key = '', title = null, description = null, tags = null, script = null,"
                        + " error_message = null, hold_reason = null, node = null, lease_until = null",
                Map.of("deleted", Timestamp.from(clock.instant())));
        rows.forget(id);
        history.add(id, "deleted", Map.of());
    }

    private Video find(UUID id) {
        return videos.find(id).orElseThrow(VideoDesk::unknown);
    }

    private Video lock(UUID id) {
        return videos.lock(id).orElseThrow(VideoDesk::unknown);
    }

    static Problem unknown() {
        return new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such video");
    }

    private static void mustBe(Video video, Set<VideoState> states, String detail) {
        if (!states.contains(video.now())) {
            throw conflict(video, detail);
        }
    }

    private static Problem conflict(Video video, String detail) {
        return new Problem(HttpStatus.CONFLICT, "wrong_state", detail).with("state", video.state());
    }
}
