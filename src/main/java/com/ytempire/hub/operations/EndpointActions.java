package com.ytempire.hub.operations;

import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.webhooks.EndpointRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Closing and opening webhooks' endpoints, and changing their secrets. */
@Component
@org.springframework.core.annotation.Order(20)
class EndpointActions implements ActionList {

    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{8,255}");
    private static final Function<String, String> BACK = target -> "/operations/actions#endpoints";

    private final EndpointRegistry endpoints;
    private final Clock clock;

    EndpointActions(EndpointRegistry endpoints, Clock clock) {
        this.endpoints = endpoints;
        this.clock = clock;
    }

    @Override
    public List<OperatorAction> actions() {
        return List.of(
                new OperatorAction(
                        "endpoint.close",
                        "Close this endpoint",
                        "service",
                        target -> "Webhooks of " + target
                                + " are answered 503 on all nodes within a second; the sender tries again later. Each"
                                + " attempt is recorded without its body.",
                        List.of(Field.text("reason", "Why")),
                        BACK,
                        order -> {
                            endpoints.close(order.target(), order.value("reason"), order.operator());
                            return order.target() + " is closed";
                        }),
                new OperatorAction(
                        "endpoint.open",
                        "Open this endpoint",
                        "service",
                        target -> "Webhooks of " + target + " are taken again.",
                        List.of(),
                        BACK,
                        order -> {
                            endpoints.open(order.target(), order.operator());
                            return order.target() + " is open";
                        }),
                new OperatorAction(
                        "endpoint.secret",
                        "Rotate the secret",
                        "service",
                        target -> "The new secret of " + target
                                + " counts at once. The others count for the hours you say, so that no event is lost"
                                + " while the sender changes over.",
                        List.of(
                                new Field("secret", "New secret", "password", true, ""),
                                new Field("hours", "Hours the others still count", "number", true, "24")),
                        BACK,
                        this::rotate),
                new OperatorAction(
                        "endpoint.revoke",
                        "End this secret for good",
                        "secret",
                        target -> "Secret " + target
                                + " never counts again, wherever it comes from. What is signed with it is refused.",
                        List.of(),
                        BACK,
                        this::revoke));
    }

    private String rotate(Order order) {
        Duration hours = Duration.ofHours(hours(order.value("hours")));
        if (!SECRET.matcher(order.value("secret")).matches()) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "validation_failed",
                    "A secret has 8 to 255 printable characters without spaces",
                    "secret");
        }
        endpoints.addSecret(
                order.target(), order.value("secret"), clock.instant().plus(hours), order.operator());
        return "The new secret counts; the others end in " + hours.toHours() + " hours";
    }

    private static long hours(String text) {
        if (!text.matches("\\d{1,4}")) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "A number of hours", "hours");
        }
        return Long.parseLong(text);
    }

    private String revoke(Order order) {
        String[] parts = ActionList.parts(order.target());
        endpoints.revokeSecret(parts[0], parts[1], order.operator());
        return "Secret " + parts[1] + " of " + parts[0] + " has ended";
    }
}
