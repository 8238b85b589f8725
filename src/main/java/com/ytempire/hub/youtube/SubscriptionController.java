package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Paging;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.security.Principal;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The operator says which channels the hub is to be told of. */
@RestController
@RequestMapping("/api/v1/youtube/subscriptions")
class SubscriptionController {

    private final Subscriptions subscriptions;
    private final ProducerTemplate routes;

    SubscriptionController(Subscriptions subscriptions, ProducerTemplate routes) {
        this.subscriptions = subscriptions;
        this.routes = routes;
    }

    record Wanted(@NotBlank String channelId) {}

    /** 201 with a new subscription, 200 with the one the channel has; the hub verifies it later. */
    @PostMapping
    ResponseEntity<ApiAnswer<Subscription>> subscribe(@RequestBody @Valid Wanted wanted, Principal operator) {
        Subscriptions.Subscribed subscribed = subscriptions.subscribe(wanted.channelId(), operator.getName());
        askNow();
        return ResponseEntity.status(subscribed.created() ? 201 : 200).body(ApiAnswer.of(subscribed.subscription()));
    }

    @GetMapping
    ApiAnswer<List<Subscription>> list(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(subscriptions.list(new Paging(page, perPage)));
    }

    @GetMapping("/{id}")
    ApiAnswer<Subscription> show(@PathVariable long id) {
        return ApiAnswer.of(subscriptions.find(id));
    }

    @DeleteMapping("/{id}")
    ApiAnswer<Subscription> unsubscribe(@PathVariable long id, Principal operator) {
        Subscription subscription = subscriptions.unsubscribe(id, operator.getName());
        askNow();
        return ApiAnswer.of(subscription);
    }

    /** Does not wait: the row is committed, and the next look finds it should this one fail. */
    private void askNow() {
        routes.asyncSendBody("direct:youtube-subscriptions-ask", null);
    }
}
