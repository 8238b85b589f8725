package com.ytempire.hub.notifications;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Headers;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Events as Mixpanel imports them (docs.mixpanel.com, Import Events): same name, time, user and id is the same event. */
@Component("mixpanelQueue")
class MixpanelQueue extends EventQueue {

    MixpanelQueue(
            OutboxRows rows,
            Channels channels,
            NotificationSettings settings,
            @Qualifier("mixpanelBreaker") CircuitBreaker breaker,
            ObjectMapper json,
            Clock clock) {
        super(Channel.MIXPANEL, rows, channels, settings, breaker, json, clock);
    }

    @Override
    int mostEvents() {
        return settings.mixpanel().batch();
    }

    @Override
    long mostBytes() {
        return settings.mixpanel().most().toBytes();
    }

    @Override
    String before() {
        return "[";
    }

    @Override
    String after() {
        return "]";
    }

    @Override
    int tries() {
        return settings.mixpanel().tries();
    }

    @Override
    Map<String, Object> event(Outgoing event) {
        Map<String, Object> properties = new LinkedHashMap<>(properties(event));
        properties.put("time", time(event));
        properties.put(
                "distinct_id", event.userId() == null ? "" : event.userId().toString());
        properties.put("$insert_id", event.deliveryId());
        return Map.of("event", name(event), "properties", properties);
    }

    /** Sets what the request bears; the token stays out of the route, which an operator can look at. */
    public void headers(@Headers Map<String, Object> headers) {
        String user = settings.mixpanel().token() + ":";
        headers.put("CamelHttpMethod", "POST");
        headers.put(
                "CamelHttpQuery", "strict=1&project_id=" + settings.mixpanel().projectId());
        headers.put("Content-Type", "application/json");
        headers.put(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
}
