package com.ytempire.hub.videos;

import com.ytempire.hub.media.LicenceAnswer;
import com.ytempire.hub.media.LicenceEntry;
import com.ytempire.hub.media.LicenceRequest;
import com.ytempire.hub.media.Licences;
import com.ytempire.hub.media.StockAnswer;
import com.ytempire.hub.media.StockItem;
import com.ytempire.hub.media.StockRequest;
import com.ytempire.hub.platform.Problem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The film of a video: its narration over clips it has a licence for, or over its thumbnail when there are none. */
@Component("videoFilm")
class VideoFilm {

    private static final Logger LOG = LoggerFactory.getLogger(VideoFilm.class);
    private static final int LONGEST_QUERY = 100;
    private static final int MILLI = 3;

    private final VideoSteps steps;
    private final VideoFiles files;
    private final VideoStorage storage;
    private final Licences licences;
    private final ClipFetcher fetcher;
    private final Assembly assembly;
    private final VideosSettings settings;
    private final Clock clock;

    VideoFilm(
            VideoSteps steps,
            VideoFiles files,
            VideoStorage storage,
            Licences licences,
            ClipFetcher fetcher,
            Assembly assembly,
            VideosSettings settings,
            Clock clock) {
        this.steps = steps;
        this.files = files;
        this.storage = storage;
        this.licences = licences;
        this.fetcher = fetcher;
        this.assembly = assembly;
        this.settings = settings;
        this.clock = clock;
    }

    /** What is looked for: enough clips that none has to be shown for long. */
    public StockRequest search(@Variable("video") VideoRun run) {
        run.clips().clear();
        Video video = run.video();
        return new StockRequest(
                StockRequest.Type.VIDEO,
                VideoText.cut(video.topic().replaceAll("\\s+", " ").strip(), LONGEST_QUERY),
                wanted(video),
                settings.clips().shortest(),
                settings.clips().longest(),
                video.aspect().equals(Aspect.WIDE.ratio())
                        ? StockRequest.Orientation.LANDSCAPE
                        : StockRequest.Orientation.PORTRAIT,
                video.highValue(),
                video.key(),
                clock.instant().plus(settings.patience()));
    }

    private int wanted(Video video) {
        BigDecimal seconds =
                video.durationSeconds() == null ? BigDecimal.valueOf(video.durationTarget()) : video.durationSeconds();
        int each = Math.toIntExact(settings.clips().each().toSeconds());
        int all = seconds.divide(BigDecimal.valueOf(each), 0, RoundingMode.CEILING)
                .intValue();
        return Math.min(settings.clips().most(), Math.max(1, all));
    }

    /**
     * What is to be licensed: as many as are wanted beside those a run before this one has come to; nothing is bought
     * that is not needed.
     */
    public List<LicenceRequest> choose(@Variable("video") VideoRun run, @Body StockAnswer found) {
        List<LicenceEntry> held = licences.ofVideo(run.video().key());
        held.forEach(entry -> run.clips().add(source(entry)));
        Set<String> there = held.stream().map(LicenceEntry::assetId).collect(Collectors.toSet());
        return found.items().stream()
                .map(StockItem::id)
                .filter(asset -> !there.contains(asset))
                .limit(Math.max(0, wanted(run.video()) - held.size()))
                .map(asset -> new LicenceRequest(
                        asset,
                        null,
                        run.video().key(),
                        run.video().owner(),
                        clock.instant().plus(settings.patience())))
                .toList();
    }

    /** The video may use a clip. */
    public void licensed(@Variable("video") VideoRun run, @Body LicenceAnswer answer) {
        run.cost(answer.paid());
        run.clips().add(source(answer.entry()));
    }

    /** There is no licence of this one; the film is made of the others. */
    public void refused(@Variable("video") VideoRun run, Exception failure) {
        if (failure instanceof Problem problem) {
            LOG.info("{}: no licence of a clip: {}", run, problem.code());
        } else {
            LOG.warn("{}: no licence of a clip", run, failure);
        }
    }

    private static ClipSource source(LicenceEntry entry) {
        return new ClipSource(entry.assetId(), entry.provider(), entry.url());
    }

    /** Makes the film and keeps it. */
    public void make(@Variable("video") VideoRun run) {
        Video video = run.video();
        StoredFile narration = files.find(video.id(), MediaKind.NARRATION)
                .orElseThrow(() -> StepFailed.passing("narration_lost", "The narration was lost just now"));
        Path picture = files.find(video.id(), MediaKind.THUMBNAIL)
                .map(StoredFile::path)
                .orElse(null);
        Path work = files.work(video.id());
        try {
            List<Path> clips = fetcher.fetch(run.clips(), storage.folder().resolve("clips")).stream()
                    .filter(FetchedClip::isUsable)
                    .map(FetchedClip::file)
                    .toList();
            Instant begun = clock.instant();
            AssembledVideo made = assembly.assemble(
                    new AssemblyOrder(
                            narration.path(),
                            video.script(),
                            clips,
                            picture,
                            Aspect.of(video.aspect()).orElseThrow(),
                            work),
                    percent -> steps.isOurs(run, percent));
            BigDecimal rendering =
                    BigDecimal.valueOf(Duration.between(begun, clock.instant()).toMillis(), MILLI);
            VideoFiles.Prepared film = files.prepare(made.film(), "video/mp4");
            VideoFiles.Prepared captions =
                    made.captions() == null ? null : files.prepare(made.captions(), "application/x-subrip");
            steps.done(
                    run,
                    new Made.Film(
                            made.about(),
                            made.captionCoverage(),
                            made.clipsShown(),
                            made.sha256(),
                            made.bytes(),
                            rendering),
                    run.cost(),
                    "duration_seconds = :seconds",
                    Map.of("seconds", made.about().seconds()),
                    ours -> {
                        files.place(ours.id(), MediaKind.VIDEO, "", film);
                        if (captions != null) {
                            files.place(ours.id(), MediaKind.CAPTIONS, "", captions);
                        }
                    });
        } finally {
            files.delete(work);
        }
    }
}
