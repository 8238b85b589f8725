package com.ytempire.hub.platform;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/** Makes a node do what its role says. */
@Configuration(proxyBeanMethods = false)
class RoleConfiguration {

    private static final int COME_AGAIN = 5; // seconds: the balancer will have found another node

    @Bean
    NodeRole nodeRole(@Value("${hub.role}") String role) {
        return NodeRole.of(role);
    }

    /** Scheduled routes do not start on a node that only receives, but for those that keep the node itself in order. */
    @Bean
    BeforeCamel scheduledWork(NodeRole role, @Value("${hub.role-own}") Set<String> own) {
        return new BeforeCamel(camel -> {
            if (!role.works()) {
                camel.getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .addModelLifecycleStrategy(new NothingByTheClock(own));
            }
        });
    }

    /** Switches scheduled routes off as they are read. */
    static final class NothingByTheClock extends ModelLifecycleStrategySupport {

        private final Set<String> own;

        NothingByTheClock(Set<String> own) {
            this.own = own;
        }

        @Override
        public void onAddRouteDefinition(RouteDefinition route) {
            if (route.getInput().getEndpointUri().startsWith("quartz:") && !own.contains(route.getRouteId())) {
                route.setAutoStartup("false");
            }
        }
    }

    /** A node that only works sends requests away; pages and health stay. */
    @Bean
    FilterRegistrationBean<OncePerRequestFilter> noRequests(NodeRole role, ProblemWriter problems) {
        FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(new OncePerRequestFilter() {
            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                problems.write(
                        Problem.retryLater("works_only", "This node takes no requests", COME_AGAIN), request, response);
            }
        });
        filter.setEnabled(!role.receives());
        filter.addUrlPatterns("/api/*");
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }
}
