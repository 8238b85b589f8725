package com.ytempire.hub.camel.youtube;

import java.time.Duration;

/** Is told of each call to YouTube. */
@FunctionalInterface
public interface YoutubeMeter {

    /** @param failed for a technical reason: no answer, an error of Google's, its rate limit, or a refused token */
    void called(Duration took, boolean failed);
}
