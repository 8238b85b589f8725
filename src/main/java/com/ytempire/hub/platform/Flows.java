package com.ytempire.hub.platform;

import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The way from Java into a flow that answers. */
@Component
public class Flows {

    private final ObjectProvider<ProducerTemplate> routes;
    private volatile ProducerTemplate known;

    /** @param routes asked for when it is needed: Camel would start before the beans its routes name, if it was now */
    Flows(ObjectProvider<ProducerTemplate> routes) {
        this.routes = routes;
    }

    /**
     * Sends a request into a route and waits for its answer.
     *
     * @param route with its scheme: {@code direct:content-text}
     * @throws Problem as the flow threw it
     */
    public <T> T ask(String route, Object request, Class<T> answer) {
        try {
            return routes().requestBody(route, request, answer);
        } catch (CamelExecutionException e) {
            throw Causes.find(e, Problem.class)
                    .map(RuntimeException.class::cast)
                    .orElse(e);
        }
    }

    /** To look among all beans each time takes longer than many a step. */
    private ProducerTemplate routes() {
        ProducerTemplate found = known;
        if (found == null) {
            found = routes.getObject();
            known = found;
        }
        return found;
    }
}
