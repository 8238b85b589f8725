package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/** In the console each route says what it does. */
class TemplateDescriptionsTest {

    @Test
    void aRouteOfATemplateSaysWhatItsParametersSay() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            new TemplateDescriptions().beforeApplicationStart(camel);
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("test.camel.yaml", """
                            - routeTemplate:
                                id: tidy
                                parameters:
                                  - name: area
                                  - name: what
                                route:
                                  description: "{{what}}, each day"
                                  from:
                                    uri: "direct:{{area}}-tidy"
                                    steps:
                                      - log:
                                          message: tidy
                            - templatedRoute:
                                routeTemplateRef: tidy
                                routeId: one-tidy
                                parameters:
                                  - {name: area, value: one}
                                  - {name: what, value: Takes old things away}
                            - templatedRoute:
                                routeTemplateRef: tidy
                                routeId: two-tidy
                                parameters:
                                  - {name: area, value: two}
                                  - {name: what, value: Mends broken things}
                            - route:
                                id: other
                                description: As it is written
                                from:
                                  uri: direct:other
                                  steps:
                                    - log:
                                        message: other
                            """));
            camel.start();

            assertThat(camel.getRoute("one-tidy").getDescription()).isEqualTo("Takes old things away, each day");
            assertThat(camel.getRoute("two-tidy").getDescription()).isEqualTo("Mends broken things, each day");
            assertThat(camel.getRoute("other").getDescription()).isEqualTo("As it is written");
        }
    }
}
