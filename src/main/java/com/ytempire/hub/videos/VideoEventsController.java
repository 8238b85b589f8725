package com.ytempire.hub.videos;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Problem;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** A video's progress, as it happens (html.spec.whatwg.org/multipage/server-sent-events.html). */
@RestController
@RequestMapping("/api/v1/videos/{id}/events")
class VideoEventsController {

    private final VideoStore videos;
    private final VideoLive live;
    private final VideoTickets tickets;

    VideoEventsController(VideoStore videos, VideoLive live, VideoTickets tickets) {
        this.videos = videos;
        this.live = live;
        this.tickets = tickets;
    }

    /** For a browser, which then watches without a header. */
    @PostMapping("/ticket")
    ResponseEntity<ApiAnswer<VideoTickets.Ticket>> ticket(@PathVariable UUID id, Caller caller) {
        mine(id, caller);
        return ResponseEntity.status(HttpStatus.CREATED)
                .cacheControl(CacheControl.noStore())
                .body(ApiAnswer.of(tickets.issue(id)));
    }

    /**
     * @param last number of the last event that was seen, as browsers send it when they come again
     * @param lastEventId the same for those who come with a new ticket
     */
    @GetMapping(params = "!ticket")
    ResponseEntity<SseEmitter> events(
            @PathVariable UUID id,
            @RequestHeader(name = "Last-Event-ID", required = false) String last,
            @RequestParam(name = "last_event_id", required = false) String lastEventId,
            Caller caller) {
        mine(id, caller);
        return watch(id, last, lastEventId);
    }

    /** The same for who has a ticket. */
    @GetMapping(params = "ticket")
    ResponseEntity<SseEmitter> eventsByTicket(
            @PathVariable UUID id,
            @RequestParam String ticket,
            @RequestHeader(name = "Last-Event-ID", required = false) String last,
            @RequestParam(name = "last_event_id", required = false) String lastEventId) {
        if (!tickets.use(id, ticket)) {
            throw new Problem(HttpStatus.UNAUTHORIZED, "ticket_invalid", "This ticket does not let in, or no longer");
        }
        return watch(id, last, lastEventId);
    }

    private void mine(UUID id, Caller caller) {
        videos.find(id).filter(video -> caller.maySee(video.owner())).orElseThrow(VideoDesk::unknown);
    }

    /** 204 tells a browser to come no more. */
    private ResponseEntity<SseEmitter> watch(UUID id, String last, String lastEventId) {
        long after = number(lastEventId == null ? last : lastEventId);
        if (live.isOver(id, after)) {
            return ResponseEntity.noContent().build();
        }
        return ResponseEntity.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .cacheControl(CacheControl.noStore())
                .header("X-Accel-Buffering", "no") // a proxy in front passes it on as it comes
                .body(live.watch(id, after));
    }

    private static long number(String text) {
        try {
            return text == null || text.isBlank() ? 0 : Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw VideoRequests.invalid("Last-Event-ID", "It is the number of an event");
        }
    }
}
