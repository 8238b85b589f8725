package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.ClientNetwork;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.Trouble;
import com.ytempire.hub.platform.Trouble.Level;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Decides whether a delivery comes from the service it names, and whether the service may post at all. */
@Component
class OriginGate {

    private static final Logger LOG = LoggerFactory.getLogger(OriginGate.class);
    private static final Duration TELL_AGAIN = Duration.ofMinutes(1);

    private final WebhookSettings settings;
    private final EndpointRegistry endpoints;
    private final Map<String, OriginCheck> tokens;
    private final BadSignatures badSignatures;
    /** After so long without another one the alert is over. */
    private static final Duration QUIET = Duration.ofMinutes(30);

    private final Alerts alerts;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final Map<String, Instant> toldWithoutSecret = new ConcurrentHashMap<>();

    OriginGate(
            WebhookSettings settings,
            EndpointRegistry endpoints,
            List<OriginCheck> tokens,
            BadSignatures badSignatures,
            Alerts alerts,
            JdbcClient jdbc,
            Clock clock) {
        this.settings = settings;
        this.endpoints = endpoints;
        this.tokens = tokens.stream().collect(Collectors.toMap(OriginCheck::service, Function.identity()));
        this.badSignatures = badSignatures;
        this.alerts = alerts;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * @return the delivery with the secret that proved its origin
     * @throws Problem 401, 410, 429 or 503: nothing of the delivery is used then
     */
    public VerifiedDelivery check(Delivery delivery) {
        String service = delivery.service();
        Verdict verdict = verdict(delivery);
        if (!endpoints.isOpen(service)) {
            recordClosed(delivery, verdict);
            throw Problem.retryLater("endpoint_closed", "This endpoint is closed for the moment", 60);
        }
        if (verdict.problem != null) {
            throw verdict.problem;
        }
        if (verdict.signedBy == null) {
            throw refused(delivery);
        }
        return new VerifiedDelivery(delivery, verdict.signedBy);
    }

    private Verdict verdict(Delivery delivery) {
        return delivery.service().equals("youtube") ? byToken(delivery) : bySecret(delivery);
    }

    private Verdict byToken(Delivery delivery) {
        OriginCheck.Origin origin = Optional.ofNullable(tokens.get(delivery.service()))
                .flatMap(check -> check.origin(delivery.qualifier()))
                .orElse(null);
        if (origin == null) {
            return Verdict.problem(new Problem(HttpStatus.GONE, "unknown_token", "Nobody asked for this"));
        }
        String signature = only(delivery.header("x-hub-signature"));
        boolean holds = signature != null && SignatureCheck.websub(signature, delivery.body(), origin.secret());
        return holds ? Verdict.signed("subscription of " + origin.subject()) : Verdict.REFUSED;
    }

    private Verdict bySecret(Delivery delivery) {
        List<EndpointSecret> secrets = endpoints.secrets(delivery.service());
        if (secrets.isEmpty()) {
            tellWithoutSecret(delivery.service());
            return Verdict.problem(
                    Problem.retryLater("no_secret", "This endpoint has no secret to verify signatures with yet", 60));
        }
        EndpointSecret signer = switch (delivery.service()) {
            case "stripe" -> stripe(delivery, secrets);
            case "resend" -> svix(delivery, secrets);
            default -> n8n(delivery, secrets);
        };
        return signer == null ? Verdict.REFUSED : Verdict.signed(signer.id());
    }

    private EndpointSecret stripe(Delivery delivery, List<EndpointSecret> secrets) {
        String signature = only(delivery.header("stripe-signature"));
        return signature == null
                ? null
                : SignatureCheck.stripe(signature, delivery.body(), secrets, clock.instant(), settings.tolerance());
    }

    private EndpointSecret n8n(Delivery delivery, List<EndpointSecret> secrets) {
        String signature = only(delivery.header("x-n8n-signature"));
        if (signature == null || delivery.header("x-n8n-timestamp").size() > 1) {
            return null;
        }
        return SignatureCheck.n8n(
                signature,
                only(delivery.header("x-n8n-timestamp")),
                delivery.body(),
                secrets,
                clock.instant(),
                settings.tolerance());
    }

    private EndpointSecret svix(Delivery delivery, List<EndpointSecret> secrets) {
        String id = only(delivery.header("svix-id"));
        String timestamp = only(delivery.header("svix-timestamp"));
        String signature = only(delivery.header("svix-signature"));
        return id == null || timestamp == null || signature == null
                ? null
                : SignatureCheck.svix(
                        id, timestamp, signature, delivery.body(), secrets, clock.instant(), settings.tolerance());
    }

    /** A header sent twice proves nothing: which of the two would count? */
    private static String only(List<String> values) {
        return values.size() == 1 ? values.get(0) : null;
    }

    private Problem refused(Delivery delivery) {
        String sender = ClientNetwork.of(delivery.address());
        BadSignatures.Count count = badSignatures.count(delivery.service(), sender);
        LOG.info("refused a {} webhook from {}: bad signature", delivery.service(), delivery.address());
        if (count == BadSignatures.Count.FEW) {
            return new Problem(HttpStatus.UNAUTHORIZED, "invalid_signature", "The signature does not hold");
        }
        if (count == BadSignatures.Count.TOO_MANY_AND_NEW) {
            alerts.raise(Trouble.of(
                    "bad_signatures",
                    delivery.service(),
                    sender,
                    Level.WARNING,
                    "too many bad signatures within a minute from one client",
                    "/operations/actions",
                    QUIET));
        }
        return new Problem(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_bad_signatures",
                        "Too many bad signatures from this address")
                .retryAfter(60);
    }

    private void tellWithoutSecret(String service) {
        Instant now = clock.instant();
        Instant told = toldWithoutSecret.get(service);
        if (told == null || told.plus(TELL_AGAIN).isBefore(now)) {
            toldWithoutSecret.put(service, now);
            LOG.warn("refused a {} webhook: no secret is set; {}", service, EndpointRegistry.howToSet(service));
        }
    }

    private void recordClosed(Delivery delivery, Verdict verdict) {
        jdbc.sql("insert into webhooks.closed_attempt (service, at, address, verdict)"
                        + " values (:service, :now, :address, :verdict)")
                .param("service", delivery.service())
                .param("now", Timestamp.from(clock.instant()))
                .param("address", delivery.address())
                .param("verdict", verdict.signedBy == null ? "not signed" : "signed")
                .update();
    }

    private record Verdict(String signedBy, Problem problem) {

        static final Verdict REFUSED = new Verdict(null, null);

        static Verdict signed(String by) {
            return new Verdict(by, null);
        }

        static Verdict problem(Problem problem) {
            return new Verdict(null, problem);
        }
    }
}
