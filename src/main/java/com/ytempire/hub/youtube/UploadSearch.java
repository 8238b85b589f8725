package com.ytempire.hub.youtube;

import com.google.api.services.youtube.model.PlaylistItem;
import com.google.api.services.youtube.model.PlaylistItemListResponse;
import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtube.model.VideoListResponse;
import com.ytempire.hub.youtube.UploadRun.Step;
import com.ytempire.hub.youtube.UploadStopped.What;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Looks for a video by its marker among the channel's videos, newest first, when its session can no longer be asked.
 * Where the last byte was sent, it is looked for again after some time: a new video may be late in the list.
 */
@Component("uploadSearch")
public class UploadSearch {

    private static final String GONE = "session_gone";

    private final UploadLedger ledger;
    private final UploadSettings settings;
    private final Quota quota;
    private final Clock clock;

    UploadSearch(UploadLedger ledger, UploadSettings settings, Quota quota, Clock clock) {
        this.ledger = ledger;
        this.settings = settings;
        this.quota = quota;
        this.clock = clock;
    }

    public void begin(UploadRun run) {
        run.at(Step.FIND);
        run.searches(true, null);
    }

    /** Before the next page is asked for. @throws UploadStopped without quota for it */
    public void page(UploadRun run) {
        take(run, Step.FIND.method());
        run.searches(false, null);
    }

    /** The ids of a page's videos, by commas; null for an empty page. */
    public String ids(UploadRun run, PlaylistItemListResponse page) {
        List<PlaylistItem> items = page.getItems() == null ? List.of() : page.getItems();
        boolean further = page.getNextPageToken() != null && run.nextPage() < settings.lookPages();
        run.searches(further, page.getNextPageToken());
        if (items.isEmpty()) {
            return null;
        }
        take(run, Step.WATCH.method());
        return items.stream().map(item -> item.getContentDetails().getVideoId()).collect(Collectors.joining(","));
    }

    private void take(UploadRun run, String method) {
        if (!quota.take(run.channel(), method)) {
            throw new UploadStopped(What.AT_RESET, "quota_spent", "No quota is left for " + method);
        }
    }

    /** Whether one of them is it. */
    public void compare(UploadRun run, VideoListResponse videos) {
        List<Video> items = videos.getItems() == null ? List.of() : videos.getItems();
        Optional<Video> found = items.stream()
                .filter(video -> video.getSnippet() != null
                        && video.getSnippet().getTags() != null
                        && video.getSnippet().getTags().contains(run.order().marker()))
                .findFirst();
        found.ifPresent(video -> ledger.isVideo(run, video.getId(), "found_by_marker"));
    }

    /** It is not there: looked for again, or uploaded anew when it cannot be there any more. */
    public void end(UploadRun run) {
        if (!run.isOpen()) {
            return;
        }
        List<Duration> pauses = settings.lookAgain();
        if (run.isAllSent() && run.looks() < pauses.size()) {
            ledger.lookAgain(run, clock.instant().plus(pauses.get(run.looks())));
        } else {
            ledger.isNoVideo(run);
            beginAnew(run);
        }
    }

    /** At once the first time; a session costs quota, so those that keep vanishing are begun with pauses, and not for ever. */
    private void beginAnew(UploadRun run) {
        Instant now = clock.instant();
        String reason = "YouTube has forgotten what it was sent";
        if (now.isAfter(run.since().plus(settings.giveUp()))) {
            ledger.failed(run, GONE, reason);
            return;
        }
        Duration pause = run.failures() == 0 ? Duration.ZERO : UploadSettings.pause(settings.backOff(), run.failures());
        ledger.leaveChannel(run, now.plus(pause), "begun_anew", GONE, reason);
    }
}
