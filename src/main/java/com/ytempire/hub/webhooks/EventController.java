package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The operator reads stored events and has them run again. */
@RestController
@RequestMapping("/api/v1/webhooks")
class EventController {

    private final Events events;
    private final Replays replays;
    private final Alerts alerts;

    EventController(Events events, Replays replays, Alerts alerts) {
        this.events = events;
        this.replays = replays;
        this.alerts = alerts;
    }

    @GetMapping("/events")
    ApiAnswer<List<Events.Summary>> list(
            @RequestParam(required = false) String service,
            @RequestParam(required = false) String status,
            @RequestParam(required = false) String type,
            @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) Instant from,
            @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) Instant to,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        EventFilter filter = new EventFilter(service, status, type, null, null, from, to);
        Paging paging = new Paging(page, perPage);
        return ApiAnswer.of(new Page<>(events.list(filter, perPage, paging.offset()), events.count(filter), paging));
    }

    @GetMapping("/events/{service}/{id}")
    ApiAnswer<Events.Detail> show(@PathVariable String service, @PathVariable String id) {
        return ApiAnswer.of(events.find(service, id));
    }

    @PostMapping("/events/{service}/{id}/replay")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ApiAnswer<Replay> replay(@PathVariable String service, @PathVariable String id, Principal operator) {
        return ApiAnswer.of(replays.one(service, id, operator.getName()));
    }

    @PostMapping("/events/{service}/{id}/resolve")
    ApiAnswer<Events.Detail> resolve(
            @PathVariable String service,
            @PathVariable String id,
            @RequestBody(required = false) @Valid Resolution resolution,
            Principal operator) {
        events.resolve(service, id, resolution == null ? null : resolution.note(), operator.getName());
        return ApiAnswer.of(events.find(service, id));
    }

    /** @param note what was done by hand */
    record Resolution(@Size(max = 500) String note) {}

    @PostMapping("/replays")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ApiAnswer<Replay> replay(@RequestBody @Valid ReplayRequest request, Principal operator) {
        return ApiAnswer.of(replays.many(request.filter(), request.dryRun(), operator.getName()));
    }

    /** @param dryRun true counts and lists only; false by default */
    record ReplayRequest(@NotNull EventFilter filter, boolean dryRun) {}

    @GetMapping("/replays/{id}")
    ApiAnswer<Replay> replay(@PathVariable long id) {
        return ApiAnswer.of(replays.find(id));
    }

    @GetMapping("/alerts")
    ApiAnswer<List<Alerts.Alert>> alerts() {
        return ApiAnswer.of(alerts.open());
    }

    @PostMapping("/alerts/{id}/close")
    ApiAnswer<Map<String, Boolean>> close(@PathVariable long id, Principal operator) {
        return ApiAnswer.of(Map.of("closed", alerts.close(id, operator.getName())));
    }
}
