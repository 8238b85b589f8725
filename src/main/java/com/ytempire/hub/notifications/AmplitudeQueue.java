package com.ytempire.hub.notifications;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Headers;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Events as Amplitude takes them (amplitude.com/docs/apis/analytics/http-v2); it knows an insert_id for seven days. */
@Component("amplitudeQueue")
class AmplitudeQueue extends EventQueue {

    /** Amplitude wants a user or a device of at least five characters; what has no user happened in the hub. */
    private static final String NOBODY = "ytempire-hub";

    private final SendingPace pace;

    AmplitudeQueue(
            OutboxRows rows,
            Channels channels,
            NotificationSettings settings,
            @Qualifier("amplitudeBreaker") CircuitBreaker breaker,
            SendingPace pace,
            ObjectMapper json,
            Clock clock) {
        super(Channel.AMPLITUDE, rows, channels, settings, breaker, json, clock);
        this.pace = pace;
    }

    @Override
    void await() throws InterruptedException {
        pace.await(Channel.AMPLITUDE, settings.amplitude().perSecond());
    }

    @Override
    int mostEvents() {
        return settings.amplitude().batch();
    }

    @Override
    long mostBytes() {
        return settings.amplitude().most().toBytes();
    }

    @Override
    String before() {
        return "{\"api_key\":\""
                + new String(JsonStringEncoder.getInstance()
                        .quoteAsString(settings.amplitude().apiKey()))
                + "\",\"events\":[";
    }

    @Override
    String after() {
        return "]}";
    }

    @Override
    int tries() {
        return 1;
    }

    @Override
    Map<String, Object> event(Outgoing event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event_type", name(event));
        if (event.userId() == null) {
            fields.put("device_id", NOBODY);
        } else {
            fields.put("user_id", event.userId().toString());
        }
        fields.put("time", time(event));
        fields.put("insert_id", event.deliveryId());
        fields.put("event_properties", properties(event));
        return fields;
    }

    /** Sets what the request bears. */
    public void headers(@Headers Map<String, Object> headers) {
        headers.put("CamelHttpMethod", "POST");
        headers.put("Content-Type", "application/json");
    }
}
