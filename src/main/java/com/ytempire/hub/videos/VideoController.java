package com.ytempire.hub.videos;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.accounts.KeyedRequests;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.IdempotencyKey;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.TraceMarks;
import com.ytempire.hub.spending.SpendingReport;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Videos: asked for, looked at, decided on. A user sees his own; an operator all, and asks for the fleet's. */
@RestController
@RequestMapping("/api/v1/videos")
class VideoController {

    private final VideoDesk desk;
    private final VideoStore videos;
    private final StepRows rows;
    private final VideoFiles files;
    private final VideoStorage storage;
    private final VideoRequests requests;
    private final SuppliedAudio audio;
    private final SpendingReport spending;
    private final KeyedRequests keyed;
    private final ObjectProvider<TraceMarks> traces;
    private final Clock clock;

    VideoController(
            VideoDesk desk,
            VideoStore videos,
            StepRows rows,
            VideoFiles files,
            VideoStorage storage,
            VideoRequests requests,
            SuppliedAudio audio,
            SpendingReport spending,
            KeyedRequests keyed,
            ObjectProvider<TraceMarks> traces,
            Clock clock) {
        this.desk = desk;
        this.videos = videos;
        this.rows = rows;
        this.files = files;
        this.storage = storage;
        this.requests = requests;
        this.audio = audio;
        this.spending = spending;
        this.keyed = keyed;
        this.traces = traces;
        this.clock = clock;
    }

    /** What the caller of {@code generate} is told. */
    record Accepted(UUID videoId, String state, String waitingReason, List<Map<String, Object>> warnings) {}

    /** Takes a video in; it is made afterwards. */
    @PostMapping("/generate")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ApiAnswer<Accepted> generate(
            @RequestBody VideoRequests.Wanted wanted,
            @RequestHeader(name = IdempotencyKey.HEADER, required = false) String key,
            Caller caller) {
        return ApiAnswer.of(keyed.once(caller, key, "videos/generate", wanted, Accepted.class, () -> {
            VideoOrder order = requests.order(wanted, key, caller);
            VideoDesk.Taken taken = desk.order(order);
            List<Map<String, Object>> warnings =
                    taken.earlier().map(VideoController::repeated).stream().toList();
            Video video = taken.video();
            traces.ifAvailable(marks -> marks.begins(video, "videos-generate"));
            return new Accepted(video.id(), video.state(), waitingReason(), warnings);
        }));
    }

    private static Map<String, Object> repeated(VideoStore.Earlier earlier) {
        Map<String, Object> warning = new LinkedHashMap<>();
        warning.put("code", "topic_repeated");
        warning.put("message", "There is a video of this topic already");
        warning.put("video_id", earlier.id());
        warning.put("created_at", earlier.createdAt());
        return warning;
    }

    private String waitingReason() {
        return storage.problemOfStarting().orElse(null);
    }

    /** Newest first. */
    @GetMapping
    ApiAnswer<List<VideoView>> list(
            @RequestParam(required = false) String state,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        Filters.mustBeOneOf(VideoState.STORED, state, "state");
        Page<Video> found = videos.page(caller.isOperator(), caller.userId(), state, new Paging(page, perPage));
        String reason = waitingReason();
        Instant now = clock.instant();
        return ApiAnswer.of(new Page<>(
                found.items().stream()
                        .map(video -> VideoView.of(video, reason, now))
                        .toList(),
                found.total(),
                found.paging()));
    }

    @GetMapping("/{id}")
    ApiAnswer<VideoView> one(@PathVariable UUID id, Caller caller) {
        return whole(mine(id, caller));
    }

    private ApiAnswer<VideoView> whole(Video video) {
        return ApiAnswer.of(VideoView.of(
                video, waitingReason(), clock.instant(), video.script(), rows.of(video.id()), list(video.id())));
    }

    private Video mine(UUID id, Caller caller) {
        return videos.find(id).filter(video -> caller.maySee(video.owner())).orElseThrow(VideoDesk::unknown);
    }

    /** What it has cost so far, as it stands in the ledger. */
    @GetMapping("/{id}/cost")
    ApiAnswer<SpendingReport.VideoCost> cost(@PathVariable UUID id, Caller caller) {
        return ApiAnswer.of(spending.ofVideo(mine(id, caller).key()));
    }

    @PostMapping("/{id}/approve")
    ApiAnswer<VideoView> approve(@PathVariable UUID id, Caller caller) {
        mine(id, caller);
        return whole(desk.approve(id));
    }

    @PostMapping("/{id}/retry")
    ApiAnswer<VideoView> retry(@PathVariable UUID id, Caller caller) {
        mine(id, caller);
        return whole(desk.retry(id));
    }

    @PostMapping("/{id}/cancel")
    ApiAnswer<VideoView> cancel(@PathVariable UUID id, Caller caller) {
        mine(id, caller);
        return whole(desk.cancel(id));
    }

    /** While it is held. A changed script is spoken and shown anew. */
    @PatchMapping("/{id}")
    ApiAnswer<VideoView> edit(@PathVariable UUID id, @RequestBody VideoRequests.Edit edit, Caller caller) {
        mine(id, caller);
        return whole(desk.edit(id, requests.changes(edit)));
    }

    /** The narration, spoken by a person: an MP3 or a WAV file as the body. */
    @PutMapping("/{id}/audio")
    ApiAnswer<VideoView> audio(@PathVariable UUID id, HttpServletRequest request, Caller caller) throws IOException {
        desk.mustTakeAudio(mine(id, caller));
        return whole(desk.supply(id, audio.read(request.getInputStream())));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable UUID id, Caller caller) {
        mine(id, caller);
        desk.delete(id);
    }

    @GetMapping("/{id}/files")
    ApiAnswer<List<Map<String, Object>>> files(@PathVariable UUID id, Caller caller) {
        return ApiAnswer.of(list(mine(id, caller).id()));
    }

    private List<Map<String, Object>> list(UUID id) {
        return files.all(id).stream().map(file -> about(id, file)).toList();
    }

    private static Map<String, Object> about(UUID id, StoredFile file) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("kind", file.kind().stored());
        about.put("type", file.type());
        about.put("bytes", file.bytes());
        about.put("sha256", file.sha256());
        about.put("url", "/api/v1/videos/%s/files/%s".formatted(id, file.kind().stored()));
        return about;
    }

    /** One of its files: video, thumbnail, narration or captions. Players ask for a range of it. */
    @GetMapping("/{id}/files/{kind}")
    ResponseEntity<Resource> file(@PathVariable UUID id, @PathVariable String kind, Caller caller) {
        Video video = mine(id, caller);
        Optional<StoredFile> file =
                MediaKind.STORED.contains(kind) ? files.find(video.id(), MediaKind.of(kind)) : Optional.empty();
        if (file.isEmpty()) {
            if (video.mediaRemovedAt() != null) {
                throw new Problem(
                        HttpStatus.GONE,
                        "media_removed",
                        "The files of a video are removed some time after it was published");
            }
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "The video has no such file");
        }
        StoredFile found = file.get();
        String name = found.path().getFileName().toString();
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(found.type()))
                .eTag(found.sha256())
                .cacheControl(CacheControl.noCache().cachePrivate())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.inline()
                                .filename(id + name.substring(name.indexOf('.')).toLowerCase(Locale.ROOT))
                                .build()
                                .toString())
                .body(new FileSystemResource(found.path()));
    }
}
