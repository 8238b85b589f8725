package com.ytempire.hub.media;

import com.ytempire.hub.platform.Problem;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;

/** The way from a controller into a flow. */
final class MediaGateway {

    private MediaGateway() {}

    /** @throws Problem as the flow threw it */
    static <T> T run(ProducerTemplate routes, String route, Object request, Class<T> answer) {
        try {
            return routes.requestBody(route, request, answer);
        } catch (CamelExecutionException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof Problem problem) {
                    throw problem;
                }
            }
            throw e;
        }
    }
}
