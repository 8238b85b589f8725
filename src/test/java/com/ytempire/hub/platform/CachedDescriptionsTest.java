package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** The console's MBeans are what Camel itself would make. */
class CachedDescriptionsTest {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @Test
    void offersWhatCamelOffers() throws Exception {
        Map<String, MBeanInfo> offered;
        try (DefaultCamelContext camel = withRoutes(true)) {
            offered = offered(camel);
        }
        try (DefaultCamelContext camel = withRoutes(false)) {
            assertThat(offered).hasSizeGreaterThan(10).isEqualTo(offered(camel));
        }
    }

    @Test
    void eachRouteAnswersForItself() throws Exception {
        try (DefaultCamelContext camel = withRoutes(true)) {
            camel.createProducerTemplate().sendBody("direct:second", "");
            assertThat(SERVER.getAttribute(route(camel, "first"), "RouteId")).isEqualTo("first");
            assertThat(SERVER.getAttribute(route(camel, "first"), "ExchangesTotal"))
                    .isEqualTo(0L);
            assertThat(SERVER.getAttribute(route(camel, "second"), "RouteId")).isEqualTo("second");
            assertThat(SERVER.getAttribute(route(camel, "second"), "ExchangesTotal"))
                    .isEqualTo(1L);
        }
    }

    @Test
    void secretsStayHidden() throws Exception {
        try (DefaultCamelContext camel = withRoutes(true)) {
            assertThat(SERVER.getAttribute(route(camel, "third"), "EndpointUri"))
                    .asString()
                    .contains("stub:")
                    .doesNotContain("hunter2");
        }
    }

    private static DefaultCamelContext withRoutes(boolean once) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getCamelContextExtension().setName("described");
        if (once) {
            CachedDescriptions.use(camel);
        }
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:first").routeId("first").to("direct:second");
                from("direct:second").routeId("second").log("seen");
                from("stub:third?password=hunter2").routeId("third").log("seen");
            }
        });
        camel.start();
        return camel;
    }

    private static ObjectName route(DefaultCamelContext camel, String id) throws Exception {
        return SERVER.queryNames(
                        new ObjectName("org.apache.camel:context=" + camel.getManagementName() + ",type=routes,name=\""
                                + id + "\""),
                        null)
                .iterator()
                .next();
    }

    /** By type and name; what is numbered through differs from context to context. */
    private static Map<String, MBeanInfo> offered(DefaultCamelContext camel) throws Exception {
        Map<String, MBeanInfo> offered = new TreeMap<>();
        for (ObjectName name : SERVER.queryNames(
                new ObjectName("org.apache.camel:context=" + camel.getManagementName() + ",*"), null)) {
            String key = name.getKeyProperty("type") + " " + name.getKeyProperty("name");
            offered.put(key.replaceAll("@\\w+|0x\\w+|\\d+", ""), SERVER.getMBeanInfo(name));
        }
        return offered;
    }
}
