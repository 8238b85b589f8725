package com.ytempire.hub.operations;

import com.ytempire.hub.platform.AuditLog;
import com.ytempire.hub.platform.NodeClaims;
import com.ytempire.hub.platform.PublicAddressesOnly;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.util.Timeout;
import org.springframework.beans.factory.annotation.Value;
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

    /**
     * Connections to where alerts are posted: what an operator enters on a page reaches the public internet only, for his
     * login is not one to the machines beside the hub.
     */
    @Bean(destroyMethod = "close")
    HttpClientConnectionManager alertConnections(
            @Value("${hub.operations.alerts.private-hosts}") Set<String> privateHosts,
            @Value("${hub.operations.alerts.webhook}") String own,
            @Value("${hub.operations.connect-timeout}") long connectMillis,
            @Value("${hub.operations.response-timeout}") long responseMillis) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new PublicAddressesOnly(trusted(privateHosts, own)))
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.ofMilliseconds(connectMillis))
                        .setSocketTimeout(Timeout.ofMilliseconds(responseMillis))
                        .build())
                .build();
    }

    private static Set<String> trusted(Set<String> privateHosts, String own) {
        return Stream.concat(privateHosts.stream(), hostOf(own).stream())
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** Also one with an underscore, as hosts beside the hub in a compose file may have: for a URI that is no host. */
    static Optional<String> hostOf(String address) {
        URI uri = URI.create(address);
        return Optional.ofNullable(uri.getHost())
                .or(() -> Optional.ofNullable(uri.getRawAuthority())
                        .map(authority -> authority.replaceFirst("^.*@", "").replaceFirst(":\\d*$", "")));
    }

    /** What a node that died was asking is asked again at once. */
    @Bean
    NodeClaims probesUnderWay() {
        return NodeClaims.of("operations.vendor", "lease_until is not null");
    }
}
