package com.ytempire.hub.operations;

import com.ytempire.hub.platform.AuditLog;
import com.ytempire.hub.platform.NodeClaims;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OperationsSettings.class)
class OperationsConfiguration {

    /** Behind the login. */
    @Bean
    FilterRegistrationBean<AuditedRequests> auditedRequests(AuditLog audit) {
        FilterRegistrationBean<AuditedRequests> filter = new FilterRegistrationBean<>(new AuditedRequests(audit));
        filter.addUrlPatterns("/api/*");
        filter.setOrder(0);
        return filter;
    }

    /** What a node that died was asking is asked again at once. */
    @Bean
    NodeClaims probesUnderWay() {
        return NodeClaims.of("operations.vendor", "lease_until is not null");
    }
}
