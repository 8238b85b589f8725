package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.platform.RoleConfiguration.NothingByTheClock;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

/** A node may receive, work, or do both. */
class NodeRoleTest {

    @Test
    void aRoleIsOneOfThree() {
        assertThat(NodeRole.of("receive").works()).isFalse();
        assertThat(NodeRole.of("work").receives()).isFalse();
        assertThat(NodeRole.of("both").receives() && NodeRole.of("both").works())
                .isTrue();
        assertThatThrownBy(() -> NodeRole.of("sleep")).isInstanceOf(StartRefused.class);
    }

    /** It pays vendors as well: how much is set aside for a call is to be right there, too. */
    @Test
    void aNodeThatOnlyReceivesLearnsWhatOthersHaveLearntOfVendors() throws Exception {
        Object own = new YamlPropertySourceLoader()
                .load("shipped", new ClassPathResource("application.yml"))
                .get(0)
                .getProperty("hub.role-own");
        assertThat(Pattern.compile(",\\s*").split(String.valueOf(own)))
                .contains("spending-bounds", "spending-links", "spending-link-use");
    }

    @Test
    void aNodeThatOnlyReceivesStartsNothingByTheClock_butWhatKeepsItselfInOrder() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getCamelContextExtension()
                    .getContextPlugin(Model.class)
                    .addModelLifecycleStrategy(new NothingByTheClock(Set.of("own")));
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("quartz:test/job?trigger.repeatInterval=60000")
                            .routeId("job")
                            .to("log:none");
                    from("quartz:test/own?trigger.repeatInterval=60000")
                            .routeId("own")
                            .to("log:none");
                    from("direct:request").routeId("request").to("log:none");
                }
            });
            camel.start();

            assertThat(camel.getRouteController().getRouteStatus("job")).isEqualTo(ServiceStatus.Stopped);
            assertThat(camel.getRouteController().getRouteStatus("own")).isEqualTo(ServiceStatus.Started);
            assertThat(camel.getRouteController().getRouteStatus("request")).isEqualTo(ServiceStatus.Started);
        }
    }
}
