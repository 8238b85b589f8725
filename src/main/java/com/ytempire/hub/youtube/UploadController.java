package com.ytempire.hub.youtube;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.Paging;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Uploads: a user sees and steers those of his videos, operators all. They are begun by videos. */
@RestController
@RequestMapping("/api/v1/youtube/uploads")
class UploadController {

    private static final Set<String> STATES =
            Set.of("queued", "waiting_quota", "uploading", "finishing", "watching", "published", "failed", "cancelled");

    private final UploadViews views;
    private final UploadEnd end;
    private final TransactionTemplate transactions;

    UploadController(UploadViews views, UploadEnd end, TransactionTemplate transactions) {
        this.views = views;
        this.end = end;
        this.transactions = transactions;
    }

    @GetMapping
    ApiAnswer<List<UploadView>> list(
            @RequestParam(required = false) String state,
            @RequestParam(name = "channel_id", required = false) UUID channel,
            @RequestParam(name = "video_id", required = false) UUID video,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        Filters.mustBeOneOf(STATES, state, "state");
        UUID owner = caller.isOperator() ? null : caller.mustBeUser();
        return ApiAnswer.of(views.list(owner, state, channel, video, new Paging(page, perPage)));
    }

    @GetMapping("/{id}")
    ApiAnswer<UploadView> show(@PathVariable UUID id, Caller caller) {
        return ApiAnswer.of(seen(id, caller));
    }

    /** Somebody else's upload is answered like one that does not exist. */
    private UploadView seen(UUID id, Caller caller) {
        UploadView upload = views.find(id);
        if (!caller.maySee(upload.owner())) {
            throw UploadViews.notFound();
        }
        return upload;
    }

    /** One that failed or was cancelled is taken up again; one that waits is tried at once. */
    @PostMapping("/{id}/retry")
    ApiAnswer<UploadView> retry(@PathVariable UUID id, Caller caller) {
        seen(id, caller);
        transactions.executeWithoutResult(status -> end.retry(id));
        return ApiAnswer.of(views.find(id));
    }

    /** One that is under way shows it when whoever is at it has seen it. */
    @PostMapping("/{id}/cancel")
    ApiAnswer<UploadView> cancel(@PathVariable UUID id, Caller caller) {
        seen(id, caller);
        transactions.executeWithoutResult(status -> end.cancel(id));
        return ApiAnswer.of(views.find(id));
    }
}
