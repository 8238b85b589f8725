package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The operator closes and opens endpoints and rotates their secrets. */
@RestController
@RequestMapping("/api/v1/webhooks")
class EndpointController {

    private final EndpointRegistry endpoints;

    EndpointController(EndpointRegistry endpoints) {
        this.endpoints = endpoints;
    }

    @GetMapping("/endpoints")
    ApiAnswer<List<Endpoint>> list() {
        return ApiAnswer.of(endpoints.endpoints());
    }

    @PostMapping("/endpoints/{service}/close")
    ApiAnswer<Endpoint> close(
            @PathVariable String service, @RequestBody(required = false) @Valid Closing closing, Principal operator) {
        return ApiAnswer.of(endpoints.close(service, closing == null ? null : closing.reason(), operator.getName()));
    }

    record Closing(@Size(max = 500) String reason) {}

    @PostMapping("/endpoints/{service}/open")
    ApiAnswer<Endpoint> open(@PathVariable String service, Principal operator) {
        return ApiAnswer.of(endpoints.open(service, operator.getName()));
    }

    @PostMapping("/endpoints/{service}/secrets")
    @ResponseStatus(HttpStatus.CREATED)
    ApiAnswer<Endpoint> addSecret(
            @PathVariable String service, @RequestBody @Valid NewSecret secret, Principal operator) {
        return ApiAnswer.of(endpoints.addSecret(service, secret.secret(), secret.othersUntil(), operator.getName()));
    }

    /** @param othersUntil when the other secrets stop counting; null leaves them */
    record NewSecret(
            @NotBlank @Size(min = 8, max = 255) @Pattern(regexp = "[\\x21-\\x7e]+")
            String secret,

            Instant othersUntil) {

        @Override
        public String toString() {
            return "a new secret";
        }
    }

    @DeleteMapping("/endpoints/{service}/secrets/{id}")
    ApiAnswer<Endpoint> revokeSecret(@PathVariable String service, @PathVariable String id, Principal operator) {
        endpoints.revokeSecret(service, id, operator.getName());
        return ApiAnswer.of(endpoints.endpoint(service));
    }

    /** Whatever is posted to a service the hub does not know. */
    @PostMapping({"/{service}", "/{service}/{more}"})
    void unknown(@PathVariable String service) {
        throw new Problem(HttpStatus.BAD_REQUEST, "unknown_service", "The hub takes no webhooks of this service");
    }
}
