package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.Paging;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the hub wrote, writes and will write at Stripe; operators act on what is stuck. */
@RestController
@RequestMapping("/api/v1/billing/commands")
class CommandController {

    private final CommandDesk desk;

    CommandController(CommandDesk desk) {
        this.desk = desk;
    }

    record Note(@NotBlank @Size(max = 500) String note) {}

    /** Newest first; a user's own. */
    @GetMapping
    ApiAnswer<List<Map<String, Object>>> list(
            @RequestParam(required = false) String state,
            @RequestParam(required = false) String customer,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        Filters.mustBeOneOf(CommandDesk.STATES, state, "state");
        return ApiAnswer.of(desk.list(caller, state, customer, new Paging(page, perPage)));
    }

    @GetMapping("/{id}")
    ApiAnswer<Map<String, Object>> show(@PathVariable UUID id, Caller caller) {
        return ApiAnswer.of(desk.show(caller, id));
    }

    /** Sends one that waits or is left to people as soon as possible; Stripe is asked first what it has. */
    @PostMapping("/{id}/retry")
    ApiAnswer<Map<String, Object>> retry(@PathVariable UUID id, Caller caller) {
        caller.mustBeOperator();
        desk.retry(caller, id);
        return ApiAnswer.of(desk.show(caller, id));
    }

    /** Takes one that waits out of the queue and leaves it to people. */
    @PostMapping("/{id}/hand-over")
    ApiAnswer<Map<String, Object>> handOver(@PathVariable UUID id, @RequestBody @Valid Note note, Caller caller) {
        caller.mustBeOperator();
        desk.handOver(caller, id, note.note());
        return ApiAnswer.of(desk.show(caller, id));
    }

    /** Ends one that is left to people: they did by hand what was to be done, or it is not to be done. */
    @PostMapping("/{id}/close")
    ApiAnswer<Map<String, Object>> close(@PathVariable UUID id, @RequestBody @Valid Note note, Caller caller) {
        caller.mustBeOperator();
        desk.close(caller, id, note.note());
        return ApiAnswer.of(desk.show(caller, id));
    }
}
