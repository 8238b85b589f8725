package com.ytempire.hub.platform;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.stereotype.Component;

/** A route made of a template says what its parameters say; Camel leaves placeholders in descriptions as they are. */
@Component
class TemplateDescriptions implements CamelContextConfiguration {

    @Override
    public void beforeApplicationStart(CamelContext context) {
        context.getCamelContextExtension().getContextPlugin(Model.class).addModelLifecycleStrategy(new Filled());
    }

    @Override
    public void afterApplicationStart(CamelContext context) {
        // nothing left to do
    }

    /** Fills in the description of each route as it is read. */
    static final class Filled extends ModelLifecycleStrategySupport {

        @Override
        public void onAddRouteDefinition(RouteDefinition route) {
            if (route.getTemplateParameters() == null || route.getDescription() == null) {
                return;
            }
            String text = route.getDescription();
            for (Map.Entry<String, Object> parameter :
                    route.getTemplateParameters().entrySet()) {
                text = text.replace("{{" + parameter.getKey() + "}}", String.valueOf(parameter.getValue()));
            }
            route.setDescription(text);
        }
    }
}
