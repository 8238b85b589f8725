package com.ytempire.hub.accounts;

import com.ytempire.hub.notifications.WebhookEndpoint;
import com.ytempire.hub.notifications.WebhookEndpoints;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A user's own endpoints, which are told by signed webhooks what happens to him. */
@RestController
@RequestMapping("/api/v1/users/me/webhooks")
class UserWebhookController {

    private final WebhookEndpoints endpoints;
    private final WebhookRights rights;

    UserWebhookController(WebhookEndpoints endpoints, WebhookRights rights) {
        this.endpoints = endpoints;
        this.rights = rights;
    }

    /** @param types of events, as {@code GET types} lists them */
    record Wanted(String url, List<String> types) {}

    @GetMapping
    ApiAnswer<List<WebhookEndpoint>> list(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        return ApiAnswer.of(Page.of(endpoints.list(caller.mustBeUser()), new Paging(page, perPage)));
    }

    @GetMapping("/types")
    ApiAnswer<List<String>> types(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(Page.of(endpoints.types(), new Paging(page, perPage)));
    }

    /** The secret is shown this once. */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ApiAnswer<WebhookEndpoints.Secret> create(@RequestBody Wanted wanted, Caller caller) {
        rights.check(caller.mustBeUser());
        return ApiAnswer.of(endpoints.create(caller.userId(), wanted.url(), wanted.types()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable UUID id, Caller caller) {
        endpoints.delete(caller.mustBeUser(), id);
    }

    /** A new secret; the old one ends at once. */
    @PostMapping("/{id}/secret")
    ApiAnswer<WebhookEndpoints.Secret> renewSecret(@PathVariable UUID id, Caller caller) {
        return ApiAnswer.of(endpoints.renewSecret(caller.mustBeUser(), id));
    }

    /** Puts an endpoint to use again that had been switched off. */
    @PostMapping("/{id}/enable")
    ApiAnswer<WebhookEndpoint> enable(@PathVariable UUID id, Caller caller) {
        rights.check(caller.mustBeUser());
        return ApiAnswer.of(endpoints.enable(caller.userId(), id));
    }

    /** Sends an event of type {@code test} to the endpoint. */
    @PostMapping("/{id}/test")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ApiAnswer<Map<String, String>> test(@PathVariable UUID id, Caller caller) {
        rights.check(caller.mustBeUser());
        endpoints.test(caller.userId(), id);
        return ApiAnswer.of(Map.of("status", "queued"));
    }

    /** The latest deliveries and what became of them. */
    @GetMapping("/{id}/deliveries")
    ApiAnswer<List<WebhookEndpoints.Delivery>> deliveries(
            @PathVariable UUID id,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        return ApiAnswer.of(endpoints.deliveries(caller.mustBeUser(), id, new Paging(page, perPage)));
    }
}
