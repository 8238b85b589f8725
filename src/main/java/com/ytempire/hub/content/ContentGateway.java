package com.ytempire.hub.content;

import com.ytempire.hub.platform.Problem;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;

/** The way from a controller into a chain. */
final class ContentGateway {

    private ContentGateway() {}

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
