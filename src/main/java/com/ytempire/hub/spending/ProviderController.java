package com.ytempire.hub.spending;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Problem;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The links of all chains: how they do, and their switches. */
@RestController
@RequestMapping("/api/v1/providers")
class ProviderController {

    private final LinkDesk links;
    private final ObjectProvider<LinkProbe> probes;
    private final Clock clock;

    ProviderController(LinkDesk links, ObjectProvider<LinkProbe> probes, Clock clock) {
        this.links = links;
        this.probes = probes;
        this.clock = clock;
    }

    @GetMapping
    ApiAnswer<List<LinkDesk.Provider>> list() {
        return ApiAnswer.of(links.list());
    }

    /** Takes effect on all nodes within a second. */
    @PostMapping("/{name}/off")
    ApiAnswer<LinkDesk.Provider> off(@PathVariable String name, Principal operator) {
        return ApiAnswer.of(links.switchOff(name, operator.getName()));
    }

    /** On again with a closed breaker. */
    @PostMapping("/{name}/on")
    ApiAnswer<LinkDesk.Provider> on(@PathVariable String name) {
        return ApiAnswer.of(links.switchOn(name));
    }

    /**
     * Asks the link's vendor whether it is well, at no cost. A link that is well is tried again at once, one that the
     * vendor refuses is off.
     *
     * @throws Problem 409 {@code not_configured} without credentials, {@code no_probe} when there is nobody to ask
     */
    @PostMapping("/{name}/probe")
    ApiAnswer<Probed> probe(@PathVariable String name) {
        LinkDesk.Provider before = links.show(name);
        if ("not_configured".equals(before.reason())) {
            throw new Problem(HttpStatus.CONFLICT, "not_configured", before.detail());
        }
        LinkProbe asks = probes.orderedStream()
                .filter(probe -> probe.knows(name))
                .findFirst()
                .orElseThrow(() -> new Problem(HttpStatus.CONFLICT, "no_probe", "This link has nobody to ask"));
        Instant begun = clock.instant();
        ProbeAnswer answer = asks.probe(name);
        return ApiAnswer.of(new Probed(
                answer.well(),
                answer.reason(),
                answer.detail(),
                Duration.between(begun, clock.instant()).toMillis(),
                links.show(name)));
    }

    @GetMapping("/{name}")
    ApiAnswer<LinkDesk.Provider> show(@PathVariable String name) {
        return ApiAnswer.of(links.show(name));
    }

    /** @param provider as it stands after the answer */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Probed(boolean well, String reason, String detail, long millis, LinkDesk.Provider provider) {}
}
