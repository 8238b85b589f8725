package com.ytempire.hub.notifications;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The operator looks at what leaves the hub, and has it tried again. */
@RestController
@RequestMapping("/api/v1/notifications")
class NotificationsController {

    private final OutboxView outbox;
    private final Channels channels;
    private final MailRenderer renderer;
    private final BlockedAddresses blocked;

    NotificationsController(OutboxView outbox, Channels channels, MailRenderer renderer, BlockedAddresses blocked) {
        this.outbox = outbox;
        this.channels = channels;
        this.renderer = renderer;
        this.blocked = blocked;
    }

    /**
     * A mail the hub can send.
     *
     * @param needs values and their kinds
     */
    record Template(String name, String topic, String subject, Map<String, String> needs, Map<String, String> may) {}

    @GetMapping("/templates")
    ApiAnswer<List<Template>> templates(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(
                Page.of(Arrays.stream(MailTemplate.values()).map(this::describe).toList(), new Paging(page, perPage)));
    }

    private Template describe(MailTemplate template) {
        return new Template(
                template.stored(),
                template.topic().stored(),
                renderer.render(template, template.example()).subject(),
                MailTemplate.kinds(template.needed()),
                MailTemplate.kinds(template.possible()));
    }

    /** The mail with example values, as a browser or a terminal shows it. */
    @GetMapping("/templates/{name}")
    ResponseEntity<String> preview(@PathVariable String name, @RequestParam(defaultValue = "html") String format) {
        MailTemplate template = MailTemplate.find(name)
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such template"));
        MailRenderer.Rendered mail = renderer.render(template, template.example());
        return switch (format) {
            case "html" -> ResponseEntity.ok().contentType(html()).body(mail.html());
            case "text" ->
                ResponseEntity.ok().contentType(text()).body("Subject: " + mail.subject() + "\n\n" + mail.text());
            default ->
                throw new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "format is html or text", "format");
        };
    }

    private static MediaType html() {
        return MediaType.parseMediaType("text/html;charset=UTF-8");
    }

    private static MediaType text() {
        return MediaType.parseMediaType("text/plain;charset=UTF-8");
    }

    /** Newest first; addresses are masked, values not shown. */
    @GetMapping("/outbox")
    ApiAnswer<List<OutboxView.Message>> outbox(
            @RequestParam(required = false) String channel,
            @RequestParam(required = false) String state,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        Filters.mustBeOneOf(Channel.STORED, channel, "channel");
        Filters.mustBeOneOf(OutboxView.STATES, state, "state");
        return ApiAnswer.of(outbox.list(channel, state, new Paging(page, perPage)));
    }

    /**
     * Has a message tried again at once that failed or waits.
     *
     * @throws Problem 404, or 409 when it was sent, is on its way or was dropped
     */
    @PostMapping("/outbox/{id}/retry")
    ApiAnswer<OutboxView.Message> retry(@PathVariable long id) {
        return ApiAnswer.of(outbox.retry(id));
    }

    /** Which channels are in use, which wait for what, and how many messages there are. */
    @GetMapping("/channels")
    ApiAnswer<List<Channels.State>> channels(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(Page.of(channels.all(), new Paging(page, perPage)));
    }

    /** Somebody has mended what the vendor refused: what waits is tried at once. */
    @PostMapping("/channels/{channel}/resume")
    ApiAnswer<Channels.State> resume(@PathVariable String channel) {
        Channel resumed = Arrays.stream(Channel.values())
                .filter(each -> each.stored().equals(channel))
                .findFirst()
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such channel"));
        channels.resume(resumed);
        return ApiAnswer.of(channels.state(resumed));
    }

    /** The newest addresses nothing is sent to; masked. */
    @GetMapping("/blocked-addresses")
    ApiAnswer<List<BlockedAddresses.Blocked>> blocked(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(blocked.newest(new Paging(page, perPage)));
    }

    record Lifted(@NotBlank @Email String address) {}

    /** The address takes mail again: in the body, for an address is in no URL. */
    @PostMapping("/blocked-addresses/lift")
    ApiAnswer<Map<String, Boolean>> lift(@RequestBody @Valid Lifted lifted, Principal operator) {
        if (!blocked.lift(lifted.address(), operator.getName())) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "This address is not blocked", "address");
        }
        return ApiAnswer.of(Map.of("lifted", true));
    }
}
