package com.ytempire.hub.youtube;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Channels: each user sees and connects his own; operators see all, connect the fleet's and decide who serves. */
@RestController
class ChannelController {

    private final ChannelDesk desk;

    ChannelController(ChannelDesk desk) {
        this.desk = desk;
    }

    @GetMapping("/api/v1/channels")
    ApiAnswer<List<ChannelView>> list(
            @RequestParam(required = false) String state,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        return ApiAnswer.of(desk.list(caller, state, new Paging(page, perPage)));
    }

    @GetMapping("/api/v1/channels/{id}")
    ApiAnswer<ChannelView> show(@PathVariable UUID id, Caller caller) {
        return ApiAnswer.of(desk.show(id, caller));
    }

    /** What happened to it, the newest first. */
    @GetMapping("/api/v1/channels/{id}/history")
    ApiAnswer<List<ChannelDesk.Event>> history(
            @PathVariable UUID id,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        return ApiAnswer.of(desk.history(id, caller, new Paging(page, perPage)));
    }

    /**
     * @param channelId to connect that one again; null: a new one
     * @param fleet true: for the fleet, by an operator; null: the fleet's for an operator, else the caller's own
     * @param reserve of the fleet, taken only when no active one has room
     * @param project the Google Cloud project; null: the usual one
     */
    record Wanted(
            UUID channelId,
            Boolean fleet,
            Boolean reserve,
            @Size(max = 100) String project) {}

    /** @param url of Google's page, to be opened in this browser */
    record ConsentLink(String url, Instant expiresAt) {}

    /** A link by which the channel's owner allows the hub to publish on it; a cookie binds it to this browser. */
    @PostMapping("/api/v1/youtube/channels/connect")
    ResponseEntity<ApiAnswer<ConsentLink>> connect(@RequestBody @Valid Wanted wanted, Caller caller) {
        Consents.Link link = desk.connect(wanted, caller);
        return ResponseEntity.status(HttpStatus.CREATED)
                .header(HttpHeaders.SET_COOKIE, desk.cookie(link).toString())
                .body(ApiAnswer.of(new ConsentLink(link.url(), link.expiresAt())));
    }

    record Reason(@NotBlank @Size(max = 500) String reason) {}

    /** No upload goes to it until somebody brings it back. */
    @PostMapping("/api/v1/youtube/channels/{id}/out")
    ApiAnswer<ChannelView> takeOut(@PathVariable UUID id, @RequestBody @Valid Reason why, Caller caller) {
        caller.mustBeOperator();
        return ApiAnswer.of(desk.takeOut(id, why.reason(), caller));
    }

    /** Whatever took it out, unless its owner has to consent again. */
    @PostMapping("/api/v1/youtube/channels/{id}/back")
    ApiAnswer<ChannelView> bringBack(@PathVariable UUID id, Caller caller) {
        caller.mustBeOperator();
        return ApiAnswer.of(desk.bringBack(id, caller));
    }

    /** @param uploadsPerDay in any 24 hours; null as reserve: stays as it is */
    record Changes(Boolean reserve, @Min(0) @Max(1000) Integer uploadsPerDay) {}

    @PatchMapping("/api/v1/youtube/channels/{id}")
    ApiAnswer<ChannelView> change(@PathVariable UUID id, @RequestBody @Valid Changes changes, Caller caller) {
        caller.mustBeOperator();
        if (changes.reserve() == null && changes.uploadsPerDay() == null) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "There is nothing to change");
        }
        return ApiAnswer.of(desk.change(id, changes.reserve(), changes.uploadsPerDay(), caller));
    }

    /** Gives a channel up: the hub forgets its tokens and ends the consent at Google. */
    @DeleteMapping("/api/v1/youtube/channels/{id}")
    ApiAnswer<ChannelView> remove(@PathVariable UUID id, Caller caller) {
        return ApiAnswer.of(desk.remove(id, caller));
    }

    static ResponseCookie cookie(String name, String value, String path, boolean secure, Duration life) {
        return ResponseCookie.from(name, value)
                .path(path)
                .httpOnly(true)
                .secure(secure)
                .sameSite("Lax")
                .maxAge(life)
                .build();
    }
}
