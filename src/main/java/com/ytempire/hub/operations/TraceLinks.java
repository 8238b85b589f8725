package com.ytempire.hub.operations;

import com.ytempire.hub.platform.TraceIds;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Where the trace of an event or a video is seen, for those who have tracing. */
@Component
class TraceLinks {

    private final boolean on;
    private final String page;

    TraceLinks(@Value("${hub.tracing.endpoint}") String endpoint, @Value("${hub.tracing.page}") String page) {
        this.on = !endpoint.isBlank();
        this.page = page;
    }

    /** @param link null when nobody said where traces are seen */
    record Trace(String id, String link) {}

    /** @return null without tracing */
    Trace of(String name) {
        if (!on) {
            return null;
        }
        String id = TraceIds.of(name);
        return new Trace(id, page.isBlank() ? null : page.replace("{trace}", id));
    }
}
